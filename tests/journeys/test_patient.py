"""A patient checks, books a time that shares a vial, gets a confirmation, moves and cancels."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from appointments.models import Appointment
from clinics.domain.calendar import OSLO, oslo_date
from eligibility.models import Decision
from notifications.services.delivery import deliver_due
from patients.models import Patient
from tests.browser import DESKTOP, PHONE
from tests.factories import by_day, make_booking, make_clinic, make_lot, make_session
from tests.invariants import assert_integrity
from tests.journeys.answers import answer_all

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

WORDS = {
    "nb": {
        "switch": None,
        "begin": "Sjekk om du får tilbud",
        "next": "Fortsett",
        "offered": "Du får tilbud om vaksine",
        "find": "Finn en time",
        "others": "Vis alle andre tider",
        "take": "Velg tid",
        "send": "Send kode",
        "booked": "Timen er bestilt.",
        "book": "Bestill",
        "move": "Flytt timen",
        "moved": "Timen er flyttet.",
        "cancel": "Avbestill",
        "really": "Ja, avbestill",
        "cancelled": "Timen er avbestilt.",
        "mine": "Timen din",
    },
    "nn": {
        "switch": "Nynorsk",
        "begin": "Sjekk om du får tilbod",
        "next": "Hald fram",
        "offered": "Du får tilbod om vaksine",
        "find": "Finn ein time",
        "others": "Vis alle andre tider",
        "take": "Vel tid",
        "send": "Send kode",
        "booked": "Timen er bestilt.",
        "book": "Bestill",
        "move": "Flytt timen",
        "moved": "Timen er flytta.",
        "cancel": "Avbestill",
        "really": "Ja, avbestill",
        "cancelled": "Timen er avbestilt.",
        "mine": "Timen din",
    },
    "en": {
        "switch": "English",
        "begin": "Check if you are offered it",
        "next": "Continue",
        "offered": "You are offered the vaccine",
        "find": "Find a time",
        "others": "Show all other times",
        "take": "Choose time",
        "send": "Send code",
        "booked": "Your appointment is booked.",
        "book": "Book",
        "move": "Change the time",
        "moved": "Your appointment has been moved.",
        "cancel": "Cancel",
        "really": "Yes, cancel",
        "cancelled": "Your appointment is cancelled.",
        "mine": "Your appointment",
    },
}


@pytest.fixture
def evening():
    """An evening next week with one person booked at 18.00, so that times share that vial."""
    day = oslo_date(timezone.now()) + timedelta(days=7)
    starts_at = datetime.combine(day, time(16), tzinfo=OSLO)
    session = make_session(starts_at=starts_at, stations=2, now=timezone.now())
    make_lot(clinic=make_clinic())
    make_booking(session=session, clock="18.00", now=timezone.now() - timedelta(days=1))
    return session


@pytest.fixture
def mailbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


def code_in(message):
    return re.search(r"\b\d{6}\b", message.body)[0]


@pytest.mark.parametrize(
    ("language", "size"),
    [("nb", PHONE), ("nb", DESKTOP), ("nn", PHONE), ("en", PHONE)],
    ids=["nb-phone", "nb-desktop", "nn-phone", "en-phone"],
)
def test_from_the_front_page_to_a_booking_moved_and_cancelled(
    language, size, evening, mailbox, new_visitor, valkey
):
    words = WORDS[language]
    alice = new_visitor(size)
    page = alice.page
    alice.open("/")
    if words["switch"]:
        alice.press(words["switch"])
    alice.press(words["begin"])
    asked = answer_all(alice, words["next"])
    assert asked[0] == "fodselsdato"
    assert len(asked) == len(set(asked))
    alice.reads(words["offered"])

    alice.press(words["find"])
    alice.reads(words["others"])
    assert not page.get_by_label("16.00" if language != "en" else "16:00").is_visible()
    page.get_by_label("17.50" if language != "en" else "17:50").check()
    alice.press(words["take"])

    page.check("input[name=channel][value=email]")
    page.fill("input[name=email]", "alice@example.org")
    alice.press(words["send"])
    page.fill("input[name=code]", code_in(mailbox[0]))
    alice.press(words["next"])
    page.fill("input[name=given_name]", "Alice")
    page.fill("input[name=family_name]", "Ås")
    alice.press(words["next"])
    alice.press(words["book"])
    alice.reads(words["booked"], words["mine"])

    booked = Appointment.objects.get(patient__email_hash__gt="", status="booked")
    assert booked.slot.starts_at == evening.starts_at + timedelta(minutes=110)
    patient = Patient.objects.get(pk=booked.patient_id)
    assert (patient.name, patient.language) == ("Alice Ås", language)
    decision = Decision.objects.get(patient=patient)
    assert decision.priority_group == "3"
    assert not {"R1", "R2", "R3", "R4"} & set(decision.reasons)

    deliver_due(now=lambda: by_day(timezone.now()))
    confirmation = mailbox[-1]
    [link] = re.findall(r"http://\S+/l/\S+/", confirmation.body)
    [(_name, calendar, _type)] = confirmation.attachments
    assert Calendar.from_ical(calendar).events[0].start == booked.slot.starts_at

    on_another_phone = new_visitor(size, "other")
    on_another_phone.open(link.replace(link.partition("/l/")[0], alice.home))
    on_another_phone.press(words["move"])
    on_another_phone.page.get_by_label("18.10" if language != "en" else "18:10").check()
    on_another_phone.press(words["take"])
    on_another_phone.reads(words["moved"])
    booked.refresh_from_db()
    assert booked.slot.starts_at == evening.starts_at + timedelta(minutes=130)
    on_another_phone.press(words["cancel"])
    on_another_phone.press(words["really"])
    on_another_phone.reads(words["cancelled"])
    booked.refresh_from_db()
    assert booked.status == "cancelled"

    after_the_front_page = [title for title in alice.seen[2:] if "mpox" in title.lower()]
    assert after_the_front_page == []
    assert_integrity()


def test_each_page_has_a_way_back_and_answers_can_be_changed(evening, new_visitor, valkey):
    alice = new_visitor()
    alice.open("/")
    alice.press("Sjekk om du får tilbud")
    alice.page.fill("input[name=answer]", "14.03.1991")
    alice.press("Fortsett")
    alice.press("Tilbake")
    assert alice.page.input_value("input[name=answer]") == "14.03.1991"
    alice.page.fill("input[name=answer]", "31.02.1991")
    alice.press("Fortsett")
    alice.reads("Rett dette før du går videre:", "Skriv en dato som finnes")
    assert alice.page.input_value("input[name=answer]") == "31.02.1991"
    alice.page.fill("input[name=answer]", "15.03.1991")
    alice.press("Fortsett")
    assert alice.page.url.endswith("/sjekk/symptomer/")
    assert_integrity()


@pytest.mark.parametrize(
    ("answers", "words", "last"),
    [
        ({"symptomer": "yes"}, "Snakk med en lege om symptomene", "symptomer"),
        ({"tidligere-sykdom": "yes"}, "Du trenger ingen dose nå", "tidligere-sykdom"),
        ({"allergi": "gentamicin"}, "Du skal ikke ha denne vaksinen", "allergi"),
        ({"kjonn": "woman"}, "Du er ikke i gruppen som får tilbud nå", "kjonn"),
    ],
    ids=["symptoms", "had it", "allergy", "not offered"],
)
def test_the_questions_stop_as_soon_as_the_answer_is_sure(
    answers, words, last, new_visitor, valkey, transactional_db
):
    make_clinic()
    bob = new_visitor()
    bob.open("/")
    bob.press("Sjekk om du får tilbud")
    assert answer_all(bob, "Fortsett", **answers)[-1] == last
    bob.reads(words, "Snakk med oss", "+4722000000")
    assert bob.page.get_by_role("link", name="Finn en time").count() == 0
    assert_integrity()
