"""The board of a clinic day as its readers see it, from rows and the moment it is shown."""

from dataclasses import dataclass, replace
from datetime import datetime

from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession, DayClosing
from appointments.selectors.closing import closing_of
from appointments.selectors.day import PlannedVial, is_under_way, people_of, planned_vials
from appointments.selectors.lateness import expected_at
from care.dayboard.advice import Advised, advice_for
from care.dayboard.day_counts import DayCounts, day_counts
from care.dayboard.observing import Observed, just_released_of, observing_of
from care.dayboard.orders import MissingOrder, who_can_sign
from care.dayboard.people import Person, Rows
from care.dayboard.vials import VialShown, vials_shown
from care.services.visit_review import cases_of
from vaccinations.selectors import LotOnHand, usable_lots

__all__ = ["Board", "DayLine", "ExpectedGroup", "Person", "board_of"]


@dataclass(frozen=True)
class ExpectedGroup:
    """The people still expected of those planned for one vial."""

    planned: PlannedVial
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Watched:
    """One who stays after the dose, and for how long still."""

    person: Person
    observed: Observed


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
    ``released`` are those whom somebody has just let go after the dose.
    ``closing`` is how the day was ended: nobody is taken in any more, and no vial is opened.
    ``to_call`` is how many people the clinic owes a call about a new time. ``advice`` is what to do
    next; none while no dose can be given.
    """

    session: ClinicSession
    now: datetime
    is_today: bool
    waiting: tuple[Person, ...]
    expected: tuple[ExpectedGroup, ...]
    standby: tuple[Person, ...]
    observing: tuple[Watched, ...]
    done: tuple[Person, ...]
    vials: tuple[VialShown, ...]
    lots: tuple[LotOnHand, ...]
    missing_order: MissingOrder | None
    day: DayLine
    people: tuple[Appointment, ...]
    to_call: int
    advice: tuple[Advised, ...] = ()
    released: tuple[Person, ...] = ()
    closing: DayClosing | None = None

    @property
    def expected_count(self) -> int:
        """How many people are still expected."""
        return sum(len(group.people) for group in self.expected) + len(self.standby)


def board_of(session: ClinicSession, *, now: datetime, initials: bool = False) -> Board:
    """Read a session's board; seven queries however many people there are.

    With ``initials`` nobody's name is on it.
    """
    people = people_of(session.pk)
    rows = Rows(session.pk, now, initials=initials)
    vials = vials_shown(session.clinic_id, now=now)
    waiting = _waiting(people, rows)
    lots = tuple(usable_lots(session.clinic_id, product_id=session.product_id, now=now))
    counts = day_counts(session, now=now)
    missing_order = None if counts.ordered else who_can_sign(session, now=now)
    is_today = is_under_way(session, now)
    closing = closing_of(session.pk)
    advice: tuple[Advised, ...] = ()
    if is_today and missing_order is None and closing is None:
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
        expected=_expected(session, people, rows),
        standby=_standby(people, rows),
        observing=tuple(
            Watched(rows.person(one.appointment, one.until), one)
            for one in observing_of(people, now=now)
        ),
        done=_done(people, rows),
        vials=vials,
        lots=lots,
        missing_order=missing_order,
        day=_day_line(people, vials, counts),
        people=tuple(people),
        to_call=counts.to_call,
        advice=advice,
        released=tuple(
            rows.person(one, one.released_at, lead=one.released_at)
            for one in just_released_of(people, now=now)
        ),
        closing=closing,
    )


def _waiting(people: list[Appointment], rows: Rows) -> tuple[Person, ...]:
    waiting = [one for one in people if one.status == Status.ARRIVED]
    waiting.sort(key=lambda one: one.arrived_at or rows.now)
    cases = cases_of(waiting)
    return tuple(
        replace(rows.person(one, one.arrived_at), case=cases.get(one.pk)) for one in waiting
    )


def _expected(
    session: ClinicSession, people: list[Appointment], rows: Rows
) -> tuple[ExpectedGroup, ...]:
    groups = (
        ExpectedGroup(
            planned=planned,
            people=tuple(
                rows.person(one, expected_at(one, session))
                for one in planned.appointments
                if one.status == Status.BOOKED
            ),
        )
        for planned in planned_vials(session, people)
    )
    return tuple(group for group in groups if group.people)


def _standby(people: list[Appointment], rows: Rows) -> tuple[Person, ...]:
    coming = [one for one in people if one.standby and one.status == Status.BOOKED]
    coming.sort(key=_come_by)
    return tuple(rows.person(one, _come_by(one), lead=_come_by(one)) for one in coming)


def _come_by(appointment: Appointment) -> datetime:
    come_by: datetime | None = getattr(appointment, "come_by", None)
    return come_by or appointment.slot.starts_at


def _done(people: list[Appointment], rows: Rows) -> tuple[Person, ...]:
    ended = [
        one
        for one in people
        if one.status not in {Status.BOOKED, Status.ARRIVED}
        and (one.observe_until is None or one.released_at is not None)
    ]
    ended.sort(key=lambda one: one.ended_at or rows.now, reverse=True)
    return tuple(rows.person(one, one.ended_at, lead=one.ended_at) for one in ended)


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
