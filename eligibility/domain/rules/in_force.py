"""Which rule set is in force on a day: what was put in force, and taken back again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from eligibility.domain.rules.registry import first_rule_set, rule_set_named
from eligibility.domain.rules.rule_set import RuleSet


class NoRuleSetInForceError(LookupError):
    """The day lies before the first rule set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutInForce:
    """A rule set that somebody put in force from a day on.

    The highest `revision` (1, 2, ...) of a day counts; `rule_set` is "" where it takes back the one
    before it.
    """

    rule_set: str
    from_date: date
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The rule set that decides, and since when."""

    name: str
    since: date


def standing(put: Iterable[PutInForce]) -> list[PutInForce]:
    """Return what counts: the last word on each day, unless it takes back; by day."""
    newest: dict[date, PutInForce] = {}
    for entry in sorted(put, key=_revision):
        newest[entry.from_date] = entry
    return [newest[day] for day in sorted(newest) if newest[day].rule_set]


def in_force(on: date, put: Iterable[PutInForce]) -> InForce:
    """Return which rule set is in force on a day, whether the code has it or not.

    The first rule set in the code holds from its own day until somebody puts another one in force:
    a new one in the code decides nothing by itself. Raises NoRuleSetInForceError before that day.
    """
    begun = [entry for entry in standing(put) if entry.from_date <= on]
    if begun:
        return InForce(name=begun[-1].rule_set, since=begun[-1].from_date)
    first = first_rule_set()
    if on < first.valid_from:
        raise NoRuleSetInForceError(on)
    return InForce(name=first.name, since=first.valid_from)


def rule_set_in_force(on: date, put: Iterable[PutInForce] = ()) -> RuleSet:
    """Return the rule set in force on a day.

    Raises NoRuleSetInForceError before the first, UnknownRuleSetError for one that is gone from the
    code.
    """
    return rule_set_named(in_force(on, put).name)


def _revision(entry: PutInForce) -> int:
    return entry.revision
