"""What closing a day, and moving its people to another, would save."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.domain.merging import DayToMerge, vials_saved_by_moving
from appointments.domain.vial_planning import VialPolicy

TWO_HOURS = VialPolicy(window_min=120)


def a_day(times=(), seats=None, whole=0, vials=20, policy=TWO_HOURS):
    free = dict.fromkeys(range(0, 240, 10), 2) if seats is None else seats
    return DayToMerge(sorted(times), free, whole, vials, policy)


def test_two_people_who_find_room_in_another_days_vials_save_a_vial():
    assert vials_saved_by_moving(a_day([0, 10]), a_day([100, 110, 120])) == 1


def test_people_who_fill_vials_of_their_own_save_nothing():
    full = [0, 0, 10, 10, 20]
    assert vials_saved_by_moving(a_day(full), a_day(full)) == 0


def test_whoever_takes_a_whole_vial_takes_one_there_too():
    assert vials_saved_by_moving(a_day(whole=2), a_day([100])) == 0


def test_without_places_enough_it_cannot_be_done():
    assert vials_saved_by_moving(a_day([0, 10]), a_day([100], seats={110: 1})) is None


def test_without_vials_enough_it_cannot_be_done():
    full = [0, 0, 10, 10, 20]
    assert vials_saved_by_moving(a_day(full), a_day(full, vials=1)) is None


def test_the_vials_of_scattered_people_are_counted_one_by_one():
    scattered = a_day([0, 150, 300, 450])
    assert vials_saved_by_moving(scattered, a_day([])) == 3


minutes = st.integers(0, 23).map(lambda ten: 10 * ten)
days = st.builds(
    a_day,
    times=st.lists(minutes, max_size=8),
    seats=st.dictionaries(minutes, st.integers(0, 3), max_size=24),
    whole=st.integers(0, 2),
    policy=st.builds(VialPolicy, window_min=st.sampled_from([30, 120, 480])),
)


@settings(deadline=None)
@given(days, days)
def test_never_more_is_saved_than_the_closed_day_needed(leaving, into):
    saved = vials_saved_by_moving(leaving, into)
    if saved is not None:
        assert saved <= leaving.needs(leaving.times)
        assert leaving.people <= sum(into.seats.values())


@settings(deadline=None)
@given(days, days)
def test_more_free_places_never_make_it_impossible(leaving, into):
    roomier = replace(into, seats={minute: n + 1 for minute, n in into.seats.items()}, vials=99)
    if vials_saved_by_moving(leaving, into) is not None:
        assert vials_saved_by_moving(leaving, roomier) is not None
