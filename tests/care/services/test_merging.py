"""Two rows that are one person: merged, read as one, and taken apart again."""

import pytest

from appointments.services.booking import AlreadyBookedError, book, cancel
from audit.models import AuditEntry
from care.services.known_people import coming_appointments, find_people, is_known_at
from care.services.merge_rules import Obstacle
from care.services.merging import (
    MergeRefusedError,
    UndoRefusedError,
    duplicates_of,
    merge,
    undo_merge,
)
from clinics.domain.roles import Role
from eligibility.services.cases import CaseWaitingError, waiting_case_of
from notifications.models import Message
from patients.models import Patient, PatientMerge
from patients.selectors import protected, recipients, same_person_ids
from patients.services.contacting import set_contact
from patients.services.needs import set_needs
from patients.services.registration import confirm_identity
from tests import factories
from tests.factories import BEFORE, OPENING, at
from tests.invariants import assert_integrity
from tests.patients.people import SYNTHETIC, SYNTHETIC_D_NUMBER
from vaccinations.models import Dose
from vaccinations.selectors import doses_of
from vaccinations.services.doses import DoseAlreadyGivenError

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(db):
    return factories.make_day()


@pytest.fixture
def lead(day):
    staff = factories.make_staff(Role.LEAD, email="leder@example.org", clinic=day.clinic)
    return factories.actor_of(staff, day.clinic, Role.LEAD)


def of_day(day, **told):
    """Make somebody the clinic knows by a cancelled time, so that nothing stands in the way."""
    booked = factories.make_booking(
        session=day.session, patient=factories.make_patient(**told), clock="18.00"
    )
    cancel(appointment_id=booked.pk, by=day.by, now=BEFORE)
    return booked.patient


@pytest.fixture
def two(day):
    return of_day(day, given_name="Kari"), of_day(day, given_name="Kari")


def day_vial(day):
    """Open a vial of the day's clinic."""
    return factories.make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse)


def merged(kept, dropped, day, now=OPENING):
    return merge(keep_id=kept.pk, drop_id=dropped.pk, reason="told", by=day.by, now=now)


def why_not(kept, dropped, day):
    with pytest.raises(MergeRefusedError) as refused:
        merged(kept, dropped, day)
    return [one.obstacle for one in refused.value.hindrances]


def test_a_merged_row_keeps_what_points_at_it_and_both_are_in_the_log(two, day):
    kept, dropped = two
    merged(kept, dropped, day)
    dropped.refresh_from_db()
    assert (dropped.merged_into, dropped.person_id) == (kept, kept.pk)
    assert (
        set(same_person_ids(dropped.pk)) == set(same_person_ids(kept.pk)) == {kept.pk, dropped.pk}
    )
    logged = AuditEntry.objects.filter(action="patient.merged").values_list(
        "patient_id", "object_id"
    )
    assert set(logged) == {(kept.pk, str(dropped.pk)), (dropped.pk, str(kept.pk))}
    assert dropped.appointments.count() == kept.appointments.count() == 1
    assert_integrity(now=OPENING)


def test_merging_twice_changes_nothing_twice(two, day):
    first = merged(*two, day)
    assert merged(*two, day) == first
    assert PatientMerge.objects.count() == 1


def test_a_dose_of_the_dropped_row_is_the_persons(two, day):
    kept, dropped = two
    dose = factories.make_dose(patient=dropped, vial=day_vial(day))
    merged(kept, dropped, day)
    found = doses_of([kept.pk, dropped.pk])
    assert found == {kept.pk: [dose], dropped.pk: [dose]}


def test_the_person_is_written_to_where_the_kept_row_says(two, day):
    kept, dropped = two
    merged(kept, dropped, day)
    told = recipients([kept.pk, dropped.pk])
    assert told[dropped.pk] == told[kept.pk]
    assert told[kept.pk].phone == kept.phone


def test_a_message_to_the_dropped_row_goes_the_ways_of_the_kept_one(day):
    kept = of_day(day, contact_by="email", email="kari@example.org")
    dropped = of_day(day)
    merged(kept, dropped, day)
    booked = factories.make_booking(session=day.session, patient=dropped, clock="18.10")
    told = Message.objects.filter(kind="booked", subject_id=booked.pk)
    assert set(told.values_list("channel", flat=True)) == {"email"}


def test_a_new_contact_told_by_the_dropped_rows_link_is_the_persons(two, day):
    kept, dropped = two
    merged(kept, dropped, day)
    set_contact(patient_id=dropped.pk, contact=None, language="en", by=day.by, now=OPENING)
    kept.refresh_from_db()
    assert (kept.contact_by, kept.language) == ("none", "en")
    assert recipients([dropped.pk])[dropped.pk].language == "en"


def test_a_protected_address_told_on_either_row_protects_the_person(two, day):
    kept, dropped = two
    set_needs(
        patient_id=dropped.pk, protected_address=True, interpreter="polsk", by=day.by, now=BEFORE
    )
    merged(kept, dropped, day)
    kept.refresh_from_db()
    assert kept.protected_address
    assert kept.interpreter == "polsk"
    assert protected([kept.pk, dropped.pk]) == {kept.pk, dropped.pk}


def test_the_persons_time_is_found_from_both_rows_and_no_second_one_is_booked(two, day):
    kept, dropped = two
    booked = factories.make_booking(session=day.session, patient=dropped, clock="18.10")
    merged(kept, dropped, day)
    assert coming_appointments(kept.pk, now=OPENING) == [booked]
    decision = factories.make_decision(patient=kept)
    with pytest.raises(AlreadyBookedError):
        book(
            patient_id=kept.pk,
            decision_id=decision.pk,
            slot_id=factories.slot_at(day.session, "18.20").pk,
            route="intradermal",
            dose_number=1,
            not_before=None,
            by=day.by,
            now=OPENING,
        )


def test_no_dose_is_given_twice_on_two_rows(two, day):
    kept, dropped = two
    factories.make_dose(patient=dropped, vial=day_vial(day))
    merged(kept, dropped, day)
    with pytest.raises(DoseAlreadyGivenError):
        factories.make_dose(patient=kept, vial=day_vial(day))
    assert Dose.objects.count() == 1


def test_who_waits_on_one_row_and_joins_by_the_other_keeps_the_place(two, day):
    kept, dropped = two
    entry = factories.make_wait(
        clinic=day.clinic, decision=factories.make_decision(patient=dropped)
    )
    merged(kept, dropped, day)
    again = factories.make_wait(clinic=day.clinic, decision=factories.make_decision(patient=kept))
    assert again == entry


def test_a_person_has_one_waiting_case_on_whichever_row(two, day):
    kept, dropped = two
    case = factories.make_case(clinic=day.clinic, patient=dropped)
    merged(kept, dropped, day)
    assert waiting_case_of(kept.pk) == case
    with pytest.raises(CaseWaitingError):
        factories.make_case(clinic=day.clinic, patient=kept)


def test_search_leads_to_the_kept_row(two, day):
    kept, dropped = two
    merged(kept, dropped, day)
    found = find_people(day.clinic.pk, born=kept.birth_date, name="Kari", contact=None)
    assert found == [kept]


def test_a_clinic_that_knows_one_row_knows_the_person(two, day):
    kept, dropped = two
    elsewhere = factories.make_clinic(slug="elsewhere", name="Et annet sted")
    factories.make_case(clinic=elsewhere, patient=dropped)
    merged(kept, dropped, day)
    assert is_known_at(elsewhere.pk, kept.pk)


def test_a_number_seen_at_a_visit_booked_on_the_dropped_row_is_kept_on_the_kept_one(two, day):
    kept, dropped = two
    merged(kept, dropped, day)
    confirm_identity(
        patient_id=dropped.pk, id_kind="national", id_number=SYNTHETIC, by=day.by, now=OPENING
    )
    kept.refresh_from_db()
    assert kept.id_number == SYNTHETIC
    assert_integrity(now=OPENING)


class TestRefusals:
    def test_one_row_is_not_merged_into_itself(self, two, day):
        assert why_not(two[0], two[0], day) == [Obstacle.SAME_ROW]

    def test_people_of_other_clinics_are_not_merged(self, two, day):
        assert why_not(two[0], factories.make_patient(), day) == [Obstacle.ELSEWHERE]

    def test_there_are_no_chains_and_circles(self, two, day):
        kept, dropped = two
        third = of_day(day)
        merged(kept, dropped, day)
        assert why_not(dropped, kept, day) == [Obstacle.ALREADY_MERGED]
        assert why_not(third, kept, day) == [Obstacle.HAS_DUPLICATES]
        merged(kept, third, day)
        assert_integrity(now=OPENING)

    def test_two_whose_seen_numbers_differ_are_two_people(self, two, day):
        for one, (kind, number) in zip(
            two, (("national", SYNTHETIC), ("d_number", SYNTHETIC_D_NUMBER)), strict=True
        ):
            confirm_identity(
                patient_id=one.pk, id_kind=kind, id_number=number, by=day.by, now=OPENING
            )
        assert Obstacle.OTHER_NUMBERS in why_not(*two, day)

    def test_numbers_of_one_kind_that_were_only_told_may_not_differ_either(self, two, day):
        for one, hashed in zip(two, ("a" * 64, "b" * 64), strict=True):
            Patient.objects.filter(pk=one.pk).update(id_kind="national", id_number_hash=hashed)
        assert why_not(*two, day) == [Obstacle.OTHER_NUMBERS]

    def test_a_number_of_another_kind_that_was_only_told_may(self, two, day):
        for one, kind, hashed in zip(two, ("national", "duf"), ("a" * 64, "b" * 64), strict=True):
            Patient.objects.filter(pk=one.pk).update(id_kind=kind, id_number_hash=hashed)
        merged(*two, day)

    def test_two_whose_birth_dates_differ_are_two_people(self, two, day):
        born = two[1].birth_date.replace(year=1990)
        Patient.objects.filter(pk=two[1].pk).update(birth_date=born)
        assert why_not(*two, day) == [Obstacle.OTHER_BIRTH_DATES]

    def test_of_two_who_both_have_duplicates_it_is_said_that_neither_can_go(self, two, day):
        for kept in two:
            merged(kept, of_day(day), day)
        assert why_not(*two, day) == [Obstacle.BOTH_HAVE_DUPLICATES]

    def test_the_row_whose_id_was_seen_is_the_one_kept(self, two, day):
        kept, dropped = two
        confirm_identity(
            patient_id=dropped.pk, id_kind="national", id_number=SYNTHETIC, by=day.by, now=OPENING
        )
        assert why_not(kept, dropped, day) == [Obstacle.KEEP_THE_SEEN]
        merged(dropped, kept, day)

    def test_two_times_for_one_dose_are_told_of(self, two, day):
        times = [
            factories.make_booking(session=day.session, patient=one, clock=clock)
            for one, clock in zip(two, ("18.10", "18.20"), strict=True)
        ]
        with pytest.raises(MergeRefusedError) as refused:
            merged(*two, day)
        [one] = refused.value.hindrances
        assert (one.obstacle, one.dose_number) == (Obstacle.SAME_DOSE_BOOKED, 1)
        assert list(one.appointments) == times
        cancel(appointment_id=times[0].pk, by=day.by, now=OPENING)
        merged(*two, day)

    def test_one_dose_given_on_both_rows_is_not_hidden(self, two, day):
        for one in two:
            factories.make_dose(patient=one, vial=day_vial(day))
        assert why_not(*two, day) == [Obstacle.SAME_DOSE_GIVEN]

    def test_who_has_had_a_dose_on_one_row_and_a_time_for_it_on_the_other(self, two, day):
        kept, dropped = two
        factories.make_dose(patient=kept, vial=day_vial(day))
        factories.make_booking(session=day.session, patient=dropped, clock="18.20")
        assert why_not(kept, dropped, day) == [Obstacle.DOSE_GIVEN_AND_BOOKED]

    def test_who_waits_twice_or_for_what_was_given(self, two, day):
        for one in two:
            factories.make_wait(clinic=day.clinic, decision=factories.make_decision(patient=one))
        assert why_not(*two, day) == [Obstacle.WAITS_TWICE]

    def test_two_cases_are_answered_first(self, two, day):
        for one in two:
            factories.make_case(clinic=day.clinic, patient=one)
        assert why_not(*two, day) == [Obstacle.TWO_CASES]


class TestUndoing:
    def test_a_lead_takes_it_back(self, two, day, lead):
        kept, dropped = two
        merged(kept, dropped, day)
        undo_merge(drop_id=dropped.pk, reason="two_people", by=lead, now=at("16.30"))
        undo_merge(drop_id=dropped.pk, reason="two_people", by=lead, now=at("16.31"))
        dropped.refresh_from_db()
        assert (dropped.merged_into, dropped.person_id) == (None, dropped.pk)
        assert same_person_ids(kept.pk) == [kept.pk]
        assert AuditEntry.objects.filter(action="patient.merge_undone").count() == 2
        merged(kept, dropped, day, now=at("16.40"))
        assert_integrity(now=at("16.40"))

    def test_not_once_a_dose_was_given(self, two, day, lead):
        kept, dropped = two
        merged(kept, dropped, day)
        factories.make_dose(patient=kept, vial=day_vial(day), now=at("16.20"))
        with pytest.raises(UndoRefusedError):
            undo_merge(drop_id=dropped.pk, reason="two_people", by=lead, now=at("16.30"))

    def test_not_while_a_time_stands_on_what_the_other_row_answered(self, two, day, lead):
        kept, dropped = two
        decision = factories.make_decision(patient=dropped)
        merged(kept, dropped, day)
        booked = factories.make_booking(session=day.session, patient=kept, clock="18.20")
        type(booked).objects.filter(pk=booked.pk).update(decision=decision)
        assert_integrity(now=OPENING)
        with pytest.raises(UndoRefusedError):
            undo_merge(drop_id=dropped.pk, reason="two_people", by=lead, now=at("16.30"))


class TestSuggestions:
    def test_the_same_birth_date_and_name(self, two, day):
        Patient.objects.update(given_name="Kari", family_name="Ås")
        kept, dropped = Patient.objects.order_by("pk")
        other = of_day(day, given_name="Ola", family_name="Ås")
        assert duplicates_of(kept, clinic_id=day.clinic.pk) == [dropped]
        assert duplicates_of(other, clinic_id=day.clinic.pk) == []

    def test_the_same_number_claimed(self, two, day):
        Patient.objects.update(
            given_name="Kari", id_kind="national", id_number=SYNTHETIC, id_number_hash="1" * 64
        )
        kept, dropped = Patient.objects.order_by("pk")
        Patient.objects.filter(pk=dropped.pk).update(given_name="Karianne", birth_date_hash="")
        assert duplicates_of(kept, clinic_id=day.clinic.pk) == [dropped]
        assert duplicates_of(kept, clinic_id=factories.make_clinic(slug="b", name="B").pk) == []
