"""What is always true of review cases."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, OuterRef, Q

from clinics.domain.calendar import oslo_date
from eligibility.domain.answers import Indication
from eligibility.domain.cases import (
    DECIDED,
    ENDED,
    KEPT_FOR_DAYS,
    PREVENTS_DISEASE_FOR,
    TAKEN,
    WAITING,
    CaseKind,
    CaseState,
)
from eligibility.domain.decision import Outcome
from eligibility.models import Decision, ReviewCase, ReviewCaseEvent
from encryption.integrity import opened
from integrity.invariants import Fault, Invariants
from integrity.rows import groups, rows, table_of

INVARIANTS = Invariants()
# The sweep comes by every hour; this long it may be down.
_SWEEP_MAY_LAG = timedelta(days=2)


@INVARIANTS.add("case.words", "A case's kind and state are known")
def find_unknown_words(now: datetime) -> Iterator[Fault]:
    known = Q(kind__in=list(CaseKind), state__in=list(CaseState))
    yield from rows(ReviewCase.objects.exclude(known), "kind or state is not known")


@INVARIANTS.add("case.one_waiting", "A patient has one case at most that waits for an answer")
def find_doubled(now: datetime) -> Iterator[Fault]:
    doubled = (
        ReviewCase.objects.filter(state__in=WAITING)
        .values("patient__person_id")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(doubled, "{times} cases of one patient wait")


@INVARIANTS.add("case.taken", "A case that is taken has a clinician, and an open one has none")
def find_odd_holders(now: datetime) -> Iterator[Fault]:
    odd = (
        Q(state=CaseState.OPEN, claimed_by__isnull=False)
        | Q(state__in=TAKEN, claimed_by=None)
        | Q(claimed_by=None, claimed_at__isnull=False)
        | Q(claimed_by__isnull=False, claimed_at=None)
    )
    yield from rows(ReviewCase.objects.filter(odd), "{state}, and its clinician does not fit that")


@INVARIANTS.add("case.signed", "A decided case is signed by the one who had it, and no other is")
def find_unsigned(now: datetime) -> Iterator[Fault]:
    signed = Q(decided_by=F("claimed_by"), decided_at__isnull=False, outcome__isnull=False) & ~Q(
        hpr_number=""
    )
    unsigned = Q(decided_by=None, decided_at=None, outcome=None, hpr_number="")
    fits = Q(state__in=DECIDED) & signed | ~Q(state__in=DECIDED) & unsigned
    yield from rows(ReviewCase.objects.exclude(fits), "{state}, and the signature does not fit")


@INVARIANTS.add("case.answer", "A case's answer is the signer's own decision about its patient")
def find_other_answers(now: datetime) -> Iterator[Fault]:
    answered = ReviewCase.objects.filter(outcome__isnull=False)
    own = Q(
        outcome__patient__person_id=F("patient__person_id"),
        outcome__source=Decision.Source.CLINICIAN,
        outcome__decided_by=F("decided_by"),
    )
    yield from rows(
        answered.exclude(own), "the answer is not the signer's decision for the patient"
    )
    eligible = Q(outcome__outcome=Outcome.ELIGIBLE)
    says = Q(state=CaseState.APPROVED) & eligible | Q(state=CaseState.REFUSED) & ~eligible
    yield from rows(answered.filter(own).exclude(says), "{state}, and the answer says otherwise")


@INVARIANTS.add("case.found", "A case stands on a decision about its own patient")
def find_decisions_of_others(now: datetime) -> Iterator[Fault]:
    others = ReviewCase.objects.exclude(decision__patient__person_id=F("patient__person_id"))
    yield from rows(others, "the decision is another patient's")
    unexposed = ReviewCase.objects.filter(
        kind=CaseKind.PEPV, decision__patient__person_id=F("patient__person_id")
    ).exclude(decision__indication=Indication.PEPV)
    yield from rows(unexposed, "after an exposure, on a decision about none")


@INVARIANTS.add("case.sent_dropped", "What a person sent is gone when the case has ended")
def find_kept_contents(now: datetime) -> Iterator[Fault]:
    kept = Q(sent__isnull=False) | Q(note__isnull=False)
    yield from rows(ReviewCase.objects.filter(kept, state__in=ENDED), "{state}, contents are kept")
    endless = Q(state__in=ENDED, closed_at=None) | Q(state__in=WAITING, closed_at__isnull=False)
    yield from rows(ReviewCase.objects.filter(endless), "{state}, and its end does not fit that")


@INVARIANTS.add("case.exposure_dropped", "An exposure's days are gone when they mean nothing more")
def find_kept_exposures(now: datetime) -> Iterator[Fault]:
    day_14_over = oslo_date(now - _SWEEP_MAY_LAG) - timedelta(days=KEPT_FOR_DAYS)
    dated = ReviewCase.objects.filter(prevents_until__isnull=False)
    late = dated.filter(state__in=ENDED, prevents_until__lt=day_14_over + PREVENTS_DISEASE_FOR)
    yield from rows(late, "day 4 was {prevents_until}")
    over = dated.filter(state__in=[CaseState.REFUSED, CaseState.WITHDRAWN, CaseState.CLOSED])
    yield from rows(over.exclude(pk__in=late.values("pk")), "{state}, and day 4 is kept")


@INVARIANTS.add("case.days", "Day 4 and the last day follow from the exposure (R11, R12)")
def find_odd_days(now: datetime) -> Iterator[Fault]:
    dated = ReviewCase.objects.exclude(prevents_until=None, deadline=None)
    plain = ("prevents_until", "deadline", "high_risk")
    for row, unreadable in opened(dated, *plain, encrypted=["exposed_on"]):
        if unreadable:  # the fault of another invariant
            continue
        exposed_on, last = row["exposed_on"], KEPT_FOR_DAYS if row["high_risk"] else 4
        days = (row["prevents_until"], row["deadline"])
        if exposed_on is None or days != (
            exposed_on + PREVENTS_DISEASE_FOR,
            exposed_on + timedelta(days=last),
        ):
            yield Fault(table_of(ReviewCase), (str(row["pk"]),), "its days do not fit each other")


@INVARIANTS.add("case.events", "Every case tells when it was opened and how it ended")
def find_untold(now: datetime) -> Iterator[Fault]:
    of_case = ReviewCaseEvent.objects.filter(case=OuterRef("pk"))
    opening = of_case.filter(action=ReviewCaseEvent.Action.OPEN)
    endings = {
        CaseState.APPROVED: ReviewCaseEvent.Action.APPROVE,
        CaseState.REFUSED: ReviewCaseEvent.Action.REFUSE,
        CaseState.WITHDRAWN: ReviewCaseEvent.Action.WITHDRAW,
        CaseState.CLOSED: ReviewCaseEvent.Action.CLOSE,
    }
    yield from rows(ReviewCase.objects.filter(~Exists(opening)), "nothing tells that it was opened")
    for state, action in endings.items():
        untold = ReviewCase.objects.filter(~Exists(of_case.filter(action=action)), state=state)
        yield from rows(untold, "{state}, and nothing tells of it")
