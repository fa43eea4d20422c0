"""How long the planner's functions take, the best of many runs."""

from collections.abc import Callable
from time import process_time

from appointments.domain.vial_planning import VialPolicy, deltas, plan_batches
from benchmarks.bars import Bar, at_most, show

RUNS = 30
SLOTS = [slot * 10 for slot in range(48)]


def run() -> list[Bar]:
    """Time all deltas of a day, and the plan of a crowd."""
    policy = VialPolicy(window_min=60)
    booked, crowd = _spread(60), _spread(240)
    return [
        at_most(
            "deltas of 60 bookings and 48 slots",
            _fastest_ms(lambda: deltas(booked, SLOTS, policy)),
            1,
            "ms",
        ),
        at_most(
            "plan of 240 people",
            _fastest_ms(lambda: plan_batches(crowd, policy)),
            10,
            "ms",
        ),
        at_most(
            "plan of 240 people with two moves",
            _fastest_ms(lambda: plan_batches(crowd, policy, movable=range(len(crowd)))),
            60,
            "ms",
        ),
    ]


def _spread(people: int) -> list[int]:
    return sorted(SLOTS[index * 7 % len(SLOTS)] for index in range(people))


def _fastest_ms(act: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(RUNS):
        begun = process_time()
        act()
        best = min(best, process_time() - begun)
    return best * 1000


if __name__ == "__main__":
    show(run())
