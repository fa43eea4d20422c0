"""The figures of a day: waste as in the simulation, the bound, why, and sums."""

import json

from hypothesis import given
from hypothesis import strategies as st

from appointments.domain.day_numbers import (
    DayNumbers,
    Why,
    fewest_vials,
    from_snapshot,
    total,
)

NUMBER = st.integers(min_value=0, max_value=30)
DAYS = st.builds(
    DayNumbers,
    vaccinated=NUMBER,
    units=NUMBER,
    vials=NUMBER,
    no_shows=NUMBER,
    discarded=st.dictionaries(st.sampled_from(["broken", "end_of_day"]), NUMBER),
)


def test_waste_is_what_was_thrown_away_of_what_the_vials_could_give() -> None:
    day = DayNumbers(units=8, vials=2, discarded={"end_of_day": 1, "broken": 1}, not_obtainable=0)

    assert (day.wasted, day.waste_percent) == (2, 20.0)


def test_what_a_vial_could_not_give_is_no_waste() -> None:
    assert DayNumbers(units=4, vials=1, not_obtainable=1).waste == 0


def test_a_day_without_vials_has_no_waste_to_tell() -> None:
    assert DayNumbers().waste is None
    assert DayNumbers().waste_percent is None


def test_why_names_what_there_is_and_nothing_else() -> None:
    day = DayNumbers(no_shows=2, discarded={"broken": 3}, lost_unopened=1)

    assert day.why == [(Why.BROKEN, 3), (Why.LOST_UNOPENED, 1), (Why.NO_SHOWS, 2)]


def test_five_who_come_together_need_one_vial() -> None:
    shared = {"whole": 0, "yields": [5, 5], "window_min": 60, "used": 2}

    assert fewest_vials([0, 5, 5, 10, 20], **shared) == 1


def test_a_vial_that_gave_three_serves_three() -> None:
    shared = {"whole": 0, "yields": [3, 5], "window_min": 60, "used": 2}

    assert fewest_vials([0, 5, 5, 10, 20], **shared) == 2


def test_a_whole_vial_dose_takes_one_of_its_own() -> None:
    assert fewest_vials([0], whole=1, yields=[5], window_min=60, used=2) == 2


def test_the_bound_is_never_above_what_was_used() -> None:
    # Somebody waited for hours, longer than the bound lets anybody wait.
    assert fewest_vials([0, 400], whole=0, yields=[5], window_min=60, used=1) == 1


def test_vials_that_gave_nothing_do_not_break_the_bound() -> None:
    assert fewest_vials([0], whole=0, yields=[0, 0], window_min=60, used=2) == 2


@given(
    st.lists(st.integers(min_value=0, max_value=480), max_size=30),
    st.lists(st.integers(min_value=0, max_value=5), max_size=8),
    NUMBER,
)
def test_the_bound_lies_between_nothing_and_what_was_used(
    arrivals: list[int], yields: list[int], used: int
) -> None:
    fewest = fewest_vials(arrivals, whole=0, yields=yields, window_min=60, used=used)

    assert 0 <= fewest <= used


@given(DAYS)
def test_figures_survive_being_kept(day: DayNumbers) -> None:
    assert from_snapshot(json.loads(json.dumps(day.snapshot()))) == day


def test_what_was_not_counted_then_is_nothing_now() -> None:
    assert from_snapshot({"vaccinated": 3, "from_the_future": 1}) == DayNumbers(vaccinated=3)


@given(st.lists(DAYS, max_size=6))
def test_a_month_is_the_sum_of_its_days(days: list[DayNumbers]) -> None:
    month = total(days)

    assert month.vaccinated == sum(day.vaccinated for day in days)
    assert month.wasted == sum(day.wasted for day in days)
    assert month.units == sum(day.units for day in days)
