"""When a standby person is called for a dose that the last vials of the day will leave over."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.domain.vial_planning import (
    ImpossibleCountError,
    VialPolicy,
    invite_for_last_vial,
    spare_dose_at_closing,
    spare_dose_probability,
    window_clusters,
)

HOUR = VialPolicy(window_min=60)
SURE_FIVE = replace(HOUR, yield_mass=((5, 1.0),))
ALL_COME = replace(SURE_FIVE, p_attend_day=1)


@given(st.integers(0, 5), st.integers(0, 3))
def test_given_nobody_else_expected_then_the_chance_is_that_of_the_open_vial(
    drawn: int, invited: int
):
    alone = spare_dose_probability(drawn, 0, invited, HOUR)
    ahead = spare_dose_at_closing(drawn, 0, invited, HOUR)
    assert ahead >= alone - 1e-9  # who is invited on top may need a vial, which leaves some over
    if not invited:
        assert ahead == pytest.approx(alone)


@given(st.integers(0, 4), st.integers(0, 5))
def test_given_room_for_all_in_the_open_vial_then_the_chance_is_that_of_the_open_vial(
    drawn: int, remaining: int
):
    if drawn + remaining <= 5:
        open_vial = spare_dose_probability(drawn, remaining, 0, SURE_FIVE)
        assert spare_dose_at_closing(drawn, remaining, 0, SURE_FIVE) == pytest.approx(open_vial)


@pytest.mark.parametrize(
    ("drawn", "remaining", "chance"),
    [(None, 0, 0), (None, 3, 1), (None, 5, 0), (None, 6, 1), (3, 2, 0), (3, 3, 1), (3, 7, 0)],
)
def test_vials_still_to_be_opened_are_counted(drawn: int | None, remaining: int, chance: float):
    assert spare_dose_at_closing(drawn, remaining, 0, ALL_COME) == pytest.approx(chance)


def test_the_chance_weighs_who_comes_and_what_a_vial_gives():
    both = replace(HOUR, yield_mass=((3, 0.5), (4, 0.5)), p_attend_day=0.5)
    # Nobody: no vial. One or two: a dose is left. Three: only if the vial gives four.
    assert spare_dose_at_closing(None, 3, 0, both) == pytest.approx(6 / 8 + 1 / 8 * 0.5)


def test_who_waits_or_is_invited_takes_a_dose_for_certain():
    assert spare_dose_at_closing(None, 0, 4, ALL_COME) == 1
    assert spare_dose_at_closing(None, 0, 5, ALL_COME) == 0


def test_given_more_drawn_than_any_yield_then_the_vial_is_empty():
    assert spare_dose_at_closing(6, 0, 0, HOUR) == 0
    assert spare_dose_at_closing(6, 2, 0, ALL_COME) == 1


@pytest.mark.parametrize("counts", [(-1, 0, 0), (0, -1, 0), (None, 0, -1)])
def test_counts_below_zero_are_refused(counts: tuple[int | None, int, int]):
    with pytest.raises(ImpossibleCountError):
        spare_dose_at_closing(*counts, HOUR)


def test_given_a_dose_left_for_certain_then_the_next_is_called_before_the_vial_is_opened():
    assert invite_for_last_vial(430, None, 480, None, 3, 0, ALL_COME)


def test_given_the_doses_come_out_even_then_nobody_is_called():
    assert not invite_for_last_vial(430, None, 480, None, 5, 0, ALL_COME)


@pytest.mark.parametrize(("now", "called"), [(419, False), (420, True), (449, True), (450, False)])
def test_only_in_the_last_hour_and_in_time_to_come(now: int, called: bool):
    assert invite_for_last_vial(now, None, 480, None, 3, 0, ALL_COME) is called


def test_given_a_short_window_then_only_within_the_window_of_closing():
    short = replace(ALL_COME, window_min=40)
    assert not invite_for_last_vial(439, None, 480, None, 3, 0, short)
    assert invite_for_last_vial(440, None, 480, None, 3, 0, short)


def test_a_vial_that_expires_before_the_person_is_there_is_left_out():
    assert not invite_for_last_vial(430, 460, 480, 3, 0, 0, ALL_COME)
    assert invite_for_last_vial(430, 461, 480, 3, 0, 0, ALL_COME)


@given(st.lists(st.integers(0, 470)), st.integers(1, 120))
def test_clusters_hold_everybody_once_each_within_reach_of_its_first(times: list[int], window: int):
    policy = VialPolicy(window_min=window)
    clusters = window_clusters(times, policy)
    assert [minute for cluster in clusters for minute in cluster] == sorted(times)
    assert all(cluster[-1] - cluster[0] <= policy.span_min for cluster in clusters)
    for earlier, later in pairwise(clusters):
        assert later[0] - earlier[0] > policy.span_min


def test_a_cluster_may_hold_more_people_than_a_vial():
    assert window_clusters([0, 0, 10, 20, 30, 40, 50, 60], HOUR) == [
        [0, 0, 10, 20, 30, 40, 50],
        [60],
    ]
