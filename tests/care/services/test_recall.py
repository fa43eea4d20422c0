"""Recalling a lot: the preview, and the one act that does it all, once."""

from datetime import timedelta

import pytest

from audit.models import AuditEntry
from care.services.recall import preview, recall, unnoted
from clinics.domain.roles import Role
from notifications.models import Message
from tests.care.conftest import NOW
from tests.factories import (
    Day,
    actor_of,
    make_booking,
    make_clinic,
    make_dose,
    make_lot,
    make_patient,
    make_session,
    make_staff,
    make_vial,
)
from vaccinations.models import Lot, LotEntry, Recall, RecallContact, Vial
from vaccinations.services.recalls import note_told
from vaccinations.services.stock import LotUnknownError, ReasonMissingError


@pytest.fixture
def lead(day: Day):
    return actor_of(make_staff(Role.LEAD, clinic=day.clinic), day.clinic, Role.LEAD)


@pytest.fixture
def given(day: Day):
    """Two doses of the lot from an open vial, to one who gets an SMS and one who gets nothing."""
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=NOW)
    alice, bob = make_patient(contact_by="sms"), make_patient(contact_by="none")
    return [make_dose(vial=vial, patient=one, by=day.nurse, now=NOW) for one in (alice, bob)]


def do(day: Day, lead, **more):
    asked = {"lot_id": day.lot.pk, "clinic_id": day.clinic.pk, "reason": "Fra produsenten"}
    return recall(**{**asked, "by": lead, "now": NOW, **more})


def test_the_preview_counts_and_changes_nothing(day: Day, given) -> None:
    in_five_weeks = make_session(clinic=day.clinic, starts_at=NOW + timedelta(days=35))
    make_booking(session=in_five_weeks, patient=given[0].patient, dose_number=2)
    next_week = make_session(clinic=day.clinic, starts_at=NOW + timedelta(days=7))
    make_booking(session=next_week)
    make_lot(clinic=make_clinic(slug="nabo", name="Nabo"), number=day.lot.number)

    shown = preview(lot_id=day.lot.pk, clinic_id=day.clinic.pk, now=NOW)

    assert {one.pk for one in shown.people} == {dose.patient_id for dose in given}
    assert (shown.doses, shown.stock.on_hand) == (2, 19)
    assert [vial.letter for vial in shown.open_vials] == ["A"]
    assert [one.patient_id for one in shown.next_doses] == [given[0].patient_id]
    assert (shown.messages["sms"], shown.unreachable) == (1, 1)
    assert [lot.clinic.name for lot in shown.elsewhere] == ["Nabo"]
    assert [one.promise.day for one in shown.short] == [next_week.date]
    assert not Recall.objects.exists()
    assert Lot.objects.get(pk=day.lot.pk).state == Lot.State.USABLE


def test_times_at_other_clinics_are_counted_and_not_shown(day: Day, given) -> None:
    later = make_session(
        clinic=make_clinic(slug="nabo", name="Nabo"), starts_at=NOW + timedelta(days=35)
    )
    make_booking(session=later, patient=given[0].patient, dose_number=2)

    shown = preview(lot_id=day.lot.pk, clinic_id=day.clinic.pk, now=NOW)

    assert (shown.next_doses, shown.next_elsewhere) == ((), 1)


def test_a_recall_stops_the_lot_closes_its_vials_and_asks_people_to_call(
    day: Day, given, lead
) -> None:
    do(day, lead)

    assert Lot.objects.get(pk=day.lot.pk).state == Lot.State.RECALLED
    vial = Vial.objects.get()
    assert (vial.closed_at, vial.discarded, vial.discard_reason) == (NOW, 3, "lot_stopped")
    assert LotEntry.objects.get(kind=LotEntry.Kind.RECALLED).note == "Fra produsenten"
    assert RecallContact.objects.count() == 2
    reached = RecallContact.objects.get(patient=given[0].patient)
    message = Message.objects.get(kind="recall")
    assert (message.subject_id, message.channel) == (reached.pk, "sms")
    assert AuditEntry.objects.filter(action="lot.recalled").count() == 1


def test_a_lot_in_quarantine_can_be_recalled(day: Day, lead) -> None:
    Lot.objects.filter(pk=day.lot.pk).update(state=Lot.State.QUARANTINED)

    do(day, lead)

    assert Lot.objects.get(pk=day.lot.pk).state == Lot.State.RECALLED


def everything():
    models = (Lot, LotEntry, Vial, Recall, RecallContact, Message, AuditEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_recalled_twice_nothing_changes_twice(day: Day, given, lead) -> None:
    do(day, lead)
    before = everything()

    do(day, lead, now=NOW + timedelta(minutes=1), reason="En gang til")

    assert everything() == before


def test_a_dose_recorded_afterwards_is_found_and_its_person_added_once(
    day: Day, given, lead
) -> None:
    late = given[1]
    late.voided_at, late.voided_by = NOW, day.nurse
    late.save()
    done = do(day, lead)
    assert (done.contacts.count(), unnoted(done)) == (1, 0)
    late.voided_at = late.voided_by = None
    late.save()
    assert unnoted(done) == 1

    do(day, lead)

    assert (done.contacts.count(), unnoted(done)) == (2, 0)


def test_who_has_been_talked_with_is_asked_for_no_call(day: Day, given, lead) -> None:
    done = do(day, lead)
    contact = done.contacts.get(patient=given[0].patient)

    assert note_told(contact_id=contact.pk, told=True, by=lead, now=NOW)
    assert not note_told(contact_id=contact.pk, told=True, by=lead, now=NOW), "a second click"
    Message.objects.all().delete()
    do(day, lead)

    assert not Message.objects.exists()
    assert note_told(contact_id=contact.pk, told=False, by=lead, now=NOW)
    contact.refresh_from_db()
    assert (contact.told_at, contact.told_by) == (None, None)


def test_a_recall_needs_a_reason_and_a_lot_of_the_clinic(day: Day, lead) -> None:
    with pytest.raises(ReasonMissingError):
        do(day, lead, reason=" ")
    other = make_clinic(slug="nabo", name="Nabo")
    with pytest.raises(LotUnknownError):
        do(day, lead, clinic_id=other.pk)
    assert not Recall.objects.exists()
