"""Messages and how the system does, to staff and patients: clean in axe, none too wide."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from appointments.models import Appointment
from clinics.models import Staff
from mpoxclinic.sweep_health import DELIVERY, sweeps
from notifications.models import Message, SweepRun
from notifications.services.handling import handle
from tests.access.logins import log_in
from tests.browser import axe_faults, pixels_too_wide
from tests.care.dayboard.pages import of_session
from tests.factories import Day, at, make_booking, make_day, make_patient
from tests.look.conftest import OpenHtml

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

NOW = at("12.30") - timedelta(days=1)
WIDTHS = (320, 390, 1280)
Look = Callable[..., Page]
# Kind, state, fate, minutes ago, channel.
MESSAGES = [
    ("booked", "failed", "refused", 40, "sms"),
    ("reminder", "unknown", "interrupted", 90, "email"),
    ("changed", "failed", "no_address", 300, "email"),
    ("booked", "sent", "", 2000, "email"),
    ("reminder", "skipped", "moved", 500, "sms"),
]


@pytest.fixture
def day(db: None) -> Day:
    """A day with people who were not reached, one of them called since."""
    day = make_day()
    for number, name in enumerate(["Alice", "Bjørn-Christoffer Alexander", "Cecilie"]):
        patient = make_patient(
            given_name=name,
            family_name="Østensjø-Wedervang" if number else "Ås",
            contact_by="both",
            email="alice@example.org",
        )
        booked = make_booking(session=day.session, patient=patient, now=NOW - timedelta(days=2))
        Message.objects.filter(subject_id=booked.pk).delete()
        for kind, state, fate, minutes, channel in MESSAGES:
            Message.objects.create(
                kind=kind,
                channel=channel,
                subject_id=booked.pk,
                clinic=day.clinic,
                state=state,
                fate=fate,
                # What the occasion of its kind is, so that it would be sent now.
                occasion="0" if kind == "booked" else "",
                attempts=number + 1,
                due_at=NOW - timedelta(minutes=minutes),
                created_at=NOW - timedelta(days=2),
                ended_at=NOW - timedelta(minutes=minutes),
            )
    handled = Message.objects.filter(fate="refused").first()
    assert handled
    handle(message_id=handled.pk, patient_id=None, by=day.by, now=NOW)
    return day


def late(day: Day) -> None:
    Message.objects.create(
        kind="reminder",
        channel="sms",
        subject_id=Appointment.objects.filter(patient__isnull=False)[0].pk,
        clinic=day.clinic,
        occasion="late",
        due_at=NOW - timedelta(minutes=30),
        created_at=NOW,
    )


@pytest.fixture
def look(open_html: OpenHtml) -> Look:
    """Open an address at every width and in a language; return the widest page."""

    def _look(name: str, address: str, by: Staff | Client, language: str = "nb") -> Page:
        with time_machine.travel(NOW, tick=False):
            client = by if isinstance(by, Client) else log_in(Client(), by)
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
            response = client.get(address)
        assert response.status_code == 200
        for width in WIDTHS:
            page = open_html(response.content.decode(), width=width)
            assert axe_faults(page) == []
            assert pixels_too_wide(page) == 0
            if folder := os.environ.get("MPOX_PICTURES"):
                page.screenshot(path=f"{folder}/{name}-{language}-{width}.png", full_page=True)
        return page

    return _look


def test_the_log(look: Look, day: Day) -> None:
    log = reverse("desk:messages", args=[day.clinic.slug])
    page = look("log", log, day.nurse)
    look("log", log, day.nurse, language="en")
    look("log-all", f"{log}?vis=alle&dag=2026-11-25", day.nurse)
    look("log-handled", f"{log}?vis=ordnet", day.nurse)
    look("log-empty", f"{log}?vis=venter&type=running_late", day.nurse)

    # The keyboard comes to the filters first, and then to each person and what can be done.
    page.locator("#vis").focus()
    reached = []
    for _ in range(16):  # a day is typed in three fields of its own
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.id || document.activeElement.innerText")
        )
    assert reached[0] == "type"
    assert "Vis" in reached
    assert any("Østensjø" in one for one in reached)


def test_a_message(look: Look, day: Day) -> None:
    for state in ("failed", "unknown", "sent"):
        message = Message.objects.filter(state=state, kind__in=["booked", "reminder"]).last()
        assert message
        address = reverse("desk:message", args=[day.clinic.slug, message.pk])
        look(f"message-{state}", address, day.nurse)


def test_how_the_system_does_when_all_is_well(look: Look, day: Day) -> None:
    Message.objects.all().delete()
    for one in sweeps(now=NOW):
        SweepRun.objects.create(
            name=one.task, started_at=NOW, ended_at=NOW, ok=True, last_ok_at=NOW
        )
    page = look("health-well", reverse("health"), day.nurse)
    assert page.get_by_text("Meldinger sendes som de skal").count() == 1


def test_how_the_system_does_when_it_does_not(look: Look, day: Day) -> None:
    late(day)
    SweepRun.objects.create(
        name=DELIVERY, started_at=NOW, ended_at=NOW, fault="OperationalError at /srv/app/x.py:12"
    )
    look("health-ill", reverse("health"), day.nurse)
    look("health-ill", reverse("health"), day.nurse, language="en")


def test_the_alarm_on_home_and_board(look: Look, day: Day) -> None:
    late(day)
    for name, address in (
        ("home", reverse("desk:home")),
        ("board", of_session("board", day.session)),
    ):
        page = look(f"alarm-{name}", address, day.nurse)
        assert page.get_by_text("Meldinger blir ikke sendt").is_visible()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_patients_own_messages(look: Look, day: Day, language: str) -> None:
    booked = Appointment.objects.filter(patient__given_name__isnull=False).last()
    assert booked
    client = Client()
    session = client.session
    session["opened_appointments"] = [str(booked.pk)]
    session.save()
    address = reverse("appointments:mine", args=[booked.pk])
    page = look("mine", address, client, language=language)
    assert page.locator(".own-messages li").count() == len(MESSAGES)
    assert page.locator(".own-messages").is_visible()
