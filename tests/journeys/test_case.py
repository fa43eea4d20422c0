"""Somebody who was exposed sends their case, is approved, books, and somebody else withdraws."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from appointments.models import Appointment
from clinics.domain.calendar import OSLO, oslo_date
from clinics.domain.roles import Role
from eligibility.models import ReviewCase
from eligibility.services.cases import approve, claim
from eligibility.services.decisions import course_of
from notifications.services.delivery import deliver_due
from tests.browser import DESKTOP, PHONE
from tests.factories import actor_of, by_day, make_clinic, make_doctor, make_lot, make_session
from tests.invariants import assert_integrity
from tests.journeys.answers import answer_all

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PHONE_NUMBER = "+4722000000"
TELLING = re.compile(r"mpox|apekopp|monkeypox", re.IGNORECASE)
WORDS = {
    "nb": {
        "switch": None,
        "begin": "Sjekk om du får tilbud",
        "next": "Fortsett",
        "place": "Send til en lege",
        "window": "Vaksinen bør settes senest",
        "code": "Send kode",
        "send": "Send til legen",
        "received": "Vi har fått saken",
        "approved": "Legen har sagt ja",
        "choose": "Velg en tid",
        "take": "Velg tid",
        "booked": "Timen er bestilt.",
        "withdraw": "Trekk saken",
        "really": "Ja, trekk saken",
        "withdrawn": "Du har trukket saken.",
    },
    "nn": {
        "switch": "Nynorsk",
        "begin": "Sjekk om du får tilbod",
        "next": "Hald fram",
        "place": "Send til ein lege",
        "window": "Vaksinen bør setjast seinast",
        "code": "Send kode",
        "send": "Send til legen",
        "received": "Vi har fått saka",
        "approved": "Legen har sagt ja",
        "choose": "Vel ei tid",
        "take": "Vel tid",
        "booked": "Timen er bestilt.",
        "withdraw": "Trekk saka",
        "really": "Ja, trekk saka",
        "withdrawn": "Du har trekt saka.",
    },
    "en": {
        "switch": "English",
        "begin": "Check if you are offered it",
        "next": "Continue",
        "place": "Send to a doctor",
        "window": "The vaccine should be given by",
        "code": "Send code",
        "send": "Send to the doctor",
        "received": "We have received your case",
        "approved": "The doctor has said yes",
        "choose": "Choose a time",
        "take": "Choose time",
        "booked": "Your appointment is booked.",
        "withdraw": "Withdraw your case",
        "really": "Yes, withdraw it",
        "withdrawn": "You have withdrawn your case.",
    },
}


@pytest.fixture
def clinic():
    """A clinic that opens tomorrow, and another that could be asked."""
    make_clinic(slug="sykehuset", kind="specialist", discreet_name="Sykehuset", groups=(1,))
    clinic = make_clinic()
    day = oslo_date(timezone.now()) + timedelta(days=1)
    make_session(
        clinic=clinic,
        starts_at=datetime.combine(day, time(16), tzinfo=OSLO),
        groups=(1,),  # whoever is approved is not asked for a group
        now=timezone.now(),
    )
    make_lot(clinic=clinic)
    return clinic


@pytest.fixture
def mailbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


def code_in(message):
    return re.search(r"\b\d{6}\b", message.body)[0]


def approve_as_suggested(case, clinic):
    lund = actor_of(make_doctor(clinic=clinic), clinic, Role.CLINICIAN)
    claim(case_id=case.pk, by=lund, now=timezone.now())
    approve(
        case_id=case.pk,
        course=course_of(case.decision),
        interval_override_days=None,
        reason="",
        by=lund,
        now=timezone.now(),
    )


def send_a_case(visitor, words, mailbox):
    """Answer as somebody exposed yesterday, and send."""
    yesterday = oslo_date(timezone.now()) - timedelta(days=1)
    exposed = {"smitte": "yes", "smittedato": f"{yesterday:%d.%m.%Y}", "kontakt": "sexual"}
    visitor.open("/")
    if words["switch"]:
        visitor.press(words["switch"])
    visitor.press(words["begin"])
    answer_all(visitor, words["next"], fremover="yes", **exposed)
    visitor.open("/vurdering/")
    visitor.reads(words["place"], words["window"], PHONE_NUMBER)
    visitor.press(words["next"])
    visitor.page.check("input[name=channel][value=email]")
    visitor.page.fill("input[name=email]", "alice@example.org")
    visitor.press(words["code"])
    visitor.page.fill("input[name=code]", code_in(mailbox[-1]))
    visitor.press(words["next"])
    visitor.page.fill("input[name=given_name]", "Alice")
    visitor.page.fill("input[name=family_name]", "Ås")
    visitor.reads(words["window"], PHONE_NUMBER)
    visitor.press(words["send"])
    visitor.reads(words["received"])


@pytest.mark.parametrize(
    ("language", "size"),
    [("nb", PHONE), ("nb", DESKTOP), ("nn", PHONE), ("en", PHONE)],
    ids=["nb-phone", "nb-desktop", "nn-phone", "en-phone"],
)
def test_from_the_answers_to_an_approval_and_a_time(
    language, size, clinic, mailbox, new_visitor, valkey
):
    words = WORDS[language]
    alice = new_visitor(size)
    send_a_case(alice, words, mailbox)
    case = ReviewCase.objects.select_related("decision").get()
    assert case.patient.language == language

    deliver_due(now=lambda: by_day(timezone.now()))
    [link] = re.findall(r"http://\S+/vurdering/l/\S+/", mailbox[-1].body)
    approve_as_suggested(case, clinic)

    on_another_phone = new_visitor(size, "other")
    on_another_phone.open(link.replace(link.partition("/vurdering/")[0], alice.home))
    on_another_phone.reads(words["approved"])
    on_another_phone.press(words["choose"])
    on_another_phone.page.locator("input[name=slot]").first.check()
    on_another_phone.press(words["take"])
    on_another_phone.reads(words["booked"])
    booked = Appointment.objects.get(patient=case.patient)
    assert (booked.status, booked.route) == ("booked", "subcutaneous")

    after_the_front_page = [title for title in alice.seen[2:] if TELLING.search(title)]
    assert after_the_front_page == []
    assert_integrity()


@pytest.mark.parametrize("language", WORDS)
def test_what_was_sent_can_be_withdrawn(language, clinic, mailbox, new_visitor, valkey):
    words = WORDS[language]
    alice = new_visitor()
    send_a_case(alice, words, mailbox)
    alice.press(words["withdraw"])
    alice.press(words["really"])
    alice.reads(words["withdrawn"])
    assert ReviewCase.objects.values_list("state", "sent", "note").get() == (
        "withdrawn",
        None,
        None,
    )
    assert_integrity()


def test_somebody_not_exposed_chooses_which_answers_to_send(clinic, mailbox, new_visitor, valkey):
    words = WORDS["nb"]
    alice = new_visitor()
    alice.open("/")
    alice.press(words["begin"])
    answer_all(alice, words["next"], graviditet="pregnant")
    alice.open("/vurdering/")
    alice.page.check("input[name=channel][value=email]")
    alice.page.fill("input[name=email]", "alice@example.org")
    alice.press(words["code"])
    alice.page.fill("input[name=code]", code_in(mailbox[-1]))
    alice.press(words["next"])
    assert alice.page.locator("input[name=answers]:checked").count() == 0
    alice.page.get_by_label("Om jeg lever med hiv").check()
    alice.page.get_by_text("Dette får legen se").click()
    alice.page.get_by_text("om du er gravid eller ammer").wait_for()
    alice.look()
    alice.press(words["send"])
    alice.reads("Skriv fornavnet ditt", "Om jeg lever med hiv")
    assert alice.page.get_by_label("Om jeg lever med hiv").is_checked()
    alice.page.fill("input[name=given_name]", "Alice")
    alice.page.fill("input[name=family_name]", "Ås")
    alice.press(words["send"])
    alice.reads(words["received"])
    sent = ReviewCase.objects.get().sent
    assert sent["hiv_positive"] is False
    assert not {"sex_with_men", "on_prep", "risk_behaviours", "gender"} & set(sent)
    assert_integrity()
