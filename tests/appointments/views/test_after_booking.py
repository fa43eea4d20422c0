"""Beside an appointment: when one could move, the next time, and taking a cancellation back."""

from datetime import timedelta

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment
from tests.appointments.views.line import MINE, Booker
from tests.factories import BEFORE, OPENING, make_booking, make_session, slot_at

ASKS = "Kan vi spørre deg om å flytte timen?"


@pytest.fixture
def booked(alice, evening):
    """Alice's own appointment, at 17.00."""
    alice.to_summary(evening).book()
    assert MINE.fullmatch(alice.path)
    return Appointment.objects.get(slot=slot_at(evening, "17.00"))


@pytest.fixture
def later():
    return make_session(starts_at=OPENING + timedelta(days=28))


def page(appointment, name=""):
    return f"/min-time/{appointment.pk}/{name}"


def fresh(appointment):
    appointment.refresh_from_db()
    return appointment


# May we ask you to move?


def test_the_question_stands_under_the_new_booking_and_no_answer_means_no(alice, booked):
    alice.shows(ASKS, "Du beholder timen hvis du ikke sier ja.", "Kl. 14–17", "Etter kl. 17")
    assert "Før kl. 11" not in alice.words
    assert fresh(booked).movable_bands == []


def test_a_yes_is_kept_shown_and_can_be_changed(alice, booked):
    alice.post(page(booked, "flytting/"), {"bands": ["afternoon", "evening"]})
    assert alice.path == page(booked)
    assert fresh(booked).movable_bands == ["afternoon", "evening"]
    alice.shows(
        "Takk. Kanskje spør vi deg dagen før.",
        "Du har svart at dette også passer: Kl. 14–17, Etter kl. 17.",
        "Endre svaret",
    )
    alice.post(page(booked, "flytting/"), {})
    assert fresh(booked).movable_bands == []
    alice.shows("Greit. Vi spør deg ikke om å flytte timen.")


@pytest.mark.parametrize("bands", [["morning"], ["x"], ["evening", "morning"], ["🎉"]])
def test_what_is_not_on_the_page_is_refused_with_words(alice, booked, bands):
    alice.post(page(booked, "flytting/"), {"bands": bands})
    alice.shows("Rett dette før du går videre:", "Velg blant tidene som står her.")
    assert fresh(booked).movable_bands == []


def test_after_the_cutoff_nobody_is_asked(alice, booked, moment):
    moment.move_to(booked.slot.session.cutoff_at)
    alice.client.cookies.clear()
    other = Booker()
    other.answers()
    session = other.client.session
    session["opened_appointments"] = [str(booked.pk)]
    session.save()
    other.get(page(booked))
    assert ASKS not in other.words
    other.post(page(booked, "flytting/"), {"bands": ["evening"]})
    assert fresh(booked).movable_bands == []


def test_whoever_takes_a_whole_vial_is_not_asked(alice, evening):
    alice.to_summary(evening, hud="keloid_tendency").book()
    assert ASKS not in alice.words


def test_another_browser_answers_nothing(booked):
    stranger = Booker()
    for name in ("flytting/", "neste/", "angre/"):
        stranger.post(page(booked, name), {"bands": ["evening"]})
        assert stranger.path == "/min-time/"
    assert fresh(booked).movable_bands == []


# The next time


def test_without_an_open_day_four_weeks_on_the_next_time_is_not_offered(alice, booked):
    alice.get(page(booked))
    assert "Velg den neste timen nå" not in alice.words


def test_the_next_time_is_chosen_from_day_28_on_and_shown(alice, booked, later):
    make_session(starts_at=OPENING + timedelta(days=27))
    alice.get(page(booked))
    alice.shows("Du skal ha en time til", "Velg den neste timen nå")
    alice.get(page(booked, "neste/"))
    alice.shows("Når kan du komme neste gang?", "Torsdag 24. desember")
    assert "23. desember" not in alice.words
    alice.post(page(booked, "neste/"), {"slot": str(slot_at(later, "17.20").pk)})
    assert alice.path == page(booked)
    alice.shows("Den neste timen er bestilt også.", "Torsdag 24. desember kl. 17.20")
    taken = Appointment.objects.get(dose_number=2)
    assert (taken.slot, taken.not_before) == (slot_at(later, "17.20"), later.date)
    alice.get(page(booked, "neste/"))
    assert alice.path == page(taken)


def test_the_next_time_follows_when_the_first_is_moved(alice, booked, later):
    alice.post(page(booked, "neste/"), {"slot": str(slot_at(later, "17.20").pk)})
    week_after = make_session(starts_at=OPENING + timedelta(days=7))
    five_weeks = make_session(starts_at=OPENING + timedelta(days=35))
    alice.post(page(booked, "endre/"), {"slot": str(slot_at(week_after, "17.00").pk)})
    alice.shows("Timen er flyttet.", "Torsdag 31. desember kl. 17.20")
    assert Appointment.objects.get(dose_number=2).slot.session == five_weeks


def test_before_cancelling_the_page_says_that_the_next_time_goes_too(alice, booked, later):
    alice.post(page(booked, "neste/"), {"slot": str(slot_at(later, "17.20").pk)})
    alice.get(page(booked, "avbestill/"))
    alice.shows("Da avbestiller vi også den neste timen din, torsdag 24. desember kl. 17.20.")
    alice.post(page(booked, "avbestill/"))
    assert not Appointment.objects.filter(status=Status.BOOKED, patient=booked.patient_id).exists()


# Taking a cancellation back


def test_a_cancellation_can_be_taken_back_for_a_quarter_of_an_hour(alice, booked, moment):
    alice.post(page(booked, "avbestill/"))
    alice.shows("Angrer du?", "Ja, gi meg timen igjen", "Bestill ny time")
    alice.post(page(booked, "angre/"))
    alice.shows("Du har timen igjen.", "Torsdag 26. november", "kl. 17.00")
    assert alice.path != page(booked)
    alice.get(page(booked))
    moment.shift(timedelta(minutes=15))
    alice.get(page(booked))
    assert "Angrer du?" not in alice.words


def test_a_place_that_is_taken_meanwhile_is_not_given_back(alice, booked, evening):
    alice.post(page(booked, "avbestill/"))
    make_booking(session=evening, clock="17.00", now=BEFORE)
    make_booking(session=evening, clock="17.00", now=BEFORE)
    alice.post(page(booked, "angre/"))
    assert alice.path == page(booked)
    alice.shows("Den timen er ikke ledig lenger. Du kan bestille en ny her.", "Bestill ny time")


def test_pressed_twice_it_leads_to_the_appointment_there_is(alice, booked):
    alice.post(page(booked, "avbestill/"))
    alice.post(page(booked, "angre/"))
    alice.post(page(booked, "angre/"))
    assert alice.path == "/min-time/alle/"
    alice.shows("Du har en time fra før.")


def test_opened_as_a_page_it_leads_to_the_appointment_and_changes_nothing(alice, booked):
    alice.post(page(booked, "avbestill/"))
    answer = alice.client.get(page(booked, "angre/"))
    assert (answer.status_code, answer["Location"]) == (302, page(booked))
    booked.refresh_from_db()
    assert booked.status == Status.CANCELLED
