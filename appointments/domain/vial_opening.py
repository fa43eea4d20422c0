"""When to open a vial on the day, and how few vials the day could have taken."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence

from appointments.domain.vial_policy import VialPolicy

HOLDS = (10, 20)  # minutes that people may be asked to wait for a fuller vial


class TooFewYieldsError(ValueError):
    """Arrivals are left when the yields of all vials given are used up."""


def hold_minutes(
    now: int, waiting: int | Collection[int], future: Iterable[int], policy: VialPolicy
) -> int:
    """Return how long to wait before opening a vial for those who wait; 0 = open now.

    Asked when someone waits and no open vial has a dose for them. `now` in minutes; `waiting`:
    how many wait, or the minutes since which each of them does (then the time already waited
    counts); `future`: the booked minutes of those who have not come, in any order.

    0 when the window covers the rest of the day, or when those who wait and those the window
    reaches fill the vial. Otherwise the shortest of HOLDS, within `hold_min`, after which the
    window reaches a booked person that it would miss now; 0 if none does. O(future).
    Source: vial planning, on the day.
    """
    reach = now + policy.window_min
    expected = list(future)
    missed = [minute for minute in expected if minute > reach]
    if isinstance(waiting, int):
        here, patience = waiting, policy.hold_min
    else:
        here = len(waiting)
        patience = policy.hold_min - max(0, now - min(waiting, default=now))
    if not missed or here + len(expected) - len(missed) >= policy.booked_per_vial:
        return 0
    return next((hold for hold in HOLDS if min(missed) - reach <= hold <= patience), 0)


def hindsight_vials(
    arrivals: Iterable[int], window_min: int, yields: Sequence[int], max_wait: int
) -> int:
    """Count the fewest vials that could have served these arrivals, all known beforehand.

    `arrivals` in minutes, in any order; a vial lives `window_min` from its first puncture; the
    j-th vial opened gives `yields[j]` doses; nobody waits longer than `max_wait`.

    Exact without a search. Vials and arrivals can be uncrossed, so each vial serves neighbours
    in time; they fit when the last comes within window_min + max_wait of the first, as the vial
    can wait for max_wait minutes before it is opened. Serving as many as fit never leaves fewer
    served. O(n log n). Raises TooFewYieldsError. Source: vial planning, contract and bars.
    """
    ordered = sorted(arrivals)
    served = vials = 0
    while served < len(ordered):
        if vials == len(yields):
            raise TooFewYieldsError
        in_time = bisect_right(ordered, ordered[served] + window_min + max_wait)
        served = min(served + yields[vials], in_time)
        vials += 1
    return vials
