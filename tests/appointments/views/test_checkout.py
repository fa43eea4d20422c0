"""Contact, code, name, summary, booking: the straight way and the wrong answers on it."""

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment
from eligibility.models import Decision
from limits.rules import CODE as CODE_RULE
from patients.models import Patient
from patients.permissions import BROWSER_COOKIE
from patients.services.codes import ATTEMPTS
from tests.appointments.views.line import (
    ALICE,
    CODE,
    CONTACT,
    DETAILS,
    MINE,
    SUMMARY,
    Booker,
    newest_code,
)
from tests.factories import make_dose, slot_at

NASTY_NAMES = {
    "html": "<script>alert(1)</script>",
    "right-to-left override": "\u202eecilA",
    "arabic": "محمد",
    "combining marks": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "sql": "'; DROP TABLE patients; --",
    "format string": "%s %(name)s {0}",
    "one letter": "Å",
    "apostrophe and hyphen": "D’Arcy-O'Neill",
    "template": "{{ 7|add:7 }}{% now 'Y' %}",
}


def test_from_a_chosen_time_to_a_booking(alice, evening, mailbox):
    alice.answers().choose(evening)
    alice.shows("Hvordan når vi deg?", "Steg 2 av 5")
    alice.ask_for_code()
    assert alice.path == CODE
    alice.shows("Skriv inn koden", "Steg 3 av 5", "Vi har sendt en kode til a…@example.org.")
    assert [message.to for message in mailbox] == [[ALICE]]
    alice.post(CODE, {"code": newest_code()})
    assert alice.path == DETAILS
    alice.shows("Hvem er du?", "Steg 4 av 5")
    alice.name()
    assert alice.path == SUMMARY
    alice.shows(
        "Steg 5 av 5",
        "torsdag 26. november kl. 17.00",
        "Nydalen legesenter, Nydalsveien 1",
        "Oppmøtet koster 300 kroner.",
        "Alice Ås",
        "14.03.1991",
        ALICE,
        "Bestill torsdag 26. november kl. 17.00",
    )
    alice.book()
    assert MINE.fullmatch(alice.path)
    alice.shows("Timen er bestilt.", "Torsdag 26. november", "kl. 17.00")
    booked = Appointment.objects.select_related("slot", "patient").get(patient__email_hash__gt="")
    assert (booked.status, booked.slot) == (Status.BOOKED, slot_at(evening, "17.00"))
    assert booked.patient.name == "Alice Ås"


def test_every_step_names_the_place_that_is_held_and_somebody_to_call(alice, evening):
    alice.answers().choose(evening)
    for path in (CONTACT, CODE, DETAILS):
        if path == CODE:
            alice.ask_for_code()
        if path == DETAILS:
            alice.post(CODE, {"code": newest_code()})
        assert alice.path == path
        alice.shows("Vi holder av torsdag 26. november kl. 17.00 til deg.")
        alice.shows("Får du det ikke til? Ring oss på +4722000000")


def test_steps_cannot_be_skipped(alice, evening):
    alice.answers().choose(evening)
    for path, leads_to in ((CODE, CONTACT), (DETAILS, CONTACT), (SUMMARY, CONTACT)):
        alice.get(path)
        assert alice.path == leads_to
    alice.prove()
    for path in (SUMMARY, CODE):
        alice.get(path)
        assert alice.path == DETAILS
    alice.post(SUMMARY)
    assert alice.path == DETAILS
    assert not Appointment.objects.filter(status=Status.BOOKED, patient__email_hash__gt="").exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Velg SMS eller e-post"),
        ({"channel": "pigeon"}, "Velg SMS eller e-post"),
        ({"channel": "sms"}, "Skriv mobilnummeret ditt"),
        ({"channel": "email"}, "Skriv e-postadressen din"),
        ({"channel": "email", "phone": "41234567"}, "Skriv e-postadressen din"),
        ({"channel": "sms", "phone": "123"}, "Dette er ikke et gyldig mobilnummer."),
        ({"channel": "sms", "phone": "+47 820 12345"}, "Dette er ikke et gyldig mobilnummer."),
        ({"channel": "email", "email": "alice"}, "Dette er ikke en gyldig e-postadresse."),
        ({"channel": "email", "email": "a@b"}, "Dette er ikke en gyldig e-postadresse."),
        ({"channel": "email", "email": "🎉@example.org"}, "ikke en gyldig e-postadresse."),
    ],
)
def test_a_contact_that_cannot_be_is_asked_again_and_no_code_is_sent(
    alice, evening, mailbox, given, words
):
    alice.answers().choose(evening)
    response = alice.post(CONTACT, given)
    assert response.status_code == 200
    alice.shows("Rett dette før du går videre:", words)
    for field, typed in given.items():
        if field != "channel":
            assert f'value="{typed}"' in alice.html
    assert mailbox == []


def test_what_is_wrong_in_the_field_that_does_not_show_stops_nobody(alice, evening, mailbox):
    alice.answers().choose(evening)
    alice.post(CONTACT, {"channel": "email", "email": ALICE, "phone": "1" * 400})
    assert alice.path == CODE
    assert len(mailbox) == 1


def test_a_telephone_gets_its_code_by_sms(alice, evening, settings, tmp_path):
    settings.OUTBOX_DIR = tmp_path
    alice.answers().choose(evening)
    alice.post(CONTACT, {"channel": "sms", "phone": "412 34 567"})
    assert alice.path == CODE
    alice.shows("•• •• 45 67")
    [sms] = (tmp_path / "sms").glob("*.json")
    assert "+4741234567" in sms.read_text()


def test_a_wrong_code_says_how_many_attempts_are_left_then_that_there_is_none(alice, evening):
    alice.answers().choose(evening)
    alice.ask_for_code()
    right = newest_code()
    wrong = "000000" if right != "000000" else "000001"
    for left in range(ATTEMPTS - 1, 0, -1):
        alice.post(CODE, {"code": wrong})
        alice.shows(f"Koden er feil. Du har {left} forsøk igjen.")
    alice.post(CODE, {"code": wrong})
    alice.shows("Koden er feil, og du har brukt alle forsøkene. Gå tilbake og få en ny.")
    alice.post(CODE, {"code": right})
    alice.shows("Koden gjelder ikke lenger. Gå tilbake og få en ny.")
    assert alice.path == CODE


@pytest.mark.parametrize("given", ["", "12345", "1234567", "12 34 5", "abcdef", "🎉", "1" * 4000])
def test_what_is_no_code_is_asked_again_and_costs_no_attempt(alice, evening, given):
    alice.answers().choose(evening)
    alice.ask_for_code()
    for _ in range(ATTEMPTS + 1):
        alice.post(CODE, {"code": given})
        alice.shows("Koden er seks sifre." if given else "Skriv koden du fikk")
    alice.post(CODE, {"code": newest_code()})
    assert alice.path == DETAILS


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: f" {code[:3]} {code[3:]} ",
        lambda code: code.translate({ord("0") + d: 0x0660 + d for d in range(10)}),
        lambda code: code.translate({ord("0") + d: 0xFF10 + d for d in range(10)}),
        lambda code: f"\u200e{code}\u200f",
    ],
    ids=["spaces", "arabic digits", "full-width digits", "invisible marks"],
)
def test_a_code_may_be_typed_as_people_type(alice, evening, typed):
    alice.answers().choose(evening)
    alice.ask_for_code()
    alice.post(CODE, {"code": typed(newest_code())})
    assert alice.path == DETAILS


def test_a_code_older_than_ten_minutes_is_refused_in_words(alice, evening, moment):
    alice.answers().choose(evening)
    alice.ask_for_code()
    old = newest_code()
    moment.shift(601)
    alice.choose(evening)
    alice.post(CODE, {"code": old})
    assert alice.path == CODE
    alice.shows("Koden gjelder ikke lenger. Gå tilbake og få en ny.")


def test_after_many_codes_one_is_asked_to_wait_a_whole_number_of_minutes(
    alice, evening, mailbox, valkey
):
    alice.answers().choose(evening)
    for _ in range(CODE_RULE.contact + 1):
        valkey.delete(*valkey.keys("limit:code:again:*") or ["none"])
        alice.ask_for_code()
    assert alice.path == CONTACT
    alice.shows("Det er sendt mange koder. Prøv igjen om 60 minutter.")
    assert len(mailbox) == CODE_RULE.contact


def test_a_code_for_one_address_does_not_prove_another(alice, evening):
    alice.answers().choose(evening)
    alice.ask_for_code("bob@example.org")
    for_bob = newest_code()
    alice.ask_for_code(ALICE)
    if newest_code() != for_bob:
        alice.post(CODE, {"code": for_bob})
        assert alice.path == CODE
        alice.shows("Koden er feil.")


def test_a_code_does_not_work_in_another_browser(alice, evening):
    alice.answers().choose(evening, "17.00")
    alice.ask_for_code()
    code = newest_code()
    mallory = Booker().answers()
    mallory.choose(evening, "17.10")
    mallory.ask_for_code("mallory@example.org")
    mallory.client.post(CONTACT, {"channel": "email", "email": ALICE})
    if newest_code() != code:
        mallory.post(CODE, {"code": code})
        assert mallory.path == CODE


def test_a_contact_proved_before_needs_no_second_code_another_one_does(alice, evening, mailbox):
    alice.to_summary(evening)
    assert len(mailbox) == 1
    alice.ask_for_code(ALICE.upper().replace("EXAMPLE.ORG", "example.org"))
    assert alice.path == SUMMARY
    assert len(mailbox) == 1
    alice.ask_for_code("other@example.org")
    assert alice.path == CODE
    alice.get(SUMMARY)
    assert alice.path == CONTACT
    alice.book(seen="x")
    assert alice.path == CONTACT


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_a_name_is_kept_as_it_is_meant_and_shown_escaped(alice, evening, name):
    nasty = NASTY_NAMES[name]
    alice.answers().choose(evening)
    alice.prove()
    alice.name(given=nasty)
    assert alice.path == SUMMARY, alice.words
    assert "<script>" not in alice.html
    alice.book()
    patient = Patient.objects.get(email_hash__gt="")
    assert "\u202e" not in patient.name
    assert patient.given_name == nasty.replace("\u202e", "") or name == "combining marks"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "Skriv fornavnet ditt"),
        ("   ", "Skriv fornavnet ditt"),
        ("🎉", "Skriv fornavnet slik det står på legitimasjonen"),
        ("123", "Skriv fornavnet slik det står på legitimasjonen"),
        ("\u200b\u200f", "Skriv fornavnet slik det står på legitimasjonen"),
        ("a" * 81, "Navnet er for langt. Skriv høyst 80 tegn."),
        ("a" * 5000, "Navnet er for langt. Skriv høyst 80 tegn."),
    ],
)
def test_what_is_no_name_is_asked_again_and_the_other_name_stays(alice, evening, given, words):
    alice.answers().choose(evening)
    alice.prove()
    alice.name(given=given)
    assert alice.path == DETAILS
    alice.shows("Rett dette før du går videre:", words)
    assert 'value="Ås"' in alice.html


def test_each_line_of_the_summary_leads_to_where_it_is_changed(alice, evening):
    alice.to_summary(evening)
    for path in ("/time/nydalen/", "/time/", DETAILS, "/sjekk/fodselsdato/", CONTACT):
        assert f'href="{path}"' in alice.html
        alice.get(path)
        assert alice.page.status_code == 200
        assert alice.path in {path, "/time/nydalen/"}
        alice.get(SUMMARY)
        assert alice.path == SUMMARY


def test_the_summary_is_in_the_readers_language(alice, evening):
    alice.client.cookies["django_language"] = "en"
    alice.to_summary(evening)
    alice.shows("Thursday 26 November at 17:00")
    assert "kl." not in alice.words


def test_a_clinic_without_a_fee_shows_no_price(alice, evening):
    clinic = evening.clinic
    clinic.fee = ""
    clinic.save(update_fields=["fee"])
    alice.to_summary(evening)
    assert "Pris" not in alice.words


def test_the_answers_and_what_was_typed_are_gone_after_the_booking(alice, evening):
    alice.to_summary(evening).book()
    alice.get("/")
    alice.shows("Sjekk om du får tilbud")
    alice.get(DETAILS)
    assert MINE.fullmatch(alice.path)
    decision = Decision.objects.exclude(patient__email_hash="").get()
    assert not {"R1", "R2", "R3", "R4"} & set(decision.reasons)


def test_who_has_a_time_already_is_shown_it_and_the_new_one_is_let_go(alice, evening):
    alice.to_summary(evening, "17.00").book()
    again = Booker().to_summary(evening, "17.10")
    again.book()
    assert again.path == "/min-time/alle/"
    again.shows("Du har en time fra før.", "Torsdag 26. november kl. 17.00".lower()[8:])
    assert Appointment.objects.filter(patient__email_hash__gt="").count() == 1
    assert not Appointment.objects.filter(status=Status.HELD).exists()


def test_who_has_had_the_dose_here_is_asked_to_call(alice, evening):
    alice.to_summary(evening, "17.00").book()
    booked = Appointment.objects.select_related("patient").get(patient__email_hash__gt="")
    Appointment.objects.filter(pk=booked.pk).update(status=Status.CANCELLED)
    make_dose(patient=booked.patient)
    again = Booker().to_summary(evening, "17.10")
    again.book()
    assert again.path == "/min-time/alle/"
    again.shows("Du har vært hos oss før. Ring oss på +4722000000, så finner vi riktig time.")


def test_no_browser_or_proxy_keeps_a_page_with_names(alice, evening):
    alice.to_summary(evening)
    for path in (CONTACT, DETAILS, SUMMARY):
        assert "no-store" in alice.client.get(path)["Cache-Control"]


def test_no_title_on_the_way_says_what_it_is_about(alice, evening):
    alice.answers().choose(evening)
    titles = [alice.title]
    alice.ask_for_code()
    titles.append(alice.title)
    alice.post(CODE, {"code": newest_code()})
    titles.append(alice.title)
    alice.name()
    titles.append(alice.title)
    alice.book()
    titles.append(alice.title)
    assert len(set(titles)) == 5
    assert not any("mpox" in title.lower() or "vaks" in title.lower() for title in titles)


def test_a_browser_without_a_key_holds_nothing(alice, evening):
    alice.to_summary(evening)
    seen = alice.seen()
    del alice.client.cookies[BROWSER_COOKIE]
    alice.book(seen)
    assert alice.path == "/"
    assert not Appointment.objects.filter(patient__email_hash__gt="").exists()
