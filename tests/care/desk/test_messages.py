"""The log of a clinic's messages: what needs a hand, and what staff do about it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment
from audit.models import AuditEntry
from notifications.models import Message
from notifications.selectors import unreached_lately
from notifications.services.foresight import PLACEHOLDER
from patients.models import LinkToken
from tests.care.conftest import NOW
from tests.care.dayboard.pages import text
from tests.factories import Day, make_booking, make_clinic, make_patient

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def booked(day: Day) -> Appointment:
    alice = make_patient(given_name="Alice", family_name="Å", phone="+4740012345")
    booked = make_booking(session=day.session, clock="18.30", patient=alice)
    Message.objects.all().delete()
    return booked


def lost(booked: Appointment, **given: Any) -> Message:
    made = {
        "kind": "reminder",
        "channel": "sms",
        "subject_id": booked.pk,
        "clinic": booked.slot.session.clinic,
        "occasion": f"{booked.slot.starts_at:%Y%m%dT%H%MZ}",
        "state": "failed",
        "fate": "refused",
        "attempts": 1,
        "attempt_started_at": NOW,
        "due_at": NOW - timedelta(hours=1),
        "created_at": NOW - timedelta(days=1),
        "ended_at": NOW - timedelta(minutes=30),
    } | given
    if made["state"] in {"waiting", "claimed"}:
        made["ended_at"] = None
    return Message.objects.create(**made)


def listed(day: Day, **query: object) -> str:
    return reverse("desk:messages", args=[day.clinic.slug], query=query)


def page(message: Message, name: str = "message") -> str:
    assert message.clinic
    return reverse(f"desk:{name}", args=[message.clinic.slug, message.pk])


def test_what_did_not_arrive_stands_there_with_the_person_and_what_to_do(
    nurse: Client, day: Day, booked: Appointment
) -> None:
    lost(booked)

    shown = text(nurse.get(listed(day)))

    assert "Å, Alice" in shown
    assert "Påminnelse" in shown
    assert "Mottakeren finnes ikke, eller tar ikke imot meldinger fra oss." in shown
    assert "Ring personen og rett kontaktopplysningene" in shown
    assert "+47" not in shown
    assert "2345" not in shown


def test_who_reads_the_list_is_recorded_for_each_person(
    nurse: Client, day: Day, booked: Appointment
) -> None:
    lost(booked)
    for _ in range(2):
        nurse.get(listed(day))

    [entry] = AuditEntry.objects.filter(action="message_list.read")
    assert (entry.patient_id, entry.clinic_id) == (booked.patient_id, day.clinic.pk)


def test_when_everything_arrived_the_page_says_so(nurse: Client, day: Day) -> None:
    assert "Ingen er uten beskjed" in text(nurse.get(listed(day)))
    assert "Ingen slike meldinger" in text(nurse.get(listed(day, vis="sendt")))


def test_home_counts_them_until_somebody_has_told_the_person(
    nurse: Client, day: Day, booked: Appointment
) -> None:
    message = lost(booked)
    assert "1 melding nådde ikke fram" in text(nurse.get(reverse("desk:home")))

    after = text(nurse.post(page(message, "message_handled"), follow=True))

    assert "Notert: personen har fått beskjed." in after
    assert "Ingen er uten beskjed" in after
    assert "nådde ikke fram" not in text(nurse.get(reverse("desk:home")))
    assert unreached_lately([day.clinic.pk], now=NOW) == {}


def test_who_told_the_person_and_when_is_kept_shown_and_can_be_taken_back(
    nurse: Client, day: Day, booked: Appointment
) -> None:
    message = lost(booked)
    nurse.post(page(message, "message_handled"))

    shown = text(nurse.get(listed(day, vis="ordnet")))
    assert f"{day.nurse.name} noterte" in shown
    assert "kl. 17.42 at personen har fått beskjed." in shown

    undone = text(nurse.post(page(message, "message_not_handled"), follow=True))
    assert "Angret. Meldingen står til oppfølging igjen." in undone
    assert "Å, Alice" in undone
    about = AuditEntry.objects.filter(patient_id=booked.patient_id, object_id=str(message.pk))
    assert set(about.values_list("action", flat=True)) == {
        "message.handled",
        "message.not_handled",
    }


def test_a_second_click_changes_nothing_and_says_so(nurse: Client, booked: Appointment) -> None:
    message = lost(booked)
    told, undo = page(message, "message_handled"), page(message, "message_not_handled")
    assert "Det var ikke noe å angre." in text(nurse.post(undo, follow=True))
    nurse.post(told)
    assert "Det er notert allerede." in text(nurse.post(told, follow=True))
    assert AuditEntry.objects.filter(action="message.handled").count() == 1


def test_what_arrived_is_not_handled(nurse: Client, booked: Appointment) -> None:
    message = lost(booked, state="sent", fate="")
    shown = text(nurse.post(page(message, "message_handled"), follow=True))
    assert "Meldingen kom fram, eller er ikke sendt ennå." in shown
    message.refresh_from_db()
    assert message.handled_at is None


def test_its_page_says_what_it_would_say_now_and_makes_no_link(
    nurse: Client, booked: Appointment
) -> None:
    message = lost(booked)

    shown = text(nurse.get(page(message)))

    assert "Slik ville den vært nå, til •• •• 23 45." in shown
    assert PLACEHOLDER in shown
    assert not LinkToken.objects.exists()
    [entry] = AuditEntry.objects.filter(action="message.read")
    assert (entry.patient_id, entry.object_id) == (booked.patient_id, str(message.pk))


def test_at_night_its_page_says_that_it_waits_until_morning_and_what_it_says_then(
    nurse: Client, booked: Appointment, clock: time_machine.Traveller
) -> None:
    message = lost(booked, due_at=NOW - timedelta(days=1))
    night = NOW.replace(hour=22) - timedelta(days=1)
    clock.move_to(night)

    shown = text(nurse.get(page(message)))

    assert "Den sendes ikke før torsdag 26. november kl. 08.00" in shown
    assert PLACEHOLDER in shown


def test_its_page_says_why_it_would_not_be_sent_now(nurse: Client, booked: Appointment) -> None:
    message = lost(booked, occasion="another time")
    shown = text(nurse.get(page(message)))
    assert "Den ville ikke blitt sendt nå: Timen har fått en annen tid siden." in shown


def test_it_is_sent_again_once_from_its_page(nurse: Client, day: Day, booked: Appointment) -> None:
    message = lost(booked)
    again = page(message, "message_resend")
    assert nurse.get(again).headers["Location"] == page(message)
    assert Message.objects.count() == 1

    shown = text(nurse.post(again, follow=True))

    assert "Meldingen sendes på nytt. Her ser du hvordan det går." in shown
    assert "Den sendes når tiden er inne." in shown
    new = Message.objects.get(round=1)
    assert (new.state, new.due_at) == ("waiting", NOW)
    assert "Meldingen er allerede sendt på nytt." in text(nurse.post(again, follow=True))
    assert Message.objects.count() == 2
    assert "Ingen er uten beskjed" in text(nurse.get(listed(day)))


def test_of_an_email_that_may_have_arrived_it_is_said_that_it_may_come_twice(
    nurse: Client, booked: Appointment
) -> None:
    message = lost(booked, channel="email", state="unknown", fate="interrupted")
    assert "Personen kan få denne e-posten to ganger." in text(nurse.get(page(message)))


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ({"vis": "venter"}, {"waiting"}),
        ({"vis": "sendt"}, {"sent"}),
        ({"vis": "ikke-nodvendig"}, {"skipped"}),
        ({"vis": "nadde-ikke-fram"}, {"failed", "unknown"}),
        ({"vis": "alle"}, {"waiting", "sent", "skipped", "failed", "unknown"}),
        ({"vis": "forsinket"}, {"waiting"}),
        ({"vis": "alle", "type": "booked"}, set()),
        ({"vis": "alle", "dag": "2000-01-01"}, set()),
        (
            {"vis": "alle", "dag": f"{NOW:%Y-%m-%d}"},
            {"waiting", "sent", "skipped", "failed", "unknown"},
        ),
        # What is wrong in an address is as if it were not there.
        ({"vis": "x", "type": "x", "dag": "9999-12-31", "side": "x"}, {"failed", "unknown"}),
    ],
)
def test_the_address_says_what_is_shown(
    nurse: Client, day: Day, booked: Appointment, query: dict[str, str], there: set[str]
) -> None:
    for number, state in enumerate(["waiting", "sent", "skipped", "failed", "unknown"]):
        lost(booked, state=state, occasion=str(number))

    response = nurse.get(listed(day, **query))

    assert {one.message.state for one in response.context["rows"]} == there


def test_a_long_list_has_pages_that_keep_what_is_chosen(
    nurse: Client, day: Day, booked: Appointment
) -> None:
    for number in range(51):
        lost(booked, occasion=str(number), state="sent", fate="")
    response = nurse.get(listed(day, vis="sendt", type="reminder"))
    assert "Side 1 av 2" in text(response)
    assert "?vis=sendt&amp;type=reminder&amp;side=2" in response.content.decode()
    assert len(nurse.get(listed(day, vis="sendt", side=2)).context["rows"]) == 1


def test_a_message_about_nobody_with_a_name_is_listed_too(
    nurse: Client, day: Day, booked: Appointment
) -> None:
    gone = lost(booked, kind="group_open", subject_id=uuid4())
    assert "Uten navn hos oss" in text(nurse.get(listed(day)))
    shown = text(nurse.get(page(gone)))
    assert "Vi vet ikke navnet på den som skal ha meldingen" in shown
    assert "Den ville ikke blitt sendt nå: Personen er ikke på listen lenger." in shown


def test_another_clinics_messages_are_not_there(
    nurse: Client, day: Day, booked: Appointment
) -> None:
    other = make_clinic(slug="majorstua", name="Majorstua")
    theirs = lost(booked, clinic=other)
    assert "Ingen er uten beskjed" in text(nurse.get(listed(day)))
    assert nurse.get(page(theirs)).status_code == 404
    ours = reverse("desk:message", args=[day.clinic.slug, theirs.pk])
    assert nurse.get(ours).status_code == 404
    assert nurse.post(f"{ours}ordnet/").status_code == 404


def test_fifty_messages_cost_as_many_queries_as_one(
    nurse: Client, day: Day, booked: Appointment, django_assert_max_num_queries: Any
) -> None:
    for number in range(50):
        lost(booked, occasion=str(number))
    nurse.get(listed(day))  # who is read today is recorded once
    with django_assert_max_num_queries(14) as counted:
        nurse.get(listed(day))
    many = len(counted.captured_queries)
    Message.objects.exclude(pk=Message.objects.first().pk).delete()
    with django_assert_max_num_queries(many) as counted:
        nurse.get(listed(day))
    assert len(counted.captured_queries) == many
