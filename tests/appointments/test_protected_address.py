"""Messages to somebody with a protected address say when, and nothing of where."""

import re

import pytest
from django.core import mail
from django.test import override_settings

from appointments.services.booking import cancel, rebook
from audit.domain import Actor
from clinics.models import Clinic
from eligibility.services.case_messages import answered, asked_to_call, received
from notifications.services.delivery import deliver_due
from notifications.services.rendering import render_sms
from patients.models import Patient
from tests.factories import (
    BEFORE,
    at,
    make_booking,
    make_case,
    make_clinic,
    make_patient,
    make_session,
    slot_at,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_mail_in_memory"),
]
LANGUAGES = ("nb", "nn", "en")
SMS = (
    "booked",
    "changed",
    "next_booked",
    "reminder",
    "reminder_week",
    "day_before",
    "cancelled",
    "case_received",
    "case_call",
    "case_answered",
)


@pytest.fixture
def _mail_in_memory():
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        yield


def protected(language: str, *, is_protected: bool = True) -> Patient:
    alice = make_patient(
        email="alice@example.org", contact_by="both", phone="+4741234567", language=language
    )
    Patient.objects.filter(pk=alice.pk).update(protected_address=is_protected)
    return alice


def place_words(clinic: Clinic) -> list[str]:
    return [clinic.name, clinic.discreet_name, clinic.street, clinic.city, clinic.phone[-8:]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_about_an_appointment_says_where(language):
    session = make_session()
    alice = protected(language)
    booked = make_booking(session=session, patient=alice, clock="17.40")
    by = Actor.patient(alice.pk)
    deliver_due(now=lambda: BEFORE)
    rebook(appointment_id=booked.pk, slot_id=slot_at(session, "18.20").pk, by=by, now=BEFORE)
    deliver_due(now=lambda: BEFORE)
    deliver_due(now=lambda: at("10.00"))
    cancel(appointment_id=booked.pk, by=by, now=at("10.05"))
    deliver_due(now=lambda: at("10.05"))

    assert len(mail.outbox) == 6, "booked, moved, reminded three times, cancelled"
    for message in mail.outbox:
        said = f"{message.subject}\n{message.body}"
        for word in place_words(session.clinic):
            assert word not in said
        assert message.attachments == []
        assert re.search(r"/l/[\w-]{22}/", message.body)
        assert re.search(r"17[.:]40|18[.:]20", said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_about_a_case_says_where(language):
    alice = protected(language)
    case = make_case(patient=alice)
    for tell in (received, asked_to_call, answered):
        tell(case, now=BEFORE)
    deliver_due(now=lambda: BEFORE)

    assert mail.outbox
    for message in mail.outbox:
        for word in place_words(case.clinic):
            assert word not in f"{message.subject}\n{message.body}"
        assert "http" in message.body, "the page says where, to who opens it"


def test_everybody_else_is_told_where_with_a_calendar_entry():
    session = make_session()
    make_booking(session=session, patient=protected("nb", is_protected=False))
    deliver_due(now=lambda: BEFORE)

    [message] = mail.outbox
    assert session.clinic.discreet_name in message.body
    assert [name for name, _content, _type in message.attachments] == ["time.ics"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SMS)
def test_no_sms_says_where(kind, language):
    clinic = make_clinic()
    told = {"starts_at": at("17.40"), "clinic": clinic, "link": "https://x/l/abc/"}

    hidden, open_words = (
        render_sms(kind=kind, to="+4741234567", language=language, context=told | more).text
        for more in ({"protected": True}, {"protected": False})
    )

    assert "https://x/l/abc/" in hidden
    for word in place_words(clinic):
        assert word not in hidden
    assert clinic.discreet_name in open_words
    assert len(hidden) < len(open_words) + 20
