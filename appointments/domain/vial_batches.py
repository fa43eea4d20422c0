"""The plan of a day: which bookings share a vial, and whose move away would save one.

With costs that depend only on batch sizes, two crossing batches can be uncrossed without
changing a size or widening a span. So only batches of neighbours in time need looking at.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import inf

from appointments.domain.vial_cost import batch_costs
from appointments.domain.vial_policy import VialPolicy

SAME_COST = 1e-9  # vials; the same costs added in another order differ by less than this


class TimesNotInOrderError(ValueError):
    """Times whose indexes name people must be sorted, or a wrong person would be named."""


class UnknownIndexError(ValueError):
    """An index, or a number of flags, that does not fit the times."""


class ImpossibleVialError(ValueError):
    """A vial that holds nobody, or spans less than no time."""


@dataclass(frozen=True)
class Plan:
    """Hold which people share a vial.

    `batches` are indexes into the times given, in order of time: a range each, or a tuple where
    a moved person stood between two who stay. `moved` are the indexes that are in no batch,
    ascending. `cost` is in vials and includes `move_cost` for each moved.
    """

    batches: list[Sequence[int]]
    moved: list[int]
    cost: float


def end_of_vial(ordered: Sequence[int], start: int, span: int, cap: int) -> int:
    """Return the index after the last person who fits the vial opened for `start`. O(log cap)."""
    return bisect_right(ordered, ordered[start] + span, start, min(start + cap, len(ordered)))


def min_vials(times: Iterable[int], span: int, cap: int) -> int:
    """Count the fewest vials for people at `times`. O(n log n).

    `times` in minutes, in any order; at most `span` minutes between the first and last person
    of a vial, at most `cap` people in it. The greedy count (the first person, then all who fit)
    is optimal. Raises ImpossibleVialError. Source: vial planning, formal model, G.
    """
    if span < 0 or cap < 1:
        raise ImpossibleVialError
    ordered = sorted(times)
    vials = start = 0
    while start < len(ordered):
        start = end_of_vial(ordered, start, span, cap)
        vials += 1
    return vials


def movable_indexes(movable: Collection[int] | None, people: int) -> set[int]:
    """Return who may be moved, from each form that `plan_batches` takes.

    A collection of bool holds one flag a person, in order; a mapping holds index -> the minutes
    that person can take (none: not movable); any other collection holds indexes. None is nobody.
    Raises UnknownIndexError.
    """
    if movable is None:
        return set()
    if isinstance(movable, Mapping):
        chosen = {index for index, said in movable.items() if said}
    elif movable and all(isinstance(item, bool) for item in movable):
        if len(movable) != people:
            raise UnknownIndexError
        chosen = {index for index, flag in enumerate(movable) if flag}
    else:
        chosen = set(movable)
    if not all(0 <= index < people for index in chosen):
        raise UnknownIndexError
    return chosen


def plan_batches(
    times: Sequence[int], policy: VialPolicy, *, movable: Collection[int] | None = None
) -> Plan:
    """Plan which people share a vial, at the least cost, exactly.

    `times` in minutes, sorted. `movable` says who may be moved away (see `movable_indexes`); at
    most `max_moves` are, at `move_cost` each. Where they go is not judged here: `propose_moves`
    does that. Among plans of equal cost the first vial is the fuller one, and people are moved
    from the edge of a batch rather than from inside it.
    O(n*b) without moves, O(n*b*k) steps for k moves (times k for who stands inside a batch).
    Raises TimesNotInOrderError, UnknownIndexError. Source: vial planning, formal model.
    """
    if any(later < earlier for earlier, later in pairwise(times)):
        raise TimesNotInOrderError
    chosen = movable_indexes(movable, len(times))
    search = _Search(times, chosen, policy)
    return search.plan()


@dataclass(frozen=True)
class _Step:
    """The people from one index up to `end`, `gaps` of them moved away, the rest one vial."""

    end: int
    gaps: int


class _Search:
    """The dynamic program over the sorted times, last person first."""

    def __init__(self, times: Sequence[int], movable: set[int], policy: VialPolicy) -> None:
        self.times = times
        self.movable = movable
        self.policy = policy
        self.moves = min(policy.max_moves, len(movable))
        self.costs = batch_costs(min(policy.booked_per_vial, len(times)), policy)
        self.movable_before = [0, *accumulate(i in movable for i in range(len(times)))]
        # best[left][i]: least cost of person i and all later ones, with `left` moves to spend
        self.best = [[0.0] * (len(times) + 1) for _ in range(self.moves + 1)]

    def plan(self) -> Plan:
        steps: list[list[_Step]] = [[_Step(0, 0)] * len(self.times) for _ in self.best]
        for start in reversed(range(len(self.times))):
            for left in range(self.moves + 1):
                cheapest = inf
                for cost, end, gaps in self._choices(start, left):
                    if cost < cheapest - SAME_COST:
                        cheapest, steps[left][start] = cost, _Step(end, gaps)
                self.best[left][start] = cheapest
        return self._read_back(steps)

    def _choices(self, start: int, left: int) -> Iterator[tuple[float, int, int]]:
        """Yield (cost, end, gaps) of every step from `start`, the preferred ones first."""
        cap, span = self.policy.booked_per_vial, self.policy.span_min
        costs, best, move_cost = self.costs, self.best, self.policy.move_cost
        for end in range(end_of_vial(self.times, start, span, cap), start, -1):
            yield costs[end - start] + best[left][end], end, 0
        if left and start in self.movable:
            yield move_cost + best[left - 1][start + 1], start + 1, 1
        for gaps in range(1, left + 1):
            reach = end_of_vial(self.times, start, span, cap + gaps)
            for end in range(reach, start + gaps + 1, -1):
                if self.movable_before[end - 1] - self.movable_before[start + 1] >= gaps:
                    cost = costs[end - start - gaps] + gaps * move_cost + best[left - gaps][end]
                    yield cost, end, gaps

    def _read_back(self, steps: list[list[_Step]]) -> Plan:
        batches: list[Sequence[int]] = []
        moved: list[int] = []
        start, left = 0, self.moves
        while start < len(self.times):
            step = steps[left][start]
            everyone = range(start, step.end)
            if step.gaps == len(everyone):
                moved.append(start)
            elif step.gaps:
                inside = (i for i in range(start + 1, step.end - 1) if i in self.movable)
                away = [i for i, _ in zip(inside, range(step.gaps), strict=False)]
                moved += away
                batches.append(tuple(i for i in everyone if i not in away))
            else:
                batches.append(everyone)
            start, left = step.end, left - step.gaps
        return Plan(batches, moved, self.best[self.moves][0])
