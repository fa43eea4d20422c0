"""Which news of the clinic's goes at any hour: that of a time that is near, or was."""

from datetime import timedelta

import pytest

from appointments.models import Displaced
from notifications.models import Message
from notifications.services.registry import kind_named
from tests.factories import OPENING, make_booking, make_patient, make_session

pytestmark = pytest.mark.django_db


def news(kind):
    patient = make_patient(email="alice@example.org", contact_by="email")
    booked = make_booking(session=make_session(), patient=patient, clock="17.40")
    message = Message.objects.create(
        kind=kind, channel="email", subject_id=booked.pk, due_at=OPENING, created_at=OPENING
    )
    return booked, message


def at_any_hour(message, now):
    return kind_named(message.kind).cannot_wait([message], now) == {message.pk}


def test_a_time_that_is_cancelled_the_evening_before_is_told_at_once():
    booked, message = news("cancelled_by_clinic")
    starts_at = booked.slot.starts_at
    assert at_any_hour(message, starts_at - timedelta(hours=20))
    assert not at_any_hour(message, starts_at - timedelta(hours=25))
    assert not at_any_hour(message, starts_at + timedelta(hours=1))


def test_who_had_a_time_tomorrow_is_told_at_once_that_it_is_another_day():
    booked, message = news("moved_by_clinic")
    now = booked.slot.starts_at - timedelta(days=7)
    assert not at_any_hour(message, now)
    Displaced.objects.create(
        appointment=booked,
        sequence=booked.sequence,
        was_at=now + timedelta(hours=12),
        became_at=booked.slot.starts_at,
        made_at=now,
        to_call=False,
    )
    assert at_any_hour(message, now)
