"""Who gets which time, by the rules of offering."""

import pytest

from appointments.simulation.bookings import Diary
from appointments.simulation.scenario import CONDUCTS, Scenario
from appointments.simulation.world import Fate, Person, World, make_world
from tests.appointments.simulation.people import person

HOUR = Scenario(window_hours=1, demand=1, days=2, lead=10)


def diary(*people: Person, policy: str = "fill-first", scenario: Scenario = HOUR) -> Diary:
    made = Diary(World(scenario, people, [], []), CONDUCTS[policy])
    made.live_until(100)
    return made


def test_given_a_vial_planned_then_the_next_person_shares_it():
    first = person(taste=0.5)
    second = person(asked_at=1, taste=0.99)
    early, late = (booking.minute for booking in diary(first, second).made)
    assert abs(late - early) <= 50


def test_given_an_ordinary_tool_then_the_next_person_takes_any_time():
    first = person(taste=0.5)
    second = person(asked_at=1, taste=0.99)
    early, late = (booking.minute for booking in diary(first, second, policy="any-slot").made)
    assert late - early > 50


def test_who_chooses_among_all_times_is_not_steered():
    first = person(taste=0.5)
    second = person(asked_at=1, taste=0.99, follows_shortlist=False)
    early, late = (booking.minute for booking in diary(first, second).made)
    assert late - early > 50


def test_given_none_of_the_wanted_times_then_another_on_a_day_they_can_come():
    crowd = [person(band=(180, 300)) for _ in range(13)]
    bookings = diary(*crowd).made
    assert [booking.wanted for booking in bookings] == [True] * 12 + [False]


def test_given_no_time_at_all_then_the_person_is_refused():
    crowd = [person() for _ in range(49)]
    full = diary(*crowd)
    assert (len(full.made), full.refused) == (48, 1)


def test_after_the_cutoff_nobody_gets_a_time_of_that_day():
    assert diary(person(asked_at=9.4)).refused == 1
    assert diary(person(asked_at=9.3)).refused == 0


def test_who_cancels_frees_the_seat_for_the_next():
    crowd = [person() for _ in range(47)]
    leaves = person(fate=Fate.CANCELS, notice=0.1)
    then = diary(*crowd, leaves, person(asked_at=5))
    assert (then.refused, then.cancelled) == (0, 1)
    assert len(then.days[0].bookings) == 48


@pytest.mark.parametrize("policy", CONDUCTS)
def test_no_time_has_more_people_than_stations(policy: str):
    scenario = Scenario(window_hours=2, demand=70, days=3, stations=2)
    made = Diary(make_world(scenario, 1), CONDUCTS[policy])
    made.live_until(100)
    for day in made.days:
        assert max(day.taken.values()) <= 2
        assert day.times == sorted(booking.minute for booking in day.bookings)
