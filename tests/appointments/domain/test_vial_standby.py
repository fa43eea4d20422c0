"""When standby people are called, by example."""

from dataclasses import replace

import pytest

from appointments.domain.vial_planning import (
    ImpossibleCountError,
    VialPolicy,
    cutoff_invites,
    invite_now,
    spare_dose_probability,
)

HOUR = VialPolicy(window_min=60)
SURE_FIVE = replace(HOUR, yield_mass=((5, 1.0),))


@pytest.mark.parametrize(
    ("booked", "invites"),
    [
        (0, 0),
        (1, 0),
        (2, 1),  # 4.7 - 1.7 = 3.0 left, 60 % is 1.8
        (3, 1),  # 4.7 - 2.55 = 2.15
        (4, 0),  # 4.7 - 3.4 = 1.3
        (5, 0),
        (6, 0),  # 5.1 / 4.7 - 0.15 = 0.94: one vial, none left
        (7, 2),  # 5.95 / 4.7 - 0.15 = 1.12: two vials, 3.45 left
    ],
)
def test_invites_at_the_cutoff_are_six_tenths_of_the_surplus_rounded_down(
    booked: int, invites: int
):
    assert cutoff_invites(booked, HOUR) == invites


def test_given_a_window_over_two_hours_then_nobody_is_invited_at_the_cutoff():
    assert cutoff_invites(2, replace(HOUR, window_min=120)) == 1
    assert cutoff_invites(2, replace(HOUR, window_min=121)) == 0


def test_the_share_of_the_surplus_is_not_rounded_down_twice():
    sure = replace(SURE_FIVE, p_attend_cutoff=1, standby_cut_share=1 / 3)
    assert cutoff_invites(2, sure) == 1  # a third of exactly three


def test_given_nobody_else_expected_then_a_dose_is_spare_when_the_yield_is_above_the_drawn():
    assert spare_dose_probability(2, 0, 0, HOUR) == pytest.approx(1)
    assert spare_dose_probability(3, 0, 0, HOUR) == pytest.approx(0.95)
    assert spare_dose_probability(5, 0, 0, HOUR) == 0


def test_given_doses_drawn_then_only_the_yields_still_possible_count():
    assert spare_dose_probability(4, 0, 0, HOUR) == pytest.approx(0.75 / 0.95)


def test_given_more_drawn_than_any_yield_then_none_is_spare():
    assert spare_dose_probability(6, 0, 0, HOUR) == 0


def test_given_people_still_expected_then_a_dose_is_spare_only_if_enough_stay_away():
    assert spare_dose_probability(3, 1, 0, SURE_FIVE) == pytest.approx(1)
    assert spare_dose_probability(3, 2, 0, SURE_FIVE) == pytest.approx(1 - 0.9**2)
    assert spare_dose_probability(4, 2, 0, SURE_FIVE) == pytest.approx(0.1**2)


def test_given_people_already_invited_then_each_takes_a_dose_for_certain():
    assert spare_dose_probability(3, 0, 1, SURE_FIVE) == pytest.approx(1)
    assert spare_dose_probability(3, 0, 2, SURE_FIVE) == 0


@pytest.mark.parametrize("counts", [(-1, 0, 0), (0, -1, 0), (0, 0, -1)])
def test_counts_below_zero_are_refused(counts: tuple[int, int, int]):
    with pytest.raises(ImpossibleCountError):
        spare_dose_probability(*counts, HOUR)


def test_a_cluster_of_fewer_than_nobody_is_refused():
    with pytest.raises(ImpossibleCountError):
        cutoff_invites(-1, HOUR)


def test_given_a_spare_dose_and_time_to_come_then_the_next_is_invited():
    assert invite_now(100, 140, 300, 2, 0, 0, HOUR)


def test_given_the_dose_is_not_sure_enough_then_nobody_is_invited():
    assert not invite_now(100, 140, 300, 4, 0, 0, HOUR)
    assert not invite_now(100, 140, 300, 3, 2, 0, SURE_FIVE)


def test_given_exactly_the_confidence_asked_for_then_the_next_is_invited():
    split = replace(HOUR, yield_mass=((3, 0.1), (4, 0.2), (5, 0.7)))
    assert invite_now(100, 140, 300, 3, 0, 0, split)


def test_given_the_vial_or_the_clinic_closes_first_then_nobody_is_invited():
    assert not invite_now(100, 129, 300, 2, 0, 0, HOUR)
    assert not invite_now(100, 140, 129, 2, 0, 0, HOUR)


def test_arriving_in_the_very_minute_of_expiry_is_too_late():
    assert not invite_now(100, 130, 300, 2, 0, 0, HOUR)
    assert invite_now(100, 131, 300, 2, 0, 0, HOUR)
