"""Who can be called, or has been, for a dose that is left over: what the day's advice counts."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from appointments.domain.next_in_line import SHARED_VIAL_ROUTE
from appointments.domain.status import Status
from appointments.domain.waiting import OfferKind, OfferState
from appointments.models import Offer, WaitingEntry
from appointments.selectors.waiting import LET_GO
from clinics.domain.calendar import oslo_date


def called_in(clinic: Any) -> QuerySet[Offer]:
    """Return the offers of a dose in a clinic's open vials to people who may still come.

    They have been asked, or said yes and are not here yet. ``clinic`` may be an outer query's.
    """
    on_the_way = Q(
        state=OfferState.ACCEPTED.value,
        appointment__status=Status.BOOKED,
        appointment__standby=True,
    )
    return Offer.objects.filter(
        Q(state=OfferState.OPEN.value) | on_the_way,
        vial__clinic=clinic,
        vial__closed_at=None,
    )


def standby_in_reach(
    clinic: Any, session: Any, *, within: int, now: datetime
) -> QuerySet[WaitingEntry]:
    """Return the standby people of a clinic who could be asked now and be there within minutes.

    Not those who have an offer, or let such a one go in the ``session``. There are at most that
    many: the invitation itself looks closer (quiet hours, groups). Both may be an outer query's.
    """
    today = oslo_date(now)
    let_go = Q(
        session=session,
        kind=OfferKind.STANDBY.value,
        state__in=[state.value for state in LET_GO],
    )
    asked = Offer.objects.filter(
        let_go | Q(state=OfferState.OPEN.value),
        entry__patient__person_id=OuterRef("patient__person_id"),
    )
    return WaitingEntry.objects.filter(
        Q(not_before=None) | Q(not_before__lte=today),
        ~Exists(asked),
        clinic=clinic,
        ended_at=None,
        standby=True,
        route=SHARED_VIAL_ROUTE,
        until__gte=today,
        eta_minutes__lte=within,
        weekdays__contains=[today.weekday()],
    )
