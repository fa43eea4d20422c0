"""A booked time at the desk: finding who calls, moving, cancelling, the slip."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment
from audit.models import AuditEntry
from notifications.models import Message
from patients.models import Patient
from patients.services.needs import set_needs
from tests.care.dayboard.pages import of_session, text
from tests.care.phone import words
from tests.factories import (
    OPENING,
    Day,
    at,
    make_booking,
    make_clinic,
    make_patient,
    make_session,
    slot_at,
)

FIND = reverse("desk:find", args=["nydalen"])
FORBIDDEN = re.compile(r"mpox|apekopp|vaksin|vaccin|dose|gruppe|group|hiv|prep", re.IGNORECASE)


@pytest.fixture
def alice(day: Day) -> Appointment:
    patient = make_patient(given_name="Alice", family_name="Ås-Berg", phone="+4741234567")
    return make_booking(session=day.session, patient=patient, clock="18.10")


def page_of(appointment: Appointment, name: str = "time") -> str:
    return reverse(f"desk:{name}", args=["nydalen", appointment.pk])


def protect(appointment: Appointment, day: Day) -> None:
    assert appointment.patient_id
    set_needs(
        patient_id=appointment.patient_id,
        interpreter="arabisk",
        protected_address=True,
        by=day.by,
        now=at("16.10"),
    )


@pytest.mark.parametrize(
    "wanted",
    [
        {"birth_date": "140391", "name": "ali"},
        {"birth_date": "14.3.1991", "name": "berg å"},
        {"contact": "412 34 567"},
        {"contact": "412 34 567", "birth_date": "140391", "name": "Alice"},
    ],
    ids=str,
)
def test_one_who_fits_is_opened_at_once(
    nurse: Client, alice: Appointment, wanted: dict[str, str]
) -> None:
    response = nurse.post(FIND, wanted)

    assert response["Location"] == reverse("desk:person", args=["nydalen", alice.patient_id])


@pytest.mark.parametrize(
    "wanted",
    [
        {"birth_date": "140391", "name": "Bob"},
        {"birth_date": "150391", "name": "Alice"},
        {"contact": "412 34 567", "birth_date": "150391"},
        {"contact": "99887766"},
    ],
    ids=str,
)
def test_nobody_who_fits_leads_on(
    nurse: Client, alice: Appointment, wanted: dict[str, str]
) -> None:
    page = text(nurse.post(FIND, wanted))

    assert "Fant ingen som passer" in page
    assert "Ås-Berg" not in page


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({}, "Skriv fødselsdatoen og navnet, eller mobil, e-post"),
        ({"name": "Alice"}, "Skriv fødselsdatoen og navnet, eller mobil, e-post"),
        ({"birth_date": "140391"}, "Skriv fornavnet eller etternavnet også."),
    ],
    ids=str,
)
def test_too_little_is_not_enough_to_leaf_through_people(
    nurse: Client, alice: Appointment, wanted: dict[str, str], says: str
) -> None:
    assert says in text(nurse.post(FIND, wanted))


def test_people_of_other_clinics_are_not_found(nurse: Client, day: Day) -> None:
    elsewhere = make_session(clinic=make_clinic(slug="ullern", name="Ullern"))
    make_booking(session=elsewhere, patient=make_patient(given_name="Alice"))

    assert "Fant ingen som passer" in text(
        nurse.post(FIND, {"birth_date": "140391", "name": "Alice"})
    )


def test_several_are_listed_and_each_reading_is_recorded(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    other = make_booking(session=day.session, patient=make_patient(given_name="Alice"))
    protect(alice, day)

    page = text(nurse.post(FIND, {"birth_date": "140391", "name": "alice"}))

    assert "Fant 2" in page
    assert "A. Å." in page
    assert "Ås-Berg" not in page, "a protected person is listed by initials"
    read = AuditEntry.objects.filter(action="search.read")
    assert set(read.values_list("patient_id", flat=True)) == {alice.patient_id, other.patient_id}


def test_the_time_is_shown_to_be_read_aloud(nurse: Client, day: Day, alice: Appointment) -> None:
    page = text(nurse.get(page_of(alice)))

    assert "Alice Ås-Berg Torsdag 26. november kl. 18.10" in page
    assert "Nydalen legesenter, Nydalsveien 1, 0484 Oslo" in page
    assert AuditEntry.objects.filter(
        action="patient.read", object_id=str(alice.pk), actor_id=str(day.nurse.pk)
    ).exists()


def test_a_time_is_moved_and_the_person_is_told(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    slot = slot_at(day.session, "18.30")

    response = nurse.post(page_of(alice, "time_move"), {"slot": str(slot.pk)}, follow=True)

    alice.refresh_from_db()
    assert alice.slot == slot
    assert "Timen er flyttet til torsdag 26. november kl. 18.30." in text(response)
    assert Message.objects.filter(kind="changed", subject_id=alice.pk).exists()
    moved = AuditEntry.objects.get(action="appointment.moved")
    assert moved.actor_id == str(day.nurse.pk)


def test_a_time_that_is_full_is_refused_and_others_are_shown(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    for _ in range(2):
        make_booking(session=day.session, clock="18.30")

    page = text(
        nurse.post(page_of(alice, "time_move"), {"slot": str(slot_at(day.session, "18.30").pk)})
    )

    assert "Tiden er ikke ledig lenger. Velg en annen." in page
    assert "18.40" in page


def test_a_time_is_cancelled_after_one_more_question(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    assert "Avbestill timen?" in text(nurse.get(page_of(alice, "time_cancel")))
    alice.refresh_from_db()
    assert alice.status == "booked", "a GET changes nothing"

    page = text(nurse.post(page_of(alice, "time_cancel"), follow=True))

    alice.refresh_from_db()
    assert alice.status == "cancelled"
    assert "Timen er avbestilt." in page
    assert "Flytt timen" not in page
    again = text(nurse.post(page_of(alice, "time_cancel"), follow=True))
    assert "Timen kan ikke endres lenger." in again


def test_a_time_that_has_begun_is_not_moved(nurse: Client, day: Day) -> None:
    begun = make_booking(session=day.session, clock="17.30")

    page = text(nurse.get(page_of(begun, "time_move"), follow=True))

    assert "Timen kan ikke endres lenger." in page


def test_times_of_another_clinic_do_not_exist_here(nurse: Client, day: Day) -> None:
    elsewhere = make_booking(session=make_session(clinic=make_clinic(slug="ullern", name="U")))

    assert nurse.get(page_of(elsewhere)).status_code == 404
    assert nurse.post(page_of(elsewhere, "time_cancel")).status_code == 404


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("nb", "Timen din Alice Ås-Berg Torsdag 26. november kl. 18.10"),
        ("nn", "Timen din Alice Ås-Berg Torsdag 26. november kl. 18.10"),
        ("en", "Your appointment Alice Ås-Berg Thursday 26 November at 18:10"),
    ],
)
def test_the_slip_says_when_and_where_in_the_persons_language_and_never_why(
    nurse: Client, alice: Appointment, language: str, says: str
) -> None:
    Patient.objects.filter(pk=alice.patient_id).update(language=language)

    response = nurse.get(page_of(alice, "slip"))

    html = response.content.decode()
    begins = html.index('<section class="slip"')
    slip = html[begins : html.index("</section>", begins)]
    on_paper = text(type(response)(slip))
    assert says in on_paper
    assert "Nydalsveien 1, 0484 Oslo" in on_paper
    assert "+4722000000" in on_paper
    assert not FORBIDDEN.search(on_paper)


def test_the_slip_of_a_protected_person_has_no_name(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    protect(alice, day)

    page = text(nurse.get(page_of(alice, "slip")))

    assert "Torsdag 26. november" in page
    assert "Alice" not in page


def test_the_board_shows_initials_and_the_interpreter(
    nurse: Client, day: Day, alice: Appointment
) -> None:
    protect(alice, day)

    page = text(nurse.get(of_session("board", day.session)))

    assert "A. Å. 1991 Tolk: arabisk" in page
    assert "Ås-Berg" not in page
    opened = words(nurse.get(of_session("person", alice, alice.pk)))
    assert "Alice Ås-Berg" in opened
    assert "Skjermet adresse: si ikke navnet høyt" in opened
    assert "Tolk: arabisk" in opened


def test_nobody_else_is_listed_by_initials(nurse: Client, day: Day, alice: Appointment) -> None:
    assert "Ås-Berg, Alice" in text(nurse.get(of_session("board", day.session)))


def test_the_desk_and_the_board_lead_to_booking_and_finding(nurse: Client, day: Day) -> None:
    for address in (reverse("desk:home"), of_session("board", day.session)):
        page = words(nurse.get(address))
        assert reverse("desk:phone", args=["nydalen"]) in page
        assert FIND in page


def test_moving_offers_the_days_that_fit_the_dose(nurse: Client, day: Day) -> None:
    later = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))
    second = make_booking(
        session=later, dose_number=2, not_before=later.date, now=OPENING - timedelta(days=1)
    )

    page = words(nurse.get(page_of(second, "time_move")))

    assert str(slot_at(later, "17.00").pk) in page
    assert str(slot_at(day.session, "18.10").pk) not in page, "before its day"
