"""The day's advice for a board: what the rows say of this moment, and what to do about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from appointments.domain.day_advice import Act, Advice, DayNow, OpenVial, advise
from appointments.domain.slot_times import minute_of
from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession
from appointments.selectors.lateness import expected_at
from appointments.selectors.places import WHOLE_VIAL_ROUTE, policy_of
from care.dayboard.day_counts import CalledIn, DayCounts
from care.dayboard.vials import VialShown
from care.services.vaccination import Step
from eligibility.domain.cases import CaseState
from eligibility.domain.decision import Outcome

if TYPE_CHECKING:
    from care.dayboard.board import Person


@dataclass(frozen=True)
class Advised:
    """An advice with what its numbers stand for: the vial, the person to go to, and the times."""

    advice: Advice
    vial: VialShown | None
    person: "Person | None"
    until: datetime | None
    next_at: datetime | None

    @property
    def asked(self) -> bool:
        """Whether the person has been asked today's questions, so that a vial may be opened."""
        return self.person is not None and self.person.step is not Step.ASK


def advice_for(
    session: ClinicSession,
    *,
    waiting: Sequence["Person"],
    people: Iterable[Appointment],
    vials: Sequence[VialShown],
    stock: int,
    counts: DayCounts,
    now: datetime,
) -> tuple[Advised, ...]:
    """Say what to do next in a session that is under way, from what its board shows; no query."""
    day = day_now(
        session,
        waiting=waiting,
        people=people,
        vials=vials,
        stock=stock,
        counts=counts,
        now=now,
    )
    return tuple(
        _advised(session, advice, waiting=waiting, vials=vials)
        for advice in advise(day, policy_of(session))
    )


def day_now(
    session: ClinicSession,
    *,
    waiting: Sequence["Person"],
    people: Iterable[Appointment],
    vials: Sequence[VialShown],
    stock: int,
    counts: DayCounts,
    now: datetime,
) -> DayNow:
    """Count a moment of a session, in minutes from its opening.

    Whoever cannot have the dose today counts for nothing, and whoever waits for the clinician's
    word as one who may need it.
    """

    called, late = counts.called, session.late_minutes or 0

    def minute(moment: datetime | None) -> int:
        return minute_of(moment or now, session.starts_at)

    def come(one: Appointment) -> int:
        """Return when somebody comes: as late as the day runs, and as late as they were told."""
        return max(minute(one.slot.starts_at) + late, minute(expected_at(one, session)))

    expected = [one for one in people if one.status == Status.BOOKED]
    booked = [one for one in expected if not one.standby]
    shared = [one for one in waiting if _shares(one)]
    return DayNow(
        now=minute(now),
        closing=minute(session.ends_at),
        waiting=tuple(
            minute(one.appointment.arrived_at) for one in shared if not one.appointment.standby
        ),
        standby_waiting=tuple(
            minute(one.appointment.arrived_at) for one in shared if one.appointment.standby
        ),
        whole_waiting=tuple(
            minute(one.appointment.arrived_at)
            for one in waiting
            if may_have_dose(one) and one.takes_whole_vial
        ),
        with_doctor=sum(_waits_for_doctor(one) for one in waiting),
        expected=tuple(come(one) for one in booked if one.route != WHOLE_VIAL_ROUTE),
        whole_expected=tuple(come(one) for one in booked if one.route == WHOLE_VIAL_ROUTE),
        standby_coming=sum(one.standby and one.pk not in called.coming for one in expected),
        vials=tuple(_open(shown, called, minute(shown.vial.use_before)) for shown in vials),
        reachable=counts.reachable,
        stock=stock,
    )


def may_have_dose(person: "Person") -> bool:
    """Tell whether nothing known stands between somebody who is here and the dose."""
    return person.step is not Step.REVIEW or (
        person.case is not None and person.case.state == CaseState.APPROVED
    )


def _shares(person: "Person") -> bool:
    return may_have_dose(person) and not person.takes_whole_vial


def _waits_for_doctor(person: "Person") -> bool:
    decision = person.appointment.decision
    if may_have_dose(person) or person.takes_whole_vial or decision is None:
        return False
    decided = person.case is not None and person.case.state in {
        CaseState.REFUSED,
        CaseState.CLOSED,
    }
    return decision.outcome == Outcome.CLINICIAN_REVIEW and not decided


def _open(shown: VialShown, called: CalledIn, expiry: int) -> OpenVial:
    return OpenVial(
        id=str(shown.vial.pk),
        expiry=expiry,
        drawn=shown.doses_given,
        left=shown.doses_left if shown.usable else 0,
        invited=called.by_vial[shown.vial.pk],
    )


def _advised(
    session: ClinicSession,
    advice: Advice,
    *,
    waiting: Sequence["Person"],
    vials: Sequence[VialShown],
) -> Advised:
    def moment(minute: int | None) -> datetime | None:
        # In real time: two moments of the same zone add by their clocks.
        opening = session.starts_at.astimezone(UTC)
        return None if minute is None else opening + timedelta(minutes=minute)

    shown = next((one for one in vials if str(one.vial.pk) == advice.vial), None)
    # To the minute a vial's own time is what stands on it.
    until = shown.vial.use_before if shown and advice.act is Act.GIVE else moment(advice.until)
    return Advised(
        advice=advice,
        vial=shown,
        person=_next_person(advice, waiting),
        until=until,
        next_at=moment(advice.next_at),
    )


def _next_person(advice: Advice, waiting: Sequence["Person"]) -> "Person | None":
    """Return whom an advice is about: the one who has waited longest of those it could be."""
    if advice.act in {Act.INVITE, Act.STANDBY_WAITS, Act.NO_STOCK}:
        return None
    fitting = [
        one for one in waiting if may_have_dose(one) and one.takes_whole_vial == advice.whole
    ]
    if advice.act is Act.HOLD:
        # While they wait there is time for the questions.
        fitting = [one for one in fitting if one.step is Step.ASK]
    if advice.act is Act.OPEN:
        # Asked first: their answers cannot make the vial one too many.
        fitting.sort(key=lambda one: (one.appointment.standby, one.step is Step.ASK))
    return fitting[0] if fitting else None


def invited_at_most(advised: Iterable[Advised], vial_id: UUID) -> int:
    """Return how many the advice says to invite for a vial."""
    return sum(
        one.advice.number
        for one in advised
        if one.advice.act is Act.INVITE and one.vial and one.vial.vial.pk == vial_id
    )
