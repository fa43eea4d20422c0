"""Merged rows and notes, broken by hand."""

from datetime import timedelta

from patients.models import Patient, PatientMerge, PatientNote
from patients.selectors import id_number_hash
from tests.factories import make_booking, make_case, make_dose, make_patient, make_vial, make_wait
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import NOW, World
from tests.patients.people import SYNTHETIC_D_NUMBER


def dropped() -> Patient:
    row = Patient.objects.exclude(merged_into=None).order_by("pk").first()
    assert row
    return row


@corrupts("merge.one_step")
def a_chain(world: World) -> str:
    first, second = Patient.objects.exclude(merged_into=None).order_by("pk")[:2]
    change(second, has_duplicates=True)
    return change(first, merged_into=second)


@corrupts("merge.one_step")
def knows_of_no_duplicate(world: World) -> str:
    return change(Patient.objects.get(has_duplicates=True), has_duplicates=False)


@corrupts("merge.one_step")
def knows_of_a_duplicate_that_is_none(world: World) -> str:
    return change(make_patient(), has_duplicates=True)


@corrupts("merge.signed")
def merged_by_nobody(world: World) -> str:
    row = dropped()
    PatientMerge.objects.filter(dropped=row).delete()
    return str(row.pk)


@corrupts("merge.signed")
def parted_and_not_on_record(world: World) -> str:
    row = dropped()
    change(row, merged_into=None)
    return str(PatientMerge.objects.get(dropped=row).pk)


@corrupts("merge.signed", past="merge_undone_is_signed")
def undone_by_nobody(world: World) -> str:
    return change(PatientMerge.objects.exclude(undone_at=None).get(), undone_by=None)


@corrupts("merge.numbers")
def two_people_merged(world: World) -> str:
    number = {"id_kind": "d_number", "id_number": SYNTHETIC_D_NUMBER}
    number |= {"id_number_hash": id_number_hash(SYNTHETIC_D_NUMBER)}
    return change(dropped(), id_seen_at=NOW, **number)


@corrupts("dose.number_once")
def one_dose_on_two_rows(world: World) -> set[str]:
    vial = make_vial(clinic=world.day.clinic, lot=world.day.lot, by=world.day.nurse, now=NOW)
    kept, other = make_patient(), make_patient()
    doses = {str(make_dose(patient=one, vial=vial, now=NOW).pk) for one in (kept, other)}
    change(other, merged_into=kept)
    return doses


@corrupts("appointment.one_active")
def two_times_on_two_rows(world: World) -> set[str]:
    kept, other = make_patient(), make_patient()
    times = {
        str(make_booking(session=world.day.session, patient=one, clock=clock).pk)
        for one, clock in ((kept, "18.40"), (other, "18.50"))
    }
    change(other, merged_into=kept)
    return times


@corrupts("waiting.once")
def waits_on_two_rows(world: World) -> set[str]:
    kept, other = make_patient(), make_patient()
    waits = {str(make_wait(clinic=world.day.clinic, patient=one).pk) for one in (kept, other)}
    change(other, merged_into=kept)
    return waits


@corrupts("case.one_waiting")
def a_case_on_each_row(world: World) -> set[str]:
    kept, other = make_patient(), make_patient()
    cases = {str(make_case(clinic=world.day.clinic, patient=one).pk) for one in (kept, other)}
    change(other, merged_into=kept)
    return cases


@corrupts("note.withdrawn", past="note_withdrawal_is_signed")
def withdrawn_by_nobody(world: World) -> str:
    return change(PatientNote.objects.get(withdrawn_at=None), withdrawn_at=NOW)


@corrupts("note.withdrawn")
def withdrawn_before_it_was_written(world: World) -> str:
    note = PatientNote.objects.exclude(withdrawn_at=None).get()
    return change(note, withdrawn_at=NOW - timedelta(days=1))


@corrupts("note.clinic")
def of_no_clinic(world: World) -> str:
    return change(PatientNote.objects.get(withdrawn_at=None), clinic_id=999_999)
