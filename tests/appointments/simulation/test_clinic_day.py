"""The day, minute by minute."""

from hypothesis import given
from hypothesis import strategies as st

from appointments.domain.vial_planning import VialPolicy
from appointments.simulation.bookings import Booking
from appointments.simulation.clinic_day import ClinicDay, DayResult
from appointments.simulation.scenario import SLOTS
from appointments.simulation.standby import Standby
from appointments.simulation.world import Fate, Person, StandbyDay
from tests.appointments.simulation.people import QUICK, booked, person

HOUR = VialPolicy(window_min=60)
FIVES = [5] * 20


def live(
    bookings: list[Booking],
    *,
    yields: list[int] = FIVES,
    policy: VialPolicy = HOUR,
    standby: Standby | None = None,
) -> DayResult:
    return ClinicDay(bookings, yields, policy, standby).run()


def on_call(*days: StandbyDay, policy: VialPolicy = HOUR) -> Standby:
    return Standby(dict(enumerate(days)), policy)


def test_people_within_the_window_share_a_vial():
    day = live(booked(0, 30, 60))
    assert (len(day.vials), day.booked_doses) == (1, 3)


def test_given_a_vial_too_old_then_the_next_is_opened():
    assert len(live(booked(0, 90)).vials) == 2


def test_given_an_empty_vial_then_the_next_is_opened():
    assert len(live(booked(0, 10, 20, 30), yields=[3, 5]).vials) == 2


def test_a_vial_is_held_for_a_booked_person_whom_it_would_miss():
    day = live(booked(0, 70))
    assert len(day.vials) == 1
    assert day.waits == [10, 0]


def test_given_no_hold_then_it_is_opened_at_once():
    day = live(booked(0, 70), policy=VialPolicy(window_min=60, hold_min=0))
    assert len(day.vials) == 2
    assert day.waits == [0, 0]


def test_who_cancels_late_stays_away_or_fails_the_screening_gets_no_dose():
    day = live(
        [
            *booked(0),
            *booked(10, fate=Fate.CANCELS_LATE),
            *booked(20, fate=Fate.STAYS_AWAY),
            *booked(30, fails_screening=True),
        ]
    )
    assert (day.booked_doses, day.cancelled_late, day.stayed_away) == (1, 1, 1)
    assert day.failed_screening == 1


def test_who_comes_late_at_the_end_of_the_day_gets_a_dose():
    day = live(booked(470, lateness=10))
    assert (day.booked_doses, day.sent_home) == (1, 0)


def test_given_doses_left_over_then_standby_people_are_called_one_by_one():
    day = live(booked(0), standby=on_call(QUICK, QUICK, QUICK))
    # 5 in 20 vials give only 3: the fifth dose is not sure enough to call for, nor the fourth.
    assert day.standby == {0, 1, 2}
    assert len(day.vials) == 1


def test_who_says_no_or_does_not_come_is_not_served():
    no, lost = StandbyDay(True, False, True, 25), StandbyDay(True, True, False, 25)
    assert live(booked(0), standby=on_call(no, lost)).standby == set()


def test_given_nobody_who_could_come_in_time_then_nobody_is_called():
    far = StandbyDay(available=True, accepts=True, comes=True, eta=60)
    assert live(booked(0), standby=on_call(far)).standby == set()


def test_no_vial_is_opened_for_a_standby_person():
    standby = on_call(QUICK)
    standby.invite_before([100])
    day = live([], standby=standby)
    assert (day.vials, day.standby_called_off) == ([], 1)


def test_who_was_invited_at_the_cutoff_waits_for_a_dose_that_is_spare():
    standby = on_call(QUICK)
    standby.invite_before([20])
    day = live(booked(0, 10, 20, 30, 40), standby=standby)
    assert day.booked_doses == 5
    assert len(day.vials) == 2  # who has waited ten minutes gets a dose that is there
    assert day.waits.count(10) == 1


def test_a_standby_person_waits_for_half_an_hour_at_most():
    standby = on_call(QUICK)
    standby.invite_before([100])
    day = live(booked(0, 130), standby=standby)
    assert (day.standby, day.standby_in_vain) == (set(), 1)
    standby = on_call(QUICK)
    standby.invite_before([100])
    assert live(booked(0, 129), standby=standby).standby == {0}


def test_booked_people_come_first():
    standby = on_call(*[QUICK] * 4)
    standby.invite_before([0, 0, 0, 0])
    day = live(booked(0, 0), yields=[3, 3], standby=standby)
    assert day.waits[:2] == [0, 0]
    assert day.sent_home == 0


@given(
    st.lists(
        st.builds(
            person,
            fate=st.sampled_from(Fate),
            lateness=st.integers(-10, 10),
            fails_screening=st.booleans(),
        ),
        max_size=20,
    ),
    st.integers(1, 480),
    st.data(),
)
def test_booked_people_who_come_get_a_dose_within_twenty_minutes(
    people: list[Person], window: int, data: st.DataObject
):
    bookings = [Booking(one, 0, data.draw(st.sampled_from(SLOTS))) for one in people]
    day = live(bookings, yields=[3, 4, 5] * 7, policy=VialPolicy(window_min=window))
    come = [one for one in people if one.fate is Fate.COMES and not one.fails_screening]
    assert day.booked_doses == len(day.waits) == len(come)
    assert all(0 <= wait <= 20 for wait in day.waits)
    for vial in day.vials:
        assert 1 <= vial.drawn <= vial.doses
