"""A day that runs late: who is told, once, in which words, and what everybody sees."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment
from appointments.selectors.day import people_of
from appointments.selectors.lateness import overdue
from appointments.services.booking import rebook
from appointments.services.links import appointment_url
from appointments.services.no_shows import note_no_shows
from notifications.models import Message, MessageText
from notifications.services.delivery import deliver_due
from tests.care.dayboard.pages import id_of, of_person, of_session, text
from tests.factories import Day, at, make_booking, make_patient, slot_at
from tests.invariants import assert_integrity

NOW = at("17.42")


def booked(day: Day, clock: str, **patient: str) -> Appointment:
    who = make_patient(**patient)  # type: ignore[arg-type]
    return make_booking(session=day.session, patient=who, clock=clock)


def say(nurse: Client, day: Day, minutes: int = 30) -> str:
    posted = {"minutes": str(minutes), "bekreft": "ja"}
    return text(nurse.post(of_session("late", day.session), posted, follow=True))


def told() -> set[object]:
    return set(Message.objects.filter(kind="running_late").values_list("subject_id", flat=True))


def test_those_still_at_home_are_told_and_the_board_says_so(nurse: Client, day: Day) -> None:
    home, on_the_way = booked(day, "18.30"), booked(day, "17.50")
    came = booked(day, "18.40")
    nurse.post(of_person("arrive", came), id_of(came))

    page = say(nurse, day)

    assert "1 person får melding" in page
    assert "Forsinket ca. 30 min" in page
    assert told() == {home.pk} != {on_the_way.pk}
    assert_integrity(now=NOW)


def test_the_preview_shows_whom_in_which_words_and_changes_nothing(nurse: Client, day: Day) -> None:
    booked(day, "18.30", given_name="Alice")
    booked(day, "18.40", language="en")
    booked(day, "18.50", contact_by="none", given_name="Frida")

    page = text(nurse.post(of_session("late", day.session), {"minutes": "30"}))

    assert "2 personer får melding" in page
    assert "Timen din kl. 18.30 blir omtrent kl. 19.00" in page
    assert "about 30 minutes late" in page
    assert "Må ringes" in page
    assert "Frida" in page
    day.session.refresh_from_db()
    assert day.session.late_minutes is None
    assert not told()


def test_the_preview_has_the_words_that_people_have_written(nurse: Client, day: Day) -> None:
    booked(day, "18.30")
    MessageText.objects.create(
        kind="running_late",
        language="nb",
        revision=1,
        sms="Kom {minutter} minutter senere: {ny_klokke}. {lenke}",
        changed_by=day.nurse,
        changed_at=NOW,
    )

    page = nurse.post(of_session("late", day.session), {"minutes": "30"})

    [wording] = page.context["wordings"]
    assert wording.text.startswith("Kom 30 minutter senere: 19.00.")


def test_the_words_to_a_protected_address_say_no_place(nurse: Client, day: Day) -> None:
    home = booked(day, "18.30")
    assert home.patient
    home.patient.protected_address = True
    home.patient.save()

    page = nurse.post(of_session("late", day.session), {"minutes": "30"})

    [wording] = page.context["wordings"]
    assert day.clinic.discreet_name not in wording.text


def test_the_same_press_twice_tells_once_and_another_number_tells_anew(
    nurse: Client, day: Day, clock: time_machine.Traveller
) -> None:
    booked(day, "18.30")
    say(nurse, day)
    clock.shift(60)
    say(nurse, day)
    assert Message.objects.filter(kind="running_late").count() == 1

    say(nurse, day, 45)

    assert Message.objects.filter(kind="running_late").count() == 2
    assert_integrity(now=at("17.43"))


def fate_of_the_message() -> str:
    deliver_due(now=lambda: at("17.44"))
    return Message.objects.filter(kind="running_late").earliest("created_at").fate


@pytest.mark.django_db(transaction=True)
def test_who_is_here_by_then_is_not_told(nurse: Client, day: Day) -> None:
    home = booked(day, "18.30")
    say(nurse, day)
    nurse.post(of_person("arrive", home), id_of(home))
    assert fate_of_the_message() == "not_expected"


@pytest.mark.django_db(transaction=True)
def test_once_on_time_again_what_has_not_gone_out_does_not(nurse: Client, day: Day) -> None:
    booked(day, "18.30")
    say(nurse, day)

    page = text(nurse.post(of_session("on_time", day.session), follow=True))

    assert "Dere er i rute igjen" in page
    assert "Forsinket ca." not in page
    assert fate_of_the_message() == "not_late"


def test_how_late_must_be_chosen_of_what_is_offered(nurse: Client, day: Day) -> None:
    for minutes in ("", "7", "x"):
        page = text(nurse.post(of_session("late", day.session), {"minutes": minutes}))
        assert "Velg hvor forsinket dere er." in page


def test_another_day_cannot_run_late(
    nurse: Client, day: Day, clock: time_machine.Traveller
) -> None:
    clock.move_to(at("17.42").replace(day=25))
    assert "Forsinket ca." not in say(nurse, day)
    day.session.refresh_from_db()
    assert day.session.late_minutes is None


def late_now(day: Day, clock: str) -> list[Appointment]:
    day.session.refresh_from_db()
    return overdue(people_of(day.session.pk), day.session, now=at(clock))


def test_who_was_told_to_come_later_is_not_late_when_the_delay_is_said_again(
    nurse: Client, day: Day, clock: time_machine.Traveller
) -> None:
    told, others = booked(day, "18.10"), booked(day, "18.40")
    say(nurse, day, 30)
    clock.move_to(at("18.15"))
    say(nurse, day, 45)

    assert late_now(day, "18.44") == []
    assert late_now(day, "18.55") == [told]
    assert not note_no_shows(
        session_id=day.session.pk, appointment_ids=[told.pk], by=day.by, now=at("18.39")
    )
    others.refresh_from_db()
    assert others.told_time == at("19.25")
    assert_integrity(now=at("18.55"))


def test_who_was_told_to_come_later_may_do_so_also_when_the_day_is_on_time_again(
    nurse: Client, day: Day, clock: time_machine.Traveller
) -> None:
    told = booked(day, "18.10")
    called = booked(day, "18.20", contact_by="none")
    say(nurse, day, 30)
    nurse.post(of_session("on_time", day.session))

    assert late_now(day, "18.44") == []
    assert late_now(day, "19.05") == [told, called]


def test_a_promise_is_of_one_time_and_moving_is_the_end_of_it(nurse: Client, day: Day) -> None:
    told = booked(day, "18.10")
    say(nurse, day, 60)
    rebook(
        appointment_id=told.pk, slot_id=slot_at(day.session, "18.00").pk, by=day.by, now=at("17.43")
    )
    nurse.post(of_session("on_time", day.session))

    assert late_now(day, "18.25") == [Appointment.objects.get(pk=told.pk)]


def test_after_the_time_itself_the_persons_page_still_waits_for_what_they_were_told(
    nurse: Client, day: Day, clock: time_machine.Traveller
) -> None:
    told = booked(day, "18.10")
    say(nurse, day, 30)
    nurse.post(of_session("on_time", day.session))
    clock.move_to(at("18.20"))

    patient = Client()
    patient.get("/" + appointment_url(told, now=at("18.20")).split("/", 3)[3], follow=True)
    page = text(patient.get(reverse("appointments:mine", args=[told.pk])))

    assert "Rakk du ikke timen?" not in page
    assert "minutter forsinket" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Vi er omtrent 30 minutter forsinket. Timen din blir omtrent kl. 19.00."),
        ("nn", "Vi er omtrent 30 minutt forseinka."),
        ("en", "We are running about 30 minutes late."),
    ],
)
def test_the_persons_own_page_says_it_in_their_language(
    nurse: Client, day: Day, language: str, words: str
) -> None:
    home = booked(day, "18.30", language=language)
    say(nurse, day)

    patient = Client()
    link = appointment_url(home, now=NOW)
    patient.get("/" + link.split("/", 3)[3], follow=True)

    assert words in text(patient.get(reverse("appointments:mine", args=[home.pk])))
