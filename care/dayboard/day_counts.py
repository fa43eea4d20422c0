"""What a board counts beside its lists: the day's vials, standby people, calls to make."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, JSONObject

from appointments.models import ClinicSession
from appointments.selectors.advice import called_in, standby_in_reach
from appointments.selectors.places import policy_of
from appointments.selectors.postponed import to_be_called
from care.dayboard.orders import day_of_order
from vaccinations.models import Vial
from vaccinations.selectors import orders_that_hold


@dataclass(frozen=True)
class CalledIn:
    """Standby people by the vial they were invited for; ``coming``: the appointments among them."""

    by_vial: Counter[UUID]
    coming: frozenset[UUID]


@dataclass(frozen=True)
class DayCounts:
    """The clinic's vials and discarded doses of the day, and standby people called or in reach.

    ``to_call`` is how many people the clinic owes a call about a new time; ``ordered`` is whether a
    doctor's order holds.
    """

    vials_opened: int
    discarded: int
    called: CalledIn
    reachable: int
    to_call: int
    ordered: bool


def day_counts(session: ClinicSession, *, now: datetime) -> DayCounts:
    """Count a session's day; one query."""
    clinic, within = OuterRef("clinic"), policy_of(session).standby_eta
    vials = Vial.objects.filter(clinic=clinic, day=OuterRef("date"))
    in_reach = standby_in_reach(clinic, session.pk, within=within, now=now)
    orders = orders_that_hold(
        clinic_id=session.clinic_id,
        product_id=session.product_id,
        on=day_of_order(session, now),
    )
    found = (
        ClinicSession.objects.filter(pk=session.pk)
        .values_list(
            _total(vials, Count("pk")),
            _total(vials, Sum("discarded")),
            _total(in_reach, Count("pk")),
            _how_many(to_be_called([session.clinic_id], now=now)),
            Exists(orders),
            ArraySubquery(
                called_in(clinic).values(
                    pair=JSONObject(vial="vial_id", appointment="appointment_id")
                )
            ),
        )
        .get()
    )
    opened, discarded, reachable, to_call, ordered, pairs = found
    return DayCounts(
        vials_opened=opened,
        discarded=discarded,
        reachable=reachable,
        to_call=to_call,
        ordered=ordered,
        called=CalledIn(
            by_vial=Counter(UUID(one["vial"]) for one in pairs),
            coming=frozenset(UUID(one["appointment"]) for one in pairs if one["appointment"]),
        ),
    )


def _total(rows: QuerySet[Any], number: Any) -> Any:
    """Count or add up the outer clinic's rows; 0 where there are none."""
    counted = rows.order_by().values("clinic").annotate(number=number).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _how_many(rows: QuerySet[Any]) -> Any:
    """Count rows that have nothing to do with the outer query's; 0 where there are none."""
    # All in one group: the count of a subquery is a row for each group.
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)
