"""What may be deleted is deleted, what must stay is said before, and nothing is left half."""

import json
from datetime import timedelta
from threading import Event

import pytest

from appointments.models import Appointment
from appointments.services import booking
from appointments.services.booking import book
from audit.domain import Actor
from audit.models import AuditEntry
from care.portal.export import as_json
from care.portal.record import in_words as in_own_words
from care.services import erasure
from care.services.erasure import AtTheClinicError, Plan, erase, preview
from care.services.own_data import TABLES, own_data
from care.services.withdrawal import is_at_the_clinic, what_is_coming, withdraw
from eligibility.models import Decision, GroupInterest
from eligibility.services.retention import BY_STAFF
from notifications.models import Message
from patients.models import LinkToken, MessageStop, Patient, PatientNote
from patients.services import stops
from patients.services.merging import set_merged
from patients.services.notes import write_note
from tests import factories
from tests.appointments.services.test_session_races import together
from tests.factories import BEFORE, OPENING
from tests.integrity.world import NOW, make_world
from tests.invariants import assert_integrity
from vaccinations.models import Dose


def counts(patient_id):
    data = own_data(patient_id)
    return {model: len(rows) for model, rows in data.found.items() if rows}


def erased(patient_id, now=NOW) -> Plan:
    return erase(patient_id=patient_id, by=Actor.patient(patient_id), now=now)


@pytest.mark.django_db
def test_everybody_of_a_whole_world_can_be_erased_as_the_preview_said_and_all_stays_sound():
    make_world()
    wholly = in_part = refused = 0
    people = Patient.objects.filter(merged_into=None).order_by("created_at", "pk")
    for number, patient_id in enumerate(people.values_list("pk", flat=True)):
        if is_at_the_clinic(patient_id, now=NOW):
            with pytest.raises(AtTheClinicError):
                erased(patient_id)
            refused += 1
            continue
        if number % 2:
            continue  # half of them tell as much
        said = preview(patient_id)
        plan = erased(patient_id)
        assert plan.whole == said.whole
        for table in TABLES:
            assert set(plan.kept[table.model]) == set(said.kept[table.model])
            assert set(plan.removed[table.model]) >= set(said.removed[table.model])
            left = table.model._base_manager.filter(pk__in=plan.removed[table.model])
            assert not left.exists(), table.name
        if plan.whole:
            wholly += 1
            assert not Patient.objects.filter(pk=patient_id).exists()
            assert not any(plan.kept.values())
        else:
            in_part += 1
            person = Patient.objects.get(pk=patient_id)
            assert (person.phone, person.email, person.contact_by) == ("", "", "none")
            assert (person.interpreter, person.call_name, person.any_hour) == ("", "", False)
            assert person.given_name
            for decision in Decision.objects.filter(patient=person):
                assert (decision.priority_group, decision.setting) == ("", "")
                assert decision.source in BY_STAFF or decision.flags == []
            assert not counts(patient_id).get(Message)
        last = AuditEntry.objects.filter(patient_id=patient_id).order_by("pk").last()
        assert last.action == "patient.erased"
    assert wholly > 5
    assert in_part > 3
    assert refused > 0
    assert_integrity(now=NOW)


@pytest.mark.django_db
def test_what_was_weighed_at_a_visit_is_why_a_dose_was_given_and_stays_with_it():
    patient = factories.make_dose().patient
    asked = factories.make_decision(patient=patient, atopic_eczema=True)
    Decision.objects.filter(pk=asked.pk).update(source=Decision.Source.RESCREEN)
    assert not erased(patient.pk).whole
    asked.refresh_from_db()
    assert (asked.priority_group, asked.setting, asked.flags) == ("", "", ["atopic_eczema"])


@pytest.mark.django_db
def test_withdrawing_ends_what_is_coming_and_leaves_what_was():
    session = factories.make_session()
    booked = factories.make_booking(session=session)
    entry = factories.make_wait(decision=booked.decision)
    by = Actor.patient(booked.patient_id)
    withdraw(patient_id=booked.patient_id, by=by, now=BEFORE)
    withdraw(patient_id=booked.patient_id, by=by, now=BEFORE)
    booked.refresh_from_db()
    entry.refresh_from_db()
    assert (booked.status, entry.end) == ("cancelled", "left")
    assert MessageStop.objects.filter(patient=booked.patient_id, ended_at=None).count() == 2
    assert Message.objects.filter(kind="cancelled", subject_id=booked.pk).count() == 1
    assert AuditEntry.objects.filter(action="patient.withdrew").count() == 1
    assert Patient.objects.get(pk=booked.patient_id).phone
    assert_integrity(now=BEFORE)


@pytest.mark.django_db
def test_whom_nobody_noted_as_gone_is_not_kept_for_ever():
    dose = factories.make_dose()
    booked = factories.make_booking()
    until = OPENING + timedelta(minutes=15)
    Appointment.objects.filter(pk=booked.pk).update(
        patient=dose.patient,
        status="vaccinated",
        dose=dose,
        arrived_at=OPENING,
        observe_until=until,
    )
    assert is_at_the_clinic(dose.patient_id, now=until)
    assert is_at_the_clinic(dose.patient_id, now=until + timedelta(hours=2))
    assert not is_at_the_clinic(dose.patient_id, now=until + timedelta(days=1))


@pytest.mark.django_db
def test_who_was_never_seen_is_gone_with_links_and_duplicates_and_the_seat_is_free():
    booked = factories.make_booking()
    other = factories.make_patient()
    patient = booked.patient
    lead = factories.actor_of(factories.make_staff())
    write_note(patient_id=other.pk, text="Ringer igjen", by=lead, now=BEFORE)
    set_merged(kept=patient, dropped=other, reason="told", by=lead, now=BEFORE)
    plan = erased(other.pk, now=BEFORE)
    assert plan.whole
    for model in (Patient, Appointment, Message, LinkToken, PatientNote, Decision):
        assert not model.objects.exists(), model
    factories.make_booking(session=booked.slot.session)
    assert_integrity(now=BEFORE)


@pytest.mark.django_db
def test_a_dose_that_was_voided_keeps_the_journal_too():
    dose = factories.make_dose()
    Dose.objects.filter(pk=dose.pk).update(voided_at=NOW, voided_by=dose.vaccinator)
    assert not erased(dose.patient_id).whole
    assert Dose.objects.filter(pk=dose.pk).exists()


class TestABookingThatCommitsMeanwhile:
    """The person had a dose, so their row stays: without the locks a booked time would, too."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def race(self, monkeypatch):
        """Let a booking be made, and not be committed yet, when the erasure begins."""
        dose = factories.make_dose()
        session = factories.make_session(starts_at=OPENING + timedelta(days=35), opened=True)
        decision = factories.make_decision(patient=dose.patient, now=BEFORE)
        # One that stays: else the database itself would refuse to delete it.
        Decision.objects.filter(pk=decision.pk).update(source=Decision.Source.RESCREEN)
        booked, done = Event(), Event()
        real_record = booking.record

        def record_and_linger(**fields):
            real_record(**fields)
            if fields["action"] == "appointment.booked":
                booked.set()
                done.wait(timeout=2)

        monkeypatch.setattr(booking, "record", record_and_linger)

        def erase_meanwhile():
            assert booked.wait(timeout=30)
            return erased(dose.patient_id, now=OPENING)

        def run():
            return together(
                lambda: book(
                    patient_id=dose.patient_id,
                    decision_id=decision.pk,
                    slot_id=factories.slot_at(session, "16.10").pk,
                    route="intradermal",
                    dose_number=2,
                    not_before=None,
                    by=Actor.patient(dose.patient_id),
                    now=OPENING,
                ),
                erase_meanwhile,
            )

        return dose.patient_id, run

    def test_is_waited_for_and_called_off(self, race):
        patient_id, run = race
        booked, plan = run()
        assert isinstance(plan, Plan), plan
        assert not Appointment.objects.filter(patient=patient_id).exists()
        called_off = AuditEntry.objects.filter(action="appointment.cancelled")
        assert [one.object_id for one in called_off] == [str(booked.pk)]
        assert_integrity(now=OPENING)

    def test_without_the_locks_a_time_is_left_for_somebody_who_is_erased(self, race, monkeypatch):
        patient_id, run = race
        monkeypatch.setattr(erasure, "_lock_person", lambda _patient_id: None)
        monkeypatch.setattr(stops, "lock_person", lambda patient_id: [patient_id])
        run()
        assert Appointment.objects.filter(patient=patient_id, status="booked").exists()
        assert Patient.objects.get(pk=patient_id).phone == ""


@pytest.mark.django_db
@pytest.mark.parametrize("act", [withdraw, erase])
def test_a_wish_made_with_ones_own_number_or_address_ends_and_nobody_elses(act):
    patient = factories.make_patient(email="Alice@example.org", contact_by="both")
    duplicate = factories.make_patient()
    lead = factories.actor_of(factories.make_staff())
    set_merged(kept=patient, dropped=duplicate, reason="told", by=lead, now=BEFORE)
    elsewhere = factories.make_clinic(slug="majorstua", name="Majorstua")
    by_phone = factories.make_interest(phone=patient.phone)
    by_mail = factories.make_interest(clinic=elsewhere, email="alice@EXAMPLE.org")
    by_duplicate = factories.make_interest(clinic=elsewhere, phone=duplicate.phone)
    other = factories.make_interest()
    mine = {by_phone.pk, by_mail.pk, by_duplicate.pk}
    data = own_data(patient.pk)
    assert {one.pk for one in data.of(GroupInterest)} == mine
    document = json.dumps(as_json(data, [], now=BEFORE))
    assert patient.phone in document
    assert '"priority_group"' not in document
    assert other.contact["address"] not in document
    [section] = [one for one in in_own_words(data, now=BEFORE).sections if one.name == "venteliste"]
    assert [line.what for line in section.lines] == ["Beskjed om ledige timer"] * 3
    assert {one.pk for one in what_is_coming(patient.pk).wishes} == mine
    act(patient_id=patient.pk, by=Actor.patient(patient.pk), now=BEFORE)
    ended = GroupInterest.objects.filter(end="left", contact_hash="")
    assert {one.pk for one in ended if one.contact is None} == mine
    other.refresh_from_db()
    assert (other.end, other.contact["channel"]) == ("", "sms")
    assert_integrity(now=BEFORE)
