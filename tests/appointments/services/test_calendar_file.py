"""The calendar entry: a time and a place, nothing about why."""

from datetime import timedelta

import pytest
from django.utils import translation
from icalendar import Calendar

from appointments.services.booking import cancel, rebook
from appointments.services.calendar_file import calendar_file
from audit.domain import Actor
from clinics.domain.calendar import OSLO
from tests.factories import BEFORE, at, make_booking, make_clinic, make_session, slot_at

pytestmark = pytest.mark.django_db


def file_of(appointment, language="nb"):
    with translation.override(language):
        return calendar_file(appointment)


def event_in(content):
    [event] = Calendar.from_ical(content).events
    return event


def test_the_entry_has_time_and_place_and_lasts_as_long_as_the_slot():
    appointment = make_booking(session=make_session(slot_minutes=20), clock="17.40")
    event = event_in(file_of(appointment))
    assert (event.start, event.end) == (at("17.40"), at("18.00"))
    assert event["LOCATION"] == "Nydalen legesenter, Nydalsveien 1, 0484 Oslo"
    assert (event["STATUS"], event["CLASS"]) == ("CONFIRMED", "PRIVATE")
    assert event["UID"].startswith(f"{appointment.pk}@")
    assert event["ORGANIZER"] == "mailto:time@example.invalid"
    assert event["ORGANIZER"].params["CN"] == "Timebestilling"
    assert "ATTENDEE" not in event
    assert "DESCRIPTION" not in event


def test_with_a_protected_address_the_entry_does_not_say_where():
    appointment = make_booking(clock="17.40")
    appointment.patient.protected_address = True
    assert "Nydal" not in file_of(appointment).decode()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_entry_does_not_say_what_it_is_for_in_any_language(language):
    content = file_of(make_booking(clock="17.40"), language).decode().lower()
    for word in ("mpox", "pox", "vaksin", "vaccin", "dose", "gruppe", "group"):
        assert word not in content


def test_the_entry_is_read_in_the_language_of_the_reader():
    appointment = make_booking(clock="17.40")
    assert event_in(file_of(appointment, "nb"))["SUMMARY"] == "Timen din"
    assert event_in(file_of(appointment, "en"))["SUMMARY"] == "Your appointment"


def test_a_moved_appointment_is_the_same_entry_with_a_higher_sequence():
    appointment = make_booking(clock="17.40")
    first = event_in(file_of(appointment))
    moved = rebook(
        appointment_id=appointment.pk,
        slot_id=slot_at(appointment.slot.session, "18.00").pk,
        by=Actor.system(),
        now=BEFORE,
    )
    second = event_in(file_of(moved))
    assert second["UID"] == first["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)
    assert second.start == at("18.00")


def test_the_entry_says_when_it_was_changed_last_whenever_it_is_written():
    appointment = make_booking(clock="17.40", now=BEFORE)
    moved_at, cancelled_at = BEFORE + timedelta(hours=1), BEFORE + timedelta(hours=2)
    first = file_of(appointment)
    moved = rebook(
        appointment_id=appointment.pk,
        slot_id=slot_at(appointment.slot.session, "18.00").pk,
        by=Actor.system(),
        now=moved_at,
    )
    second = file_of(moved)
    third = file_of(cancel(appointment_id=appointment.pk, by=Actor.system(), now=cancelled_at))
    stamps = [event_in(one)["DTSTAMP"].dt for one in (first, second, third)]
    assert stamps == [BEFORE, moved_at, cancelled_at]
    moved.refresh_from_db()
    assert file_of(moved) == third


def test_a_cancelled_appointment_takes_its_entry_away():
    appointment = make_booking(clock="17.40")
    first = event_in(file_of(appointment))
    content = file_of(cancel(appointment_id=appointment.pk, by=Actor.system(), now=BEFORE))
    event = event_in(content)
    assert Calendar.from_ical(content)["METHOD"] == "CANCEL"
    assert (event["STATUS"], event["UID"]) == ("CANCELLED", first["UID"])
    assert event["SEQUENCE"] > first["SEQUENCE"]


@pytest.mark.parametrize(
    ("month", "day"), [(3, 29), (10, 25), (7, 1)], ids=["spring", "autumn", "summer"]
)
def test_the_entry_is_on_oslos_clock_whatever_the_season(month, day):
    opening = at("10.00").replace(month=month, day=day)
    session = make_session(starts_at=opening)
    appointment = make_booking(session=session, clock="11.00", now=opening - timedelta(days=3))
    start = event_in(file_of(appointment)).start
    assert f"{start.astimezone(OSLO):%H.%M}" == "11.00"


def test_a_place_with_a_comma_a_line_break_and_a_long_name_is_still_one_entry():
    clinic = make_clinic(discreet_name="Senteret; inngang B, \\ «nord»" + " æøå" * 6)
    content = file_of(make_booking(session=make_session(clinic=clinic)))
    assert event_in(content)["LOCATION"].startswith(clinic.discreet_name)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
