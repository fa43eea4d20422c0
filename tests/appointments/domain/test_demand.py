import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.domain.demand import Demand
from appointments.domain.time_bands import Band

BANDS = st.sets(st.sampled_from(Band), min_size=1)
COUNTS = st.dictionaries(st.sampled_from(Band), st.integers(0, 10_000))


def test_without_bookings_all_parts_of_the_day_are_alike():
    demand = Demand(a_day=0, by_band={})
    assert demand.popularity(Band.MORNING, [Band.MORNING, Band.MIDDAY]) == 0.5
    assert demand.rate == 0


def test_many_bookings_say_more_than_the_even_start():
    demand = Demand(a_day=8, by_band={Band.EVENING: 60, Band.AFTERNOON: 20})
    assert demand.popularity(Band.EVENING, [Band.AFTERNOON, Band.EVENING]) == 0.7
    assert demand.rate == 4


def test_a_part_that_is_not_open_suits_nobody():
    assert Demand(a_day=8, by_band={Band.EVENING: 60}).popularity(Band.EVENING, [Band.MIDDAY]) == 0


@given(COUNTS, BANDS)
def test_the_shares_of_the_open_parts_are_one_in_all(by_band, among):
    demand = Demand(a_day=1, by_band=by_band)
    shares = [demand.popularity(band, among) for band in among]
    assert sum(shares) == pytest.approx(1)
    assert all(0 < share <= 1 for share in shares)
