"""What is always true of stored decisions."""

from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from eligibility.domain.answers import Indication
from eligibility.domain.decision import NOT_KEPT, Outcome
from eligibility.domain.kept import are_known, fits_outcome, is_course
from eligibility.domain.rules import rule_sets
from eligibility.models import Decision
from encryption.integrity import opened
from integrity.invariants import Fault, Invariants
from integrity.rows import CHUNK, rows, table_of

INVARIANTS = Invariants()


@INVARIANTS.add("decision.rule_set", "The code knows the rule set that made each decision")
def find_unknown_rule_sets(now: datetime) -> Iterator[Fault]:
    unknown = Decision.objects.exclude(rule_set__in=[rule_set.name for rule_set in rule_sets()])
    yield from rows(unknown, "the code has no such rule set")


@INVARIANTS.add("decision.words", "A decision's outcome, indication and source are known")
def find_unknown_words(now: datetime) -> Iterator[Fault]:
    known = Q(
        outcome__in=list(Outcome),
        indication__in=["", *Indication],
        source__in=Decision.Source.values,
    )
    yield from rows(Decision.objects.exclude(known), "outcome, indication or source is not known")


@INVARIANTS.add("decision.private_reasons", "R1 to R4 are not among the reasons that are kept")
def find_private_reasons(now: datetime) -> Iterator[Fault]:
    names_one = reduce(or_, (Q(reasons__contains=[rule]) for rule in sorted(NOT_KEPT)))
    yield from rows(Decision.objects.filter(names_one), "the reasons tell what must not be kept")


@INVARIANTS.add(
    "decision.course", "A decision's course is one, and there where its outcome has one"
)
def find_odd_courses(now: datetime) -> Iterator[Fault]:
    kept = Decision.objects.order_by("pk").values_list("pk", "outcome", "course")
    for pk, outcome, course in kept.iterator(chunk_size=CHUNK):
        if not fits_outcome(course, outcome):
            what = "the outcome and the course do not fit each other"
        elif course is not None and not is_course(course):
            what = "the course is not of the shape that is kept"
        else:
            continue
        yield Fault(table_of(Decision), (str(pk),), what)


@INVARIANTS.add("decision.encrypted_words", "A decision's group, setting and flags are known")
def find_unknown_encrypted_words(now: datetime) -> Iterator[Fault]:
    encrypted = ("priority_group", "setting", "flags")
    for row, unreadable in opened(Decision.objects.all(), encrypted=encrypted):
        if unreadable:  # the fault of another invariant
            continue
        if not are_known(group=row["priority_group"], setting=row["setting"], flags=row["flags"]):
            yield Fault(table_of(Decision), (str(row["pk"]),), "group, setting or flags not known")
