"""Somebody gets an offer, stops such messages by the link in it, and thinks better of it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from appointments.models import Offer
from appointments.services.booking import cancel
from appointments.services.offers import offer_free_times
from audit.domain import Actor
from clinics.domain.calendar import OSLO
from notifications.models import Message
from notifications.services.delivery import deliver_due
from patients.selectors import recipients
from tests.browser import DESKTOP, PHONE
from tests.factories import by_day, make_booking, make_clinic, make_patient, make_session, make_wait
from tests.invariants import assert_integrity

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WORDS = {
    "nb": ("Stopp på SMS og e-post", "Meldingene er stoppet", "Angre", "Vil du stoppe meldinger"),
    "nn": ("Stopp på SMS og e-post", "Meldingane er stoppa", "Angre", "Vil du stoppe meldingar"),
    "en": ("Stop by SMS and email", "The messages are stopped", "Undo", "Do you want to stop"),
}


@pytest.mark.parametrize(("language", "size"), [("nb", PHONE), ("nn", DESKTOP), ("en", PHONE)])
def test_an_offer_carries_the_way_out_and_what_is_booked_is_told_all_the_same(
    new_visitor, valkey, language, size
):
    stop, stopped, undo, asked = WORDS[language]
    now = by_day(timezone.now())
    opening = (now + timedelta(days=3)).astimezone(OSLO).replace(hour=16, minute=0, second=0)
    opening = opening.replace(microsecond=0)
    session = make_session(clinic=make_clinic(), starts_at=opening, now=now)
    patient = make_patient(
        email="alice@example.org", contact_by="both", language=language, phone="+4740000009"
    )
    entry = make_wait(clinic=session.clinic, patient=patient, now=now)
    offer_free_times(now=now)
    deliver_due(now=lambda: now)
    offer = Offer.objects.get(entry=entry)
    assert Message.objects.filter(kind="time_offered", state="sent").count() == 2
    letter = mail.outbox[-1]
    link = re.search(r"/s/[\w-]{22}/", letter.body)[0]
    assert letter.message()["List-Unsubscribe"].endswith(f"{link}ett-klikk/>")

    alice = new_visitor(size)
    alice.open(link)
    alice.reads(asked)
    assert not recipients([patient.pk])[patient.pk].stopped
    alice.press(stop)
    alice.reads(stopped)
    assert recipients([patient.pk])[patient.pk].stopped == {"sms", "email"}

    booked = make_booking(session=session, patient=patient, dose_number=2, now=now)
    cancel(appointment_id=booked.pk, by=Actor.patient(patient.pk), now=now)
    deliver_due(now=lambda: now)
    ends = Message.objects.exclude(subject_id__in=[offer.pk, entry.pk])
    assert set(ends.values_list("kind", "state")) >= {("cancelled", "sent")}

    alice.press(undo)
    alice.reads(asked)
    assert not recipients([patient.pk])[patient.pk].stopped
    assert_integrity(now=now)
