"""What is always true of seats and of those who have them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q

from appointments.domain.status import ACTIVE, OCCUPYING, Status
from appointments.models import Appointment
from integrity.invariants import Fault, Invariants
from integrity.rows import groups, rows

INVARIANTS = Invariants()
# The sweep runs every minute; one that is late is no fault.
SWEEP_GRACE = timedelta(minutes=15)


@INVARIANTS.add("seat.once", "A seat of a slot is one person's")
def find_shared_seats(now: datetime) -> Iterator[Fault]:
    shared = (
        Appointment.objects.filter(status__in=OCCUPYING, standby=False)
        .values("slot_id", "seat")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(shared, "seat {seat} of slot {slot_id} was given {times} times")


@INVARIANTS.add("seat.within_capacity", "A seat lies within the capacity of its slot")
def find_seats_outside(now: datetime) -> Iterator[Fault]:
    inside = Q(seat__gte=1, seat__lte=F("slot__capacity"))
    seated = Appointment.objects.filter(status__in=OCCUPYING, standby=False)
    outside = seated.exclude(inside)
    yield from rows(outside, "seat {seat} of {slot__capacity}")


@INVARIANTS.add("appointment.one_active", "A patient has one active appointment for a dose")
def find_doubly_booked(now: datetime) -> Iterator[Fault]:
    doubled = (
        Appointment.objects.filter(status__in=ACTIVE)
        .values("patient__person_id", "dose_number")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(doubled, "one patient, dose {dose_number}, {times} appointments")


@INVARIANTS.add("hold.one_per_browser", "A browser holds one seat at most")
def find_hoarders(now: datetime) -> Iterator[Fault]:
    hoarded = (
        Appointment.objects.filter(status=Status.HELD)
        .values("browser_hash")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(hoarded, "one browser holds {times} seats")


@INVARIANTS.add("hold.swept", "Holds that ran out are expired")
def find_stale_holds(now: datetime) -> Iterator[Fault]:
    stale = Appointment.objects.filter(status=Status.HELD, held_until__lte=now - SWEEP_GRACE)
    yield from rows(stale, "the hold ran out long ago: does the worker run?")
