"""Somebody registered twice: the clinic's day reads both rows as one person."""

from datetime import timedelta

import pytest

from appointments.selectors.lateness import to_tell
from appointments.services.booking import AlreadyBookedError, cancel
from appointments.services.walk_ins import take_in
from care.desk.registry import exported, shown
from care.services.arrivals import arrive
from care.services.desk_search import Wanted, find_at_desk
from care.services.merging import merge
from care.services.recall import preview, recall, unnoted
from clinics.domain.roles import Role
from notifications.models import Message
from patients.domain.id_numbers import parse_id_number
from patients.models import Patient
from patients.services.identity import Shown
from patients.services.registration import confirm_identity
from tests import factories
from tests.factories import BEFORE, Day, at
from tests.factories.reactions import make_reaction
from tests.invariants import assert_integrity
from tests.patients.people import SYNTHETIC
from vaccinations.models import RecallContact
from vaccinations.selectors.reactions import reactions_of
from vaccinations.selectors.recalls import contacts_of, open_recalls
from vaccinations.selectors.registry import lately_registered, to_register
from vaccinations.services.recalls import note_told

pytestmark = pytest.mark.django_db
NOW = at("17.42")


@pytest.fixture
def day() -> Day:
    return factories.make_day()


@pytest.fixture
def lead(day: Day):
    staff = factories.make_staff(Role.LEAD, email="leder@example.org", clinic=day.clinic)
    return factories.actor_of(staff, day.clinic, Role.LEAD)


def known(day: Day, **told: object) -> Patient:
    """Make somebody whom the clinic knows by a cancelled time."""
    booked = factories.make_booking(
        session=day.session, patient=factories.make_patient(**told), clock="18.00"
    )
    cancel(appointment_id=booked.pk, by=day.by, now=BEFORE)
    assert booked.patient is not None
    return booked.patient


@pytest.fixture
def two(day: Day) -> tuple[Patient, Patient]:
    kept, dropped = known(day, given_name="Kari"), known(day, given_name="Kari")
    confirm_identity(
        patient_id=kept.pk, id_kind="national", id_number=SYNTHETIC, by=day.by, now=BEFORE
    )
    return kept, dropped


def merged(two, day: Day) -> None:
    kept, dropped = two
    merge(keep_id=kept.pk, drop_id=dropped.pk, reason="told", by=day.by, now=BEFORE)


def dose_of(patient: Patient, day: Day):
    vial = factories.make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=NOW)
    return factories.make_dose(patient=patient, vial=vial, by=day.nurse, now=NOW)


def test_the_register_is_told_the_number_of_the_row_that_is_kept(two, day):
    dose_of(two[1], day)
    merged(two, day)
    found = to_register(day.clinic.pk, now=NOW)
    assert [(one.patient, one.lacks_number) for one in shown(found)] == [(two[0], False)]
    assert [row["id_nummer"] for row in exported(found, clinic_name="Her")] == [SYNTHETIC]
    assert not lately_registered(day.clinic.pk)


def test_a_recall_counts_the_person_and_finds_the_time_on_the_other_row(two, day, lead):
    kept, dropped = two
    dose_of(dropped, day)
    merged(two, day)
    later = factories.make_session(clinic=day.clinic, starts_at=NOW + timedelta(days=35))
    booked = factories.make_booking(session=later, patient=kept, dose_number=2)
    Patient.objects.filter(pk=dropped.pk).update(contact_by="none")

    seen = preview(lot_id=day.lot.pk, clinic_id=day.clinic.pk, now=NOW)
    done = recall(lot_id=day.lot.pk, clinic_id=day.clinic.pk, reason="Feil", by=lead, now=NOW)

    assert (seen.people, seen.next_doses, seen.unreachable) == ((kept,), (booked,), 0)
    assert Message.objects.filter(kind="recall").count() == 1
    assert [one.patient for one in contacts_of(day.lot.pk)] == [kept]
    assert unnoted(done) == 0
    assert_integrity(now=NOW)


def test_who_was_noted_for_a_recall_on_both_rows_is_called_once(two, day, lead):
    for row in two:
        dose_of(row, day)
    recall(lot_id=day.lot.pk, clinic_id=day.clinic.pk, reason="Feil", by=lead, now=NOW)
    Patient.objects.filter(pk=two[1].pk).update(merged_into=two[0].pk)
    Patient.objects.filter(pk=two[0].pk).update(has_duplicates=True)

    [contact] = contacts_of(day.lot.pk)
    assert len(contact.patient.of_lot) == 2
    assert [one.waiting for one in open_recalls([day.clinic.pk])] == [1]

    assert note_told(contact_id=contact.pk, told=True, by=lead, now=NOW)
    assert not RecallContact.objects.filter(told_at=None)
    assert open_recalls([day.clinic.pk]) == []


def test_a_delay_is_told_where_the_kept_row_says(two, day):
    kept, dropped = two
    booked = factories.make_booking(session=day.session, patient=dropped, clock="19.00")
    merged(two, day)
    Patient.objects.filter(pk=kept.pk).update(contact_by="none")
    told = to_tell(day.session, now=NOW)
    assert (told.reached, told.to_call) == ((), (booked,))


def test_the_number_finds_the_time_that_was_booked_on_the_other_row(two, day):
    kept, dropped = two
    booked = factories.make_booking(session=day.session, patient=dropped, clock="19.00")
    merged(two, day)
    wanted = Wanted(number=parse_id_number(SYNTHETIC, allow_synthetic=True))
    [found] = find_at_desk(day.session, wanted, now=NOW)
    assert (found.patient, found.appointment, found.is_today) == (kept, booked, True)


def test_an_id_seen_at_a_visit_of_the_other_row_is_the_persons(two, day):
    kept, dropped = two
    booked = factories.make_booking(session=day.session, patient=dropped, clock="17.40")
    merged(two, day)
    same = Shown(
        given_name=kept.given_name,
        family_name=kept.family_name,
        birth_date=kept.birth_date,
        id_kind="national",
        id_number=SYNTHETIC,
    )
    arrive(appointment_id=booked.pk, document="passport", shown=same, by=day.by, now=NOW)
    assert_integrity(now=NOW)


def test_a_reaction_on_the_other_row_is_seen(two, day):
    kept, dropped = two
    reaction = make_reaction(dose_of(dropped, day), by=day.by, now=NOW)
    merged(two, day)
    assert [one.pk for one in reactions_of([kept.pk])] == [reaction.pk]


def test_nobody_is_taken_in_without_a_time_for_what_the_other_row_has(two, day):
    kept, dropped = two
    factories.make_booking(session=day.session, patient=dropped, clock="19.00")
    merged(two, day)
    factories.make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=NOW)

    class One:
        number = 1

    with pytest.raises(AlreadyBookedError):
        take_in(
            session_id=day.session.pk,
            patient_id=kept.pk,
            decision_id=factories.make_decision(patient=kept).pk,
            route="intradermal",
            dose_number=1,
            not_before=None,
            spare=lambda _session: One(),
            by=day.by,
            now=NOW,
        )
