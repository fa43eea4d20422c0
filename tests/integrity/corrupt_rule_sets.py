"""Breaks what is always true of the rule sets that were put in force."""

from datetime import date, datetime, timedelta

from clinics.models import Staff
from eligibility.models import RuleSetInForce
from tests.integrity.corrupting import corrupts
from tests.integrity.world import NOW, World

NAME = "fhi-2023-05-23"
AHEAD = NOW.date() + timedelta(days=10)


def put(
    rule_set: str = NAME, from_date: date = AHEAD, revision: int = 1, put_at: datetime = NOW
) -> str:
    """Write a row behind the service's back; return its id."""
    row = RuleSetInForce.objects.create(
        rule_set=rule_set,
        from_date=from_date,
        revision=revision,
        put_by=Staff.objects.earliest("pk"),
        put_at=put_at,
    )
    return str(row.pk)


@corrupts("rule_set.known")
def gone_from_the_code(world: World) -> str:
    return put("fhi-1999-01-01")


@corrupts("rule_set.ahead")
def put_for_yesterday(world: World) -> str:
    return put(from_date=NOW.date() - timedelta(days=1))


@corrupts("rule_set.ahead")
def taken_back_on_its_day(world: World) -> str:
    put(put_at=NOW - timedelta(days=1), from_date=NOW.date())
    return put("", from_date=NOW.date(), revision=2)


@corrupts("rule_set.valid")
def in_force_before_it_holds(world: World) -> str:
    long_ago = NOW - timedelta(days=5 * 365)
    return put(from_date=long_ago.date(), put_at=long_ago)


@corrupts("rule_set.revisions")
def put_twice_without_taking_back(world: World) -> str:
    put()
    return put(revision=2)


@corrupts("rule_set.revisions")
def a_revision_is_missing(world: World) -> str:
    return put(revision=3)


@corrupts("rule_set.revisions", past="one_rule_set_a_day")
def two_first_revisions(world: World) -> str:
    put()
    return put()


@corrupts("rule_set.revisions", past="rule_set_is_there_to_take_back")
def takes_back_nothing(world: World) -> str:
    return put("")
