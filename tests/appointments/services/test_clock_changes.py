"""The two nights when the clocks change: no gap, no overlap, nobody an hour early or late."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import translation

from appointments.domain.rearranging import Rearranging
from appointments.domain.session_changes import Wish
from appointments.domain.slot_times import minute_of
from appointments.models import Slot
from appointments.selectors.places import free_places
from appointments.services.booking import TooEarlyError, book, rebook
from appointments.services.calendar_file import calendar_file
from appointments.services.session_impact import preview, shape_of
from appointments.services.session_rearranging import apply
from audit.domain import Actor
from clinics.domain.calendar import OSLO
from clinics.templatetags.oslo_time import clock
from notifications.models import Message
from tests.factories import make_booking, make_decision, make_session
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
FORWARD = datetime(2027, 3, 28, 0, 0, tzinfo=OSLO).astimezone(UTC)  # from 02.00 to 03.00
BACK = datetime(2027, 10, 31, 0, 0, tzinfo=OSLO).astimezone(UTC)  # from 03.00 to 02.00
TEN = timedelta(minutes=10)


def night(starts_at, hours=5):
    return make_session(starts_at=starts_at, hours=hours, stations=1)


def slots_of(session):
    return list(Slot.objects.filter(session=session, capacity__gte=1).order_by("starts_at"))


def take(session, slot, **more):
    decision = make_decision(now=session.starts_at - timedelta(days=7))
    return book(
        patient_id=decision.patient_id,
        decision_id=decision.pk,
        slot_id=slot.pk,
        route="intradermal",
        **{"dose_number": 1, "not_before": None, **more},
        by=SYSTEM,
        now=session.starts_at - timedelta(days=6),
    )


def clocks_of(session):
    return [clock(slot.starts_at) for slot in slots_of(session)]


@pytest.mark.parametrize("starts_at", [FORWARD, BACK])
def test_times_are_ten_real_minutes_apart_all_night(starts_at):
    starts = [slot.starts_at for slot in slots_of(night(starts_at))]
    assert len(starts) == 30
    assert {later - sooner for sooner, later in pairwise(starts)} == {TEN}


def test_in_spring_there_is_no_time_between_two_and_three():
    shown = clocks_of(night(FORWARD))
    assert shown[11:13] == ["01.50", "03.00"]
    assert len(set(shown)) == 30


def test_in_autumn_the_hour_that_comes_twice_says_which_it_is():
    shown = clocks_of(night(BACK))
    assert shown[14:16] == ["02.20 (sommertid)", "02.30 (sommertid)"]
    assert shown[20:22] == ["02.20 (vintertid)", "02.30 (vintertid)"]
    assert (shown[11], shown[24]) == ("01.50", "03.00")
    assert len(set(shown)) == 30
    with translation.override("en"):
        assert clock(BACK + timedelta(hours=2, minutes=30)) == "02:30 (summer time)"


def test_the_two_at_half_past_two_have_two_times_an_hour_apart():
    session = night(BACK)
    slots = slots_of(session)
    first, second = take(session, slots[15]), take(session, slots[21])
    minutes = [minute_of(one.slot.starts_at, session.starts_at) for one in (first, second)]
    assert minutes == [150, 210]
    assert first.date == second.date == date(2027, 10, 31)
    entries = [calendar_file(one).decode() for one in (first, second)]
    assert "DTSTART:20271031T003000Z" in entries[0]
    assert "DTSTART:20271031T013000Z" in entries[1]
    reminders = Message.objects.filter(kind="reminder").order_by("due_at")
    assert [one.due_at for one in reminders] == [
        one.slot.starts_at - timedelta(hours=48) for one in (first, second)
    ]
    assert_integrity(now=BACK - timedelta(days=5))


@pytest.mark.parametrize("starts_at", [FORWARD, BACK])
def test_which_times_share_a_vial_is_told_by_real_minutes(starts_at):
    session = night(starts_at)
    take(session, slots_of(session)[9])  # 01.30: others share within 110 minutes of it
    [found] = free_places(
        session.clinic_id,
        route="intradermal",
        group=3,
        not_before=session.date,
        now=starts_at - timedelta(days=1),
    )
    apart = [
        abs(place.starts_at - (starts_at + 9 * TEN)) for place in found.places if place.shares_vial
    ]
    assert max(apart) == timedelta(minutes=110)


def test_dose_two_comes_no_earlier_than_its_day_in_oslo_whatever_the_offset():
    evening = night(FORWARD - timedelta(hours=2), hours=4)  # 22.00 the day before
    before_midnight, after_midnight = slots_of(evening)[11], slots_of(evening)[12]
    day = date(2027, 3, 28)
    with pytest.raises(TooEarlyError):
        take(evening, before_midnight, dose_number=2, not_before=day)
    booked = take(evening, after_midnight, dose_number=2, not_before=day)
    assert booked.date == day
    with pytest.raises(TooEarlyError):
        rebook(
            appointment_id=booked.pk,
            slot_id=before_midnight.pk,
            by=SYSTEM,
            now=FORWARD - timedelta(days=3),
        )


@pytest.mark.parametrize("night_of", [FORWARD, BACK])
def test_a_day_moved_into_the_night_keeps_its_length_and_everybodys_distance(night_of):
    session = make_session(starts_at=night_of - timedelta(days=1, hours=-20), hours=5)
    booked = [make_booking(session=session) for _ in range(5)]
    booked += [take(session, slots_of(session)[number]) for number in (14, 15, 21, 29)]
    before = sorted(one.slot.starts_at - session.starts_at for one in booked)
    wish = Wish(
        Rearranging.MOVE,
        shape_of(session).__class__(
            night_of.astimezone(OSLO), session.ends_at, session.stations, session.vials_allotted
        ),
    )
    now = night_of - timedelta(days=4)
    seen = preview(session_id=session.pk, wish=wish, now=now)
    apply(session_id=session.pk, wish=wish, fingerprint=seen.fingerprint, by=SYSTEM, now=now)
    session.refresh_from_db()
    assert session.ends_at - session.starts_at == timedelta(hours=5)
    for one in booked:
        one.refresh_from_db()
    after = sorted(one.slot.starts_at - session.starts_at for one in booked)
    assert after == before
    assert_integrity(now=now)
