"""Finding who has come: one box, and what it says of everybody it finds."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from appointments.models import Appointment
from appointments.selectors.arrival_codes import arrival_code
from appointments.services.booking import cancel
from appointments.services.day import turn_away
from audit.models import AuditEntry
from patients.models import Patient
from patients.services.registration import confirm_identity
from tests.care.conftest import NOW
from tests.care.dayboard.pages import of_person, of_session, text
from tests.factories import (
    OPENING,
    Day,
    make_arrival,
    make_booking,
    make_clinic,
    make_patient,
    make_session,
)

NUMBER = "15108695088"  # of somebody born on 15 October 1986


@pytest.fixture
def alice(day: Day) -> Appointment:
    patient = make_patient(given_name="Alice", family_name="Ås")
    return make_booking(session=day.session, patient=patient, clock="18.00")


def search(nurse: Client, day: Day, what: str):  # type: ignore[no-untyped-def]
    return nurse.post(of_session("find", day.session), {"what": what})


def arrival_page(one: Appointment) -> str:
    return of_person("arrive", one) + "?fra=finn"


def code(one: Appointment) -> str:
    return arrival_code(one.pk, one.date)


def see_number(one: Appointment, day: Day) -> None:
    assert one.patient_id
    confirm_identity(
        patient_id=one.patient_id, id_kind="national", id_number=NUMBER, by=day.by, now=OPENING
    )


@pytest.mark.parametrize("typed", ["alice", "Ås", "ås ali", "Ås 140391", "14.03.1991"])
def test_name_and_birth_date_lead_to_the_check_in(
    nurse: Client, day: Day, alice: Appointment, typed: str
) -> None:
    assert search(nurse, day, typed).headers["Location"] == arrival_page(alice)


def test_the_number_of_an_id_leads_to_the_check_in(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    see_number(alice, day)

    assert search(nurse, day, "151086 95088").headers["Location"] == arrival_page(alice)


def test_a_number_nobody_has_finds_those_born_on_its_day_for_a_look(
    nurse: Client, day: Day
) -> None:
    patient = make_patient(given_name="Bo", family_name="Li", birth_date=date(1986, 10, 15))
    make_booking(session=day.session, patient=patient, clock="18.00")

    page = text(search(nurse, day, NUMBER))

    assert "Ingen er registrert med nummeret. Disse er født samme dag." in page
    assert "Li, Bo" in page


def test_the_code_of_the_patients_page_leads_there_whatever_the_scanner_makes_of_it(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    for typed in (code(alice), code(alice).lower(), f"{code(alice)[:4]} {code(alice)[4:]}\r\n"):
        assert search(nurse, day, typed).headers["Location"] == arrival_page(alice)


def test_one_who_waits_is_opened_where_the_nurse_goes_on(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    assert search(nurse, day, code(waiting)).headers["Location"] == of_person("person", waiting)


def test_several_who_fit_are_listed_and_the_reading_is_recorded(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    waiting = make_arrival(session=day.session, clock="17.40", by=day.nurse)

    page = text(search(nurse, day, "14.03.1991"))

    assert "Fant 2" in page
    assert "Time kl. 18.00 i dag." in page
    assert "Oppmøtet ble registrert kl. 17.40 av" in page
    read = AuditEntry.objects.filter(action="search.read")
    assert {one.patient_id for one in read} == {alice.patient_id, waiting.patient_id}


def test_nothing_of_what_is_sought_is_in_an_address(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    response = search(nurse, day, "alice")

    assert "alice" not in response.headers["Location"].lower()
    assert nurse.get(of_session("find", day.session) + "?what=alice").status_code == 200
    assert "Ås, Alice" not in text(nurse.get(of_session("find", day.session) + "?what=alice"))


def test_a_time_on_another_day_is_named_with_the_way_to_move_it(nurse: Client, day: Day) -> None:
    session = make_session(starts_at=OPENING + timedelta(days=7))
    later = make_booking(session=session, clock="18.00")

    page = text(search(nurse, day, code(later)))

    assert "Timen er torsdag 3. desember kl. 18.00, ikke i dag." in page
    assert "Se timen" in page
    assert "Timen er torsdag 3. desember" in text(search(nurse, day, "14.03.1991"))


def test_a_code_of_a_day_that_is_over_is_too_old(nurse: Client, day: Day) -> None:
    session = make_session(starts_at=OPENING - timedelta(days=3))
    past = make_booking(session=session, clock="18.00")

    assert "gjelder ikke lenger" in text(search(nurse, day, code(past)))


def test_a_code_of_another_clinic_says_where_to_go_and_names_nobody(
    nurse: Client, day: Day
) -> None:
    session = make_session(clinic=make_clinic(slug="majorstua", name="Majorstua"))
    elsewhere = make_booking(session=session, clock="18.00")
    assert elsewhere.patient

    page = text(search(nurse, day, code(elsewhere)))

    assert "Koden gjelder et annet sted" in page
    assert "Timen er ved Majorstua" in page
    assert elsewhere.patient.sorted_name not in page


def test_a_named_persons_time_at_another_clinic_is_told_without_the_place(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    cancel(appointment_id=alice.pk, by=day.by, now=OPENING - timedelta(days=2))
    Appointment.objects.filter(pk=alice.pk).update(
        slot=make_session(clinic=day.clinic, starts_at=OPENING - timedelta(days=3)).slots.first()
    )
    session = make_session(clinic=make_clinic(slug="majorstua", name="Majorstua"))
    make_booking(session=session, patient=alice.patient, clock="18.00")

    page = text(search(nurse, day, "alice 14.03.1991"))

    assert "Ås, Alice" in page
    assert "har en time et annet sted" in page
    assert "Majorstua" not in page


def test_a_cancelled_time_leads_to_a_new_one(nurse: Client, day: Day, alice: Appointment) -> None:
    cancel(appointment_id=alice.pk, by=day.by, now=NOW)

    page = text(search(nurse, day, "alice"))

    assert "Timen kl. 18.00 er avbestilt." in page
    assert "Bestill time" in page


def test_cancelled_and_booked_anew_the_same_day_finds_the_one_that_counts(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    cancel(appointment_id=alice.pk, by=day.by, now=NOW)
    anew = make_booking(
        session=day.session, decision=alice.decision, clock="18.10", now=NOW - timedelta(hours=2)
    )

    assert search(nurse, day, "alice").headers["Location"] == arrival_page(anew)


def test_one_who_was_sent_home_is_told_of(nurse: Client, day: Day, waiting: Appointment) -> None:
    turn_away(appointment_id=waiting.pk, reason="defer", by=day.by, now=NOW)

    assert "Besøket ble avsluttet uten vaksine kl. 17.42." in text(
        search(nurse, day, code(waiting))
    )


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("Hansen", "Ingen på dagens liste heter det"),
        ("Hansen 010180", "Ingen her passer"),
        ("CDFH2345", "Ingen har denne koden"),
        ("15108695089", "Et siffer i nummeret er feil."),
        ("", "Skriv navnet, fødselsdatoen, nummeret eller koden."),
    ],
)
def test_what_is_not_found_says_what_to_do(
    nurse: Client, day: Day, alice: Appointment, typed: str, says: str
) -> None:
    assert says in text(search(nurse, day, typed))


def test_a_protected_person_is_listed_by_initials_and_year(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    make_arrival(session=day.session, clock="17.40", by=day.nurse)
    Patient.objects.filter(pk=alice.patient_id).update(protected_address=True)

    page = text(search(nurse, day, "14.03.1991"))

    assert "A. Å. 1991" in page
    assert "Alice" not in page.split("Fant")[1]


def test_it_takes_as_many_queries_for_many_people(
    nurse: Client, day: Day, django_assert_max_num_queries: object
) -> None:
    for _ in range(12):
        make_booking(session=day.session)

    with django_assert_max_num_queries(16):  # type: ignore[operator]
        page = text(search(nurse, day, "14.03.1991"))

    assert "Fant 12" in page


def test_a_person_of_another_clinics_day_is_not_found(nurse: Client, day: Day) -> None:
    session = make_session(clinic=make_clinic(slug="majorstua", name="Majorstua"))
    patient = make_patient(given_name="Cecilie", family_name="Dahl")
    make_booking(session=session, patient=patient, clock="18.00")

    assert "Cecilie" not in text(search(nurse, day, "140391")).split("Fant")[-1]


def test_at_the_board_of_another_day_nobody_is_checked_in(
    nurse: Client, day: Day, alice: Appointment, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW - timedelta(days=1))

    page = text(search(nurse, day, "alice"))

    assert "Time kl. 18.00. Åpne besøket" in page
    assert "Møtt" not in page
