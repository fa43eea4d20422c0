"""The note of a visit as a message: once for a dose, and never what it is about."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from appointments.models import Appointment
from audit.models import AuditEntry
from care.services.vaccination import Vaccinated
from care.services.visit_note import NoChannelError, NothingGivenError, send_note
from care.services.voiding import void_dose
from clinics.domain.roles import Role
from notifications.models import Message
from notifications.services.registry import kind_named
from notifications.services.rendering import render_sms
from patients.models import Patient
from tests.care.conftest import NOW
from tests.care.services.test_vaccination_races import at_once
from tests.factories import (
    OPENING,
    Day,
    actor_of,
    at,
    make_booking,
    make_day,
    make_dose,
    make_patient,
    make_session,
    make_staff,
    make_vial,
)
from vaccinations.models import Dose

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


def dose_of(day: Day, **person: object) -> Dose:
    patient = make_patient(**{"contact_by": "sms", **person})
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))
    return make_dose(patient=patient, vial=vial, by=day.nurse, now=NOW)


def send(day: Day, dose: Dose) -> None:
    send_note(dose_id=dose.pk, by=day.by, now=LATER)


def words(message: Message) -> str:
    kind = kind_named("visit_note")
    assert kind.still_due([message], LATER) == {}
    return render_sms(
        kind="visit_note",
        to="+4740000001",
        language=kind.recipient([message])[message.pk].language,
        context=kind.context([message], LATER)[message.pk],
    ).text


def next_time(day: Day, patient: Patient) -> Appointment:
    session = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=28))
    return make_booking(session=session, patient=patient, dose_number=2, clock="17.40")


def test_it_is_queued_once_and_audited_once_however_often_it_is_pressed(day: Day) -> None:
    dose = dose_of(day)

    for _ in range(2):
        send(day, dose)

    message = Message.objects.get(kind="visit_note")
    assert (message.subject_id, message.channel, message.due_at) == (dose.pk, "sms", LATER)
    assert message.clinic_id == day.clinic.pk
    entry = AuditEntry.objects.get(action="visit_note.sent")
    assert (entry.patient_id, entry.object_id) == (dose.patient_id, str(dose.pk))


def test_it_goes_on_every_channel_that_the_person_wants(day: Day) -> None:
    dose = dose_of(day, contact_by="both", email="alice@example.org")

    send(day, dose)

    sent = Message.objects.filter(kind="visit_note").order_by("channel")
    assert [one.channel for one in sent] == ["email", "sms"]


def test_who_wants_no_messages_is_sent_none(day: Day) -> None:
    dose = dose_of(day, contact_by="none")

    with pytest.raises(NoChannelError):
        send(day, dose)

    assert not Message.objects.filter(kind="visit_note").exists()
    assert not AuditEntry.objects.filter(action="visit_note.sent").exists()


def test_it_thanks_and_says_when_next_and_whom_to_call(day: Day) -> None:
    dose = dose_of(day)
    next_time(day, dose.patient)
    send(day, dose)

    said = words(Message.objects.get(kind="visit_note"))

    assert f"Takk for at du kom til {day.clinic.discreet_name}. Neste time: " in said
    assert "kl. 17.40." in said
    assert f"Ring {day.clinic.phone}." in said
    assert "Haster det, ring 116 117. Står det om liv, ring 113." in said
    assert "http" in said


def test_without_a_next_time_it_says_nothing_of_one(day: Day) -> None:
    dose = dose_of(day)
    send(day, dose)

    said = words(Message.objects.get(kind="visit_note"))

    assert "Neste time" not in said
    assert "http" in said


def test_a_protected_person_is_not_told_where(day: Day) -> None:
    dose = dose_of(day)
    Patient.objects.filter(pk=dose.patient_id).update(protected_address=True)
    send(day, dose)

    said = words(Message.objects.get(kind="visit_note"))

    assert day.clinic.discreet_name not in said
    assert day.clinic.phone not in said


def test_the_next_time_is_found_on_the_row_that_is_kept(day: Day) -> None:
    dose = dose_of(day)
    kept = make_patient(contact_by="sms")
    Patient.objects.filter(pk=dose.patient_id).update(merged_into=kept)
    next_time(day, kept)
    send(day, dose)

    assert "Neste time: " in words(Message.objects.get(kind="visit_note"))


def test_it_is_not_sent_once_the_record_is_voided(day: Day) -> None:
    dose = dose_of(day)
    send(day, dose)
    lead = actor_of(make_staff(Role.LEAD, clinic=day.clinic), day.clinic, Role.LEAD)
    void_dose(dose_id=dose.pk, reason="Feil person", by=lead, now=LATER)

    message = Message.objects.get(kind="visit_note")
    assert kind_named("visit_note").still_due([message], LATER) == {message.pk: "voided"}
    with pytest.raises(NothingGivenError):
        send(day, dose)


def test_many_notes_are_written_with_the_same_number_of_queries(
    day: Day, django_assert_num_queries: Callable[..., object]
) -> None:
    for _ in range(3):
        send(day, dose_of(day))

    sent = list(Message.objects.filter(kind="visit_note"))
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        said = kind_named("visit_note").context(sent, LATER)
    assert len(said) == 3


@pytest.mark.django_db(transaction=True)
def test_given_two_nurses_when_both_press_then_one_message_is_sent_and_audited() -> None:
    day = make_day()
    dose = dose_of(day)

    def press() -> Vaccinated:
        send(day, dose)
        return None  # type: ignore[return-value]

    assert at_once(press, press) == [None, None]
    assert Message.objects.filter(kind="visit_note").count() == 1
    assert AuditEntry.objects.filter(action="visit_note.sent").count() == 1
