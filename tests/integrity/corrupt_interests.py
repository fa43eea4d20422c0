"""Those who want to be told of times, broken by hand."""

from datetime import timedelta

from eligibility.models import GroupInterest
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import NOW, World

A_DAY = timedelta(days=1)


def waits(**fields: object) -> GroupInterest:
    interest = GroupInterest.objects.filter(ended_at=None, **fields).order_by("pk").first()
    assert interest
    return interest


def left() -> GroupInterest:
    interest = GroupInterest.objects.filter(end="left").first()
    assert interest
    return interest


@corrupts("interest.dropped", past="interest_dropped_iff_ended")
def still_known_after_leaving(world: World) -> str:
    return change(left(), priority_group="3")


@corrupts("interest.dropped", past="interest_known_end interest_dropped_iff_ended")
def gone_for_no_reason(world: World) -> str:
    return change(left(), end="")


@corrupts("interest.dropped", past="interest_dropped_iff_ended")
def waits_without_a_language(world: World) -> str:
    return change(waits(), language=None)


@corrupts("interest.once", past="interest_one_per_contact")
def one_contact_waits_twice(world: World) -> set[str]:
    one, other = waits(told_at=None), waits(told_at__isnull=False)
    same = {"contact": one.contact, "contact_hash": one.contact_hash}
    return {change(other, **same), str(one.pk)}


@corrupts("interest.forgotten")
def kept_too_long(world: World) -> str:
    return change(waits(told_at=None), consented_at=NOW - 200 * A_DAY)


@corrupts("interest.forgotten")
def told_long_ago(world: World) -> str:
    return change(waits(told_at__isnull=False), told_at=NOW - 31 * A_DAY)


@corrupts("interest.words")
def of_group_four(world: World) -> str:
    return change(waits(), priority_group="4")


@corrupts("interest.words")
def anothers_contact(world: World) -> str:
    return change(waits(), contact={"channel": "sms", "address": "+4799999999"})
