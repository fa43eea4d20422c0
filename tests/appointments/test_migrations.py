"""The migration that tells older messages which clinic they belong to."""

from importlib import import_module
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection

from notifications.models import Message
from tests.factories import BEFORE, make_booking, make_clinic


@pytest.mark.django_db
def test_a_message_gets_the_clinic_of_its_appointment():
    booking = make_booking()
    Message.objects.update(clinic=None)
    other = Message.objects.create(
        kind="booked", channel="sms", subject_id=uuid4(), due_at=BEFORE, created_at=BEFORE
    )
    name_the_clinics = import_module(
        "appointments.migrations.0004_clinics_of_messages"
    ).name_the_clinics
    name_the_clinics(apps, SimpleNamespace(connection=connection))
    found = Message.objects.filter(subject_id=booking.pk).values_list("clinic_id", flat=True)
    assert set(found) == {make_clinic().pk}
    other.refresh_from_db()
    assert other.clinic is None
