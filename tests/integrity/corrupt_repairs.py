"""Plannings at the cutoff, and those they asked, broken by hand."""

from datetime import timedelta

from appointments.models import MoveAsk, Repair, Slot
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import NOW, World

A_DAY = timedelta(days=1)


def under_way() -> Repair:
    return Repair.objects.get(ended_at=None)


def ended() -> Repair:
    return Repair.objects.get(ended_at__isnull=False, asks__isnull=False)


def ask(state: str) -> MoveAsk:
    return MoveAsk.objects.filter(state=state)[0]


@corrupts("repair.ended", past="repair_result_iff_ended")
def without_result(world: World) -> str:
    return change(ended(), vials_after=None)


@corrupts("repair.ended")
def ended_before_it_began(world: World) -> str:
    repair = ended()
    return change(repair, ended_at=repair.started_at - A_DAY)


@corrupts("repair.one_at_a_time", past="repair_one_at_a_time")
def two_at_once(world: World) -> set[str]:
    one, other = under_way(), ended()
    return {
        change(other, session_id=one.session_id, number=99, ended_at=None, vials_after=None),
        str(one.pk),
    }


@corrupts("repair.number", past="repair_number_once")
def one_number_twice(world: World) -> set[str]:
    one, other = under_way(), ended()
    return {change(other, session_id=one.session_id, number=one.number), str(one.pk)}


@corrupts("repair.swept")
def forgotten(world: World) -> str:
    return change(under_way(), answer_by=NOW - A_DAY)


@corrupts("repair.policy")
def impossible_policy(world: World) -> str:
    return change(under_way(), policy={"window_min": 0})


@corrupts("repair.policy")
def policy_of_another_make(world: World) -> str:
    return change(under_way(), policy={"window_min": 120, "luck": 1})


@corrupts("ask.state", past="ask_known_state")
def unknown_state(world: World) -> str:
    return change(ask("asked"), state="perhaps")


@corrupts("ask.state")
def open_after_the_end(world: World) -> str:
    one = ended().asks.get(state="moved")
    return change(one, state="yes")


@corrupts("ask.answer")
def yes_at_no_time(world: World) -> str:
    return change(ask("moved"), answered_at=None)


@corrupts("ask.answer")
def answered_without_an_answer(world: World) -> str:
    return change(ask("asked"), answered_at=NOW)


@corrupts("ask.times")
def to_another_day(world: World) -> str:
    one = ask("asked")
    other = Slot.objects.exclude(session=one.repair.session)[0]
    return change(one, to_slot=other)


@corrupts("ask.times")
def to_where_they_are(world: World) -> str:
    one = ask("asked")
    return change(one, to_slot_id=one.from_slot_id)


@corrupts("ask.once", past="ask_once_a_repair")
def asked_twice(world: World) -> set[str]:
    one, other = ask("asked"), ended().asks.get(state="moved")
    return {
        change(other, repair=one.repair, appointment=one.appointment, state="no"),
        str(one.pk),
    }


@corrupts("ask.not_too_many")
def more_than_allowed(world: World) -> str:
    repair = under_way()
    return change(repair, policy={**repair.policy, "max_asks": 0})
