"""In the checkout: until when the time is held, what happens then, and who needs an interpreter."""

from datetime import timedelta

import pytest

from audit.domain import Actor
from patients.domain.contact import Contact
from patients.selectors import patients_by_contact
from patients.services.needs import set_needs
from tests.appointments.views.line import (
    ALICE,
    CONTACT,
    DETAILS,
    SUMMARY,
    TIMES,
    Booker,
)
from tests.factories import BEFORE, make_clinic, make_session, oslo, slot_at

HOLDS = "Bestill før kl. 16.10."
THEN = "Rekker du det ikke, velger du en ny tid. Det du har fylt ut, tar vi vare på."


def registered():
    return patients_by_contact(Contact("email", ALICE)).get()


def details(visit, **more):
    return visit.post(DETAILS, {"given_name": "Alice", "family_name": "Ås", **more})


def test_each_step_says_until_when_the_time_is_held_and_what_happens_then(alice, evening):
    alice.answers().choose(evening)
    for act in (lambda: None, alice.ask_for_code, alice.prove, alice.name):
        act()
        alice.shows(HOLDS, THEN)
    assert alice.path == SUMMARY


def test_a_time_that_ran_out_leads_back_to_the_very_times_it_was_chosen_from(
    alice, evening, moment
):
    """The clinic among several, the week and what was asked for."""
    make_clinic(slug="sentrum", discreet_name="Sentrum senter", groups=(3,))
    monday = make_session(starts_at=oslo(evening.date + timedelta(days=4), "09.00"), hours=9)
    year, week, _ = monday.date.isocalendar()
    times = f"{TIMES}?uke={year}-{week:02}&tid=evening"
    alice.answers().post(times, {"slot": str(slot_at(monday, "17.00").pk)})
    alice.prove()
    details(alice, interpreter="somali")
    moment.shift(timedelta(minutes=10))
    alice.get(SUMMARY)
    assert alice.path == TIMES
    alice.shows("Vi holder ikke av timen lenger.", "Mandag 30. november", "Fjern filteret")
    alice.post(times, {"slot": str(slot_at(monday, "17.10").pk)})
    assert alice.path == SUMMARY
    alice.shows("Alice Ås", "somali", "kl. 17.10")


def test_the_way_back_from_the_contact_page_keeps_what_was_asked_for(alice, evening):
    alice.answers().post(f"{TIMES}?tid=evening", {"slot": str(slot_at(evening, "17.10").pk)})
    assert alice.path == CONTACT
    assert f'href="{TIMES}?tid=evening"' in alice.html


def test_the_need_of_an_interpreter_is_asked_shown_and_kept(alice, evening):
    alice.answers().choose(evening)
    alice.prove()
    alice.shows("Trenger du tolk? (valgfritt)")
    details(alice, interpreter=" norsk  tegnspråk ")
    alice.shows("Tolk norsk tegnspråk")
    alice.book()
    assert registered().interpreter == "norsk tegnspråk"


def test_without_a_need_nothing_is_shown(alice, evening):
    alice.to_summary(evening)
    assert "Tolk" not in alice.words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("123", "Skriv språket med bokstaver, eller la feltet stå tomt."),
        ("x" * 61, "Teksten er for lang. Skriv høyst 60 tegn."),
        ("x" * 300, "Teksten er for lang. Skriv høyst 60 tegn."),
    ],
)
def test_what_is_no_language_is_refused_with_words(alice, evening, typed, words):
    alice.answers().choose(evening)
    alice.prove()
    details(alice, interpreter=typed)
    assert alice.path == DETAILS
    alice.shows(words)


def test_a_language_changed_in_another_tab_is_not_booked_unseen(alice, evening):
    alice.to_summary(evening)
    old = alice.seen()
    details(alice, interpreter="somali")
    alice.book(old)
    alice.shows("Noe er endret siden sist.", "somali")


def test_saying_nothing_leaves_what_staff_have_noted(alice, evening):
    alice.to_summary(evening).book()
    patient = registered()
    set_needs(patient_id=patient.pk, interpreter="somali", by=Actor.system(), now=BEFORE)
    appointment = patient.appointments.get()
    alice.post(f"/min-time/{appointment.pk}/avbestill/")
    again = Booker().to_summary(evening, "17.10")
    again.book()
    patient.refresh_from_db()
    assert patient.appointments.count() == 2
    assert patient.interpreter == "somali"


def test_a_protected_address_has_a_way_that_needs_no_form(alice, evening):
    alice.answers().choose(evening)
    alice.shows("Har du skjermet adresse, eller er det ikke trygt at andre ser meldingene dine?")
