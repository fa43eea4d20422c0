"""What people are told when the clinic moves or cancels their time."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import override_settings
from icalendar import Calendar

from appointments.domain.rearranging import Rearranging
from appointments.domain.session_changes import Wish
from appointments.services.booking import rebook
from appointments.services.session_impact import preview, shape_of
from appointments.services.session_rearranging import apply
from audit.domain import Actor
from notifications.models import Message
from notifications.services.delivery import deliver_due
from tests.appointments.test_reminders import FORBIDDEN, LINK
from tests.factories import OPENING, make_booking, make_patient, make_session, slot_at

pytestmark = pytest.mark.django_db(transaction=True)
NOW = OPENING - timedelta(days=3)
NEXT_WEEK = OPENING + timedelta(days=7)


@pytest.fixture(autouse=True)
def _mail_in_memory():
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        yield


def cancel_day(language="nb", *, elsewhere=True):
    """Cancel the day of somebody whose confirmation was sent, with or without another day."""
    patient = make_patient(email="alice@example.org", contact_by="email", language=language)
    booked = make_booking(session=make_session(), patient=patient, clock="17.40")
    Message.objects.all().delete()
    if elsewhere:
        make_session(starts_at=NEXT_WEEK)
    session = booked.slot.session
    wish = Wish(Rearranging.CANCEL, shape_of(session))
    seen = preview(session_id=session.pk, wish=wish, now=NOW)
    apply(
        session_id=session.pk,
        wish=wish,
        fingerprint=seen.fingerprint,
        by=Actor.system(),
        now=NOW,
    )
    booked.refresh_from_db()
    return booked


def sent(now=NOW):
    deliver_due(now=lambda: now)
    return mail.outbox


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("nb", "Timen din har fått ny tid: torsdag 3. desember kl. 17.40"),
        ("nn", "Timen din har fått ny tid: torsdag 3. desember kl. 17.40"),
        ("en", "Your appointment has a new time: Thursday 3 December at 17:40"),
    ],
)
def test_who_is_moved_is_told_the_new_time_with_a_link_and_a_calendar_entry(language, subject):
    booked = cancel_day(language)
    [message] = sent()
    assert message.subject == subject
    assert LINK.search(message.body)
    [(_name, content, _type)] = message.attachments
    [event] = Calendar.from_ical(content).events
    assert (event.start, event["SEQUENCE"]) == (booked.slot.starts_at, 1)
    assert not FORBIDDEN.search(LINK.sub("", f"{message.subject} {message.body}"))


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("nb", "Timen din torsdag 26. november er avlyst", "vi tar kontakt"),
        ("nn", "Timen din torsdag 26. november er avlyst", "vi tek kontakt"),
        ("en", "Your appointment on Thursday 26 November is cancelled", "we will contact you"),
    ],
)
def test_who_lost_a_time_is_told_what_happens_next(language, subject, words):
    cancel_day(language, elsewhere=False)
    [message] = sent()
    assert message.subject == subject
    assert words in message.body
    assert LINK.search(message.body)
    assert "+4722000000" in message.body or re.search(r"22 ?00 ?00 ?00", message.body)
    [(_name, content, _type)] = message.attachments
    assert Calendar.from_ical(content)["METHOD"] == "CANCEL"
    assert not FORBIDDEN.search(LINK.sub("", f"{message.subject} {message.body}"))


def test_who_has_moved_the_new_time_since_hears_of_that_one_only():
    booked = cancel_day()
    rebook(
        appointment_id=booked.pk,
        slot_id=slot_at(booked.slot.session, "19.00").pk,
        by=Actor.system(),
        now=NOW,
    )
    assert [message.subject for message in sent()] == [
        "Timen din er flyttet til torsdag 3. desember kl. 19.00"
    ]


def test_who_is_moved_is_reminded_of_the_new_time_and_not_the_old():
    cancel_day()
    sent()
    sent(OPENING + timedelta(minutes=100) - timedelta(hours=48))
    assert len(mail.outbox) == 1
    for before in (timedelta(days=7), timedelta(hours=48), timedelta(hours=22)):
        sent(NEXT_WEEK + timedelta(minutes=100) - before)
    assert len(mail.outbox) == 4
