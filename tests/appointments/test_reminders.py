"""Which messages about appointments are still due, what they say, and to whom."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import vobject
from django.core import mail
from django.test import override_settings
from django.utils import translation
from icalendar import Calendar

from appointments.domain.reminding import Reminder
from appointments.services.booking import cancel, rebook
from appointments.services.dose_two import book_ahead
from audit.domain import Actor
from notifications.models import Message
from notifications.services.delivery import deliver_due
from tests.factories import BEFORE, at, make_booking, make_patient, make_session, slot_at

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_mail_in_memory"),
]

# Random letters, which may happen to spell anything.
LINK = re.compile(r"/l/[\w-]{22}/")
FORBIDDEN = re.compile(r"mpox|apekopp|vaksin|vaccin|dose|gruppe|group|pox|hiv|prep", re.IGNORECASE)


@pytest.fixture
def _mail_in_memory():
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        yield


def book_alice(language="nb", clock="17.40"):
    patient = make_patient(
        given_name="Alice", email="alice@example.org", contact_by="email", language=language
    )
    return make_booking(session=make_session(), patient=patient, clock=clock)


def send(now):
    deliver_due(now=lambda: now)
    return [message.subject for message in mail.outbox]


def state(kind):
    return Message.objects.values_list("state", "fate").get(kind=kind)


@pytest.mark.parametrize(
    ("language", "subject", "word"),
    [
        ("nb", "Timen din torsdag 26. november kl. 17.40", "legitimasjon"),
        ("nn", "Timen din torsdag 26. november kl. 17.40", "legitimasjon"),
        ("en", "Your appointment on Thursday 26 November at 17:40", "ID"),
    ],
)
def test_the_confirmation_is_in_the_patients_language_with_link_and_calendar(
    language, subject, word
):
    appointment = book_alice(language)
    assert send(BEFORE) == [subject]
    [message] = mail.outbox
    assert message.to == ["alice@example.org"]
    assert word in message.body
    assert re.search(r"http://127\.0\.0\.1:\d+/l/[\w-]{22}/", message.body)
    [(name, content, mimetype)] = message.attachments
    assert (name, mimetype) == ("time.ics", "text/calendar; method=PUBLISH")
    [event] = Calendar.from_ical(content).events
    assert event.start == appointment.slot.starts_at
    assert event["SEQUENCE"] == 0


@pytest.mark.parametrize("workers", ["nb", "en"])
@pytest.mark.parametrize(
    ("language", "words"), [("nb", "Timen din"), ("nn", "Timen din"), ("en", "Your appointment")]
)
def test_the_calendar_is_in_the_patients_language_whatever_the_workers_is(language, words, workers):
    book_alice(language)
    with translation.override(workers):
        send(BEFORE)
    [(_name, content, _type)] = mail.outbox[0].attachments
    [event] = Calendar.from_ical(content).events
    assert event["SUMMARY"] == words


def test_each_change_reaches_the_calendar_as_the_same_entry():
    appointment = book_alice()
    send(BEFORE)
    rebook(
        appointment_id=appointment.pk,
        slot_id=slot_at(appointment.slot.session, "18.00").pk,
        by=Actor.system(),
        now=BEFORE,
    )
    send(BEFORE)
    cancel(appointment_id=appointment.pk, by=Actor.system(), now=BEFORE)
    send(BEFORE)
    read = []
    for message in mail.outbox:
        raw = message_from_bytes(message.message().as_bytes(), policy=policy.default)
        [part] = raw.iter_attachments()
        assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "time.ics")
        assert part.get_content_charset() == "utf-8"
        calendar = vobject.readOne(part.get_content())
        assert part["Content-Type"].params["method"] == calendar.method.value
        event = calendar.vevent
        read.append((calendar.method.value, event.uid.value, int(event.sequence.value)))
    uid = read[0][1]
    assert uid.startswith(str(appointment.pk))
    assert read == [("PUBLISH", uid, 0), ("PUBLISH", uid, 1), ("CANCEL", uid, 2)]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_no_message_of_any_kind_says_what_the_appointment_is_for(language):
    appointment = book_alice(language)
    send(BEFORE)
    rebook(
        appointment_id=appointment.pk,
        slot_id=slot_at(appointment.slot.session, "18.00").pk,
        by=Actor.system(),
        now=BEFORE,
    )
    send(BEFORE)
    for reminded in (timedelta(days=7), timedelta(hours=47), timedelta(hours=22)):
        send(at("18.00") - reminded)
    cancel(appointment_id=appointment.pk, by=Actor.system(), now=at("16.00"))
    send(at("16.00"))
    assert len(mail.outbox) == 6
    for message in mail.outbox:
        words = f"{message.from_email} {message.subject} {message.body}"
        words += "".join(str(attachment) for attachment in message.attachments)
        assert not FORBIDDEN.search(LINK.sub("", words))


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        ("reminder_week", at("17.40") - timedelta(days=7)),
        ("reminder", at("17.40") - timedelta(hours=48)),
        ("day_before", at("10.00") - timedelta(days=1)),
    ],
)
def test_each_reminder_comes_in_its_time_and_not_sooner_and_once(kind, due):
    book_alice()
    send(due - timedelta(seconds=1))
    before = len(mail.outbox)
    assert state(kind)[0] == "waiting"
    assert len(send(due)) == before + 1
    assert len(send(due)) == before + 1
    assert state(kind)[0] == "sent"


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("nb", "Er du syk eller har feber, bli hjemme og ring oss."),
        ("nn", "Er du sjuk eller har feber, bli heime og ring oss."),
        ("en", "If you are ill or have a fever, stay at home and call us."),
    ],
)
def test_the_day_before_who_is_ill_is_asked_to_stay_away_and_call(language, asked):
    book_alice(language)
    send(at("10.00") - timedelta(days=1))
    body = mail.outbox[-1].body
    assert asked in body
    assert re.search(r"22 ?00 ?00 ?00", body)


@pytest.mark.parametrize(
    ("language", "asked"),
    [("nb", "Plages du fortsatt"), ("nn", "Har du framleis plager"), ("en", "still have trouble")],
)
def test_a_week_before_the_next_time_who_still_has_trouble_is_asked_to_call_now(language, asked):
    """R34: some days ahead."""
    book_both(language)
    subjects = send(at("17.40") - timedelta(days=7))
    assert not any(asked in message.body for message in mail.outbox), "nothing was given yet"
    mail.outbox.clear()
    subjects = send(at("17.40") + timedelta(days=21))
    assert asked in mail.outbox[-1].body, subjects


def test_a_moved_appointment_is_reminded_of_at_its_new_time_only():
    appointment = book_alice()
    send(BEFORE)
    rebook(
        appointment_id=appointment.pk,
        slot_id=slot_at(appointment.slot.session, "19.00").pk,
        by=Actor.system(),
        now=BEFORE,
    )
    subjects = send(at("19.00") - timedelta(hours=48))
    assert subjects == [
        "Timen din torsdag 26. november kl. 17.40",
        "Timen din er flyttet til torsdag 26. november kl. 19.00",
        "Time om en uke: torsdag 26. november kl. 19.00",
        "Husk timen din torsdag 26. november kl. 19.00",
    ]
    assert Message.objects.filter(kind="reminder", state="skipped", fate="moved").count() == 1


def test_a_cancelled_appointment_is_not_reminded_of():
    appointment = book_alice()
    send(BEFORE)
    cancel(appointment_id=appointment.pk, by=Actor.system(), now=BEFORE)
    send(at("17.40") - timedelta(hours=24))
    for kind in Reminder:
        assert state(kind) == ("skipped", "not_booked")
    assert state("cancelled")[0] == "sent"
    assert len(mail.outbox) == 2


def book_both(language="nb"):
    """Alice's two appointments, four weeks apart."""
    dose_one = book_alice(language)
    later = make_session(starts_at=at("16.00") + timedelta(days=28))
    book_ahead(
        appointment_id=dose_one.pk,
        slot_id=slot_at(later, "17.40").pk,
        by=Actor.system(),
        now=BEFORE,
    )
    return dose_one


def move_a_week(dose_one):
    week_after = make_session(starts_at=at("16.00") + timedelta(days=7))
    slot = slot_at(week_after, "17.40")
    rebook(appointment_id=dose_one.pk, slot_id=slot.pk, by=Actor.system(), now=BEFORE)


@pytest.mark.parametrize(
    ("language", "moved", "dropped"),
    [
        (
            "nb",
            "Den neste timen din er flyttet til torsdag 31. desember kl. 17.40",
            "Den neste timen din torsdag 24. desember er tatt bort",
        ),
        (
            "nn",
            "Den neste timen din er flytta til torsdag 31. desember kl. 17.40",
            "Den neste timen din torsdag 24. desember er teken bort",
        ),
        (
            "en",
            "Your next appointment has moved to Thursday 31 December at 17:40",
            "Your next appointment on Thursday 24 December has been removed",
        ),
    ],
)
@pytest.mark.parametrize("place", [True, False])
def test_the_next_appointment_follows_with_words_that_give_nothing_away(
    language, moved, dropped, place
):
    dose_one = book_both(language)
    if place:
        make_session(starts_at=at("16.00") + timedelta(days=35))
    move_a_week(dose_one)
    assert (moved if place else dropped) in send(BEFORE)
    for message in mail.outbox:
        assert not FORBIDDEN.search(LINK.sub("", f"{message.subject} {message.body}"))


def test_news_of_the_next_appointment_that_is_overtaken_is_not_sent():
    dose_one = book_both()
    make_session(starts_at=at("16.00") + timedelta(days=35))
    move_a_week(dose_one)
    cancel(appointment_id=dose_one.pk, by=Actor.system(), now=BEFORE)
    send(BEFORE)
    assert state("next_changed") == ("skipped", "not_booked")
    assert Message.objects.filter(kind="cancelled", state="sent").count() == 2


def test_a_message_that_comes_after_the_appointment_began_is_not_sent():
    book_alice()
    assert send(at("17.40")) == []
    assert state("booked") == ("skipped", "begun")
    assert state("reminder") == ("skipped", "begun")
