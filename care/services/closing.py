"""Ends a clinic day: what is left to do, and ending it when that is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from appointments.domain.closing import DayFacts, hindrances
from appointments.domain.fees import Fee
from appointments.domain.session_states import RUNNING
from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession, DayClosing
from appointments.selectors.day import ON_THE_LIST
from appointments.services.closing import close_day
from audit.domain import Actor
from care.services.day_report import day_numbers
from care.services.visit_review import cases_of
from clinics.domain.calendar import OSLO
from eligibility.domain.cases import WAITING
from eligibility.models import ReviewCase
from vaccinations.models import Lot, LotEntry
from vaccinations.selectors import VialOnHand, open_vials, thawings_on_hand
from vaccinations.services.stock import write_off


@dataclass(frozen=True)
class DayEnd:
    """What is left of a day: the people in limbo, the vials, the fees and the open cases."""

    begun: bool
    waiting: tuple[Appointment, ...]
    expected: tuple[Appointment, ...]
    observed: tuple[Appointment, ...]
    vials: tuple[VialOnHand, ...]
    thawings: tuple[Any, ...]
    unpaid: tuple[Appointment, ...]
    settled: tuple[Appointment, ...]
    cases: tuple[ReviewCase, ...]
    takes_fee: bool

    def facts(self, *, cases_told: bool = False) -> DayFacts:
        """Return it in numbers."""
        return DayFacts(
            begun=self.begun,
            waiting=len(self.waiting),
            expected=len(self.expected),
            observed=len(self.observed),
            open_vials=len(self.vials),
            thawed=sum(one.remaining for one in self.thawings),
            fees=len(self.unpaid),
            cases=len(self.cases),
            cases_told=cases_told,
        )


def day_end(session: ClinicSession, *, now: datetime, lock: bool = False) -> DayEnd:
    """Read what is left of a day; six queries. ``lock``: hold the rows of its people.

    Vials that a later session of the clinic that day can go on with are not this one's to balance.
    """
    people = _people(session, lock=lock)
    vaccinated = [one for one in people if one.status == Status.VACCINATED]
    takes_fee = bool(session.clinic.fee)
    last = not _goes_on(session, now)
    return DayEnd(
        begun=session.starts_at <= now,
        waiting=_in(people, Status.ARRIVED),
        expected=_in(people, Status.BOOKED),
        observed=tuple(one for one in vaccinated if _is_observed(one)),
        vials=tuple(
            one
            for one in open_vials(session.clinic_id)
            if one.vial.day <= session.date and (last or not one.usable(now))
        ),
        thawings=tuple(_dying(session)) if last else (),
        unpaid=tuple(one for one in vaccinated if takes_fee and one.fee == Fee.UNKNOWN),
        settled=tuple(one for one in vaccinated if one.fee != Fee.UNKNOWN),
        cases=tuple(case for case in cases_of(people).values() if case.state in WAITING),
        takes_fee=takes_fee,
    )


def end_day(*, session_id: UUID, cases_told: bool, by: Actor, now: datetime) -> DayClosing:
    """End a day, with its figures; nobody can book it any more.

    The rows of its people are held, so that nobody comes meanwhile.
    Raises DayEndedAlreadyError, DayNotReadyError, SessionUnknownError.
    """
    return close_day(
        session_id=session_id,
        left=lambda session: hindrances(
            day_end(session, now=now, lock=True).facts(cases_told=cases_told)
        ),
        numbers=day_numbers,
        by=by,
        now=now,
    )


def write_off_tonight(
    *, session: ClinicSession, thawing_id: int, vials: int, note: str, by: Actor, now: datetime
) -> LotEntry | None:
    """Write off unopened thawed vials that are no good tomorrow; ``vials`` is how many were seen.

    None when they are gone already, by a colleague or a second click; under the lock of the stock
    it is checked again. Raises NotEnoughError, ReasonMissingError.
    """
    dying = {one.pk: one for one in _dying(session)}
    thawing = dying.get(thawing_id)
    if thawing is None or thawing.remaining != vials:
        return None
    return write_off(
        lot_id=thawing.lot_id,
        clinic_id=session.clinic_id,
        vials=vials,
        note=note,
        thawing_id=thawing_id,
        by=by,
        now=now,
    )


def _people(session: ClinicSession, *, lock: bool) -> list[Appointment]:
    people = (
        Appointment.objects.filter(slot__session=session, status__in=ON_THE_LIST)
        .select_related("slot", "patient__merged_into", "dose")
        .order_by("pk")
    )
    if lock:
        people = people.select_for_update(of=("self",), no_key=True)
    return sorted(people, key=lambda one: one.slot.starts_at)


def _in(people: Iterable[Appointment], status: Status) -> tuple[Appointment, ...]:
    return tuple(one for one in people if one.status == status)


def _is_observed(appointment: Appointment) -> bool:
    """Tell whether a vaccinated person has not been released from observation."""
    return appointment.observe_until is not None and appointment.released_at is None


def _goes_on(session: ClinicSession, now: datetime) -> bool:
    """Tell whether the clinic has another session that day that is not over."""
    return (
        ClinicSession.objects.filter(
            clinic_id=session.clinic_id,
            date=session.date,
            starts_at__gt=session.starts_at,
            ends_at__gt=now,
            state__in=RUNNING,
        )
        .exclude(pk=session.pk)
        .exists()
    )


def _dying(session: ClinicSession) -> list[Any]:
    """List the clinic's thawings with unopened vials that may not be opened tomorrow."""
    tomorrow = datetime.combine(session.date + timedelta(days=1), time.min, tzinfo=OSLO)
    lots = list(
        Lot.objects.filter(clinic_id=session.clinic_id, product_id=session.product_id).values_list(
            "pk", flat=True
        )
    )
    return [one for one in thawings_on_hand(lots) if one.use_before <= tomorrow]
