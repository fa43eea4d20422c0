"""What is always true of those who are observed after the dose, and of their release."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q

from appointments.models import Appointment
from integrity.invariants import Fault, Invariants
from integrity.rows import rows

INVARIANTS = Invariants()


@INVARIANTS.add("appointment.observation", "An observation ends after the dose was given")
def find_odd_observations(now: datetime) -> Iterator[Fault]:
    odd = Appointment.objects.filter(observe_until__lt=F("dose__given_at"))
    yield from rows(odd, "observed until before the dose")


@INVARIANTS.add("appointment.release", "Whoever is let go was observed, and somebody signs it")
def find_odd_releases(now: datetime) -> Iterator[Fault]:
    whole = Q(released_at=None, released_by=None) | Q(
        released_at__gte=F("dose__given_at"),
        released_by__isnull=False,
        observe_until__isnull=False,
    )
    yield from rows(Appointment.objects.exclude(whole), "let go without time, name or dose")
