"""What is always true of the codes handed over at visits, and of the browsers they let in.

That an ended browser's session ends is no row's fault: sessions are asked for their browser at
each request.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, OuterRef, Q

from clinics.models import Clinic
from integrity.invariants import Fault, Invariants
from integrity.rows import groups, rows
from patients.models import ActivatedBrowser, ActivationCode, Patient
from patients.services.activations import KEPT_AFTER_END, UNUSED

INVARIANTS = Invariants()
# The sweep runs every hour; a missed one is no fault.
SWEEP_GRACE = timedelta(hours=3)


@INVARIANTS.add("activation.in_time", "A code is used between its making and its end, or not")
def find_late_uses(now: datetime) -> Iterator[Fault]:
    in_time = Q(used_at=None) | Q(used_at__gte=F("made_at"), used_at__lt=F("expires_at"))
    odd = ActivationCode.objects.exclude(in_time, expires_at__gt=F("made_at"))
    yield from rows(odd, "made {made_at}, good until {expires_at}, used {used_at}")


@INVARIANTS.add("activation.one_end", "A code is used or ended, never both")
def find_twice_ended(now: datetime) -> Iterator[Fault]:
    odd = ActivationCode.objects.filter(used_at__isnull=False, ended_at__isnull=False)
    yield from rows(odd, "used {used_at}, and ended {ended_at}")


@INVARIANTS.add("activation.one_open", "A row has one code that waits to be used")
def find_open_twice(now: datetime) -> Iterator[Fault]:
    waiting = ActivationCode.objects.filter(used_at=None, ended_at=None)
    twice = (
        waiting.values("patient")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(twice, "{times} codes wait to be used")


@INVARIANTS.add("activation.one_browser", "A code that was used let in one browser, there and then")
def find_odd_browsers(now: datetime) -> Iterator[Fault]:
    lost = ActivationCode.objects.filter(used_at__isnull=False, browser=None)
    yield from rows(lost, "used, and there is no browser")
    unlike = ~Q(created_at=F("code__used_at")) | Q(code__used_at=None)
    yield from rows(
        ActivatedBrowser.objects.filter(unlike), "activated {created_at}, when no code was used"
    )
    # One code is one browser's by a constraint; it may be gone.
    twice = (
        ActivatedBrowser.objects.values("code")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(twice, "one code let in {times} browsers")


@INVARIANTS.add(
    "activation.person", "What opens somebody's pages was handed to them, after an ID was seen"
)
def find_strangers(now: datetime) -> Iterator[Fault]:
    standing = ActivatedBrowser.objects.filter(ended_at=None)
    others = standing.exclude(patient__person_id=F("code__patient__person_id"))
    yield from rows(others, "opens the pages of another than the code was handed to")
    seen = Exists(
        Patient.objects.filter(person_id=OuterRef("patient__person_id"), id_seen_at__isnull=False)
    )
    waiting = ActivationCode.objects.filter(used_at=None, ended_at=None)
    for model in (standing, waiting):
        yield from rows(model.filter(~seen), "nobody has seen this person's ID")


@INVARIANTS.add("activation.used", "An activated browser was used when it was let in, or later")
def find_used_before(now: datetime) -> Iterator[Fault]:
    odd = ActivatedBrowser.objects.filter(used_at__lt=F("created_at"))
    yield from rows(odd, "let in {created_at}, last used {used_at}")


@INVARIANTS.add("activation.clinic", "A code was handed over at a clinic that there is")
def find_lost_codes(now: datetime) -> Iterator[Fault]:
    known = Clinic.objects.values("pk")
    yield from rows(ActivationCode.objects.exclude(clinic_id__in=known), "clinic {clinic_id}")


@INVARIANTS.add("activation.forgotten", "Codes and browsers that open nothing any more are deleted")
def find_old_activations(now: datetime) -> Iterator[Fault]:
    late = now - SWEEP_GRACE
    codes = ActivationCode.objects.filter(browser=None, used_at=None, expires_at__lte=late)
    yield from rows(codes, "ran out and is still there: does the worker run?")
    ended = Q(ended_at__lte=late - KEPT_AFTER_END)
    unused = Q(used_at__lte=late - UNUSED - KEPT_AFTER_END)
    old = ActivatedBrowser.objects.filter(ended | unused)
    yield from rows(old, "opens nothing for long and is still there: does the worker run?")
