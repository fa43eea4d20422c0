"""Reminders of dose 2 and the answers to them, broken by hand."""

from datetime import timedelta

from appointments.models import NextAnswer
from notifications.models import Message
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import World


def answer(end: str) -> NextAnswer:
    return NextAnswer.objects.get(end=end)


def reminder() -> Message:
    found = Message.objects.filter(kind="next_due").order_by("created_at", "pk").first()
    assert found
    return found


@corrupts("next_answer.end", past="next_answer_known")
def says_something_else(world: World) -> str:
    return change(answer(""), said="perhaps")


@corrupts("next_answer.end", past="next_answer_end_is_whole")
def settled_by_nobody(world: World) -> str:
    return change(answer("holds"), ended_by=None)


@corrupts("next_answer.end", past="next_answer_end_is_whole")
def open_and_ended(world: World) -> str:
    return change(answer("taken_back"), end="")


@corrupts("next_due.days")
def reminded_on_day_27(world: World) -> str:
    one = reminder()
    return change(one, created_at=one.created_at - timedelta(days=13))


@corrupts("next_due.days")
def reminded_after_seven_months(world: World) -> str:
    one = reminder()
    return change(one, created_at=one.created_at + timedelta(days=170))
