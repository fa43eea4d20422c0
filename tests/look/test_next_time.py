"""The pages about the next time, for people and staff: axe finds nothing, nothing is cut."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from appointments.models import NextAnswer
from appointments.services.next_answers import say_not_needed
from appointments.services.next_due import remind_of_next
from audit.domain import Actor
from clinics.domain.roles import Role
from notifications.services.delivery import deliver_due
from tests.access.logins import log_in
from tests.browser import axe_faults, pixels_too_wide
from tests.factories import (
    OPENING,
    at,
    make_booking,
    make_clinic,
    make_decision,
    make_dose,
    make_patient,
    make_session,
    make_staff,
)
from tests.look.conftest import OpenHtml
from vaccinations.models import Dose

NOW = at("12.00") + timedelta(days=29)
PATIENTS = ("may_book", "times", "not_needed", "refused", "answered", "booked")
STAFF = ("list", "empty", "answer", "settled", "record")


def _dose(name: str = "Alice") -> Dose:
    patient = make_patient(given_name=name, family_name="Ås")
    make_decision(patient=patient)
    return make_dose(patient=patient)


def _answer(dose: Dose, said: str) -> NextAnswer:
    by = Actor.patient(dose.patient_id)
    return say_not_needed(
        patient_id=dose.patient_id, clinic_id=make_clinic().pk, said=said, by=by, now=NOW
    )


def _of_patient(name: str, language: str) -> str:
    dose = _dose()
    opens = OPENING + timedelta(days=35)
    session = make_session(starts_at=opens, now=OPENING)
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    opened = client.session
    opened["opened_nexts"] = [str(dose.patient_id)]
    opened.save()
    page = reverse("appointments:next", args=[dose.patient_id])
    if name == "answered":
        _answer(dose, "elsewhere")
    if name == "booked":
        decision = make_decision(patient=dose.patient, now=NOW)
        make_booking(session=session, decision=decision, dose_number=2, now=NOW)
    if name == "refused":
        return str(client.post(f"{page}trenger-ikke/", {}).content.decode())
    paths = {"times": "tid/", "not_needed": "trenger-ikke/"}
    return str(client.get(page + paths.get(name, "")).content.decode())


def _of_staff(name: str) -> str:
    nurse = log_in(Client(), make_staff(Role.VACCINATOR))
    the_list = reverse("desk:dose_two_to_place", args=[make_clinic().slug])
    if name == "empty":
        return str(nurse.get(the_list).content.decode())
    alice, bob = _dose(), _dose("Bob")
    remind_of_next(now=NOW)
    deliver_due(now=lambda: NOW)
    one = _answer(alice, "mpox")
    _answer(bob, "elsewhere")
    page = reverse("desk:next_answer", args=[make_clinic().slug, one.pk])
    if name == "settled":
        nurse.post(page, {"velg": "ja"})
    address = {
        "list": the_list,
        "record": reverse("desk:person", args=[make_clinic().slug, alice.patient_id]),
    }.get(name, page)
    return str(nurse.get(address).content.decode())


def _look(html: str, open_html: OpenHtml, name: str, width: int) -> None:
    page = open_html(html, width=width)
    pictures = os.environ.get("LOOK_PICTURES")
    if pictures:
        page.screenshot(path=f"{pictures}-{name}-{width}.png", full_page=True)
    assert axe_faults(page) == []
    assert pixels_too_wide(page) == 0


@pytest.fixture(autouse=True)
def _now(db: None, tmp_path: object, settings: Callable[..., None]) -> object:
    settings.OUTBOX_DIR = tmp_path  # type: ignore[attr-defined]
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("name", PATIENTS)
def test_the_person_s_pages(open_html: OpenHtml, name: str, language: str, width: int) -> None:
    _look(_of_patient(name, language), open_html, f"{name}-{language}", width)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", STAFF)
def test_the_pages_of_staff(open_html: OpenHtml, name: str, width: int) -> None:
    _look(_of_staff(name), open_html, name, width)
