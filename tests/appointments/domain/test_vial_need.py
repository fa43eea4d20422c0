"""How many vials suffice: by example, always, and against every possible day one by one."""

from itertools import product
from math import prod

from hypothesis import given
from hypothesis import strategies as st

from appointments.domain.vial_need import vials_to_be_sure
from appointments.domain.vial_planning import VialPolicy

HOUR = VialPolicy(window_min=60)


def test_nobody_needs_no_vial_and_one_person_one():
    assert vials_to_be_sure([], 0, HOUR) == 0
    assert vials_to_be_sure([1], 0, HOUR) == 1
    assert vials_to_be_sure([], 1, HOUR) == 1


def test_five_people_may_need_a_second_vial_more_often_than_one_day_in_twenty():
    assert vials_to_be_sure([5], 0, HOUR) == 2
    assert vials_to_be_sure([4], 0, HOUR) == 1


def test_of_many_vials_not_all_turn_out_badly():
    assert 20 < vials_to_be_sure([5] * 20, 0, HOUR) < 30
    assert vials_to_be_sure([], 20, HOUR) == 19


policies = st.builds(
    lambda here, low, middle: VialPolicy(
        window_min=60,
        p_attend_cutoff=here,
        yield_mass=((3, low / 2), (4, middle / 2), (5, 1 - low / 2 - middle / 2)),
    ),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
)
batches = st.lists(st.integers(0, 6), max_size=6)


def one_by_one(sizes, whole, policy, sure):
    """Count over everybody who may come or not, and every yield of every vial."""
    chances = {}
    p = policy.p_attend_cutoff
    for comes in product([0, 1], repeat=sum(sizes) + whole):
        coming = prod(p if one else 1 - p for one in comes)
        ends = [sum(sizes[: n + 1]) for n in range(len(sizes))]
        here = [sum(comes[end - size : end]) for end, size in zip(ends, sizes, strict=True)]
        for yields in product(policy.yield_mass, repeat=2 * len(sizes)):
            vials = sum(comes[sum(sizes) :])
            mass = coming * prod(chance for _doses, chance in yields)
            for number, people in enumerate(here):
                mine = [doses for doses, _ in yields[2 * number : 2 * number + 2]]
                vials += 0 if people == 0 else 1 if people <= mine[0] else 2
            chances[vials] = chances.get(vials, 0) + mass
    so_far = 0.0
    for vials in sorted(chances):
        so_far += chances[vials]
        if so_far >= sure - 1e-9:
            return vials
    return max(chances)


@given(
    sizes=st.lists(st.integers(1, 4), max_size=2),
    whole=st.integers(0, 2),
    policy=policies,
    sure=st.sampled_from([0.5, 0.9, 0.95]),
)
def test_it_equals_every_possible_day_one_by_one(sizes, whole, policy, sure):
    expected = one_by_one(sizes, whole, policy, sure)
    # Chances that add up to just the limit may round either way.
    near = {vials_to_be_sure(sizes, whole, policy, sure=sure + step) for step in (-1e-8, 0, 1e-8)}
    assert expected in near


@given(batches, st.integers(0, 5), policies)
def test_it_lies_between_none_and_one_each_and_order_does_not_matter(sizes, whole, policy):
    found = vials_to_be_sure(sizes, whole, policy)
    assert 0 <= found <= sum(sizes) + whole
    assert found == vials_to_be_sure(sizes[::-1], whole, policy)


@given(batches, st.integers(0, 5), policies, st.integers(1, 6))
def test_more_people_and_more_certainty_never_need_fewer(sizes, whole, policy, more):
    found = vials_to_be_sure(sizes, whole, policy)
    assert found <= vials_to_be_sure([*sizes, more], whole, policy)
    assert found <= vials_to_be_sure(sizes, whole + 1, policy)
    assert found <= vials_to_be_sure(sizes, whole, policy, sure=0.99)
    if sizes:
        assert found <= vials_to_be_sure([sizes[0] + 1, *sizes[1:]], whole, policy)
