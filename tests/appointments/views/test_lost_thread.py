"""Twice, backwards, in two tabs, too late: wherever the thread is lost, it is found again."""

import re
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from zeal import zeal_ignore

from appointments.domain.status import Status
from appointments.models import Appointment
from notifications.models import Message
from patients.models import Patient
from patients.services.codes import LIFETIME
from tests.appointments.views.line import (
    CODE,
    CONTACT,
    DETAILS,
    MINE,
    SUMMARY,
    TIMES,
    Booker,
    newest_code,
)
from tests.eligibility.visit import RESULT
from tests.factories import BEFORE, DAY, make_clinic, make_session
from tests.invariants import assert_integrity

LET_GO = "Vi holder ikke av timen lenger. Velg en tid på nytt."
GONE = "Det er gått en stund, så vi har slettet svarene dine."
HOLD = timedelta(minutes=10)


def bookings():
    return Appointment.objects.filter(status=Status.BOOKED, patient__email_hash__gt="")


# Twice


def test_the_booking_button_pressed_twice_books_once_and_shows_the_appointment(alice, evening):
    alice.to_summary(evening)
    seen = alice.seen()
    alice.book(seen)
    first = alice.path
    alice.book(seen)
    assert alice.path == first
    assert MINE.fullmatch(first)
    assert bookings().count() == 1
    assert Patient.objects.filter(email_hash__gt="").count() == 1
    assert Message.objects.filter(kind="booked").count() == 2  # Alice's, and one of the evening's


def test_a_second_press_whose_answer_to_the_first_was_lost_shows_the_appointment(alice, evening):
    """The browser dropped the first response, and with it what its session was told."""
    alice.to_summary(evening)
    seen, cookies = alice.seen(), alice.client.cookies.copy()
    session = dict(alice.client.session)
    alice.book(seen)
    booked = alice.path
    alice.client.cookies = cookies
    store = alice.client.session
    store.clear()
    store.update(session)
    store.save()
    alice.book(seen)
    assert alice.path == booked


def test_back_after_the_booking_leads_to_the_appointment(alice, evening):
    alice.to_summary(evening).book()
    booked = alice.path
    for path in (SUMMARY, DETAILS, CODE, CONTACT):
        alice.get(path)
        assert alice.path == booked
    alice.name("Bob")
    assert alice.path == booked
    assert bookings().count() == 1


def test_who_books_begins_anew_for_somebody_else(alice, evening):
    alice.to_summary(evening, "17.00").book()
    alice.get("/")
    alice.begin().answers().choose(evening, "17.10")
    assert alice.path in {CONTACT, DETAILS}
    alice.prove("bob@example.org")
    alice.name("Bob")
    alice.book()
    assert bookings().count() == 2
    assert Patient.objects.filter(email_hash__gt="").count() == 2


def test_a_right_code_sent_in_twice_is_right_twice(alice, evening):
    alice.answers().choose(evening)
    alice.ask_for_code()
    code = newest_code()
    alice.post(CODE, {"code": code})
    assert alice.path == DETAILS
    alice.post(CODE, {"code": code})
    assert alice.path == DETAILS


def test_a_right_code_sent_in_twice_is_right_though_the_first_answer_was_lost(alice, evening):
    """The first answer carried the new session; the second request still has the old one."""
    alice.answers().choose(evening)
    alice.ask_for_code()
    code, cookies = newest_code(), alice.client.cookies.copy()
    alice.client.post(CODE, {"code": code})
    alice.client.cookies = cookies
    alice.post(CODE, {"code": code})
    assert alice.path == DETAILS


def test_another_code_in_its_place_is_not_right(alice, evening):
    alice.answers().choose(evening)
    alice.ask_for_code()
    code, cookies = newest_code(), alice.client.cookies.copy()
    alice.client.post(CODE, {"code": code})
    alice.client.cookies = cookies
    other = "000000" if code != "000000" else "000001"
    alice.post(CODE, {"code": other})
    assert alice.path == CODE
    alice.post(CODE, {"code": code})
    assert alice.path == CODE
    alice.shows("Koden gjelder ikke lenger.")


def test_asking_for_a_code_twice_at_once_sends_one_that_works(alice, evening):
    alice.answers().choose(evening)
    alice.client.post(CONTACT, {"channel": "email", "email": "alice@example.org"})
    alice.ask_for_code()
    assert alice.path == CODE
    assert len(mail.outbox) == 1
    alice.post(CODE, {"code": newest_code()})
    assert alice.path == DETAILS


def test_the_details_sent_in_twice_lead_to_the_summary(alice, evening):
    alice.answers().choose(evening)
    alice.prove()
    alice.name()
    alice.name()
    assert alice.path == SUMMARY


@pytest.mark.django_db(transaction=True)
def test_the_button_pressed_twice_at_the_same_moment_books_once_and_both_see_it(
    alice, mailbox, valkey
):
    with time_machine.travel(BEFORE, tick=True), zeal_ignore():
        session = make_session(clinic=make_clinic())
        alice.to_summary(session)
        seen, start, shown = alice.seen(), threading.Barrier(4), []

        def press():
            twin = Booker()
            twin.client.cookies = alice.client.cookies.copy()
            start.wait(timeout=10)
            try:
                shown.append(twin.client.post(SUMMARY, {"seen": seen})["Location"])
            finally:
                connection.close()

        threads = [threading.Thread(target=press) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
    [booked] = bookings()
    assert shown == [f"/min-time/{booked.pk}/"] * 4
    assert Patient.objects.count() == 1
    assert Message.objects.filter(kind="booked").count() == 1
    assert_integrity(now=BEFORE)


# In two tabs


def test_a_time_chosen_in_another_tab_is_not_booked_unseen(alice, evening):
    alice.to_summary(evening, "17.00")
    old = alice.seen()
    alice.choose(evening, "18.10")
    alice.book(old)
    assert alice.path == SUMMARY
    alice.shows(
        "Noe er endret siden sist. Se over en gang til før du bestiller.",
        "torsdag 26. november kl. 18.10",
    )
    assert not bookings().exists()
    alice.book()
    assert MINE.fullmatch(alice.path)


def test_a_name_changed_in_another_tab_is_not_booked_unseen(alice, evening):
    alice.to_summary(evening)
    old = alice.seen()
    alice.name("Bob")
    alice.book(old)
    alice.shows("Noe er endret siden sist.", "Bob Ås")
    assert not bookings().exists()


@pytest.mark.parametrize("seen", ["", "0" * 64, "<script>", "🎉"])
def test_a_tampered_button_books_nothing(alice, evening, seen):
    alice.to_summary(evening)
    alice.post(SUMMARY, {"seen": seen})
    assert alice.path == SUMMARY
    assert not bookings().exists()


# Changed answers


@pytest.mark.parametrize(
    ("step", "changed", "words"),
    [
        ("symptomer", "yes", "Snakk med en lege om symptomene"),
        ("fodselsdato", "01.01.2010", "En lege må se på dette"),
        ("hud", "keloid_tendency", "Vaksinen settes under huden på overarmen."),
    ],
)
def test_an_answer_changed_after_the_time_was_chosen_is_not_booked(
    alice, evening, step, changed, words
):
    alice.to_summary(evening)
    seen = alice.seen()
    alice.answer(step, changed)
    assert alice.path == RESULT
    for act in (lambda: alice.get(SUMMARY), lambda: alice.book(seen), lambda: alice.name("Bob")):
        act()
        assert alice.path == RESULT
        alice.shows("Svarene dine er endret. Se hva det betyr for deg.", words)
    assert not bookings().exists()


def test_an_answer_changed_back_finds_everything_as_it_was(alice, evening):
    alice.to_summary(evening)
    alice.answer("symptomer", "yes")
    alice.answer("symptomer", "no")
    alice.get(SUMMARY)
    assert alice.path == SUMMARY
    alice.shows("Alice Ås")


def test_a_changed_birth_date_that_changes_nothing_else_is_in_the_summary(alice, evening):
    alice.to_summary(evening)
    old = alice.seen()
    alice.answer("fodselsdato", "15.03.1991")
    alice.book(old)
    alice.shows("Noe er endret siden sist.", "15.03.1991")
    alice.book()
    [booked] = bookings()
    assert f"{booked.patient.birth_date:%d.%m.%Y}" == "15.03.1991"


# Too late


@pytest.mark.parametrize("page", [CONTACT, CODE, DETAILS, SUMMARY])
def test_when_the_hold_has_run_out_every_step_leads_to_the_times_with_words(
    alice, evening, moment, page
):
    alice.to_summary(evening)
    moment.shift(HOLD)
    alice.get(page)
    assert alice.path == TIMES
    alice.shows(LET_GO)


def test_a_hold_that_runs_out_on_the_last_page_books_nothing_and_keeps_what_was_typed(
    alice, evening, moment
):
    alice.to_summary(evening)
    moment.shift(HOLD)
    alice.book()
    assert alice.path == TIMES
    alice.shows(LET_GO)
    assert not bookings().exists()
    alice.choose(evening, "17.10")
    assert alice.path == SUMMARY
    alice.shows("Alice Ås", "kl. 17.10")
    alice.book()
    assert bookings().count() == 1


def test_a_name_typed_when_the_hold_had_run_out_is_not_lost(alice, evening, moment):
    alice.answers().choose(evening)
    alice.prove()
    moment.shift(HOLD)
    alice.name("Alice", "Ås")
    assert alice.path == TIMES
    alice.choose(evening, "17.10")
    assert alice.path == SUMMARY
    alice.shows("Alice Ås")


def test_a_contact_typed_when_the_hold_had_run_out_is_not_lost(alice, evening, moment):
    alice.answers().choose(evening)
    moment.shift(HOLD)
    alice.ask_for_code()
    assert alice.path == TIMES
    alice.choose(evening, "17.10")
    assert alice.path == CONTACT
    assert 'value="alice@example.org"' in alice.html


def test_a_hold_is_good_until_its_last_second(alice, evening, moment):
    alice.to_summary(evening)
    moment.shift(HOLD - timedelta(seconds=1))
    alice.book()
    assert MINE.fullmatch(alice.path)


def test_a_hold_ends_when_the_time_begins(alice, evening, moment):
    moment.move_to(evening.starts_at - timedelta(minutes=5))
    alice.to_summary(evening, "16.00")
    moment.shift(timedelta(minutes=5))
    alice.book()
    assert alice.path == TIMES
    alice.shows(LET_GO)
    assert not bookings().exists()


@pytest.mark.parametrize("page", [CONTACT, CODE, DETAILS, SUMMARY])
def test_when_the_answers_are_gone_every_step_leads_home_with_words(alice, evening, page):
    alice.to_summary(evening)
    alice.pause()
    alice.get(page)
    assert alice.path == "/"
    alice.shows(GONE)


def test_when_only_the_session_is_gone_the_contact_is_proved_anew(alice, evening, moment):
    alice.to_summary(evening)
    alice.client.cookies.pop("sessionid")
    moment.shift(6)
    alice.get(SUMMARY)
    assert alice.path == CONTACT
    assert 'value="alice@example.org"' in alice.html
    alice.prove()
    assert alice.path == SUMMARY
    alice.shows("Alice Ås")


def test_a_code_still_waited_for_when_the_hold_ends_proves_the_contact_later(
    alice, evening, moment
):
    assert LIFETIME == HOLD
    alice.answers().choose(evening)
    moment.shift(timedelta(minutes=5))
    alice.ask_for_code()
    code = newest_code()
    moment.shift(timedelta(minutes=5))
    alice.post(CODE, {"code": code})
    assert alice.path == TIMES
    alice.choose(evening, "17.10")
    alice.get(CODE)
    alice.post(CODE, {"code": code})
    assert alice.path == DETAILS


# In another language


@pytest.mark.parametrize("path", [TIMES, CONTACT, CODE, DETAILS, SUMMARY])
def test_a_change_of_language_stays_on_the_page_with_what_was_filled_in(alice, evening, path):
    alice.answers().choose(evening)
    if path == CODE:
        alice.ask_for_code()
    if path in {DETAILS, SUMMARY}:
        alice.prove()
        alice.name()
    alice.get(path)
    [back] = re.findall(r'name="next" value="([^"]+)"', alice.html)
    alice.post("/sprak/", {"language": "en", "next": back})
    assert alice.path == path
    assert '<html lang="en">' in alice.html
    if path == SUMMARY:
        alice.shows("Alice Ås", f"{DAY:%A %-d %B}")
