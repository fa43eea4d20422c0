"""A person's pages open for a reason: one that is there, or one that somebody writes down."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment
from appointments.services.booking import cancel
from audit.domain.why import Tie, Why
from audit.models import AuditEntry, GivenReason
from care.permissions import OPENED, OnPerson
from care.services.ties import PERSON_OF, tie_of
from clinics.domain.roles import Role
from patients.models import Patient, PatientNote
from tests import factories
from tests.access.logins import log_in
from tests.access.objects import make_staff
from tests.access.pages import all_pages
from tests.care.dayboard.pages import of_person, text
from tests.factories import BEFORE, Day, at
from tests.factories.reactions import make_reaction
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db
NOW = at("17.42")
LATER = NOW + timedelta(days=90)
WHY = {"innsyn-code": "contact", "innsyn-text": "Ringer for å spørre om gammel time"}
OPEN = {**WHY, "innsyn-spurt": "GET"}


@pytest.fixture
def alice(day: Day) -> Patient:
    """Somebody who had a time once, and has nothing to do with the clinic any more."""
    patient = factories.make_patient(given_name="Alice", family_name="Ås")
    booked = factories.make_booking(session=day.session, patient=patient, clock="18.10")
    cancel(appointment_id=booked.pk, by=day.by, now=BEFORE)
    return patient


@pytest.fixture
def late_nurse(client: Client, clock: time_machine.Traveller, day: Day) -> Client:
    """The day's nurse, three months later."""
    clock.move_to(LATER)
    return log_in(client, day.nurse)


def page_of(patient: Patient) -> str:
    return reverse("desk:person", args=["nydalen", patient.pk])


def asks(answer: Any) -> bool:
    return "Hvorfor åpner du dette?" in answer.content.decode()


def test_every_page_that_names_a_person_asks_for_a_reason() -> None:
    pages = [page for page in all_pages() if page.name.startswith(("desk:", "dayboard:"))]
    naming = [page for page in pages if {*PERSON_OF, "message_id"} & {*page.arguments}]
    # An open case is a reason by itself; one that was handed over is not opened again.
    naming = [page for page in naming if page.name != "desk:case_hand_over"]
    assert [str(page) for page in naming if not isinstance(page.rule, OnPerson)] == []
    assert len(naming) > 50


def test_without_a_tie_one_writes_why_and_reads_for_half_an_hour(
    late_nurse: Client, alice: Patient, clock: time_machine.Traveller, day: Day
) -> None:
    asked = late_nurse.get(page_of(alice))
    assert asks(asked)
    assert asked.status_code == 200
    assert "no-store" in asked.headers["Cache-Control"]
    assert "Alice" not in asked.content.decode()
    assert not AuditEntry.objects.filter(action="person.read").exists()

    faults = {
        "": "Skriv hva du skal gjøre",
        "for kort": "Skriv mellom 10 og 200 tegn",
        "x" * 201: "Skriv mellom 10 og 200 tegn",
        " \u200b" * 50 + "kort": "Skriv mellom 10 og 200 tegn",
        "Spør om 010190 12345": "Ta bort fødselsnummeret",
    }
    for words, fault in faults.items():
        again = late_nurse.post(page_of(alice), {**OPEN, "innsyn-text": words})
        assert asks(again), words
        assert fault in again.content.decode(), words
        assert 'name="innsyn-spurt" value="GET"' in again.content.decode()
    unchosen = late_nurse.post(page_of(alice), {**OPEN, "innsyn-code": "nosy"})
    assert "Velg hvorfor" in unchosen.content.decode()
    assert not GivenReason.objects.exists()

    opened = late_nurse.post(page_of(alice), OPEN)
    assert (opened.status_code, opened.headers["Location"]) == (302, page_of(alice))
    assert "Alice Ås" in text(late_nurse.get(page_of(alice)))
    given = GivenReason.objects.get()
    assert (given.code, given.text) == ("contact", WHY["innsyn-text"])
    said, read = AuditEntry.objects.filter(patient_id=alice.pk).order_by("-pk")[:2][::-1]
    assert (said.action, said.reason, said.role) == ("reason.given", "contact", "vaccinator")
    assert (said.why, said.why_id) == (read.why, read.why_id) == ("given", given.pk)
    assert read.action == "person.read"
    assert WHY["innsyn-text"] not in str(AuditEntry.objects.values_list())

    assert not asks(late_nurse.get(reverse("desk:phone_known", args=["nydalen", alice.pk])))
    other = factories.make_patient()
    gone = factories.make_booking(session=day.session, patient=other, clock="18.20", now=BEFORE)
    assert asks(late_nurse.get(page_of(other)))
    assert asks(late_nurse.get(reverse("desk:time", args=["nydalen", gone.pk])))
    second = log_in(Client(), day.nurse)
    assert asks(second.get(page_of(alice)))
    clock.shift(timedelta(minutes=31))
    assert asks(late_nurse.get(page_of(alice)))
    assert_integrity(now=LATER)


def test_what_a_form_sent_is_kept_and_done_once_the_reason_is_given(
    late_nurse: Client, alice: Patient
) -> None:
    note = {"text": "Ring <b>etter</b> kl. 15", "felt": ["a", "b"]}
    stopped = late_nurse.post(page_of(alice), note)
    assert stopped.status_code == 409
    page = stopped.content.decode()
    assert asks(stopped)
    assert "Ingenting er lagret" in page
    kept = re.findall(r'<input type="hidden" name="(text|felt)" value="([^"]*)"', page)
    assert kept == [("text", "Ring &lt;b&gt;etter&lt;/b&gt; kl. 15"), ("felt", "a"), ("felt", "b")]
    assert not PatientNote.objects.exists()

    short = {**note, **WHY, "innsyn-text": "x", "innsyn-spurt": "POST"}
    again = late_nurse.post(page_of(alice), short)
    assert asks(again)
    assert again.content.decode().count('name="innsyn-spurt"') == 1
    assert not PatientNote.objects.exists()
    done = late_nurse.post(page_of(alice), {**note, **WHY, "innsyn-spurt": "POST"})
    assert done.status_code == 302
    assert PatientNote.objects.get().text == "Ring <b>etter</b> kl. 15"
    written = AuditEntry.objects.get(action="note.written")
    assert written.why == "given"


def test_a_person_whom_the_clinic_never_knew_stays_unknown(
    late_nurse: Client, day: Day, clock: time_machine.Traveller
) -> None:
    stranger = factories.make_patient()
    pages = [
        page_of(stranger),
        reverse("desk:phone_known", args=["nydalen", stranger.pk]),
        reverse("dayboard:walk_in_known", args=[day.session.pk, stranger.pk]),
    ]
    for page in pages:
        assert late_nurse.get(page).status_code == 404
        assert late_nurse.post(page, OPEN).status_code == 404
    assert not GivenReason.objects.exists()


def test_a_board_of_a_day_long_past_asks_and_today_s_does_not(
    late_nurse: Client, day: Day, clock: time_machine.Traveller
) -> None:
    booked = factories.make_booking(session=day.session, clock="18.20")
    board = reverse("dayboard:board", args=[day.session.pk])
    assert asks(late_nurse.get(board))
    assert asks(late_nurse.get(of_person("person", booked)))
    assert late_nurse.post(board, OPEN).status_code == 302
    assert not asks(late_nurse.get(board))
    fragment = reverse("dayboard:live", args=[day.session.pk])
    late_nurse.cookies.clear()
    log_in(late_nurse, day.nurse)
    refreshed = late_nurse.get(fragment, headers={"hx-request": "true"})
    assert refreshed.headers["HX-Refresh"] == "true"
    clock.move_to(NOW)
    log_in(late_nurse, day.nurse)
    assert not asks(late_nurse.get(board))
    assert not asks(late_nurse.get(of_person("person", booked)))
    read = AuditEntry.objects.filter(action="patient.read").latest("pk")
    assert (read.why, read.why_id) == ("appointment", booked.pk)


def test_another_s_reason_does_not_open_for_who_takes_over(
    late_nurse: Client, alice: Patient, day: Day
) -> None:
    late_nurse.post(page_of(alice), OPEN)
    kept = late_nurse.session[OPENED]
    log_in(late_nurse, make_staff("kari", (day.clinic, Role.VACCINATOR)))
    session = late_nurse.session
    session[OPENED] = kept
    session.save()
    assert asks(late_nurse.get(page_of(alice)))


def test_each_thing_that_a_clinic_has_to_do_with_a_person_is_a_reason(
    day: Day, django_assert_num_queries: Any
) -> None:
    elsewhere = factories.make_clinic(slug="elsewhere", name="Et annet sted")
    vial = factories.make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse)

    def person() -> Patient:
        return factories.make_patient()

    booked = factories.make_booking(session=day.session, clock="18.00")
    ended = person()
    over = factories.make_booking(session=day.session, patient=ended, clock="18.00")
    cancel(appointment_id=over.pk, by=day.by, now=BEFORE)
    case = factories.make_case(clinic=day.clinic, patient=person(), now=BEFORE)
    dose = factories.make_dose(patient=person(), vial=vial, by=day.nurse)
    reacted = factories.make_dose(patient=person(), vial=vial, by=day.nurse)
    reaction = make_reaction(reacted, by=day.by, now=NOW)
    waiter = factories.make_booking(session=day.session, clock="18.00").decision
    assert waiter
    wait = factories.make_wait(clinic=day.clinic, decision=waiter)
    Appointment.objects.filter(decision=waiter).update(patient=ended)
    merged = person()
    Patient.objects.filter(pk=merged.pk).update(merged_into=case.patient)

    def why(patient: Patient | None, days: int, clinic: Any = day.clinic) -> str | None:
        assert patient
        tie = tie_of(clinic.pk, "patient_id", patient.pk, now=NOW + timedelta(days=days))
        return tie.why.value if tie else None

    due = [
        (booked.patient, {-30: "appointment", 0: "appointment", 14: "appointment", 15: None}),
        (ended, {0: "appointment", 14: "appointment", 15: None}),
        (case.patient, {0: "case", 400: "case"}),
        (merged, {0: "case"}),
        (dose.patient, {0: "dose", 60: "dose", 61: None}),
        (reaction.patient, {0: "reaction"}),
        (waiter.patient, {15: "waiting", 400: "waiting"}),
        (person(), {0: None}),
    ]
    wrong = [
        (str(patient), days, words, why(patient, days))
        for patient, by_day in due
        for days, words in by_day.items()
        if why(patient, days) != words
    ]
    assert wrong == []
    assert [why(patient, 0, elsewhere) for patient, _by_day in due] == [None] * len(due)
    assert wait.clinic_id == day.clinic.pk
    with django_assert_num_queries(1):
        why(case.patient, 0)


def test_a_page_with_a_reason_costs_one_query_more(
    nurse: Client, day: Day, waiting: Appointment, django_assert_max_num_queries: Any
) -> None:
    nurse.get(of_person("person", waiting))
    with django_assert_max_num_queries(1):
        tie = tie_of(day.clinic.pk, "appointment_id", waiting.pk, now=NOW)
    assert tie == Tie(Why.APPOINTMENT, waiting.pk, factories.DAY)
