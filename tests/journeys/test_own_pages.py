"""A person who has shown who they are, on a phone: sees, takes along, corrects, leaves."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from audit.services import record as note
from clinics.domain.calendar import oslo_date
from patients.models import Patient
from tests.access.people import prove
from tests.browser import DESKTOP, PHONE
from tests.factories import (
    actor_of,
    make_booking,
    make_clinic,
    make_decision,
    make_dose,
    make_lot,
    make_patient,
    make_session,
    make_staff,
    make_vial,
    make_window,
    oslo,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


@pytest.fixture
def sent(monkeypatch):
    """What is sent at once."""
    lines = []
    monkeypatch.setattr(
        "patients.services.code_messages.send_at_once",
        lambda *, channel, to, subject, text: lines.append(text),
    )
    return lines


@pytest.fixture
def ingrid():
    """Somebody with a dose behind them and a time before them, whom staff have looked up."""
    now, today = timezone.now(), oslo_date(timezone.now())
    make_window()
    clinic = make_clinic()
    nurse = make_staff(clinic=clinic)
    patient = make_patient(given_name="Ingrid", now=now - timedelta(days=60))
    given = now - timedelta(days=40)
    decision = make_decision(patient=patient, now=given - timedelta(days=2))
    lot = make_lot(clinic=clinic)
    vial = make_vial(clinic=clinic, lot=lot, by=nurse, now=given)
    make_dose(patient=patient, vial=vial, by=nurse, now=given)
    session = make_session(starts_at=oslo(today + timedelta(days=9), "16.00"), now=now)
    make_booking(session=session, decision=decision, dose_number=2, now=now)
    lead = actor_of(make_staff(clinic=clinic, name="Lise Leder"), clinic)
    note(action="person.read", by=lead, now=now, patient_id=patient.pk, reason="Ringte og spurte")
    return patient


def enter(visitor, patient):
    """Bring the session of somebody who has shown who they are."""
    client = Client()
    client.get("/")
    prove(client, patient)
    visitor.page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": visitor.home,
            }
        ]
    )


def saved(visitor, name):
    """Press what downloads a file; return its name and content."""
    with visitor.page.expect_download() as waiting:
        visitor.page.get_by_role("button", name=name).click()
    path = waiting.value.path()
    return waiting.value.suggested_filename, path.read_bytes()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_a_person_sees_takes_along_corrects_withdraws_and_deletes(
    size, ingrid, sent, new_visitor, valkey, tmp_path
):
    visitor = new_visitor(size)
    enter(visitor, ingrid)
    visitor.open("/min-side/")
    visitor.reads("Hei, Ingrid", "Du har fått 1 av 2 doser", "Avbestill")
    visitor.press("Se alt vi har om deg")
    visitor.reads("Dose 1", "Vurderinger", "Meldinger")
    visitor.press("Tilbake")
    visitor.press("Se hvem som har sett på det")
    visitor.reads("Lise Leder", "Hvorfor: Ringte og spurte")
    visitor.press("Du selv")
    visitor.press("Tilbake")
    visitor.press("Last ned alt")
    name, content = saved(visitor, "Last ned JSON")
    assert name == "opplysninger.json"
    assert json.loads(content)["person"][0]["given_name"] == "Ingrid"
    name, content = saved(visitor, "Last ned PDF")
    assert name == "opplysninger.pdf"
    (tmp_path / "own.pdf").write_bytes(content)
    visitor.press("Tilbake")
    visitor.press("Endre telefon")
    visitor.press("Bytt telefonnummer")
    visitor.page.get_by_label("Mobilnummer").fill("123")
    visitor.press("Send kode")
    visitor.page.get_by_label("Mobilnummer").fill("48 76 54 32")
    visitor.press("Send kode")
    visitor.page.get_by_label("Kode").fill(re.search(r"\d{6}", sent[0])[0])
    visitor.press("Bytt")
    visitor.reads("+4748765432", "Endringen er lagret")
    visitor.press("Tilbake")
    visitor.press("Trekk deg fra tilbudet")
    visitor.reads("blir avbestilt", "Ingenting blir slettet")
    visitor.press("Ja, trekk meg")
    visitor.reads("Du har ingen kommende timer")
    visitor.press("Slett det vi har om deg")
    visitor.reads("Dette må vi beholde", "1 dose", "1 vurdering", "Telefon, e-post")
    visitor.press("Slett")
    visitor.reads("Kryss av for at du er sikker")
    visitor.page.get_by_label("Jeg er sikker").check()
    visitor.press("Slett")
    visitor.reads("Det er slettet", "Journalen kan du fortsatt lese her")
    visitor.open("/min-side/")
    visitor.reads("Vis hvem du er")
    assert Patient.objects.get(pk=ingrid.pk).phone == ""
