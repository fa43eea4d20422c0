"""What a board counts beside its lists: the day's vials, and standby people. One query."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, JSONObject

from appointments.models import ClinicSession
from appointments.selectors.advice import called_in, standby_in_reach
from appointments.selectors.places import policy_of
from vaccinations.models import Vial


@dataclass(frozen=True)
class CalledIn:
    """Standby people by the vial they were invited for; ``coming``: the appointments among them."""

    by_vial: Counter[UUID]
    coming: frozenset[UUID]


@dataclass(frozen=True)
class DayCounts:
    """The clinic's vials and discarded doses of the day, and standby people called or in reach."""

    vials_opened: int
    discarded: int
    called: CalledIn
    reachable: int


def day_counts(session: ClinicSession, *, now: datetime) -> DayCounts:
    """Count a session's day; one query."""
    clinic, within = OuterRef("clinic"), policy_of(session).standby_eta
    vials = Vial.objects.filter(clinic=clinic, day=OuterRef("date"))
    in_reach = standby_in_reach(clinic, session.pk, within=within, now=now)
    found = (
        ClinicSession.objects.filter(pk=session.pk)
        .values_list(
            _total(vials, Count("pk")),
            _total(vials, Sum("discarded")),
            _total(in_reach, Count("pk")),
            ArraySubquery(
                called_in(clinic).values(
                    pair=JSONObject(vial="vial_id", appointment="appointment_id")
                )
            ),
        )
        .get()
    )
    opened, discarded, reachable, pairs = found
    return DayCounts(
        vials_opened=opened,
        discarded=discarded,
        reachable=reachable,
        called=CalledIn(
            by_vial=Counter(UUID(one["vial"]) for one in pairs),
            coming=frozenset(UUID(one["appointment"]) for one in pairs if one["appointment"]),
        ),
    )


def _total(rows: QuerySet[Any], number: Any) -> Any:
    """Count or add up the outer clinic's rows; 0 where there are none."""
    counted = rows.order_by().values("clinic").annotate(number=number).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
