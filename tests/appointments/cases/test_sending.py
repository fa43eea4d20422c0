"""From the answers to a case that is sent: the straight way, and the wrong turns on it."""

import re

import pytest

from eligibility.models import ReviewCase
from patients.models import Patient
from patients.services.codes import ATTEMPTS
from tests.appointments.cases.way import (
    ALICE,
    BEGIN,
    CODE,
    CONTACT,
    DETAILS,
    MINE,
    PREGNANT,
    Asker,
    newest_code,
)
from tests.eligibility.visit import RESULT
from tests.factories import BEFORE, make_clinic, make_session

WINDOW = "Vaksinen bør settes senest lørdag 21. november."
PHONE = "+4722000000"


def test_from_the_answers_to_a_case_that_is_sent(alice, clinic, mailbox):
    alice.exposed().get(BEGIN)
    alice.shows("Send til en lege", "Steg 1 av 4", "Nydalen legesenter", "Sykehuset")
    alice.choose_place()
    assert alice.path == CONTACT
    alice.shows("Hvordan når vi deg?", "Steg 2 av 4")
    alice.ask_for_code(at=CONTACT)
    assert alice.path == CODE
    alice.shows("Skriv inn koden", "Steg 3 av 4", "a…@example.org")
    alice.post(CODE, {"code": newest_code()})
    assert alice.path == DETAILS
    alice.shows("Hvem er du?", "Steg 4 av 4")
    alice.send()
    assert MINE.fullmatch(alice.path)
    alice.shows("Vi har fått det du sendte.", "Saken din", "Vi har fått saken")
    case = ReviewCase.objects.select_related("patient", "decision").get()
    assert (case.kind, case.state, case.clinic) == ("pepv", "open", clinic)
    assert (case.patient.name, case.patient.language) == ("Alice Ås", "nb")
    assert (case.window, str(case.prevents_until)) == ("0-4", "2026-11-21")


def test_every_page_of_the_path_says_until_when_and_whom_to_call(alice, clinic):
    alice.exposed()
    for go in (
        lambda: alice.get(BEGIN),
        alice.choose_place,
        lambda: alice.ask_for_code(at=CONTACT),
        lambda: alice.post(CODE, {"code": newest_code()}),
        alice.send,
    ):
        go()
        alice.shows(WINDOW, PHONE)


def test_no_title_on_the_way_names_disease_vaccine_or_group(alice, clinic):
    alice.exposed()
    for go in (
        lambda: alice.get(BEGIN),
        alice.choose_place,
        lambda: alice.ask_for_code(at=CONTACT),
        lambda: alice.post(CODE, {"code": newest_code()}),
        alice.send,
    ):
        go()
        assert not {"mpox", "vaksine", "smitte", "gruppe"} & set(alice.title.lower().split())


def test_pregnant_people_are_told_both_days(alice, clinic):
    alice.exposed(graviditet="pregnant").get(BEGIN)
    alice.shows("virker best til og med lørdag 21. november", "til og med tirsdag 1. desember")


def test_after_the_last_day_the_case_is_sent_all_the_same(alice, clinic):
    alice.exposed(smittedato="01.11.2026").get(BEGIN)
    alice.shows("Det er gått så lang tid at vaksinen kanskje ikke hjelper.")
    alice.to_details().send()
    alice.shows("Du hører fra oss så snart en lege har sett på saken.")
    assert ReviewCase.objects.get().window == "passed"


@pytest.mark.parametrize(
    "changed",
    [{"allergi": "gentamicin"}, {"tidligere_sykdom": "yes"}],
    ids=["R30", "R33"],
)
def test_exposed_people_whom_a_stop_refuses_are_offered_a_clinician_too(alice, clinic, changed):
    alice.exposed(**changed).to_details().send()
    assert ReviewCase.objects.get().kind == "pepv"


def test_somebody_with_symptoms_is_not_sent_to_a_queue(alice, clinic):
    alice.exposed(symptomer="yes").get(BEGIN)
    assert alice.path == RESULT
    alice.shows("Snakk med en lege om symptomene")


@pytest.mark.parametrize("answers", [{}, {"kjonn": "woman"}, {"allergi": "gentamicin"}])
def test_those_whom_the_rules_answer_are_led_to_their_answer(alice, clinic, answers):
    alice.answers(**answers)
    for path in (BEGIN, CONTACT, CODE, DETAILS):
        alice.get(path)
        assert alice.path == RESULT


def test_steps_cannot_be_skipped(alice, clinic):
    alice.exposed()
    for path, leads_to in ((CONTACT, BEGIN), (CODE, BEGIN), (DETAILS, BEGIN)):
        alice.get(path)
        assert alice.path == leads_to
    alice.choose_place()
    for path in (CODE, DETAILS):
        alice.get(path)
        assert alice.path == CONTACT
    alice.send()
    assert alice.path == CONTACT
    assert not ReviewCase.objects.exists()


def test_the_clinic_that_opens_soonest_comes_first_and_is_chosen_beforehand(alice, clinic):
    make_session(
        clinic=make_clinic(slug="tidlig", discreet_name="Tidlig ute", city="Ås"),
        starts_at=BEFORE.replace(hour=20),
        now=BEFORE.replace(hour=8),
    )
    alice.exposed().get(BEGIN)
    assert (
        alice.words.index("Tidlig ute")
        < alice.words.index("Nydalen legesenter")
        < alice.words.index("Sykehuset")
    )
    alice.shows("Åpent neste gang torsdag 19. november.")
    assert 'value="tidlig"' in alice.html.partition("checked")[0][-300:]


def test_a_review_is_sent_where_the_setting_says(alice, clinic):
    alice.answers(graviditet="pregnant").get(BEGIN)
    assert alice.path == CONTACT  # R9: one municipal clinic, so it is chosen at once
    alice.shows("Steg 1 av 3")


def test_a_single_clinic_is_chosen_at_once(alice, moment, mailbox, valkey):
    make_clinic()
    alice.exposed().get(BEGIN)
    assert alice.path == CONTACT
    alice.prove_contact()
    alice.shows("Steg 3 av 3")
    alice.send()
    assert ReviewCase.objects.get().clinic.slug == "nydalen"


def test_where_there_is_no_clinic_there_is_a_number(alice, moment, valkey, db):
    alice.exposed().get(BEGIN)
    alice.shows("Ring oss", "116 117")


def test_under_16_it_goes_by_phone(alice, clinic):
    alice.exposed(fodselsdato="20.11.2010")
    for path in (BEGIN, CONTACT, CODE, DETAILS):
        alice.get(path)
        alice.shows("Du er under 16 år.", PHONE, "Ring i dag.", "Folkehelseinstituttet")
    alice.post(BEGIN, {"clinic": "nydalen"})
    alice.send()
    assert not ReviewCase.objects.exists()


def test_between_16_and_18_a_guardian_may_be_there(alice, clinic):
    alice.exposed(fodselsdato="19.11.2010").get(BEGIN)
    alice.shows("Du er under 18 år.", "en forelder eller en annen voksen")
    alice.to_details().send()
    assert ReviewCase.objects.get().decision.reasons.count("R26") == 1


def test_a_wrong_code_says_how_many_attempts_are_left(alice, clinic):
    alice.exposed().choose_place()
    alice.ask_for_code(at=CONTACT)
    wrong = "000000" if newest_code() != "000000" else "000001"
    alice.post(CODE, {"code": wrong})
    alice.shows(f"Koden er feil. Du har {ATTEMPTS - 1} forsøk igjen.")
    assert alice.path == CODE


def test_a_contact_that_is_proved_needs_no_second_code(alice, clinic, mailbox):
    alice.exposed().to_details()
    alice.post(CONTACT, {"channel": "email", "email": ALICE})
    assert alice.path == DETAILS
    alice.get(CODE)
    assert alice.path == DETAILS
    assert len(mailbox) == 1


def test_another_contact_needs_a_code_of_its_own(alice, clinic, mailbox):
    alice.exposed().to_details()
    alice.ask_for_code("mallory@example.org", at=CONTACT)
    assert alice.path == CODE
    alice.send()
    assert alice.path == CONTACT
    assert not ReviewCase.objects.exists()


def test_what_is_typed_stays_when_something_else_is_wrong(alice, clinic):
    alice.exposed().to_details()
    alice.send(given="", note="Ring meg", call_when="evening", call_phone="123")
    alice.shows("Skriv fornavnet ditt", "Dette er ikke et gyldig mobilnummer.")
    for typed in ('value="Ås"', "Ring meg</textarea>", 'value="123"'):
        assert typed in alice.html
    assert "checked" in alice.html.partition('value="evening"')[2].partition(">")[0]


def test_when_and_where_to_call_stand_above_the_note(alice, clinic):
    case = alice.sent(
        note="Ring  meg\r\nhelst\u202e snart", call_when="evening", call_phone="412 34 567"
    )
    assert case.note == "Telefon: +4741234567\nBest å ringe: Etter klokka 16\nRing meg\nhelst snart"


def test_a_note_of_nothing_is_no_note(alice, clinic):
    assert alice.sent(note=" \u200b\n ").note is None


def test_the_page_asks_not_to_write_who_it_was(alice, clinic):
    alice.exposed().to_details()
    alice.shows("Ikke skriv hvem du har vært sammen med")


def test_a_telephone_is_asked_for_only_of_those_who_gave_none(alice, clinic, settings, tmp_path):
    settings.OUTBOX_DIR = tmp_path
    alice.exposed().choose_place()
    alice.post(CONTACT, {"channel": "sms", "phone": "412 34 567"})
    [sms] = (tmp_path / "sms").glob("*.json")
    code = re.search(r"\b\d{6}\b", sms.read_text())[0]
    alice.post(CODE, {"code": code})
    assert alice.path == DETAILS
    assert "call_phone" not in alice.html
    alice.send()
    assert Patient.objects.get().contact_by == "sms"


def test_exposed_people_are_asked_to_send_nothing_more(alice, clinic):
    alice.exposed().to_details()
    assert 'name="answers"' not in alice.html


def test_group_answers_are_offered_one_by_one_and_none_is_ticked(alice, clinic):
    alice.answers(**PREGNANT).prove_contact()
    alice.shows("Om jeg har sex med menn", "Om jeg bruker PrEP mot hiv", "Om jeg lever med hiv")
    ticks = alice.html.split('name="answers"')[1:]
    assert len(ticks) == 7
    assert not any("checked" in tick.partition(">")[0] for tick in ticks)


def test_a_tick_for_an_answer_that_was_not_asked_is_refused(alice, clinic):
    alice.exposed().to_details().send(answers=["forebygging"])
    assert "forebygging" not in str(ReviewCase.objects.get().sent)  # there was no such field
    bob = Asker()
    bob.answers(**PREGNANT).prove_contact("bob@example.org")
    bob.send(answers=["finnes-ikke"])
    bob.shows("Kryss av på nytt for svarene du vil sende")


def test_the_answers_are_gone_from_the_browser_once_the_case_is_sent(alice, clinic):
    alice.sent()
    alice.get(RESULT)
    assert alice.path == "/"


def test_after_a_pause_everything_is_gone_and_the_page_says_so(alice, clinic):
    alice.exposed().to_details()
    alice.pause()
    alice.send(note="Ring meg")
    assert alice.path == "/"
    alice.shows("Det er gått en stund, så vi har slettet svarene dine.")
    assert not ReviewCase.objects.exists()
    alice.exposed().get(DETAILS)
    assert alice.path == BEGIN
    assert not {"Ring meg", "Ås"} & set(alice.words.split())


def test_an_answer_changed_half_way_changes_what_is_sent(alice, clinic):
    alice.exposed().to_details()
    alice.answer("smittedato", "18.11.2026")
    alice.get(DETAILS)
    alice.shows("Vaksinen bør settes senest søndag 22. november.")
    alice.send()
    assert str(ReviewCase.objects.get().prevents_until) == "2026-11-22"


def test_an_answer_changed_to_one_that_leads_to_no_case_leads_to_the_answer(alice, clinic):
    alice.exposed().to_details()
    alice.answer("symptomer", "yes")
    alice.send()
    assert alice.path == RESULT
    assert not ReviewCase.objects.exists()


def test_who_declines_a_question_sends_the_case_without_it(alice, clinic):
    alice.answer_all(until="/sjekk/snakk-med-oss/", forebygging="declined")
    alice.to_details()
    alice.shows("Om jeg har sex med menn")
    assert "PrEP" not in alice.words
    alice.send(note="Ring meg")
    case = ReviewCase.objects.get()
    assert (case.kind, case.decision.outcome) == ("review", "clinician_review")
    assert case.note == "Ville ikke svare på alle spørsmålene på nett.\nRing meg"
    assert "on_prep" not in case.sent
