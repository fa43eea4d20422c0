"""Who keeps a place in a changed session and where the others go: always true, and by example."""

from collections import Counter
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appointments.domain.rearranging import NOTICE, Booked, Day, Spot, may_come, rearrange
from appointments.domain.slot_times import minute_of
from appointments.domain.vial_planning import VialPolicy, min_vials
from clinics.domain.calendar import OSLO, oslo_date

OPENS = datetime(2026, 11, 26, 16, 0, tzinfo=OSLO)
NOW = OPENS - timedelta(days=3)
HOUR = VialPolicy(window_min=60)
TEN = timedelta(minutes=10)


def day(key="here", opens=OPENS, times=6, stations=1, vials=9, groups=(1, 2, 3), **more):
    free = {opens + TEN * n: frozenset(range(1, stations + 1)) for n in range(times)}
    return Day(key, opens, frozenset(groups), HOUR, vials, free, **more)


def person(key, number=0, **more):
    at = OPENS + TEN * number
    told = {"was_at": at, "wanted": at, "seat": 1, "booked_at": NOW - timedelta(days=9) + TEN * key}
    return Booked(key=key, **{**told, **more})


def arranged(people, here=None, elsewhere=(), now=NOW):
    return rearrange(people, here or day(), elsewhere, now=now)


def test_whoever_has_a_time_that_remains_keeps_it_and_the_seat():
    found = arranged([person(1, 2, seat=2)], day(stations=2))
    assert found.spots == {1: Spot("here", OPENS + 2 * TEN, 2)}


def test_when_stations_go_the_earliest_booked_stay_and_the_next_goes_to_the_nearest_time():
    found = arranged([person(2, 2, seat=1), person(1, 2, seat=2)])
    assert found.spots[1] == Spot("here", OPENS + 2 * TEN, 1)
    assert found.spots[2] == Spot("here", OPENS + TEN, 1) or found.spots[2].starts_at == (
        OPENS + 3 * TEN
    )


def test_one_who_has_come_stays_even_past_the_vials():
    found = arranged([person(1, 0, fixed=True), person(2, 0, seat=2)], day(stations=2, vials=0))
    assert found.spots == {1: Spot("here", OPENS, 1)}
    assert found.lost == {2}


def test_the_nearest_day_is_chosen_and_there_a_time_that_shares_a_vial():
    far = day("far", OPENS + timedelta(days=7))
    opens = OPENS - timedelta(days=1)
    near = day("near", opens, times=12, taken=(opens + 11 * TEN,))
    found = arranged([person(1, 0)], day(times=0), [far, near])
    assert found.spots[1] == Spot("near", opens + 6 * TEN, 1)


def test_a_group_goes_only_where_it_is_offered_and_a_second_dose_anywhere():
    closed = day("closed", OPENS + timedelta(days=1), groups=(1,))
    found = arranged([person(1, group=3), person(2, group=None)], day(times=0), [closed])
    assert found.lost == {1}
    assert found.spots[2].day == "closed"


def test_nobody_is_moved_to_an_earlier_time_without_a_day_to_read_of_it():
    now = OPENS - timedelta(hours=5)
    found = arranged([person(1, 5)], day(times=5), now=now)
    assert found.lost == {1}
    later = day(opens=OPENS + TEN * 8)
    assert arranged([person(1, 5)], later, now=now).spots[1].starts_at == OPENS + TEN * 8


def test_one_on_standby_stays_while_the_time_does_and_is_never_moved():
    waiting = person(1, 0, seat=None, follows=False)
    assert arranged([waiting], day(stations=0 + 1)).spots == {1: Spot("here", OPENS, None)}
    assert arranged([waiting], day(opens=OPENS + TEN), [day("next")]).lost == {1}


def test_with_fewer_vials_the_earliest_booked_and_those_who_share_with_them_stay():
    apart = [person(1, 0), person(2, 30), person(3, 1)]
    found = arranged(apart, day(times=31, vials=1))
    assert set(found.spots) == {1, 2, 3}
    assert found.spots[1].starts_at == OPENS
    assert found.spots[3].starts_at == OPENS + TEN
    assert found.spots[2].starts_at <= OPENS + 5 * TEN  # moved into the one vial's span


def days_of():
    return st.builds(
        lambda offset, times, stations, vials, groups, taken: day(
            f"d{offset}",
            OPENS + timedelta(days=offset),
            times=times,
            stations=stations,
            vials=vials,
            groups=groups,
            taken=tuple(OPENS + timedelta(days=offset) + TEN * n for n in taken),
        ),
        st.integers(-2, 4).filter(bool),
        st.integers(0, 8),
        st.integers(1, 2),
        st.integers(0, 3),
        st.sets(st.integers(1, 3)),
        st.lists(st.integers(0, 7), max_size=3),
    )


people_of = st.lists(
    st.builds(
        lambda number, seat, whole, group, wait, shift: {
            "number": number,
            "seat": seat,
            "whole_vial": whole and seat is not None,
            "group": group,
            "not_before": oslo_date(OPENS) + timedelta(days=wait),
            "wanted": OPENS + TEN * (number + shift),
        },
        st.integers(0, 9),
        st.sampled_from([1, 2, 2, 1, None]),
        st.booleans(),
        st.sampled_from([None, 1, 2, 3]),
        st.integers(-3, 3),
        st.sampled_from([0, 0, 0, 1, -1]),
    ),
    max_size=12,
)


@given(
    told=people_of,
    times=st.integers(0, 8),
    stations=st.integers(1, 2),
    vials=st.integers(0, 4),
    elsewhere=st.lists(days_of(), max_size=4, unique_by=lambda one: one.key),
    lead=st.integers(0, 72),
)
def test_everybody_is_placed_or_lost_and_no_place_is_taken_twice(
    told, times, stations, vials, elsewhere, lead
):
    people = [person(key, **one) for key, one in enumerate(told)]
    here, now = day(times=times, stations=stations, vials=vials), OPENS - timedelta(hours=lead)
    found = arranged(people, here, elsewhere, now=now)
    assert set(found.spots) | found.lost == {one.key for one in people}
    assert not set(found.spots) & found.lost
    seated = [spot for spot in found.spots.values() if spot.seat is not None]
    assert all(times == 1 for times in Counter(seated).values())
    rooms = {one.key: one for one in [here, *elsewhere]}
    for one in people:
        spot = found.spots.get(one.key)
        if spot is None or spot.seat is None:
            continue
        room = rooms[spot.day]
        assert spot.seat in room.free[spot.starts_at]
        assert one.not_before is None or oslo_date(spot.starts_at) >= one.not_before
        assert spot.starts_at >= one.was_at or spot.starts_at >= now + NOTICE
        assert may_come(one, spot.starts_at, now)
        assert spot.day == "here" or one.group is None or one.group in room.groups
    for room in rooms.values():
        mine = [one for one in people if one.key in found.spots and one.seat is not None]
        mine = [one for one in mine if found.spots[one.key].day == room.key]
        minutes = [minute_of(found.spots[one.key].starts_at, room.opens_at) for one in mine]
        sharing = [at for at, one in zip(minutes, mine, strict=True) if not one.whole_vial]
        before = [minute_of(at, room.opens_at) for at in room.taken]
        promised = min_vials(sorted(before + sharing), HOUR.span_min, HOUR.booked_per_vial)
        whole = len(mine) - len(sharing)
        already = min_vials(sorted(before), HOUR.span_min, HOUR.booked_per_vial)
        assert promised + whole <= max(room.vials, already)


@given(told=people_of, times=st.integers(0, 8))
def test_when_nothing_is_changed_but_room_is_left_everybody_stays(told, times):
    people = [
        person(
            key, **{**one, "wanted": OPENS + TEN * one["number"], "not_before": date(2026, 1, 1)}
        )
        for key, one in enumerate(told)
    ]
    here = day(times=10, stations=30, vials=30)
    found = arranged(people, here)
    assert {key: spot.starts_at for key, spot in found.spots.items()} == {
        one.key: one.was_at for one in people
    }
    assert not found.lost
