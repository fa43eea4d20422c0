"""Which times to offer first: those that share a vial already planned."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from appointments.domain.vial_batches import end_of_vial
from appointments.domain.vial_policy import VialPolicy

NEAR_BEST = 0.8  # a new vial with this share of the best expected joiners is as good as the best
ROUNDING = 1e-9

Place = TypeVar("Place")


def deltas(times: Iterable[int], free: Iterable[int], policy: VialPolicy) -> dict[int, int]:
    """Say for each free minute whether one more person there opens a new vial (1) or not (0).

    `times` are the booked minutes and `free` the minutes to judge, both in any order. Equals
    `min_vials` after minus before. One backward pass over the bookings counts the vials from
    each person on; a free minute then changes at most one vial of the greedy plan.
    O((n + free) log n). Source: vial planning, offering.
    """
    booked = sorted(times)
    span, cap = policy.span_min, policy.booked_per_vial
    ends = [end_of_vial(booked, start, span, cap) for start in range(len(booked))]
    vials_from = [0] * (len(booked) + 1)
    for start in reversed(range(len(booked))):
        vials_from[start] = 1 + vials_from[ends[start]]
    starts = []
    start = 0
    while start < len(booked):
        starts.append(start)
        start = ends[start]
    opening_times = [booked[start] for start in starts]

    def vials_with(minute: int) -> int:
        opened = bisect_right(opening_times, minute)
        end = 0
        if opened:
            start = starts[opened - 1]
            end = ends[start]
            if minute - booked[start] <= span:
                if end - start < cap:
                    return len(starts)
                if minute < booked[end - 1]:  # the full vial passes its last person on
                    return opened + vials_from[end - 1]
        room = min(end + cap - 1, len(booked))
        return opened + 1 + vials_from[bisect_right(booked, minute + span, end, room)]

    return {minute: vials_with(minute) - len(starts) for minute in free}


def expected_joiners(
    day_lead: float,
    minute: int,
    rate: float,
    popularity: Callable[[int], float] | Mapping[int, float],
    policy: VialPolicy,
) -> float:
    """Return how many people are expected to join a vial that a booking at `minute` opens.

    `day_lead`: days to the cutoff (none are left once it has passed); `rate`: recent bookings a
    day times the share who can attend that day; `popularity`: minute -> share of people, as a
    function or a mapping (a minute it lacks suits nobody). Never more than the vial has room
    for. Source: vial planning, offering.
    """
    share = popularity.get(minute, 0.0) if isinstance(popularity, Mapping) else popularity(minute)
    joining = policy.join_discount * rate * max(0.0, day_lead) * share
    return min(policy.booked_per_vial - 1.0, joining)


def shortlist(
    wanted: Iterable[Place],
    delta: Callable[[Place], int],
    joiners: Callable[[Place], float],
    policy: VialPolicy,
) -> list[Place]:
    """Choose the places to show first, in the order of `wanted`.

    Those that share a vial; if there are none, those whose new vial is expected to fill
    (`need_joiners`); if there are none of these either, those within 80 % of the best. Empty
    only if `wanted` is. `joiners` is asked only when no place shares a vial. O(wanted).
    Source: vial planning, offering.
    """
    places = list(wanted)
    sharing = [place for place in places if delta(place) == 0]
    if sharing or not places:
        return sharing
    expected = [joiners(place) for place in places]
    best = max(expected)
    enough = policy.need_joiners if best >= policy.need_joiners - ROUNDING else NEAR_BEST * best
    return [
        place for place, count in zip(places, expected, strict=True) if count >= enough - ROUNDING
    ]
