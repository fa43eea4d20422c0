"""The end of a day, and fees, broken by hand."""

from datetime import timedelta

from django.db.models import F

from appointments.models import DayClosing
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import World

A_DAY = timedelta(days=1)


def in_force() -> DayClosing:
    return DayClosing.objects.get(reopened_at=None)


def reopened() -> DayClosing:
    return DayClosing.objects.get(reopened_at__isnull=False)


@corrupts("closing.once", past="closing_one_in_force closing_reopening_is_signed")
def ended_twice(world: World) -> str:
    change(reopened(), reopened_at=None, reopened_by=None)
    return str(DayClosing.objects.values_list("session_id", flat=True).distinct().get())


@corrupts("closing.times")
def ended_before_it_began(world: World) -> str:
    return change(in_force(), closed_at=F("closed_at") - 30 * A_DAY)


@corrupts("closing.times", past="closing_reopening_is_signed")
def reopened_before_it_ended(world: World) -> str:
    return change(reopened(), reopened_at=F("closed_at") - A_DAY)


@corrupts("closing.running")
def ended_a_draft(world: World) -> set[str]:
    change(in_force().session, state="draft")
    return {str(pk) for pk in DayClosing.objects.values_list("pk", flat=True)}


@corrupts("closing.reason")
def reopened_for_nothing(world: World) -> str:
    return change(reopened(), reopen_reason="")


@corrupts("closing.numbers")
def somebody_in_limbo(world: World) -> str:
    closing = in_force()
    return change(closing, numbers=closing.numbers | {"undone": 1})


@corrupts("closing.numbers")
def fewer_people_than_booked(world: World) -> str:
    closing = in_force()
    return change(closing, numbers=closing.numbers | {"no_shows": 7})


@corrupts("closing.numbers")
def somebody_came_to_nothing(world: World) -> str:
    closing = in_force()
    more = {"came": closing.numbers["came"] + 1, "booked": closing.numbers["booked"] + 1}
    return change(closing, numbers=closing.numbers | more)


@corrupts("closing.numbers")
def fewer_vials_than_the_bound(world: World) -> str:
    closing = in_force()
    return change(closing, numbers=closing.numbers | {"fewest_vials": 9})


@corrupts("appointment.fee")
def a_fee_of_who_did_not_come(world: World) -> str:
    return change(world.an("booked"), fee="paid")
