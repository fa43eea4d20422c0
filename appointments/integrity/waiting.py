"""What is always true of those who wait."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, OuterRef, Q

from appointments.domain.time_bands import Band
from appointments.domain.waiting import WaitEnd
from appointments.models import WaitingEntry
from clinics.domain.calendar import oslo_date
from integrity.invariants import Fault, Invariants
from integrity.rows import groups, rows
from vaccinations.models import Dose

INVARIANTS = Invariants()
# The sweep runs every hour; one that is late is no fault.
GRACE = timedelta(days=1)


@INVARIANTS.add("waiting.words", "What somebody waits for is known: route, days, parts of the day")
def find_unknown_words(now: datetime) -> Iterator[Fault]:
    known = Q(
        route__in=Dose.Route.values,
        weekdays__contained_by=list(range(7)),
        weekdays__len__gte=1,
        bands__contained_by=[band.value for band in Band],
        bands__len__gte=1,
    )
    yield from rows(WaitingEntry.objects.exclude(known), "days {weekdays}, parts {bands}, {route}")


@INVARIANTS.add("waiting.once", "A patient waits once for a dose at a clinic")
def find_doubled(now: datetime) -> Iterator[Fault]:
    doubled = (
        WaitingEntry.objects.filter(ended_at=None)
        .values("patient__person_id", "clinic_id", "dose_number")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(doubled, "one patient, dose {dose_number}, {times} times")


@INVARIANTS.add(
    "waiting.fields", "Who waits does so for a time or on standby, with what that needs"
)
def find_odd_fields(now: datetime) -> Iterator[Fault]:
    something = Q(wants_time=True) | Q(standby=True)
    eta = Q(standby=True, eta_minutes__isnull=False) | Q(standby=False, eta_minutes=None)
    quiet = Q(quiet_from=None, quiet_until=None) | Q(
        quiet_from__isnull=False, quiet_until__isnull=False
    )
    ended = Q(ended_at=None, end="") | Q(
        ended_at__isnull=False, end__in=[end.value for end in WaitEnd]
    )
    odd = WaitingEntry.objects.exclude(something & eta & quiet & ended)
    yield from rows(odd, "time {wants_time}, standby {standby} {eta_minutes}, end {end}")


@INVARIANTS.add("waiting.decision", "Who waits does so on a decision about them")
def find_decisions_of_others(now: datetime) -> Iterator[Fault]:
    others = WaitingEntry.objects.exclude(decision__patient__person_id=F("patient__person_id"))
    yield from rows(others, "the decision {decision_id} is another patient's")


@INVARIANTS.add("waiting.not_given", "Nobody waits for a dose that they have had")
def find_served(now: datetime) -> Iterator[Fault]:
    given = Dose.objects.filter(
        patient__person_id=OuterRef("patient__person_id"),
        dose_number=OuterRef("dose_number"),
        voided_at=None,
    )
    served = WaitingEntry.objects.filter(Exists(given), ended_at=None)
    yield from rows(served, "waits for dose {dose_number}, which was given")


@INVARIANTS.add("waiting.swept", "Nobody waits longer than they wanted")
def find_forgotten(now: datetime) -> Iterator[Fault]:
    over = WaitingEntry.objects.filter(ended_at=None, until__lt=oslo_date(now - GRACE))
    yield from rows(over, "wanted to wait until {until}: does the worker run?")
