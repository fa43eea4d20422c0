from datetime import timedelta

import pytest

from appointments.domain.time_bands import Band
from appointments.selectors import steering
from appointments.selectors.places import free_places
from appointments.selectors.steering import bands_of, shown_first
from tests.factories import BEFORE, DAY, OPENING, at, make_booking, make_session, oslo

pytestmark = pytest.mark.django_db


def first_of(session, *, route="intradermal", now=BEFORE):
    found = free_places(session.clinic_id, route=route, group=3, not_before=DAY, now=now)
    first = shown_first(found, clinic_id=session.clinic_id, route=route, now=now)
    return [p.starts_at for one in found for p in one.places if p.slot_id in first]


def test_times_that_share_a_vial_are_shown_first_without_a_further_query(django_assert_num_queries):
    session = make_session()
    make_booking(session=session, clock="18.00")
    with django_assert_num_queries(3):
        first = first_of(session)
    assert (first[0], first[-1], len(first)) == (at("16.10"), at("19.50"), 23)


def test_where_none_shares_the_part_of_the_day_that_people_choose_is_first(
    django_assert_num_queries,
):
    """Twelve evening bookings elsewhere in the week; the day itself is empty."""
    other = make_session(starts_at=OPENING - timedelta(days=2))
    for number in range(12):
        make_booking(session=other, clock=f"{17 + number // 6}.{number % 6}0", now=BEFORE)
    session = make_session()
    with django_assert_num_queries(4):
        first = first_of(session, now=BEFORE + timedelta(hours=1))
    assert first[0] == at("17.00")
    assert len(first) == 18


def test_the_share_that_a_time_needs_follows_from_rate_days_and_popularity(monkeypatch):
    asked = []

    def joiners(day_lead, minute, rate, popularity, policy):
        asked.append((day_lead, minute, rate, popularity[minute], policy.window_min))
        return 0

    monkeypatch.setattr(steering, "expected_joiners", joiners)
    other = make_session(starts_at=OPENING - timedelta(days=2), hours=1)
    for _ in range(2):
        make_booking(session=other, now=BEFORE)
    session = make_session(hours=1 / 6)
    first_of(session)
    to_the_cutoff = (oslo(DAY - timedelta(days=1), "16.00") - BEFORE) / timedelta(days=1)
    assert asked == [(to_the_cutoff, 0, 2 / 7 / 2, 1, 120)]


def test_whoever_takes_a_whole_vial_is_not_steered(django_assert_num_queries):
    session = make_session()
    make_booking(session=session, clock="18.00")
    assert first_of(session, route="subcutaneous") == []


def test_what_is_first_is_the_planners_answer(monkeypatch):
    session = make_session()
    monkeypatch.setattr(
        steering, "shortlist", lambda wanted, delta, joiners, policy: list(wanted)[3:4]
    )
    assert first_of(session) == [at("16.30")]


@pytest.mark.parametrize(
    ("starts", "hours", "bands"),
    [
        ("16.00", 4, [Band.AFTERNOON, Band.EVENING]),
        ("10.00", 1, [Band.MORNING]),
        ("10.00", 7 / 6, [Band.MORNING, Band.MIDDAY]),
        ("08.30", 9, [*Band][:4]),
    ],
)
def test_a_session_is_open_in_the_parts_of_the_day_that_have_times(starts, hours, bands):
    assert bands_of(make_session(starts_at=oslo(DAY, starts), hours=hours)) == bands
