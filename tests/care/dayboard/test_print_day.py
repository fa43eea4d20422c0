"""The day on paper."""

import pytest
from django.test import Client

from audit.models import AuditEntry
from tests.care.dayboard.pages import of_session, text
from tests.factories import Day, make_booking, make_patient

pytestmark = pytest.mark.django_db


def test_the_sheet_has_everybody_with_boxes_the_questions_and_a_vial_log(
    nurse: Client, day: Day
) -> None:
    booked = make_booking(session=day.session, clock="18.00", keloid_tendency=True)
    assert booked.patient

    page = text(nurse.get(of_session("print_day", day.session)))

    assert booked.patient.listed_name in page
    assert "14.03.1991" in page
    assert "Kraftig arrdannelse (keloid)" in page
    assert "Skrevet ut torsdag 26. november kl. 17.42" in page
    assert "Har du en infeksjon med feber over 38 °C?" in page
    assert "Brukes før (åpnet + 120 min)" in page
    assert "+4722000000" in page
    assert "Makuler arket" in page


def test_a_protected_address_shows_initials_alone(nurse: Client, day: Day) -> None:
    hidden = make_patient()
    hidden.protected_address = True
    hidden.save()
    make_booking(session=day.session, clock="18.00", patient=hidden)

    page = text(nurse.get(of_session("print_day", day.session)))

    assert hidden.sorted_name not in page
    assert hidden.initials in page


def test_reading_the_sheet_is_recorded_for_each_person_once_a_day(nurse: Client, day: Day) -> None:
    booked = make_booking(session=day.session, clock="18.00")

    for _twice in range(2):
        nurse.get(of_session("print_day", day.session))

    entry = AuditEntry.objects.get(action="day_sheet.read")
    assert entry.patient_id == booked.patient_id


def test_a_day_without_people_can_be_printed_too(nurse: Client, day: Day) -> None:
    page = text(nurse.get(of_session("print_day", day.session)))

    assert "Ingen har time denne dagen." in page


def test_many_people_cost_no_more_queries(
    nurse: Client, day: Day, django_assert_max_num_queries: object
) -> None:
    for clock in ("18.00", "18.10", "18.20", "18.30"):
        make_booking(session=day.session, clock=clock)

    with django_assert_max_num_queries(16):  # type: ignore[operator]
        nurse.get(of_session("print_day", day.session))
