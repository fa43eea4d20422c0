"""Two hundred people and forty seats for a minute: no double seat, no deadlock, nobody lost."""

from datetime import timedelta
from statistics import median, quantiles

from django.utils import timezone

from appointments.models import Slot
from benchmarks import databases
from benchmarks.bars import Bar, at_most, show, told
from benchmarks.crowd import PEOPLE, SEATS, Person, Told, rush
from clinics.domain.calendar import OSLO
from mpoxclinic.invariants import INVARIANTS, find_faults
from tests.factories import make_clinic, make_decision, make_session

SECONDS = 60


def run(seconds: float = SECONDS) -> list[Bar]:
    """Let the crowd loose, and count what went wrong."""
    with databases.database("mpox_bench_load"):
        lived = meet(seconds)
        faults = list(find_faults(INVARIANTS, now=timezone.now()))
    for invariant, fault in faults:
        print(f"{invariant.code}: {fault.what}")
    for error in lived.errors[:5]:
        print(error)
    for what, times in sorted(lived.outcomes.items()):
        print(f"  {what}: {times}")
    in_ms = [each * 1000 for each in lived.bookings]
    return [
        told("bookings that were made", len(in_ms)),
        told("a booking, half of them within", median(in_ms), "ms"),
        told("a booking, 95 % of them within", quantiles(in_ms, n=20)[18], "ms"),
        at_most("most seats taken at once", lived.most_seats, SEATS),
        at_most("deadlocks", lived.deadlocks, 0),
        at_most("errors", len(lived.errors), 0),
        at_most("faults found by check_integrity", len(faults), 0),
    ]


def meet(seconds: float) -> Told:
    """Make a day with forty seats and two hundred people who want one, and let them loose."""
    tomorrow = timezone.now().astimezone(OSLO) + timedelta(days=1)
    session = make_session(
        clinic=make_clinic(groups=(1, 2, 3)),
        starts_at=tomorrow.replace(hour=10, minute=0, second=0, microsecond=0),
        hours=SEATS / 12,
        slot_minutes=10,
        stations=2,
        vials=12,
    )
    assert Slot.objects.filter(session=session).count() * 2 == SEATS
    now = timezone.now()
    decisions = [make_decision(now=now) for _ in range(PEOPLE)]
    people = [Person(one.patient_id, one.pk) for one in decisions]
    return rush(people, session, seconds=seconds)


if __name__ == "__main__":
    show(run())
