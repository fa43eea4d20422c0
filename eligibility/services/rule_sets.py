"""Which rule set decides, and putting another one in force from a day on."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date
from eligibility.domain import rules
from eligibility.domain.rules import PutInForce, RuleSet, rule_set_named, standing
from eligibility.models import RuleSetInForce


class InThePastError(ValueError):
    """A rule set cannot be put in force from a day that is over."""


class NotValidYetError(ValueError):
    """The rule set itself does not hold yet on that day."""


class DayTakenError(ValueError):
    """A rule set is put in force from that day already."""


class AlreadyInForceError(ValueError):
    """The rule set is in force on that day anyway."""


class NotAheadError(ValueError):
    """It has begun, or was taken back: only what is still ahead can be taken back."""


def put_so_far() -> list[PutInForce]:
    """Return all that was ever put in force, in one query."""
    return [
        PutInForce(rule_set=name, from_date=day, revision=revision)
        for name, day, revision in RuleSetInForce.objects.values_list(
            "rule_set", "from_date", "revision"
        )
    ]


def rule_set_in_force(on: date) -> RuleSet:
    """Return the rule set that decides on a day, in one query.

    Raises NoRuleSetInForceError before the first, UnknownRuleSetError where the code no longer has
    the one that was put in force.
    """
    return in_force(on)[0]


def in_force(on: date) -> tuple[RuleSet, date]:
    """Return the rule set that decides on a day and since when, in one query.

    Raises as `rule_set_in_force` does.
    """
    found = rules.in_force(on, put_so_far())
    return rule_set_named(found.name), found.since


def next_revision(*, rule_set: str, from_date: date, now: datetime) -> int:
    """Return the revision that putting a rule set in force would be; nothing is written.

    Raises UnknownRuleSetError, InThePastError, NotValidYetError, DayTakenError and, where it would
    change nothing, AlreadyInForceError.
    """
    found = rule_set_named(rule_set)
    if from_date < oslo_date(now):
        raise InThePastError(from_date)
    if from_date < found.valid_from:
        raise NotValidYetError(found.valid_from)
    put = put_so_far()
    if any(entry.from_date == from_date for entry in standing(put)):
        raise DayTakenError(from_date)
    if rules.in_force(from_date, put).name == rule_set:
        raise AlreadyInForceError(rule_set)
    return 1 + max((entry.revision for entry in put if entry.from_date == from_date), default=0)


def put_in_force(*, rule_set: str, from_date: date, by: Actor, now: datetime) -> RuleSetInForce:
    """Put a rule set in force from a day on, today at the earliest, until another one follows.

    It holds for all clinics. Raises as `next_revision` does.
    """
    return _add(
        rule_set,
        from_date,
        next_revision(rule_set=rule_set, from_date=from_date, now=now),
        action="rule_set.put_in_force",
        reason=f"{rule_set} {from_date}",
        by=by,
        now=now,
    )


def take_back(*, entry_id: int, by: Actor, now: datetime) -> RuleSetInForce:
    """Take back what is still ahead: the rule set before it goes on. Return the row that says so.

    Raises NotAheadError for one that has begun or was taken back before.
    """
    entry = RuleSetInForce.objects.get(pk=entry_id)
    counts = [one for one in standing(put_so_far()) if one.from_date == entry.from_date]
    is_last = bool(counts) and counts[0].revision == entry.revision
    if not is_last or entry.from_date <= oslo_date(now):
        raise NotAheadError(entry_id)
    try:
        return _add(
            "",
            entry.from_date,
            entry.revision + 1,
            action="rule_set.taken_back",
            reason=f"{entry.rule_set} {entry.from_date}",
            by=by,
            now=now,
        )
    except DayTakenError:
        raise NotAheadError(entry_id) from None


@transaction.atomic
def _add(
    rule_set: str,
    from_date: date,
    revision: int,
    *,
    action: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> RuleSetInForce:
    try:
        # Two at the same moment read the same revisions: the unique constraint lets one through.
        with transaction.atomic():
            row = RuleSetInForce.objects.create(
                rule_set=rule_set,
                from_date=from_date,
                revision=revision,
                put_by_id=int(by.id),
                put_at=now,
            )
    except IntegrityError:
        raise DayTakenError(from_date) from None
    record(action=action, by=by, now=now, object_id=row.pk, reason=reason)
    return row
