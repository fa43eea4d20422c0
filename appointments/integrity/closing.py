"""What is always true of the end of a day, and of the fees noted."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, F, Q

from appointments.domain.day_numbers import DayNumbers, from_snapshot
from appointments.domain.fees import Fee
from appointments.domain.session_states import RUNNING
from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession, DayClosing
from integrity.invariants import Fault, Invariants
from integrity.rows import CHUNK, rows, table_of

INVARIANTS = Invariants()


@INVARIANTS.add("closing.once", "A day has one end in force at most")
def find_ended_twice(now: datetime) -> Iterator[Fault]:
    in_force = Count("closings", filter=Q(closings__reopened_at=None))
    twice = ClinicSession.objects.annotate(ends=in_force).filter(ends__gt=1)
    yield from rows(twice, "ended {ends} times")


@INVARIANTS.add("closing.times", "A day is ended after it has begun, and reopened after that")
def find_odd_times(now: datetime) -> Iterator[Fault]:
    in_order = Q(closed_at__gte=F("session__starts_at")) & (
        Q(reopened_at=None) | Q(reopened_at__gte=F("closed_at"))
    )
    yield from rows(DayClosing.objects.exclude(in_order), "ended or reopened too soon")


@INVARIANTS.add("closing.running", "Only a day that was open to people is ended; it stays closed")
def find_ended_in_vain(now: datetime) -> Iterator[Fault]:
    others = DayClosing.objects.exclude(session__state__in=[state.value for state in RUNNING])
    yield from rows(others, "of a session that is {session__state}")


@INVARIANTS.add("closing.reason", "A day is reopened by somebody, with a reason")
def find_unexplained(now: datetime) -> Iterator[Fault]:
    reopened = DayClosing.objects.filter(reopened_at__isnull=False)
    for closing in reopened.iterator(chunk_size=CHUNK):
        if closing.reopened_by_id is None or not closing.reopen_reason.strip():
            yield Fault(table_of(DayClosing), (str(closing.pk),), "reopened without a reason")


@INVARIANTS.add("closing.numbers", "The figures kept of a day add up, with nobody in limbo")
def find_odd_numbers(now: datetime) -> Iterator[Fault]:
    for closing in DayClosing.objects.iterator(chunk_size=CHUNK):
        what = _what_is_odd(from_snapshot(closing.numbers))
        if what:
            yield Fault(table_of(DayClosing), (str(closing.pk),), what)


@INVARIANTS.add("appointment.fee", "A fee is known and of somebody who came")
def find_odd_fees(now: datetime) -> Iterator[Fault]:
    noted = Appointment.objects.exclude(fee=Fee.UNKNOWN)
    fits = Q(fee__in=[fee.value for fee in Fee], arrived_at__isnull=False) & ~Q(
        status__in=[Status.BOOKED, Status.NO_SHOW, Status.CANCELLED]
    )
    yield from rows(noted.exclude(fits), "{fee} of somebody who is {status}")


def _what_is_odd(day: DayNumbers) -> str:
    people = day.booked + day.standby + day.walk_ins
    if day.undone:
        return f"{day.undone} people in limbo"
    if day.came + day.no_shows != people:
        return f"{day.came} came and {day.no_shows} did not, of {people}"
    if day.vaccinated + day.turned_away + day.left + day.declined != day.came:
        return "what became of those who came does not add up"
    if not day.fewest_vials <= day.vials:
        return f"{day.vials} vials, fewest {day.fewest_vials}"
    return ""
