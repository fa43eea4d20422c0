"""One's own appointment: who may open it, what it says, moving and cancelling it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from icalendar import Calendar

from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.services.booking import cancel, rebook
from appointments.services.links import appointment_url
from audit.domain import Actor
from notifications.models import Message
from patients.services.links import mint
from tests.appointments.views.line import ALICE, Booker
from tests.factories import (
    BEFORE,
    at,
    make_booking,
    make_dose,
    make_patient,
    make_session,
    slot_at,
)

FIND = "/min-time/"
TOO_LATE = "Denne timen kan ikke endres her lenger. Ring oss om noe er feil."
PAGES = ["", "kalender.ics", "endre/", "avbestill/"]


@pytest.fixture
def booked(evening):
    patient = make_patient(email=ALICE, contact_by="email", now=BEFORE)
    return make_booking(session=evening, patient=patient, clock="17.00", now=BEFORE)


@pytest.fixture
def opened(alice, booked):
    """Alice has opened the link in her message."""
    alice.get(link_to(booked))
    return alice


def link_to(appointment, now=BEFORE):
    return "/l/" + appointment_url(appointment, now=now).partition("/l/")[2]


def page_of(appointment, page=""):
    return f"/min-time/{appointment.pk}/{page}"


def status_of(appointment):
    return Appointment.objects.values_list("status", flat=True).get(pk=appointment.pk)


def set_status(appointment, status):
    dose = None
    if status == "vaccinated":
        dose = make_dose(patient=appointment.patient, now=at("17.05"))
    Appointment.objects.filter(pk=appointment.pk).update(status=status, dose=dose)


def move_to(visit, appointment, clock):
    slot = slot_at(appointment.slot.session, clock)
    return visit.post(page_of(appointment, "endre/"), {"slot": str(slot.pk)})


# Who may open it


def test_the_link_opens_the_appointment_in_any_browser_any_number_of_times(alice, booked):
    for visitor in (alice, Booker(), alice):
        visitor.get(link_to(booked))
        assert visitor.path == page_of(booked)
        visitor.shows("Timen din", "Torsdag 26. november", "kl. 17.00")


def test_opening_a_link_changes_nothing(alice, booked):
    alice.get(link_to(booked))
    alice.client.head(link_to(booked))
    assert status_of(booked) == Status.BOOKED
    assert alice.client.post(link_to(booked)).status_code == 405


@pytest.mark.parametrize("page", PAGES)
def test_another_browser_is_led_to_the_code_page_whether_or_not_there_is_such_an_appointment(
    alice, booked, page
):
    for path in (page_of(booked, page), f"/min-time/{uuid4()}/{page}"):
        response = alice.client.get(path)
        assert response.status_code == 302
        assert response["Location"].partition("?")[0] == FIND
        assert alice.client.post(path)["Location"] == FIND
    assert status_of(booked) == Status.BOOKED


def test_who_opened_one_appointment_may_not_open_another(opened, booked, evening):
    other = make_booking(session=evening, clock="17.10", now=BEFORE)
    opened.get(page_of(other))
    assert opened.path == FIND
    opened.post(page_of(other, "avbestill/"))
    assert status_of(other) == Status.BOOKED


@pytest.mark.parametrize("token", ["x", "A" * 22, "A" * 500, "æøå", "%00"])
def test_an_unknown_link_says_what_to_do(alice, evening, token):
    response = alice.get(f"/l/{token}/")
    assert response.status_code == 404
    alice.shows("Lenken virker ikke", "Finn timen din")
    assert f'href="{FIND}"' in alice.html


def test_a_link_for_another_purpose_does_not_open_an_appointment(alice, booked):
    token = mint(
        purpose="something else",
        subject_id=booked.pk,
        expires_at=BEFORE + timedelta(days=30),
        now=BEFORE,
    )
    assert alice.get(f"/l/{token}/").status_code == 404


def test_a_link_works_until_the_day_after_then_it_says_what_to_do(alice, booked, moment):
    link = link_to(booked)
    moment.move_to(at("17.00") + timedelta(hours=23, minutes=59))
    assert alice.get(link).status_code == 200
    moment.shift(60)
    response = Booker().get(link)
    assert response.status_code == 410
    alice.page = response
    alice.shows("Lenken virker ikke lenger", "Finn timen din")
    assert f'href="{FIND}"' in alice.html


def test_the_link_of_a_cancelled_appointment_says_so_and_offers_a_new_one(alice, booked):
    link = link_to(booked)
    cancel(appointment_id=booked.pk, by=Actor.system(), now=BEFORE)
    alice.get(link)
    alice.shows("Timen din torsdag 26. november kl. 17.00 er avbestilt.", "Bestill ny time")
    for gone in ("Flytt timen", "Legg i kalenderen", "Før du kommer"):
        assert gone not in alice.words


def test_an_old_link_opens_the_appointment_at_its_new_time(alice, booked):
    link = link_to(booked)
    rebook(
        appointment_id=booked.pk,
        slot_id=slot_at(booked.slot.session, "18.10").pk,
        by=Actor.system(),
        now=BEFORE,
    )
    alice.get(link)
    alice.shows("kl. 18.10")


@pytest.mark.parametrize(
    ("chosen", "shown"), [("", "en"), ("nn", "nn")], ids=["none chosen", "another chosen"]
)
def test_a_link_opens_in_the_language_of_its_message_unless_the_browser_has_chosen_one(
    alice, evening, chosen, shown
):
    patient = make_patient(email=ALICE, contact_by="email", language="en", now=BEFORE)
    booked = make_booking(session=evening, patient=patient, clock="17.00", now=BEFORE)
    if chosen:
        alice.client.cookies["django_language"] = chosen
    alice.get(link_to(booked))
    assert f'<html lang="{shown}">' in alice.html


# What it says


def test_a_coming_appointment_says_what_to_bring_and_how_to_change_it(opened):
    opened.shows(
        "Nydalen legesenter",
        "Nydalsveien 1, 0484 Oslo",
        "Ta med gyldig legitimasjon.",
        "Oppmøtet koster 300 kroner.",
        "Har du feber eller er blitt syk, bli hjemme og ring oss på +4722000000.",
        "Legg i kalenderen",
        "Flytt timen",
        "Avbestill",
    )
    assert "mpox" not in opened.title.lower()
    assert 'href="tel:+4722000000"' in opened.html


@pytest.mark.parametrize(
    ("status", "words", "new_one"),
    [
        ("booked", "Rakk du ikke timen? Ring oss på +4722000000, eller bestill en ny.", True),
        ("no_show", "Det går fint å komme en annen dag Velg en tid som passer", False),
        ("arrived", "Du er registrert som møtt. Vi roper deg opp.", False),
        ("vaccinated", "Dette besøket er gjennomført.", False),
        ("turned_away", "vil du ha en ny time? Ring oss på +4722000000.", False),
        ("left", "vil du ha en ny time? Ring oss på +4722000000.", False),
        ("declined", "vil du ha en ny time? Ring oss på +4722000000.", False),
    ],
)
def test_once_the_time_has_come_the_page_says_what_now(
    opened, booked, moment, status, words, new_one
):
    moment.move_to(at("17.10"))
    set_status(booked, status)
    opened.get(link_to(booked))
    opened.shows("kl. 17.00", words)
    for gone in ("Flytt timen", "Legg i kalenderen", "Før du kommer"):
        assert gone not in opened.words
    assert ("Bestill ny time" in opened.words) == new_one


def test_the_page_costs_a_fixed_number_of_queries(opened, booked, django_assert_num_queries):
    # The session, the appointment, the next one, whether one can be chosen, the waiting list, the
    # questions about another time, the messages.
    with django_assert_num_queries(7):
        opened.client.get(page_of(booked))


def test_the_calendar_file_is_downloaded_and_not_kept(opened, booked):
    response = opened.client.get(page_of(booked, "kalender.ics"))
    assert response["Content-Type"] == "text/calendar; method=PUBLISH; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="time.ics"'
    assert "no-store" in response["Cache-Control"]
    [event] = Calendar.from_ical(response.content).events
    assert event.start == at("17.00")


# Moving it


def test_moving_shows_the_time_one_has_chosen_and_the_others(opened, booked):
    opened.get(page_of(booked, "endre/"))
    opened.shows("Når passer det i stedet?")
    mine = f'value="{booked.slot_id}"'
    assert "checked" in opened.html.split(mine)[1].split(">", maxsplit=1)[0]


def test_a_moved_appointment_shows_its_new_time_and_tells_of_it_once(opened, booked):
    move_to(opened, booked, "18.10")
    assert opened.path == page_of(booked)
    opened.shows("Timen er flyttet.", "kl. 18.10")
    move_to(opened, booked, "18.10")
    opened.shows("Du har denne timen. Ingenting er endret.")
    booked.refresh_from_db()
    assert booked.sequence == 1
    assert Message.objects.filter(kind="changed", subject_id=booked.pk).count() == 1


def test_keeping_the_time_one_has_changes_nothing_and_says_so(opened, booked):
    move_to(opened, booked, "17.00")
    opened.shows("Du har denne timen. Ingenting er endret.")
    assert not Message.objects.filter(kind="changed").exists()


def test_moving_to_a_time_that_was_just_taken_shows_the_others_and_keeps_the_old(
    opened, booked, evening
):
    opened.get(page_of(booked, "endre/"))
    make_booking(session=evening, clock="18.10", now=BEFORE)
    make_booking(session=evening, clock="18.10", now=BEFORE)
    move_to(opened, booked, "18.10")
    assert opened.path == page_of(booked, "endre/")
    opened.shows("Tiden er ikke ledig lenger. Velg en annen.")
    booked.refresh_from_db()
    assert booked.slot.starts_at == at("17.00")


def test_dose_two_is_not_moved_before_its_day(alice, evening):
    later = make_session(starts_at=evening.starts_at + timedelta(days=28))
    patient = make_patient(email=ALICE, contact_by="email", now=BEFORE)
    second = make_booking(
        session=later,
        patient=patient,
        clock="17.00",
        dose_number=2,
        not_before=later.date,
        now=BEFORE,
    )
    alice.get(link_to(second))
    alice.get(page_of(second, "endre/"))
    alice.shows("Torsdag 24. desember")
    assert "26. november" not in alice.words
    alice.post(page_of(second, "endre/"), {"slot": str(slot_at(evening, "17.00").pk)})
    alice.shows("Tiden er ikke ledig lenger. Velg en annen.")
    second.refresh_from_db()
    assert second.date == later.date


@pytest.mark.parametrize("status", ["arrived", "vaccinated", "no_show", "turned_away", "left"])
@pytest.mark.parametrize("page", ["endre/", "avbestill/"])
def test_what_is_over_cannot_be_moved_or_cancelled(opened, booked, status, page):
    set_status(booked, status)
    for act in (opened.get, opened.post):
        act(page_of(booked, page))
        assert opened.path == page_of(booked)
        opened.shows(TOO_LATE)
    assert status_of(booked) == status


@pytest.mark.parametrize("page", ["endre/", "avbestill/"])
def test_once_it_has_begun_it_cannot_be_moved_or_cancelled(opened, booked, moment, page):
    moment.move_to(at("17.00"))
    opened.get(link_to(booked))
    opened.post(page_of(booked, page))
    assert opened.path == page_of(booked)
    opened.shows(TOO_LATE)
    assert status_of(booked) == Status.BOOKED


def test_one_who_was_checked_in_while_the_page_was_open_is_told(opened, booked, monkeypatch):
    from appointments.views import mine

    really = mine.cancel_booking

    def checked_in_first(**asked):
        Appointment.objects.filter(pk=booked.pk).update(status=Status.ARRIVED)
        return really(**asked)

    monkeypatch.setattr(mine, "cancel_booking", checked_in_first)
    opened.post(page_of(booked, "avbestill/"))
    opened.shows(TOO_LATE, "Du er registrert som møtt.")


# Cancelling it


def test_cancelling_asks_once_more_and_opening_the_question_cancels_nothing(opened, booked):
    opened.get(page_of(booked, "avbestill/"))
    opened.shows(
        "Vil du avbestille?",
        "torsdag 26. november kl. 17.00, Nydalen legesenter",
        "Ja, avbestill",
        "Nei, behold timen",
    )
    assert status_of(booked) == Status.BOOKED


def test_a_cancelled_appointment_is_cancelled_and_told_of_once_however_often_the_button_is_pressed(
    opened, booked
):
    opened.post(page_of(booked, "avbestill/"))
    opened.shows("Timen er avbestilt. Takk for at du sa fra.", "Bestill ny time")
    for act in (opened.post, opened.get):
        act(page_of(booked, "avbestill/"))
        assert opened.path == page_of(booked)
        opened.shows("Timen din torsdag 26. november kl. 17.00 er avbestilt.")
        assert TOO_LATE not in opened.words
    assert status_of(booked) == Status.CANCELLED
    assert Message.objects.filter(kind="cancelled", subject_id=booked.pk).count() == 1


def test_a_cancelled_appointment_that_another_tab_moves_stays_cancelled(opened, booked):
    opened.get(page_of(booked, "endre/"))
    opened.post(page_of(booked, "avbestill/"))
    move_to(opened, booked, "18.10")
    assert opened.path == page_of(booked)
    opened.shows("er avbestilt.")
    assert status_of(booked) == Status.CANCELLED


def test_the_page_is_in_the_readers_language(opened, booked):
    opened.client.cookies["django_language"] = "en"
    opened.get(page_of(booked))
    opened.shows("Thursday 26 November", "17:00")
    assert re.search(r'<html lang="en"', opened.html)
