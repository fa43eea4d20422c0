"""What is always true of those who want to be told of times."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q

from eligibility.models import GroupInterest
from eligibility.services.interests import KEPT_AFTER_TOLD, KEPT_FOR, interest_hashes
from encryption.integrity import opened
from integrity.invariants import Fault, Invariants
from integrity.rows import groups, rows, table_of
from patients.domain.contact import Contact
from patients.selectors import contact_proof

INVARIANTS = Invariants()
# The sweep runs every hour; a missed one is no fault.
SWEEP_GRACE = timedelta(hours=3)


@INVARIANTS.add("interest.dropped", "Who is off the list has nothing kept, who is on it has all")
def find_odd_ends(now: datetime) -> Iterator[Fault]:
    nothing = Q(priority_group__isnull=True, contact__isnull=True, language__isnull=True)
    waits = Q(ended_at=None, end="", priority_group__isnull=False, contact__isnull=False)
    on_it = waits & Q(language__isnull=False) & ~Q(contact_hash="")
    off_it = nothing & Q(contact_hash="", ended_at__isnull=False)
    known = off_it & Q(end__in=GroupInterest.End.values)
    yield from rows(GroupInterest.objects.exclude(on_it | known), "end and what is kept disagree")


@INVARIANTS.add("interest.once", "A contact waits once at a clinic")
def find_doubles(now: datetime) -> Iterator[Fault]:
    doubled = (
        GroupInterest.objects.filter(ended_at=None)
        .values("clinic_id", "contact_hash")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(doubled, "one contact waits {times} times")


@INVARIANTS.add("interest.forgotten", "What is kept of those who wait is dropped in time")
def find_forgotten(now: datetime) -> Iterator[Fault]:
    late = Q(consented_at__lte=now - KEPT_FOR - SWEEP_GRACE) | Q(
        told_at__lte=now - KEPT_AFTER_TOLD - SWEEP_GRACE
    )
    old = GroupInterest.objects.filter(late, ended_at=None)
    yield from rows(old, "is over and still kept: does the worker run?")


@INVARIANTS.add("interest.words", "The group and the contact of who waits are known")
def find_unknown_words(now: datetime) -> Iterator[Fault]:
    waiting = GroupInterest.objects.filter(ended_at=None)
    encrypted = ("priority_group", "contact")
    for row, unreadable in opened(waiting, "contact_hash", encrypted=encrypted):
        if unreadable:  # the fault of another invariant
            continue
        contact = row["contact"] or {}
        if row["priority_group"] not in {"1", "2", "3"} or set(contact) != {"channel", "address"}:
            yield Fault(table_of(GroupInterest), (str(row["pk"]),), "group or contact not known")
        elif row["contact_hash"] not in interest_hashes(contact_proof(Contact(**contact))):
            yield Fault(table_of(GroupInterest), (str(row["pk"]),), "the hash is another contact's")
