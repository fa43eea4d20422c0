"""The right person and their ID: confirmed, corrected, taken by another, taken back."""

from datetime import date, timedelta

import pytest
from django.test import Client

from appointments.domain.status import Status
from appointments.models import Appointment
from audit.models import AuditEntry
from patients.models import IdentityCheck, Patient
from patients.services.registration import confirm_identity
from tests.access.logins import log_in
from tests.care.conftest import NOW
from tests.care.dayboard.pages import ask_all_no, id_of, of_person, of_session, text
from tests.factories import (
    OPENING,
    Day,
    make_arrival,
    make_booking,
    make_clinic,
    make_dose,
    make_patient,
    make_session,
    make_staff,
    make_vial,
)
from tests.invariants import assert_integrity

BORN = date(1986, 10, 15)
NUMBER = "15108695088"
SEEN = {"id_number": NUMBER, "no_number_why": ""}


@pytest.fixture
def alice(day: Day) -> Appointment:
    patient = make_patient(given_name="Alice", family_name="Ås", birth_date=BORN)
    return make_booking(session=day.session, patient=patient, clock="18.00")


def of(one: Appointment) -> Patient:
    return Patient.objects.get(pk=one.patient_id)


def arrive(nurse: Client, one: Appointment, **changed: str) -> str:
    one.patient = of(one)
    return text(nurse.post(of_person("arrive", one), id_of(one, **changed), follow=True))


def test_the_number_in_the_id_is_kept_with_what_it_was_seen_in(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    page = arrive(nurse, alice, document="licence", **SEEN)

    assert "Oppmøtet er registrert." in page
    patient, check = of(alice), IdentityCheck.objects.get()
    assert (patient.id_kind, patient.id_number, patient.id_seen_at) == ("national", NUMBER, NOW)
    assert (check.document, check.checked_by, check.visit_id) == ("licence", day.nurse, alice.pk)
    assert_integrity(now=NOW)


def test_no_number_needs_a_reason_and_keeps_it(nurse: Client, day: Day, alice: Appointment) -> None:
    assert "Skriv nummeret som står på legitimasjonen" in arrive(nurse, alice, no_number_why="")
    arrive(nurse, alice, no_number_why="not_issued")

    patient = of(alice)
    assert (patient.id_number, patient.no_number_why) == ("", "not_issued")
    assert patient.id_seen_at == NOW


def test_the_kind_of_id_is_never_chosen_beforehand_and_must_be(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    assert "checked" not in nurse.get(of_person("arrive", alice)).content.decode()

    assert "Velg hvilken legitimasjon du har sett." in arrive(nurse, alice, document="")

    alice.refresh_from_db()
    assert alice.status == Status.BOOKED


def test_a_wrong_digit_is_refused_and_the_rest_of_the_form_kept(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    response = nurse.post(
        of_person("arrive", alice),
        id_of(alice, id_number="15108695089", no_number_why="", call_name="Ali"),
    )

    assert "Et siffer er feil. Se på legitimasjonen igjen." in text(response)
    assert 'value="Ali"' in response.content.decode()


def test_a_number_of_another_birth_date_is_asked_about_once_more(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    Patient.objects.filter(pk=alice.patient_id).update(birth_date=date(1986, 10, 16))

    page = arrive(nurse, alice, **SEEN)
    assert "Nummeret er for en som er født 15.10.86, men her står 16.10.1986." in page

    assert "Oppmøtet er registrert." in arrive(nurse, alice, **SEEN, both_right="on")


def test_name_and_birth_date_are_corrected_and_the_log_tells_which_not_to_what(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    arrive(nurse, alice, given_name="Alise", birth_date="14.10.1986", call_name="Ali")

    patient = of(alice)
    assert (patient.name, patient.birth_date) == ("Alise Ås", date(1986, 10, 14))
    assert patient.call_name == "Ali"
    corrected = AuditEntry.objects.get(action="patient.corrected")
    assert corrected.reason == "given_name, birth_date"
    assert_integrity(now=NOW)


def test_the_call_name_stands_on_the_board_and_at_the_visit(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    arrive(nurse, alice, call_name="Ali")

    for page in (of_session("board", day.session), of_person("person", alice)):
        assert "Rop opp: Ali" in text(nurse.get(page))


def test_a_call_name_that_cannot_be_kept_is_refused(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    for sent in ("\x00", "123", "A" * 81):
        arrive(nurse, alice, call_name=sent)
    alice.refresh_from_db()
    assert alice.status == Status.BOOKED


def test_a_corrected_birth_date_decides_in_todays_questions(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    arrive(nurse, alice, birth_date="15.10.2010")
    ask_all_no(nurse, alice)

    page = text(nurse.get(of_person("person", alice)))

    assert "Under 18 år" in page
    assert "Sett dose" not in page


def test_a_birth_date_corrected_after_the_questions_has_them_asked_again(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    came_with = waiting.decision_id
    ask_all_no(nurse, waiting)

    page = text(
        nurse.post(
            of_person("identity", waiting), id_of(waiting, birth_date="13.03.1991"), follow=True
        )
    )

    waiting.refresh_from_db()
    assert waiting.decision_id == came_with
    assert "Still spørsmålene på nytt." in page
    assert "Spør om dette i dag" in page


def test_another_correction_leaves_todays_answers(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    decision = ask_all_no(nurse, waiting)

    nurse.post(of_person("identity", waiting), id_of(waiting, given_name="Alise"))

    waiting.refresh_from_db()
    assert waiting.decision_id == decision
    assert of(waiting).given_name == "Alise"


def test_the_same_correction_sent_twice_is_one(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    sent = id_of(waiting, given_name="Alise")
    for _click in range(2):
        nurse.post(of_person("identity", waiting), sent)

    assert IdentityCheck.objects.count() == 1
    assert AuditEntry.objects.filter(action="patient.corrected").count() == 1


def seen_before(day: Day, clinic: object = None) -> Patient:
    other = make_patient(given_name="Alice", family_name="Aas", birth_date=BORN)
    confirm_identity(
        patient_id=other.pk, id_kind="national", id_number=NUMBER, by=day.by, now=OPENING
    )
    return other


def test_a_number_of_another_entry_shows_it_with_its_doses_and_its_time_today(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    other = seen_before(day)
    booked = make_booking(session=day.session, patient=other, clock="18.10", dose_number=2)
    month_ago = OPENING - timedelta(days=30)
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=month_ago)
    make_dose(patient=other, vial=vial, by=day.nurse, now=month_ago)

    response = nurse.post(of_person("arrive", alice), id_of(alice, **SEEN))

    page = text(response)
    assert "Nummeret står på en annen oppføring" in page
    assert "Alice Aas" in page
    assert "dose 1, 27. oktober 2026" in page
    assert of_person("person", booked) in response.content.decode()
    alice.refresh_from_db()
    assert (alice.status, of(alice).id_seen_at) == (Status.BOOKED, None), "nothing has changed"
    assert AuditEntry.objects.filter(action="patient.read", patient_id=other.pk).exists()


def test_such_a_person_can_be_checked_in_without_the_number_to_be_merged(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    seen_before(day)
    assert "Nummeret står på en annen oppføring" in arrive(nurse, alice, **SEEN)

    arrive(nurse, alice, no_number_why="elsewhere")

    alice.refresh_from_db()
    assert alice.status == Status.ARRIVED
    assert of(alice).no_number_why == "elsewhere"


def test_another_clinics_entry_is_not_named_but_its_doses_are(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    other = seen_before(day)
    elsewhere = make_clinic(slug="majorstua", name="Majorstua")
    make_dose(patient=other, vial=make_vial(clinic=elsewhere))

    page = arrive(nurse, alice, **SEEN)

    assert "Oppføringen hører til et annet sted." in page
    assert "Aas" not in page
    assert "dose 1, 26. november 2026" in page


def test_undoing_gives_back_name_birth_date_number_and_call_name(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    before = Patient.objects.filter(pk=alice.patient_id).values().get()
    arrive(nurse, alice, **SEEN, given_name="Alise", call_name="Ali")

    nurse.post(of_person("undo_arrival", alice))

    assert Patient.objects.filter(pk=alice.patient_id).values().get() == before
    assert IdentityCheck.objects.get().undone_at == NOW
    undone = AuditEntry.objects.get(action="patient.identity_undone")
    assert undone.reason == "given_name, id_kind, id_number, call_name"
    assert_integrity(now=NOW)


def test_undoing_keeps_what_was_changed_since(nurse: Client, day: Day, alice: Appointment) -> None:
    arrive(nurse, alice, given_name="Alise", call_name="Ali")
    patient = of(alice)
    patient.call_name = "Lise"
    patient.save(update_fields=["call_name"])

    nurse.post(of_person("undo_arrival", alice))

    assert (of(alice).given_name, of(alice).call_name) == ("Alice", "Lise")


def test_a_number_seen_elsewhere_meanwhile_goes_back_to_being_a_claim(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    assert alice.patient_id
    confirm_identity(
        patient_id=alice.patient_id, id_kind="national", id_number=NUMBER, by=day.by, now=OPENING
    )
    other_number = "15108610260"
    arrive(nurse, alice, id_number=other_number, no_number_why="")
    seen_before(day)

    nurse.post(of_person("undo_arrival", alice))

    assert (of(alice).id_number, of(alice).id_seen_at) == (NUMBER, None)
    assert_integrity(now=NOW)


def test_the_second_of_two_nurses_is_told_who_was_first(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    ola = make_staff(clinic=day.clinic, name="Ola Lund", email="ola@example.org")
    other = log_in(Client(), ola)
    other.get(of_person("arrive", alice))
    arrive(nurse, alice)

    page = text(other.post(of_person("arrive", alice), id_of(alice), follow=True))

    assert f"{day.nurse} registrerte oppmøtet kl. 17.42." in page
    assert IdentityCheck.objects.count() == 1


def test_from_the_search_the_next_in_the_queue_is_one_scan_away(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    response = nurse.post(of_person("arrive", alice) + "?fra=finn", id_of(alice))

    assert response.headers["Location"] == of_session("find", alice)
    assert "autofocus" in nurse.get(of_session("find", alice)).content.decode()


def test_one_who_does_not_wait_is_not_corrected_here(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    response = nurse.post(of_person("identity", alice), id_of(alice, given_name="Alise"))

    assert response.headers["Location"] == of_person("person", alice)
    assert of(alice).given_name == "Alice"


def test_a_later_visit_is_not_touched_by_an_undo(nurse: Client, day: Day) -> None:
    earlier = make_session(starts_at=OPENING - timedelta(days=30))
    patient = make_patient(birth_date=BORN)
    past = make_arrival(session=earlier, patient=patient, clock="16.00", by=day.nurse)
    today = make_booking(session=day.session, patient=patient, dose_number=2, clock="18.00")
    arrive(nurse, today, **SEEN)

    nurse.post(of_person("undo_arrival", past))

    assert of(today).id_number == NUMBER
