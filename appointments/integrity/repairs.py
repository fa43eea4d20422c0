"""What is always true of the plannings at the cutoff, and of those they asked to move."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q

from appointments.domain.repairs import ASKING, AskState
from appointments.domain.vial_policy import ImpossiblePolicyError
from appointments.models import MoveAsk, Repair
from appointments.selectors.repairs import policy_of_repair
from integrity.invariants import Fault, Invariants
from integrity.rows import CHUNK, groups, rows, table_of

INVARIANTS = Invariants()
# The sweep runs every half minute; one that is late is no fault.
SWEEP_GRACE = timedelta(minutes=15)
_ANSWERED = [AskState.YES, AskState.NO, AskState.MOVED, AskState.KEPT]
_UNANSWERED = [AskState.ASKED, AskState.LAPSED]


@INVARIANTS.add("repair.ended", "A planning has its result when it has ended, and not before")
def find_half_ended(now: datetime) -> Iterator[Fault]:
    whole = Q(ended_at=None, vials_after=None) | Q(
        ended_at__gte=F("started_at"), vials_after__isnull=False
    )
    yield from rows(Repair.objects.exclude(whole), "ended {ended_at}, {vials_after} vials after")


@INVARIANTS.add("repair.one_at_a_time", "A session has one planning at a time")
def find_two_at_once(now: datetime) -> Iterator[Fault]:
    doubled = (
        Repair.objects.filter(ended_at=None)
        .values("session_id")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(doubled, "{times} plannings of session {session_id} go on")


@INVARIANTS.add("repair.number", "The plannings of a session are numbered, each number once")
def find_odd_numbers(now: datetime) -> Iterator[Fault]:
    doubled = (
        Repair.objects.values("session_id", "number")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(doubled, "number {number} of session {session_id} is {times} plannings")


@INVARIANTS.add("repair.swept", "Plannings whose time to answer is over have ended")
def find_stale(now: datetime) -> Iterator[Fault]:
    stale = Repair.objects.filter(ended_at=None, answer_by__lte=now - SWEEP_GRACE)
    yield from rows(stale, "the time to answer is long over: does the worker run?")


@INVARIANTS.add("repair.policy", "A planning keeps the policy it went by, one that can be meant")
def find_unreadable_policies(now: datetime) -> Iterator[Fault]:
    for repair in Repair.objects.only("policy").iterator(chunk_size=CHUNK):
        try:
            policy_of_repair(repair)
        except (ImpossiblePolicyError, KeyError, TypeError, ValueError) as error:
            yield Fault(table_of(Repair), (str(repair.pk),), f"cannot be read: {error}")


@INVARIANTS.add("ask.state", "Where an ask is, is known; none is open after its planning has ended")
def find_odd_states(now: datetime) -> Iterator[Fault]:
    unknown = ~Q(state__in=list(AskState))
    open_still = Q(state__in=list(ASKING), repair__ended_at__isnull=False)
    yield from rows(MoveAsk.objects.filter(unknown | open_still), "{state}, the planning has ended")


@INVARIANTS.add("ask.answer", "Whoever answered has a time of the answer, nobody else")
def find_odd_answers(now: datetime) -> Iterator[Fault]:
    missing = Q(state__in=_ANSWERED, answered_at=None)
    too_much = Q(state__in=_UNANSWERED, answered_at__isnull=False)
    yield from rows(MoveAsk.objects.filter(missing | too_much), "{state}, answered {answered_at}")


@INVARIANTS.add("ask.times", "An ask is about two different times of the session that is planned")
def find_odd_times(now: datetime) -> Iterator[Fault]:
    inside = Q(
        from_slot__session_id=F("repair__session_id"), to_slot__session_id=F("repair__session_id")
    ) & ~Q(from_slot_id=F("to_slot_id"))
    odd = MoveAsk.objects.exclude(inside)
    yield from rows(odd, "from slot {from_slot_id} to {to_slot_id}, of another session or the same")


@INVARIANTS.add("ask.once", "Nobody is asked twice about a session")
def find_asked_twice(now: datetime) -> Iterator[Fault]:
    doubled = (
        MoveAsk.objects.values("repair__session_id", "appointment_id")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(doubled, "appointment {appointment_id} was asked {times} times")


@INVARIANTS.add("ask.not_too_many", "No more are asked or moved than the policy allows")
def find_too_many(now: datetime) -> Iterator[Fault]:
    moved = Count("asks", filter=Q(asks__state=AskState.MOVED))
    counted = Repair.objects.annotate(asked=Count("asks"), moved=moved).filter(asked__gt=0)
    for repair in counted.only("policy").iterator(chunk_size=CHUNK):
        try:
            policy = policy_of_repair(repair)
        except (ImpossiblePolicyError, KeyError, TypeError, ValueError):  # repair.policy says so
            continue
        asked, has_moved = repair.asked, repair.moved
        if asked > policy.max_asks or has_moved > policy.max_moves:
            what = f"{asked} asked of {policy.max_asks}, {has_moved} moved of {policy.max_moves}"
            yield Fault(table_of(Repair), (str(repair.pk),), what)
