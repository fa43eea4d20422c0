"""A person's record at the desk: what it shows, to whom, and the notes in it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.models import Appointment
from appointments.services.booking import cancel
from audit.domain import Actor
from audit.models import AuditEntry
from care.services.recall import recall
from clinics.domain.roles import Role
from eligibility.models import Decision
from notifications.models import Message
from notifications.words import kind_in_words
from patients.models import Patient, PatientNote
from patients.services.notes import LONGEST_NOTE, write_note
from patients.services.stops import start_messages, stop_messages
from tests import factories
from tests.access.logins import log_in
from tests.care.dayboard.pages import of_person, text
from tests.factories import BEFORE, Day, at
from tests.factories.reactions import make_reaction
from vaccinations.models import Dose

pytestmark = pytest.mark.django_db


def page_of(patient: Patient, name: str = "person", *more: object) -> str:
    return reverse(f"desk:{name}", args=["nydalen", patient.pk, *more])


@pytest.fixture
def alice(day: Day) -> Patient:
    booked = factories.make_booking(
        session=day.session,
        patient=factories.make_patient(given_name="Alice", family_name="Ås"),
        clock="18.10",
    )
    assert booked.patient
    return booked.patient


def test_it_shows_what_the_clinic_keeps_of_the_person(
    nurse: Client, alice: Patient, day: Day
) -> None:
    vial = factories.make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse)
    factories.make_dose(patient=alice, vial=vial)

    said = text(nurse.get(page_of(alice)))

    for words in ("Alice Ås", "legitimasjon ikke sett", alice.phone, "Dose 1", "gitt", "bestilt"):
        assert words in said
    assert day.lot.number in said
    assert "Får tilbud" in said
    assert "Flytt timen" in said


def test_each_opening_is_in_the_log_with_what_ties_the_person_to_the_clinic(
    nurse: Client, alice: Patient
) -> None:
    nurse.get(page_of(alice))
    nurse.get(page_of(alice))

    read = AuditEntry.objects.filter(action="person.read", patient_id=alice.pk)
    assert list(read.values_list("reason", flat=True)) == ["has_a_time"] * 2


def test_who_has_read_it_stands_there_in_words(nurse: Client, alice: Patient) -> None:
    nurse.get(page_of(alice))

    said = text(nurse.get(page_of(alice)))

    assert "Åpnet en person Kari Berg" in said
    assert "Bestilte time" in said


def test_a_clinic_that_has_nothing_to_do_with_the_person_finds_no_page(nurse: Client) -> None:
    assert nurse.get(page_of(factories.make_patient())).status_code == 404


@pytest.mark.parametrize(
    ("role", "shown"), [(Role.VACCINATOR, False), (Role.LEAD, False), (Role.CLINICIAN, True)]
)
def test_the_group_is_for_clinicians(
    client: Client, clock: object, alice: Patient, day: Day, role: Role, shown: bool
) -> None:
    log_in(client, factories.make_staff(role, clinic=day.clinic, hpr_number="9000011"))

    assert ("Gruppe 3" in text(client.get(page_of(alice)))) is shown


def test_where_something_happened_elsewhere_is_not_told(nurse: Client, alice: Patient) -> None:
    elsewhere = factories.make_clinic(slug="elsewhere", name="Smittevernet")
    factories.make_case(clinic=elsewhere, patient=alice)

    said = text(nurse.get(page_of(alice)))

    assert "et annet sted" in said
    assert "Smittevernet" not in said


def test_what_the_person_stopped_stands_there_and_goes_when_it_is_started(
    nurse: Client, alice: Patient
) -> None:
    assert "Har stoppet" not in text(nurse.get(page_of(alice)))
    by = Actor.patient(alice.pk)
    stop_messages(patient_id=alice.pk, channels=["sms"], by=by, now=BEFORE, reason="link")

    said = text(nurse.get(page_of(alice)))

    assert "Har stoppet Tilbud og oppfordringer." in said
    assert "SMS, siden 19.11.2026" in said
    start_messages(patient_id=alice.pk, by=by, now=BEFORE, reason="link")
    assert "Har stoppet" not in text(nurse.get(page_of(alice)))


def test_who_asks_the_staff_gets_messages_again(nurse: Client, alice: Patient, day: Day) -> None:
    stop_messages(patient_id=alice.pk, by=Actor.patient(alice.pk), now=BEFORE, reason="link")
    again = page_of(alice, "messages_again")
    nurse.get(again)
    assert "Har stoppet" in text(nurse.get(page_of(alice)))

    said = text(nurse.post(again, follow=True))
    nurse.post(again)

    assert "Personen får slike meldinger igjen." in said
    assert "Har stoppet" not in said
    [logged] = AuditEntry.objects.filter(action="messages.started")
    assert (logged.actor_id, logged.reason) == (str(day.nurse.pk), "asked_staff")


def test_a_voided_dose_stays_with_its_reason(nurse: Client, alice: Patient, day: Day) -> None:
    vial = factories.make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse)
    dose = factories.make_dose(patient=alice, vial=vial)
    dose.voided_at, dose.voided_by, dose.void_reason = at("17.00"), day.nurse, "feil person"
    dose.save()

    assert "annullert: feil person" in text(nurse.get(page_of(alice)))


def test_what_was_written_elsewhere_of_doses_and_reactions_is_not_shown(
    nurse: Client, alice: Patient, day: Day
) -> None:
    other = factories.make_clinic(slug="elsewhere", name="Smittevernet")
    nurse_there = factories.make_staff(clinic=other, email="der@example.org")
    by = factories.actor_of(nurse_there, other)
    dose = factories.make_dose(patient=alice, vial=factories.make_vial(clinic=other))
    make_reaction(dose, by=by, now=at("17.30"))
    Dose.objects.filter(pk=dose.pk).update(
        deviation=["route"],
        deviation_reason="Hemmelig",
        voided_at=at("17.40"),
        voided_by=nurse_there,
        void_reason="Hemmelig",
    )

    said = text(nurse.get(page_of(alice)))

    assert "Reaksjon på stikkstedet" in said
    assert "ført med avvik" in said
    for word in ("Hemmelig", "Rødt og hovent"):
        assert word not in said


def test_a_message_about_a_recall_is_among_the_messages(
    nurse: Client, alice: Patient, day: Day
) -> None:
    vial = factories.make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse)
    factories.make_dose(patient=alice, vial=vial)
    leader = factories.make_staff(Role.LEAD, clinic=day.clinic, email="leder@example.org")
    recall(
        lot_id=day.lot.pk,
        clinic_id=day.clinic.pk,
        reason="Fra produsenten",
        by=factories.actor_of(leader, day.clinic, Role.LEAD),
        now=at("17.40"),
    )

    kind = str(kind_in_words(Message.objects.get(kind="recall")))
    assert kind in text(nurse.get(page_of(alice)))


@pytest.mark.parametrize("name", ["person", "person_print"])
def test_it_takes_the_same_queries_however_much_happened(
    nurse: Client, alice: Patient, day: Day, name: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert nurse.get(page_of(alice, name)).status_code == 200
        return len(captured)

    # From here on somebody has read it, and somebody has written in it.
    write_note(patient_id=alice.pk, text="Ring", by=day.by, now=BEFORE)
    queries()
    few = queries()
    for clock in ("18.20", "18.30", "18.40"):
        booked = factories.make_booking(session=day.session, clock=clock)
        cancel(appointment_id=booked.pk, by=day.by, now=BEFORE)
        type(booked).objects.filter(pk=booked.pk).update(patient=alice)
        Decision.objects.filter(pk=booked.decision_id).update(patient=alice)
        write_note(patient_id=alice.pk, text=f"Ring {clock}", by=day.by, now=BEFORE)
    factories.make_case(clinic=day.clinic, patient=alice)

    assert queries() == few == 29


def test_on_paper_all_is_unfolded_and_nothing_is_to_be_pressed(
    nurse: Client, alice: Patient
) -> None:
    page = nurse.get(page_of(alice, "person_print")).content.decode()

    assert "<details" not in page
    assert "Lagre notatet" not in page


class TestNotes:
    def test_a_note_is_kept_for_colleagues_and_marked_on_the_board(
        self, nurse: Client, waiting: Appointment
    ) -> None:
        assert waiting.patient
        response = nurse.post(page_of(waiting.patient), {"text": " Ring etter kl. 15 "})

        assert response["Location"] == page_of(waiting.patient)
        assert "Ring etter kl. 15 " in text(nurse.get(page_of(waiting.patient)))
        assert "1 notat fra kolleger" in text(nurse.get(of_person("person", waiting)))

    def test_pressed_twice_it_is_one(self, nurse: Client, alice: Patient) -> None:
        for _ in range(2):
            nurse.post(page_of(alice), {"text": "Ring etter kl. 15"})

        assert PatientNote.objects.count() == 1

    @pytest.mark.parametrize(
        ("typed", "says"),
        [("", "Skriv notatet først"), (" \u200b ", "Skriv notatet først"), ("x" * 501, "501 tegn")],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self, nurse: Client, alice: Patient, typed: str, says: str
    ) -> None:
        page = nurse.post(page_of(alice), {"text": typed})

        assert says in text(page)
        assert typed.strip() in page.content.decode()
        assert not PatientNote.objects.exists()

    def test_the_longest_is_kept_encrypted_and_the_log_does_not_tell_it(
        self, nurse: Client, alice: Patient
    ) -> None:
        nurse.post(page_of(alice), {"text": "æ" * LONGEST_NOTE})

        assert PatientNote.objects.get().text == "æ" * LONGEST_NOTE
        [logged] = AuditEntry.objects.filter(action="note.written")
        assert (logged.patient_id, logged.reason) == (alice.pk, "")

    def test_withdrawn_it_is_shown_no_more_and_nothing_is_deleted(
        self, nurse: Client, alice: Patient, day: Day
    ) -> None:
        note = write_note(patient_id=alice.pk, text="Feil", by=day.by, now=BEFORE)

        for _ in range(2):
            nurse.post(page_of(alice, "note_withdraw", note.pk))

        said = text(nurse.get(page_of(alice)))
        assert "Feil" not in said
        note.refresh_from_db()
        assert note.withdrawn_by == day.nurse
        assert AuditEntry.objects.filter(action="note.withdrawn").count() == 1

    def test_another_clinics_notes_are_its_own(self, nurse: Client, alice: Patient) -> None:
        elsewhere = factories.make_clinic(slug="elsewhere", name="Smittevernet")
        by = factories.actor_of(factories.make_staff(clinic=elsewhere), elsewhere)
        note = write_note(patient_id=alice.pk, text="Hemmelig", by=by, now=BEFORE)

        assert "Hemmelig" not in text(nurse.get(page_of(alice)))
        assert nurse.post(page_of(alice, "note_withdraw", note.pk)).status_code == 404
