"""The page of times: what stands first, weeks, wishes, and whom it does not steer."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from zeal import zeal_ignore

from appointments.models import Appointment, ClinicSession
from appointments.selectors import places, steering
from tests.appointments.views.line import CONTACT, TIMES
from tests.appointments.views.test_places import clocks, held
from tests.factories import (
    DAY,
    OPENING,
    make_booking,
    make_session,
    oslo,
    slot_at,
)

WHOLE = {"hud": "keloid_tendency"}


def week(session):
    year, number, _ = session.date.isocalendar()
    return f"{year}-{number:02}"


def links(visit):
    return [unescape(url) for url in re.findall(r'href="(\?[^"]+)"', visit.html)]


def chosen_week(visit):
    return re.findall(r'<option value="([\d-]+)" selected>', visit.html)


# It asks the planner


def test_the_page_shows_first_what_the_planner_lists(alice, evening, monkeypatch):
    alice.answers().get(TIMES)
    assert len(clocks(alice)) == 23
    monkeypatch.setattr(
        steering, "shortlist", lambda wanted, delta, joiners, policy: list(wanted)[:2]
    )
    alice.get(TIMES)
    assert clocks(alice) == ["16.00", "16.10"]
    assert len(clocks(alice, folded=True)) == 22


def test_the_page_believes_the_planner_on_what_shares(alice, evening, monkeypatch):
    monkeypatch.setattr(
        places, "deltas", lambda times, free, policy: {one: int(one != 60) for one in free}
    )
    alice.answers().get(TIMES)
    assert clocks(alice) == ["17.00"]
    assert len(clocks(alice, folded=True)) == 23


def test_the_page_offers_no_more_vials_than_the_planner_counts(alice, evening, monkeypatch):
    monkeypatch.setattr(places, "min_vials", lambda times, span, cap: 4)  # all that are set aside
    alice.answers().get(TIMES)
    assert len(clocks(alice)) == 23
    assert clocks(alice, folded=True) == []


def test_the_page_shows_first_what_is_expected_to_fill(alice, evening, monkeypatch):
    Appointment.objects.all().delete()
    monkeypatch.setattr(
        steering,
        "expected_joiners",
        lambda day_lead, minute, rate, popularity, policy: 4 if minute >= 180 else 0,
    )
    alice.answers().get(TIMES)
    assert clocks(alice) == ["19.00", "19.10", "19.20", "19.30", "19.40", "19.50"]
    alice.shows("Tidene som står først, er de vi tror at flest andre også velger.")
    assert len(clocks(alice, folded=True)) == 18


# Weeks


def test_a_person_is_led_to_the_week_where_times_share_and_told_of_the_first_free_time(
    alice, evening
):
    Appointment.objects.all().delete()
    later = make_session(starts_at=OPENING + timedelta(days=7))
    make_booking(session=later, clock="18.00")
    alice.answers().get(TIMES)
    assert chosen_week(alice) == [week(later)]
    alice.shows("Første ledige tid er torsdag 26. november kl. 16.00")
    [back] = links(alice)
    alice.get(TIMES + back)
    assert chosen_week(alice) == [week(evening)]
    alice.shows("I uke 49 er det tider der du deler et glass med andre")
    assert links(alice) == [f"?uke={week(later)}"]


def test_nobody_is_led_further_than_two_weeks_from_the_first_free_time(alice, evening):
    Appointment.objects.all().delete()
    make_booking(session=make_session(starts_at=OPENING + timedelta(days=21)), clock="18.00")
    alice.answers().get(TIMES)
    assert chosen_week(alice) == [week(evening)]


def test_a_time_of_another_week_than_the_page_now_opens_on_can_still_be_taken(alice, evening):
    """Between page and button somebody booked, so that other times share a vial."""
    Appointment.objects.all().delete()
    later = make_session(starts_at=OPENING + timedelta(days=7))
    alice.answers().get(TIMES)
    assert chosen_week(alice) == [week(evening)]
    make_booking(session=later, clock="18.00")
    alice.post(TIMES, {"slot": str(slot_at(evening, "16.00").pk)})
    assert alice.path == CONTACT
    assert [one.slot for one in held()] == [slot_at(evening, "16.00")]


def test_the_time_one_holds_is_not_folded_away(alice, evening):
    alice.answers().choose(evening, "16.00")
    alice.get(TIMES)
    assert '<details class="ds-details folded" open>' in alice.html


# Wishes


@pytest.fixture
def two_days(evening):
    """An evening on Thursday, and one from the morning on the Monday after."""
    return evening, make_session(starts_at=oslo(DAY + timedelta(days=4), "09.00"), hours=9)


@pytest.mark.parametrize(
    ("asked", "day", "first", "last"),
    [
        ("dag=1", "Mandag 30. november", "09.00", "17.50"),
        ("tid=midday", "Mandag 30. november", "11.00", "13.50"),
        ("dag=1&tid=evening", "Mandag 30. november", "17.00", "17.50"),
        ("dag=1&dag=4&tid=evening", "Torsdag 26. november", "17.00", "19.50"),
        ("dag=4&tid=🎉&dag=x", "Torsdag 26. november", "16.10", "19.50"),
    ],
)
def test_only_the_days_and_times_asked_for_are_shown(alice, two_days, asked, day, first, last):
    alice.answers().get(f"{TIMES}?{asked}")
    shown = clocks(alice)
    assert (shown[0], shown[-1]) == (first, last)
    alice.shows(day)


def test_wishes_stay_in_the_address_from_week_to_week_and_can_be_taken_away(alice, two_days):
    thursday, monday = two_days
    alice.answers().get(f"{TIMES}?uke={week(monday)}&tid=evening")
    assert clocks(alice)[0] == "17.00"
    assert f"?uke={week(thursday)}&tid=evening" in links(alice)
    assert f'href="{TIMES}?uke={week(monday)}"' in alice.html
    alice.shows("Fjern filteret")
    alice.post(
        f"{TIMES}?uke={week(monday)}&tid=evening", {"slot": str(slot_at(monday, "17.10").pk)}
    )
    assert alice.path == CONTACT


def test_a_filter_that_leaves_nothing_says_so_and_can_be_taken_away(alice, two_days):
    alice.answers().get(f"{TIMES}?dag=7")
    assert clocks(alice) == []
    alice.shows("Ingen ledige tider passer med det du har valgt", "Fjern filteret")
    assert f'href="{TIMES}"' in alice.html
    assert "Velg tid</" not in alice.html


def test_where_there_is_one_day_and_one_part_of_it_there_is_nothing_to_filter(alice, evening):
    ClinicSession.objects.update(state="closed")
    make_session(starts_at=oslo(DAY + timedelta(days=1), "18.00"), hours=1)
    alice.answers().get(TIMES)
    assert "Vis bare noen dager eller tider" not in alice.words


# A whole vial


def test_whoever_takes_a_whole_vial_is_told_so_and_sees_all_times_alike(alice, evening):
    alice.answers(**WHOLE).get(TIMES)
    assert len(clocks(alice)) == 24
    assert clocks(alice, folded=True) == []
    alice.shows("Du trenger et helt hetteglass for deg selv. Derfor er alle tidene like gode")
    assert "deler et glass" not in alice.words


def test_without_a_vial_left_there_is_no_seat_in_a_shared_one(alice, evening):
    """One vial is set aside, and planned for the person at 18.00."""
    ClinicSession.objects.update(vials_allotted=1)
    alice.answers(**WHOLE).get(TIMES)
    alice.shows("Ingen ledige timer akkurat nå", "Derfor er det færre timer som passer for deg.")
    alice.choose(evening, "17.00")
    assert not held().exists()


# The night when clocks are put back


def test_two_times_that_the_clocks_show_alike_are_told_apart(alice, evening, moment):
    night = oslo(DAY.replace(2027, 10, 31), "01.00")
    moment.move_to(night - timedelta(days=3))
    make_session(starts_at=night, hours=4, slot_minutes=30)
    alice.answers().get(TIMES)
    assert clocks(alice)[2:6] == [
        "02.00 (sommertid)",
        "02.30 (sommertid)",
        "02.00 (vintertid)",
        "02.30 (vintertid)",
    ]
    assert len(clocks(alice)) == 10


# However much there is


def queries_of(visit):
    with CaptureQueriesContext(connection) as captured:
        visit.get(TIMES)
    return len(captured)


def test_the_page_costs_the_same_however_many_weeks_and_people(alice, evening):
    alice.answers().get(TIMES)
    before = queries_of(alice)
    with zeal_ignore():
        for number in range(1, 5):
            session = make_session(starts_at=OPENING + timedelta(days=number))
            for _ in range(6):
                make_booking(session=session, now=OPENING - timedelta(days=8))
    assert queries_of(alice) == before <= 9
