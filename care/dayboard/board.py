"""The board of a clinic day as its readers see it, from rows and the moment it is shown."""

from dataclasses import dataclass, replace
from datetime import datetime

from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession
from appointments.selectors.day import PlannedVial, is_under_way, people_of, planned_vials
from appointments.selectors.places import WHOLE_VIAL_ROUTE
from appointments.selectors.postponed import to_be_called
from care.dayboard.advice import Advised, advice_for
from care.dayboard.day_counts import DayCounts, day_counts
from care.dayboard.orders import MissingOrder, missing_order_of
from care.dayboard.vials import VialShown, vials_shown
from care.services.vaccination import Step, ready_course, step_of
from care.services.visit_review import cases_of
from eligibility.models import ReviewCase
from vaccinations.selectors import LotOnHand, usable_lots

FIRST_DOSE = 1


@dataclass(frozen=True)
class Person:
    """One row of the board. ``minutes`` counts from arrival, or from the time that has passed.

    ``case`` is what the clinician was asked, or has answered.
    """

    appointment: Appointment
    minutes: int
    step: Step
    takes_whole_vial: bool
    case: ReviewCase | None = None

    @property
    def has_later_dose(self) -> bool:
        """Whether the dose is not the first."""
        return self.appointment.dose_number > FIRST_DOSE


@dataclass(frozen=True)
class ExpectedGroup:
    """The people still expected of those planned for one vial."""

    planned: PlannedVial
    people: tuple[Person, ...]


@dataclass(frozen=True)
class DayLine:
    """The day in one line. Vials and doses are the clinic's that day, people the session's."""

    vaccinated: int
    vials_opened: int
    vials_open: int
    discarded: int
    no_shows: int


@dataclass(frozen=True)
class Board:
    """Everything on the board at ``now``, by the server's clock.

    ``standby`` people are on their way for a dose that is left over: no vial is planned for them.
    ``to_call`` is how many people the clinic owes a call about a new time. ``advice`` is what to do
    next; none while no dose can be given.
    """

    session: ClinicSession
    now: datetime
    is_today: bool
    waiting: tuple[Person, ...]
    expected: tuple[ExpectedGroup, ...]
    standby: tuple[Person, ...]
    done: tuple[Person, ...]
    vials: tuple[VialShown, ...]
    lots: tuple[LotOnHand, ...]
    missing_order: MissingOrder | None
    day: DayLine
    people: tuple[Appointment, ...]
    to_call: int
    advice: tuple[Advised, ...] = ()

    @property
    def expected_count(self) -> int:
        """How many people are still expected."""
        return sum(len(group.people) for group in self.expected) + len(self.standby)


def board_of(session: ClinicSession, *, now: datetime) -> Board:
    """Read a session's board; eight queries however many people there are."""
    people = people_of(session.pk)
    vials = vials_shown(session.clinic_id, now=now)
    waiting = _waiting(people, now)
    lots = tuple(usable_lots(session.clinic_id, product_id=session.product_id, now=now))
    missing_order = missing_order_of(session, now=now)
    counts = day_counts(session, now=now)
    is_today = is_under_way(session, now)
    advice: tuple[Advised, ...] = ()
    if is_today and missing_order is None:
        advice = advice_for(
            session,
            waiting=waiting,
            people=people,
            vials=vials,
            stock=sum(lot.vials_left for lot in lots),
            counts=counts,
            now=now,
        )
    return Board(
        session=session,
        now=now,
        is_today=is_today,
        waiting=waiting,
        expected=_expected(session, people, now),
        standby=_standby(people, now),
        done=_done(people, now),
        vials=vials,
        lots=lots,
        missing_order=missing_order,
        day=_day_line(people, vials, counts),
        people=tuple(people),
        to_call=to_be_called([session.clinic_id], now=now).count(),
        advice=advice,
    )


def _waiting(people: list[Appointment], now: datetime) -> tuple[Person, ...]:
    waiting = [one for one in people if one.status == Status.ARRIVED]
    waiting.sort(key=lambda one: one.arrived_at or now)
    cases = cases_of(waiting)
    return tuple(
        replace(_person(one, one.arrived_at, now), case=cases.get(one.pk)) for one in waiting
    )


def _expected(
    session: ClinicSession, people: list[Appointment], now: datetime
) -> tuple[ExpectedGroup, ...]:
    groups = (
        ExpectedGroup(
            planned=planned,
            people=tuple(
                _person(one, one.slot.starts_at, now)
                for one in planned.appointments
                if one.status == Status.BOOKED
            ),
        )
        for planned in planned_vials(session, people)
    )
    return tuple(group for group in groups if group.people)


def _standby(people: list[Appointment], now: datetime) -> tuple[Person, ...]:
    coming = [one for one in people if one.standby and one.status == Status.BOOKED]
    found = [_person(one, _come_by(one), now) for one in coming]
    return tuple(sorted(found, key=lambda person: _come_by(person.appointment)))


def _come_by(appointment: Appointment) -> datetime:
    come_by: datetime | None = getattr(appointment, "come_by", None)
    return come_by or appointment.slot.starts_at


def _done(people: list[Appointment], now: datetime) -> tuple[Person, ...]:
    ended = [one for one in people if one.status not in {Status.BOOKED, Status.ARRIVED}]
    ended.sort(key=lambda one: one.ended_at or now, reverse=True)
    return tuple(_person(one, one.ended_at, now) for one in ended)


def _person(appointment: Appointment, since: datetime | None, now: datetime) -> Person:
    minutes = int((now - since).total_seconds() // 60) if since else 0
    # Today's answers may have changed the route since it was booked.
    course = ready_course(appointment.decision, now)
    return Person(
        appointment=appointment,
        minutes=max(0, minutes),
        step=step_of(appointment.decision, now),
        takes_whole_vial=(course.route if course else appointment.route) == WHOLE_VIAL_ROUTE,
    )


def _day_line(
    people: list[Appointment], open_now: tuple[VialShown, ...], counts: DayCounts
) -> DayLine:
    statuses = [one.status for one in people]
    return DayLine(
        vaccinated=statuses.count(Status.VACCINATED),
        vials_opened=counts.vials_opened,
        vials_open=len(open_now),
        discarded=counts.discarded,
        no_shows=statuses.count(Status.NO_SHOW),
    )
