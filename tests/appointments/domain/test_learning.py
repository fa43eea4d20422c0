"""What is learned from a clinic's history, by example and in general."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.domain.learning import (
    ClosedVial,
    learned_share,
    learned_yields,
    mean_of,
)
from appointments.domain.vial_planning import VialPolicy

PRIOR = VialPolicy(window_min=120).yield_mass

vials = st.lists(st.builds(ClosedVial, st.integers(0, 5), st.booleans()), max_size=60)


def masses(*closed: ClosedVial) -> dict[int, float]:
    return dict(learned_yields(closed, PRIOR))


def test_given_no_vials_then_what_was_believed_before_stands():
    assert masses() == pytest.approx(dict(PRIOR))


def test_each_emptied_vial_counts_beside_twenty_believed_ones():
    learned = masses(*[ClosedVial(4)] * 20)
    assert learned == pytest.approx({3: 0.025, 4: 0.6, 5: 0.375})


def test_a_yield_that_nobody_believed_in_is_learned_all_the_same():
    assert masses(ClosedVial(2))[2] == pytest.approx(1 / 21)


def test_a_vial_with_nothing_drawn_tells_nothing():
    assert masses(ClosedVial(0, censored=True), ClosedVial(0)) == pytest.approx(dict(PRIOR))


def test_a_vial_thrown_away_with_vaccine_left_tells_only_that_it_gave_as_many():
    # At least 3 is always so; at least 4 rules out 3, so its share can only fall.
    assert masses(*[ClosedVial(3, censored=True)] * 30) == pytest.approx(dict(PRIOR))
    learned = masses(*[ClosedVial(4, censored=True)] * 30)
    assert learned[3] == pytest.approx(0.05 * 20 / 50)
    assert learned[4] / learned[5] == pytest.approx(0.20 / 0.75)


def test_the_fixed_point_is_one():
    closed = [
        *[ClosedVial(3)] * 7,
        *[ClosedVial(4, censored=True)] * 9,
        ClosedVial(5, censored=True),
    ]
    learned = masses(*closed)
    expected = {3: 1.0 + 7, 4: 4.0, 5: 15.0}
    for doses in (4, 5):
        expected[doses] += 9 * learned[doses] / (learned[4] + learned[5])
    expected[5] += 1
    total = sum(expected.values())
    assert learned == pytest.approx({doses: weight / total for doses, weight in expected.items()})


@given(vials)
def test_masses_sum_to_one_and_make_a_policy(closed: list[ClosedVial]):
    learned = learned_yields(closed, PRIOR)
    assert sum(mass for _, mass in learned) == pytest.approx(1)
    assert all(mass >= 0 for _, mass in learned)
    assert VialPolicy(window_min=120, yield_mass=learned).mean_yield == pytest.approx(
        mean_of(learned)
    )


@given(vials, st.randoms(use_true_random=False))
def test_the_order_of_vials_does_not_matter(closed: list[ClosedVial], random):
    turned = list(closed)
    random.shuffle(turned)
    assert dict(learned_yields(turned, PRIOR)) == pytest.approx(dict(learned_yields(closed, PRIOR)))


@given(vials, st.integers(0, 59))
def test_vaccine_left_never_speaks_for_fewer_doses(closed: list[ClosedVial], place: int):
    """A vial that might have given more never lowers the mean below what "exactly that" gives."""
    if place >= len(closed):
        return
    with_left = list(closed)
    with_left[place] = replace(closed[place], censored=True)
    exact = list(closed)
    exact[place] = replace(closed[place], censored=False)
    learned = learned_yields(with_left, PRIOR)
    assert mean_of(learned) >= mean_of(learned_yields(exact, PRIOR)) - 1e-9


@given(st.integers(1, 5))
def test_with_much_history_the_clinics_own_number_stands(doses: int):
    learned = masses(*[ClosedVial(doses)] * 4000)
    assert learned[doses] > 0.99


@given(st.integers(0, 500), st.integers(0, 500), st.floats(0, 1))
def test_the_share_that_comes_lies_between_belief_and_history(came: int, missed: int, prior: float):
    of = came + missed
    share = learned_share(came, of, prior)
    seen = came / of if of else prior
    assert min(prior, seen) - 1e-9 <= share <= max(prior, seen) + 1e-9


def test_given_nobody_yet_then_the_share_is_as_believed():
    assert learned_share(0, 0, 0.85) == pytest.approx(0.85)
    assert learned_share(20, 20, 0.85) == pytest.approx(0.925)


@given(st.floats(0.05, 0.95))
def test_the_share_comes_nearer_to_the_truth_as_data_grows(truth: float):
    far = [abs(learned_share(round(n * truth), n, 0.85) - truth) for n in (0, 100, 10_000)]
    assert far[2] <= 0.01
    assert far[2] <= far[0] + 0.01
