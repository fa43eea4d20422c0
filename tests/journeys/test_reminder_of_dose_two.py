"""Dose 2's place is booked after dose 1; a real worker sends its reminder on beat's schedule."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.models import Appointment
from care.services.vaccination import rescreen_for, vaccinate
from clinics.domain.calendar import OSLO
from notifications.domain.retrying import Fate
from notifications.models import Message
from notifications.services.delivery import deliver_due
from tests.browser import PHONE
from tests.factories import (
    actor_of,
    by_day,
    day_answers,
    make_arrival,
    make_clinic,
    make_lot,
    make_patient,
    make_session,
    make_staff,
    make_vial,
)
from tests.invariants import assert_integrity

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def dose_two_soon():
    """Alice had dose 1 four weeks ago, less two days; dose 2 is the day after tomorrow."""
    now = timezone.now().replace(second=0, microsecond=0)
    dose_two_at = now + timedelta(hours=47, minutes=50)
    opened = dose_two_at - timedelta(days=28)
    make_lot(clinic=make_clinic(), expires_on=opened.date() + timedelta(days=60))
    first = make_session(starts_at=opened, now=opened - timedelta(days=7))
    make_session(starts_at=dose_two_at, now=opened)
    alice = make_patient(given_name="Alice", phone="+4741234567", now=opened - timedelta(days=3))
    clock = opened.astimezone(OSLO).strftime("%H.%M")
    appointment = make_arrival(session=first, patient=alice, clock=clock)
    given_at = appointment.slot.starts_at
    nurse = make_staff(clinic=first.clinic)
    by = actor_of(nurse, first.clinic)
    decision = rescreen_for(
        appointment_id=appointment.pk, answers=day_answers(alice), by=by, now=given_at
    )
    vial = make_vial(by=nurse, now=given_at, day=first.date)
    vaccinate(
        appointment_id=appointment.pk,
        vial_id=vial.pk,
        decision_id=decision.pk,
        site="left_upper_arm",
        by=by,
        now=given_at,
    )
    return Appointment.objects.get(patient=alice, dose_number=2)


def handled(message_id):
    message = Message.objects.get(pk=message_id)
    return message.state == Message.State.SENT or message.fate == Fate.HELD


def test_the_reminder_of_dose_two_arrives_once_and_its_link_opens_the_appointment(
    live_server, dose_two_soon, celery_worker_and_beat, new_visitor
):
    reminder = Message.objects.get(subject_id=dose_two_soon.pk, kind="reminder")
    assert reminder.due_at <= timezone.now()
    celery_worker_and_beat.wait_until(lambda: handled(reminder.pk), seconds=60)
    if Message.objects.get(pk=reminder.pk).fate == Fate.HELD:
        # It is night where the test runs: the worker lets it wait, and here it is morning.
        deliver_due(now=lambda: by_day(timezone.now()))
    texts = [
        json.loads(path.read_text())["text"]
        for path in (celery_worker_and_beat.outbox_dir / "sms").glob("*.json")
    ]
    [text] = [text for text in texts if text.startswith("Husk timen din")]
    assert "dose" not in text.lower()

    alice = new_visitor(PHONE)
    alice.open(text[text.index("http") :].strip())
    alice.reads("Timen din", "Flytt timen")
    assert str(dose_two_soon.pk) in alice.page.url
    assert_integrity()
