"""What an open vial can still give, and to whom it is promised."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, Count, DateTimeField, F, Q, QuerySet, When
from django.db.models.functions import Greatest

from appointments.domain.day_facts import GIVEN_UP_AFTER
from appointments.domain.next_in_line import SHARED_VIAL_ROUTE
from appointments.domain.status import ACTIVE, Status
from appointments.domain.waiting import OfferKind, OfferState
from appointments.models import Appointment, ClinicSession, Offer
from appointments.selectors.lateness import late_by
from vaccinations.models import Vial
from vaccinations.selectors import VialOnHand, open_vials

_SAID_YES = Q(
    state=OfferState.ACCEPTED.value, appointment__status__in=ACTIVE, appointment__standby=True
)


@dataclass(frozen=True)
class VialForStandby:
    """An open vial: doses drawn and left, standby people invited or promised one.

    ``sure`` people are here or invited ahead, with no other open vial to take from; ``remaining``
    booked people may still need it; ``limit`` is when it or the clinic closes. ``expected`` of the
    whole day's booked people may come; ``alone`` says that no other vial is open.
    """

    vial: Vial
    drawn: int
    left: int
    pending: int
    remaining: int
    sure: int
    expected: int
    alone: bool
    limit: datetime


def vial_for_standby(
    session: ClinicSession, vial_id: UUID, *, now: datetime
) -> VialForStandby | None:
    """Return an open vial of a session's clinic; None when it is closed or its time is over."""
    usable = [one for one in open_vials(session.clinic_id) if one.usable(now)]
    found = next((one for one in usable if one.vial.pk == vial_id), None)
    if found is None:
        return None
    pending = pending_of(one.vial.pk for one in usable)
    others = sum(
        max(0, one.doses_left - pending[one.vial.pk]) for one in usable if one is not found
    )
    booked = _booked_people(session, found, now)
    here = booked["waiting"] + _coming_ahead(session.pk)
    return VialForStandby(
        vial=found.vial,
        drawn=found.doses_given,
        left=found.doses_left,
        pending=pending[vial_id],
        remaining=max(0, booked["in_time"] - max(0, others - here)),
        sure=max(0, here - others),
        expected=booked["expected"],
        alone=len(usable) == 1,
        limit=min(found.vial.use_before, session.ends_at),
    )


def pending_of(vial_ids: Iterable[UUID]) -> Counter[UUID]:
    """Count who has an open invitation for a dose of each vial, or said yes and still waits."""
    return _by_vial(Q(state=OfferState.OPEN.value) | _SAID_YES, vial_ids)


def promised_by_vial(vial_ids: Iterable[UUID]) -> Counter[UUID]:
    """Count the standby people who said yes to a dose of each vial and have not had theirs."""
    return _by_vial(_SAID_YES, vial_ids)


def people_ahead(session_id: UUID) -> QuerySet[Offer]:
    """Return the invitations of the day before to people who may still say yes, or did."""
    may_come = Q(state=OfferState.OPEN.value) | Q(
        state=OfferState.ACCEPTED.value,
        appointment__status__in=[*ACTIVE, Status.VACCINATED],
        appointment__standby=True,
    )
    return Offer.objects.filter(may_come, session_id=session_id, kind=OfferKind.STANDBY_AHEAD.value)


def _coming_ahead(session_id: UUID) -> int:
    """Count who was invited ahead, said yes and had no dose yet: as sure as those who are here."""
    return Offer.objects.filter(
        _SAID_YES, session_id=session_id, kind=OfferKind.STANDBY_AHEAD.value
    ).count()


def _booked_people(session: ClinicSession, on_hand: VialOnHand, now: datetime) -> dict[str, int]:
    """Count the booked people here, still expected, and those of them within a vial's time.

    Who is too late is no longer counted on, as in the day's advice; a later time that they were
    told is theirs.
    """
    given_up = now - timedelta(minutes=GIVEN_UP_AFTER)
    # Those on standby are counted by their invitations; who came without a time has none.
    booked = Q(standby=False)
    expected = booked & Q(status=Status.BOOKED, comes_at__gte=given_up)
    in_time = expected & Q(comes_at__lt=on_hand.vial.use_before)
    late = F("slot__starts_at") + late_by(session)
    told = When(told_time_of=F("slot__starts_at"), then=Greatest(late, F("told_time")))
    people = Appointment.objects.filter(slot__session=session, route=SHARED_VIAL_ROUTE)
    people = people.annotate(comes_at=Case(told, default=late, output_field=DateTimeField()))
    return people.aggregate(
        waiting=Count("pk", filter=(booked | Q(walk_in=True)) & Q(status=Status.ARRIVED)),
        expected=Count("pk", filter=expected),
        in_time=Count("pk", filter=in_time),
    )


def _by_vial(which: Q, vial_ids: Iterable[UUID]) -> Counter[UUID]:
    counted = (
        Offer.objects.filter(which, vial__in=list(vial_ids))
        .order_by()
        .values_list("vial")
        .annotate(Count("pk"))
    )
    return Counter(dict(counted))
