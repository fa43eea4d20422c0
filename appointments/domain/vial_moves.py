"""Whom to ask to move, the afternoon before, so that fewer vials are planned for one or two."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from appointments.domain.vial_batches import SAME_COST, Plan, movable_indexes, plan_batches
from appointments.domain.vial_offers import deltas
from appointments.domain.vial_policy import VialPolicy


def propose_moves(
    times: Sequence[int],
    movable: Mapping[int, Collection[int]] | Collection[int],
    policy: VialPolicy,
) -> list[int]:
    """Name whom to ask to move, as ascending indexes into the sorted `times`.

    `propose_places` without the places: see there. Source: vial planning, cutoff.
    """
    return sorted(propose_places(times, movable, policy))


def propose_places(
    times: Sequence[int],
    movable: Mapping[int, Collection[int]] | Collection[int],
    policy: VialPolicy,
) -> dict[int, int]:
    """Propose moves that save vials: index into the sorted `times` -> the minute to move to.

    `movable` maps index -> the free minutes that person said they can take. People given as
    indexes or flags (see `movable_indexes`) can take any minute at which another is booked.

    The cheapest plan with moves names people. A proposal stands if each of them gets an accepted
    minute of their own that shares a vial once they have left, and if the plan with all of them
    moved, `move_cost` for each included, is cheaper and has no more vials. A place that only
    another proposed move would free does not count: one person's no must not take away
    another's place. Best is the place that makes the plan cheapest, then the nearest.

    At most `max_moves` people, never more than `max_asks`. To ask again after a no, leave that
    person out of `movable`. For m movable people O(m * (n + minutes) log n) and some plans.
    Raises TimesNotInOrderError, UnknownIndexError. Source: vial planning, cutoff.
    """
    policy = replace(policy, max_moves=min(policy.max_moves, policy.max_asks))
    before = plan_batches(times, policy)
    open_to = {
        index: sharing
        for index, minutes in _accepted_minutes(times, movable).items()
        if (sharing := _sharing(_without(times, [index]), minutes - {times[index]}, policy))
    }
    while moved := plan_batches(times, policy, movable=open_to).moved:
        places = _find_places(times, moved, open_to, policy)
        if places and _saves(times, places, before, policy):
            return places
        for index in _hopeless(times, moved, open_to, before, policy) or moved[-1:]:
            del open_to[index]
    return {}


def _accepted_minutes(
    times: Sequence[int], movable: Mapping[int, Collection[int]] | Collection[int]
) -> dict[int, set[int]]:
    indexes = sorted(movable_indexes(movable, len(times)))
    if isinstance(movable, Mapping):
        return {index: set(movable[index]) for index in indexes}
    return {index: set(times) for index in indexes}


def _find_places(
    times: Sequence[int],
    leaving: Collection[int],
    open_to: Mapping[int, set[int]],
    policy: VialPolicy,
) -> dict[int, int]:
    """Give each who leaves a minute of their own, needing no more vials; {} if that fails."""

    def place(kept: list[int], waiting: list[int], taken: set[int]) -> dict[int, int] | None:
        if not waiting:
            return {}
        index, *others = waiting

        def worth(minute: int) -> tuple[float, int, int]:
            cost = plan_batches(sorted([*kept, minute]), policy).cost
            return round(cost, 9), abs(minute - times[index]), minute

        for minute in sorted(_sharing(kept, open_to[index] - taken, policy), key=worth):
            rest = place(sorted([*kept, minute]), others, taken | {minute})
            if rest is not None:
                return {index: minute, **rest}
        return None

    return place(_without(times, leaving), list(leaving), set()) or {}


def _saves(
    times: Sequence[int], places: Mapping[int, int], before: Plan, policy: VialPolicy
) -> bool:
    after = plan_batches(sorted([*_without(times, places), *places.values()]), policy)
    cost = after.cost + policy.move_cost * len(places)
    return cost < before.cost - SAME_COST and len(after.batches) <= len(before.batches)


def _hopeless(
    times: Sequence[int],
    moved: Collection[int],
    open_to: Mapping[int, set[int]],
    before: Plan,
    policy: VialPolicy,
) -> list[int]:
    """Return who of several would save nothing by moving alone either."""
    return [
        index
        for index in moved
        if not _saves(times, _find_places(times, [index], open_to, policy), before, policy)
    ]


def _sharing(kept: Iterable[int], minutes: Iterable[int], policy: VialPolicy) -> set[int]:
    return {minute for minute, opens in deltas(kept, minutes, policy).items() if opens == 0}


def _without(times: Sequence[int], leaving: Collection[int]) -> list[int]:
    return [minute for index, minute in enumerate(times) if index not in leaving]
