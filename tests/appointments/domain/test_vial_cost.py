"""What planned vials cost, against numbers worked out by hand."""

import pytest

from appointments.domain.vial_cost import at_most, batch_costs
from appointments.domain.vial_planning import VialPolicy


def test_given_sure_attendance_and_yield_then_cost_is_vials_penalty_and_waste():
    policy = VialPolicy(window_min=60, yield_mass=((4, 1.0),), p_attend_cutoff=1)
    assert batch_costs(5, policy) == pytest.approx(
        [0, 1 + 0.25 + 3 * 0.02, 1 + 0.25 + 2 * 0.02, 1 + 0.02, 1, 2 + 3 * 0.02]
    )


def test_given_one_person_who_may_not_come_then_no_vial_is_opened_for_nobody():
    policy = VialPolicy(window_min=60, yield_mass=((5, 1.0),), p_attend_cutoff=0.5)
    assert batch_costs(1, policy)[1] == pytest.approx(0.5 * (1 + 4 * 0.02) + 0.25)


def test_given_two_yields_then_the_next_vial_is_drawn_when_the_first_falls_short():
    policy = VialPolicy(window_min=60, yield_mass=((3, 0.5), (5, 0.5)), p_attend_cutoff=1)
    one_vial = 0.5 * (1 + 0.02)  # a 5 serves four and leaves one
    two_vials = 0.5 * (2 + 0.02 * (0.5 * 2 + 0.5 * 4))  # a 3, then 3 or 5 for the fourth
    assert batch_costs(4, policy)[4] == pytest.approx(one_vial + two_vials)


def test_the_chance_of_at_most_so_many_is_zero_below_none_and_one_from_everybody_on():
    assert at_most(-1, 3, 0.9) == 0
    assert at_most(0, 2, 0.9) == pytest.approx(0.01)
    assert at_most(1, 2, 0.9) == pytest.approx(0.19)
    assert at_most(5, 2, 0.9) == pytest.approx(1)
