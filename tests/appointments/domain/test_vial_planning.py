"""The invariants of vial planning, as properties of the whole module."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations, product
from math import ceil, prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.domain.vial_planning import (
    VialPolicy,
    cutoff_invites,
    deltas,
    expected_joiners,
    hindsight_vials,
    hold_minutes,
    invite_now,
    min_vials,
    plan_batches,
    propose_moves,
    propose_places,
    shortlist,
    spare_dose_probability,
)

planning = settings(deadline=None, max_examples=150)

YIELDS = (
    ((3, 0.05), (4, 0.20), (5, 0.75)),
    ((3, 0.20), (4, 0.50), (5, 0.30)),
    ((5, 1.0),),
    ((3, 0.5), (5, 0.5)),
)
minutes = st.integers(0, 20).map(lambda slot: slot * 10) | st.integers(0, 200)
policies = st.builds(
    VialPolicy,
    window_min=st.integers(1, 90) | st.just(480),
    margin_min=st.sampled_from([0, 10, 30]),
    booked_per_vial=st.integers(1, 6),
    yield_mass=st.sampled_from(YIELDS),
    p_attend_cutoff=st.sampled_from([0.5, 0.85, 1.0]),
    min_batch=st.integers(1, 4),
    move_cost=st.sampled_from([0.05, 0.3]),
    max_moves=st.integers(0, 2),
)


def days(most: int, least: int = 0) -> st.SearchStrategy[list[int]]:
    return st.lists(minutes, min_size=least, max_size=most).map(sorted)


def vials_of(times: Sequence[int], policy: VialPolicy) -> int:
    return min_vials(times, policy.span_min, policy.booked_per_vial)


def set_partitions(times: Sequence[int], policy: VialPolicy) -> Iterator[list[list[int]]]:
    """Every way to share vials, neighbours or not, that keeps to the span and the cap."""
    if not times:
        yield []
        return
    *others, last = times
    for groups in set_partitions(others, policy):
        yield [*groups, [last]]
        for at, group in enumerate(groups):
            fits = len(group) < policy.booked_per_vial
            if fits and last - min(group) <= policy.span_min:
                yield [*groups[:at], [*group, last], *groups[at + 1 :]]


@cache
def cost_by_hand(size: int, policy: VialPolicy) -> float:
    """The cost of a batch by listing who comes and what each vial yields."""

    def drawn(people: int, chance: float, vials: int, left_over: int) -> float:
        if people <= 0:
            return chance * (vials + 0.02 * left_over)
        return sum(
            drawn(people - doses, chance * mass, vials + 1, doses - people)
            for doses, mass in policy.yield_mass
        )

    p = policy.p_attend_cutoff
    expected = sum(
        drawn(sum(who), prod(p if comes else 1 - p for comes in who), 0, 0)
        for who in product((0, 1), repeat=size)
    )
    return expected + (0.25 if size < policy.min_batch else 0)


def cheapest_by_hand(times: Sequence[int], policy: VialPolicy) -> float:
    return min(
        sum(cost_by_hand(len(group), policy) for group in groups)
        for groups in set_partitions(times, policy)
    )


def without(times: Sequence[int], indexes: Sequence[int]) -> list[int]:
    return [minute for index, minute in enumerate(times) if index not in indexes]


# Invariant 1


@planning
@given(days(30), policies, st.data())
def test_batches_partition_the_kept_people_and_respect_cap_and_span(
    times: list[int], policy: VialPolicy, data: st.DataObject
) -> None:
    flags = data.draw(st.lists(st.booleans(), min_size=len(times), max_size=len(times)))
    plan = plan_batches(times, policy, movable=flags)
    in_batches = [index for batch in plan.batches for index in batch]
    assert sorted(in_batches + plan.moved) == list(range(len(times)))
    assert all(flags[index] for index in plan.moved)
    assert plan.moved == sorted(plan.moved)
    for batch in plan.batches:
        assert 1 <= len(batch) <= policy.booked_per_vial
        assert times[batch[-1]] - times[batch[0]] <= policy.span_min


@planning
@given(days(30), policies)
def test_batches_are_ranges_when_nobody_or_anybody_may_move(
    times: list[int], policy: VialPolicy
) -> None:
    for movable in ([], [True] * len(times)):
        plan = plan_batches(times, policy, movable=movable)
        assert all(isinstance(batch, range) for batch in plan.batches)


# Invariant 2


@settings(planning, max_examples=400)
@given(days(40), st.lists(st.integers(-30, 260), max_size=30), policies)
def test_delta_is_the_count_after_minus_the_count_before(
    times: list[int], free: list[int], policy: VialPolicy
) -> None:
    found = deltas(times, free, policy)
    before = vials_of(times, policy)
    assert found == {minute: vials_of([*times, minute], policy) - before for minute in free}
    assert set(found.values()) <= {0, 1}


# Invariant 3


@planning
@given(days(40), minutes, policies, st.integers(1, 60))
def test_the_count_stays_in_bounds_and_never_turns_the_wrong_way(
    times: list[int], added: int, policy: VialPolicy, more: int
) -> None:
    count = vials_of(times, policy)
    assert ceil(len(times) / policy.booked_per_vial) <= count <= len(times)
    assert vials_of([*times, added], policy) >= count
    longer = replace(policy, window_min=min(480, policy.window_min + more))
    assert vials_of(times, longer) <= count
    roomier = replace(policy, booked_per_vial=policy.booked_per_vial + more)
    assert vials_of(times, roomier) <= count


@settings(planning, max_examples=60)
@given(days(8), policies)
def test_the_greedy_count_is_the_fewest_of_all_set_partitions(
    times: list[int], policy: VialPolicy
) -> None:
    fewest = min(len(groups) for groups in set_partitions(times, policy))
    assert vials_of(times, policy) == fewest


# Invariant 4


@planning
@given(
    st.lists(
        st.tuples(st.integers(0, 480), st.sampled_from([0, 1, 1, 1]), st.floats(0, 4)), max_size=15
    ),
    policies,
)
def test_shortlist_is_a_subset_of_wanted_and_empty_only_if_wanted_is(
    wanted: list[tuple[int, int, float]], policy: VialPolicy
) -> None:
    chosen = shortlist(wanted, lambda place: place[1], lambda place: place[2], policy)
    assert [place for place in wanted if place in chosen] == chosen
    assert bool(chosen) == bool(wanted)
    if any(place[1] == 0 for place in wanted):
        assert chosen == [place for place in wanted if place[1] == 0]


# Invariant 5


@planning
@given(days(25), policies, st.data())
def test_moves_are_few_and_never_raise_the_planned_vials(
    times: list[int], policy: VialPolicy, data: st.DataObject
) -> None:
    asked = st.dictionaries(
        st.integers(0, max(0, len(times) - 1)), st.sets(minutes, max_size=8), max_size=len(times)
    )
    movable = data.draw(asked) if times else {}
    policy = replace(policy, max_asks=data.draw(st.integers(0, 6)))
    places = propose_places(times, movable, policy)
    moved = propose_moves(times, movable, policy)
    assert moved == sorted(places)
    assert len(moved) <= min(policy.max_moves, policy.max_asks)
    kept = without(times, moved)
    after = sorted([*kept, *places.values()])
    assert vials_of(after, policy) <= vials_of(times, policy)
    for index, minute in places.items():
        assert minute in movable[index]
        assert minute != times[index]
        assert deltas(without(times, [index]), [minute], policy) == {minute: 0}
    assert vials_of(after, policy) == vials_of(kept, policy)
    assert len(set(places.values())) == len(places)
    if places:
        planned, before = plan_batches(after, policy), plan_batches(times, policy)
        assert planned.cost + policy.move_cost * len(places) < before.cost
        assert len(planned.batches) <= len(before.batches)


@planning
@given(days(25), policies)
def test_a_plan_with_moves_is_never_dearer_and_moves_at_most_k(
    times: list[int], policy: VialPolicy
) -> None:
    still = plan_batches(times, policy)
    plan = plan_batches(times, policy, movable=range(len(times)))
    assert still.moved == []
    assert len(plan.moved) <= policy.max_moves
    assert plan.cost <= still.cost + 1e-9
    assert vials_of(without(times, plan.moved), policy) <= vials_of(times, policy)


# Invariant 6


@planning
@given(
    st.integers(0, 200),
    st.integers(0, 6),
    st.lists(st.integers(0, 480), max_size=12),
    policies,
    st.integers(0, 40),
)
def test_hold_never_exceeds_the_limit_and_is_only_for_someone_it_saves(
    now: int, waiting: int, future: list[int], policy: VialPolicy, limit: int
) -> None:
    policy = replace(policy, hold_min=limit)
    hold = hold_minutes(now, waiting, future, policy)
    assert hold in {0, 10, 20}
    assert hold <= limit
    if hold:
        reached = [minute for minute in future if minute <= now + policy.window_min]
        later = [minute for minute in future if minute <= now + hold + policy.window_min]
        assert waiting + len(reached) < policy.booked_per_vial
        assert len(later) > len(reached)


# Invariant 7


@planning
@given(days(15), st.lists(minutes, max_size=8), policies, st.integers(-300, 300))
def test_shifting_all_times_changes_nothing(
    times: list[int], free: list[int], policy: VialPolicy, shift: int
) -> None:
    later = [minute + shift for minute in times]
    free_later = [minute + shift for minute in free]
    everyone = range(len(times))
    assert vials_of(later, policy) == vials_of(times, policy)
    assert plan_batches(later, policy, movable=everyone) == plan_batches(
        times, policy, movable=everyone
    )
    assert deltas(later, free_later, policy) == {
        minute + shift: opens for minute, opens in deltas(times, free, policy).items()
    }
    assert propose_moves(later, dict.fromkeys(everyone, free_later), policy) == propose_moves(
        times, dict.fromkeys(everyone, free), policy
    )
    assert hold_minutes(50 + shift, 1, later, policy) == hold_minutes(50, 1, times, policy)
    assert invite_now(50 + shift, 90 + shift, 85 + shift, 1, 0, 0, policy) == invite_now(
        50, 90, 85, 1, 0, 0, policy
    )
    assert hindsight_vials(later, 60, [5] * 15, 20) == hindsight_vials(times, 60, [5] * 15, 20)


# Invariant 8


@settings(planning, max_examples=60)
@given(days(9), policies)
def test_the_plan_costs_the_least_of_all_set_partitions(
    times: list[int], policy: VialPolicy
) -> None:
    plan = plan_batches(times, policy)
    assert plan.cost == pytest.approx(cheapest_by_hand(times, policy))
    assert plan.cost == pytest.approx(
        sum(cost_by_hand(len(batch), policy) for batch in plan.batches)
    )


@settings(planning, max_examples=60)
@given(days(7), policies, st.sets(st.integers(0, 6)))
def test_the_plan_with_moves_costs_the_least_over_all_who_may_move(
    times: list[int], policy: VialPolicy, chosen: set[int]
) -> None:
    movable = {index for index in chosen if index < len(times)}
    plan = plan_batches(times, policy, movable=movable)
    by_hand = min(
        cheapest_by_hand(without(times, away), policy) + policy.move_cost * count
        for count in range(policy.max_moves + 1)
        for away in combinations(sorted(movable), count)
    )
    assert plan.cost == pytest.approx(by_hand)
    assert plan.cost == pytest.approx(
        sum(cost_by_hand(len(batch), policy) for batch in plan.batches)
        + policy.move_cost * len(plan.moved)
    )


# The functions without a number of their own


@planning
@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 3), policies)
def test_a_spare_dose_is_a_chance_that_more_people_never_raise(
    drawn: int, remaining: int, pending: int, policy: VialPolicy
) -> None:
    chance = spare_dose_probability(drawn, remaining, pending, policy)
    assert -1e-9 <= chance <= 1 + 1e-9
    assert spare_dose_probability(drawn, remaining + 1, pending, policy) <= chance + 1e-9
    assert spare_dose_probability(drawn, remaining, pending + 1, policy) <= chance + 1e-9


@planning
@given(st.integers(0, 60), policies)
def test_invites_at_the_cutoff_never_exceed_what_is_expected_to_be_left(
    booked: int, policy: VialPolicy
) -> None:
    invites = cutoff_invites(booked, policy)
    assert 0 <= invites <= policy.standby_cut_share * policy.mean_yield + 1e-9


@planning
@given(st.floats(-2, 20), st.floats(0, 60), st.floats(0, 1), policies)
def test_expected_joiners_fit_the_rest_of_a_vial(
    lead: float, rate: float, share: float, policy: VialPolicy
) -> None:
    joiners = expected_joiners(lead, 60, rate, lambda _minute: share, policy)
    assert 0 <= joiners <= policy.booked_per_vial - 1


def fewest_by_search(arrivals: list[int], window: int, yields: list[int], wait: int) -> int:
    """Try every opening minute of every vial, and every group of people it can serve."""

    @cache
    def more_vials(unserved: frozenset[int], vial: int, earliest: int) -> int:
        if not unserved:
            return 0
        best = len(arrivals) + 1
        for opened in range(earliest, arrivals[-1] + wait + 1):
            in_reach = [
                person
                for person in unserved
                if max(arrivals[person], opened) <= min(arrivals[person] + wait, opened + window)
            ]
            for group in combinations(in_reach, min(len(in_reach), yields[vial])):
                if group:
                    best = min(best, 1 + more_vials(unserved.difference(group), vial + 1, opened))
        return best

    return more_vials(frozenset(range(len(arrivals))), 0, 0)


@settings(planning, max_examples=80)
@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=5).map(sorted),
    st.integers(1, 5),
    st.lists(st.integers(1, 3), min_size=6, max_size=6),
    st.integers(0, 4),
)
def test_hindsight_is_the_fewest_over_all_openings_and_groups(
    arrivals: list[int], window: int, yields: list[int], wait: int
) -> None:
    by_search = fewest_by_search(arrivals, window, yields, wait)
    assert hindsight_vials(arrivals, window, yields, wait) == by_search
