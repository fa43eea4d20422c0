"""Counts of people that are shown as statistics: small ones are hidden, so that nobody stands out.

A hidden count must not follow from what is shown: where one is hidden and the total is known, a
second one is hidden too.
"""

from collections.abc import Mapping
from typing import TypeVar

SMALLEST_SHOWN = 5

Name = TypeVar("Name")


def shown_counts(counts: Mapping[Name, int]) -> dict[Name, int | None]:
    """Return the counts of one total's parts as they may be shown; None is a hidden one.

    Counts from 1 to 4 are hidden; 0 singles nobody out. If what is hidden adds up to fewer than 5
    (one count, or so few that the total minus the others tells it), the smallest of the others go
    too until it does not; where no other is left, all are hidden, and the total must be as well.
    """
    hidden = {name for name, count in counts.items() if 0 < count < SMALLEST_SHOWN}
    others = sorted(
        (name for name, count in counts.items() if count >= SMALLEST_SHOWN),
        key=lambda name: counts[name],
    )
    while hidden and _is_told(counts, hidden) and others:
        hidden.add(others.pop(0))
    return {name: None if name in hidden else count for name, count in counts.items()}


def shown_total(counts: Mapping[Name, int]) -> int | None:
    """Return the total as it may be shown beside ``shown_counts``; None is a hidden one."""
    total = sum(counts.values())
    hidden = {name for name, shown in shown_counts(counts).items() if shown is None}
    told = bool(hidden) and _is_told(counts, hidden)
    return None if told or 0 < total < SMALLEST_SHOWN else total


def _is_told(counts: Mapping[Name, int], hidden: set[Name]) -> bool:
    """Tell whether the total minus what is shown says what was to be hidden."""
    return len(hidden) == 1 or sum(counts[name] for name in hidden) < SMALLEST_SHOWN
