"""What is left in a browser for whoever sits down at it next: nothing that opens."""

import re

import pytest
import redis
import time_machine
from django.test import Client
from django.urls import reverse

from appointments.services.links import APPOINTMENT_LINK
from audit.domain import Actor
from patients.models import Patient
from patients.permissions import BROWSER_COOKIE, new_browser_key
from patients.services import drafts
from patients.services.activations import end_access
from patients.services.links import mint
from tests import factories
from tests.access.people import prove
from tests.care.portal.test_activation import activate, code_for, is_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
NOW = factories.at("16.40")


def opens(client: Client, booked) -> bool:
    return client.get(reverse("appointments:mine", args=[booked.pk])).status_code == 200


def follow_link(client: Client, booked) -> None:
    token = mint(
        purpose=APPOINTMENT_LINK, subject_id=booked.pk, expires_at=factories.at("23.00"), now=NOW
    )
    client.get(reverse("appointments:link", args=[token]))


@pytest.fixture
def booked():
    with time_machine.travel(NOW, tick=False):
        yield factories.make_booking(clock="19.00")


def test_who_has_logged_out_leaves_no_time_open_and_no_answers(client, booked):
    key = new_browser_key()
    client.cookies[BROWSER_COOKIE] = key
    drafts.save(key, "screening", {"sex": "filled in"})
    prove(client, booked.patient)
    follow_link(client, booked)
    assert opens(client, booked)
    left = client.post(reverse("portal:log_out"))
    assert left["Location"] == reverse("portal:logged_out")
    assert not opens(client, booked)
    assert drafts.load(key, "screening") == {}


def test_logging_out_does_not_wait_for_valkey(client, booked, monkeypatch):
    def away(*_: object) -> None:
        raise redis.ConnectionError

    client.cookies[BROWSER_COOKIE] = new_browser_key()
    prove(client, booked.patient)
    monkeypatch.setattr(drafts, "forget", away)
    assert client.post(reverse("portal:log_out")).status_code == 302
    assert not opens(client, booked)


def test_the_next_person_to_show_who_they_are_opens_nothing_of_the_one_before(client, booked):
    alice, bob = factories.see_id(booked.patient), factories.see_id(factories.make_patient())
    activate(client, code_for(alice))
    follow_link(client, booked)
    activate(client, code_for(alice))
    assert opens(client, booked), "the same person again"
    activate(client, code_for(bob))
    assert is_in(client)
    assert not opens(client, booked)


def test_a_browser_that_was_ended_opens_no_time_either(client, booked):
    alice = factories.see_id(booked.patient)
    activate(client, code_for(alice))
    assert opens(client, booked)
    end_access(patient_id=alice.pk, by=Actor.system(), now=NOW)
    assert not is_in(client)
    assert not opens(client, booked)


def test_who_came_by_a_code_finds_the_way_out(client, booked):
    session = client.session
    session["contact_hash"] = booked.patient.phone_hash
    session.save()
    page = client.get(reverse("appointments:list"))
    assert reverse("portal:log_out") in page.content.decode()
    client.post(reverse("portal:log_out"))
    assert client.get(reverse("appointments:list")).status_code == 302


def test_who_deletes_is_told_of_backups(client, booked):
    prove(client, booked.patient)
    page = client.get(reverse("portal:delete")).content.decode()
    assert "Sikkerhetskopier, til de selv blir slettet" in page


def test_who_is_deleted_wholly_is_forgotten_by_the_browser_too(client, booked):
    activate(client, code_for(factories.see_id(booked.patient)))
    assert client.cookies["egen"].value
    client.post(reverse("portal:delete"), {"sure": "on"})
    assert not Patient.objects.exists()
    assert not client.cookies["egen"].value


def test_nothing_on_the_pages_says_to_a_neighbour_what_the_questions_were_about(client, booked):
    prove(client, booked.patient)
    for name in ("home", "record", "log", "contact", "download", "stop", "delete", "browsers"):
        page = client.get(reverse(f"portal:{name}")).content.decode()
        words = re.sub(r"<[^>]+>", " ", page[page.index("<h1") :])
        assert not re.search(r"\b(sex|hiv|prep|mpox|apekopper)\b", words, re.IGNORECASE), name
