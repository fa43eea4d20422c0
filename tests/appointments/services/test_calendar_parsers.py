"""Two parsers that know nothing of each other read the same out of every calendar file."""

import re
from datetime import UTC, datetime, timedelta

import vobject
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from appointments.models import Appointment, ClinicSession, Slot
from appointments.services.calendar_file import calendar_file
from clinics.domain.calendar import OSLO
from clinics.models import Clinic
from patients.models import Patient

# The nights when the clocks go forward and back, in Oslo, and the hours around them.
NIGHTS = [datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 10, 31, tzinfo=UTC)]
NIGHT = st.builds(
    lambda night, minutes: night + timedelta(minutes=minutes),
    st.sampled_from(NIGHTS),
    st.integers(-180, 300),
)
ANY_TIME = st.integers(0, 10 * 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
TIMES = NIGHT | ANY_TIME
# What an address may hold: separators, letters of two to four bytes, nothing that is no text.
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=90
)


def an_appointment(starts_at, *, place="Senteret", status="booked", sequence=0, protected=False):
    clinic = Clinic(discreet_name=place, street="Gata 1", postal_code="0484", city="Oslo")
    session = ClinicSession(clinic=clinic, slot_minutes=10)
    return Appointment(
        slot=Slot(session=session, starts_at=starts_at),
        status=status,
        sequence=sequence,
        patient=Patient(protected_address=protected),
        booked_at=starts_at - timedelta(days=9),
        moved_at=starts_at - timedelta(days=8) if sequence else None,
        ended_at=starts_at - timedelta(days=1) if status == "cancelled" else None,
    )


def by_icalendar(content):
    calendar = Calendar.from_ical(content)
    [event] = calendar.events
    return {
        "method": str(calendar["METHOD"]),
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "start": event.start,
        "end": event.end,
        "stamp": event["DTSTAMP"].dt,
        "status": str(event["STATUS"]),
        "words": str(event["SUMMARY"]),
        "place": str(event.get("LOCATION", "")),
        "from": str(event["ORGANIZER"]),
    }


def by_vobject(content):
    calendar = vobject.readOne(content.decode())
    event = calendar.vevent
    return {
        "method": calendar.method.value,
        "uid": event.uid.value,
        "sequence": int(event.sequence.value),
        "start": event.dtstart.value,
        "end": event.dtend.value,
        "stamp": event.dtstamp.value,
        "status": event.status.value,
        "words": event.summary.value,
        "place": event.location.value if hasattr(event, "location") else "",
        "from": event.organizer.value,
    }


@given(
    starts_at=TIMES,
    place=WORDS,
    status=st.sampled_from(["booked", "cancelled"]),
    sequence=st.integers(0, 300),
)
@example(starts_at=NIGHTS[1] + timedelta(minutes=30), place="", status="booked", sequence=0)
@example(starts_at=NIGHTS[1] + timedelta(minutes=90), place="", status="booked", sequence=0)
def test_both_parsers_read_what_was_booked(starts_at, place, status, sequence):
    appointment = an_appointment(starts_at, place=place, status=status, sequence=sequence)
    content = calendar_file(appointment)
    cancelled = status == "cancelled"
    read = by_icalendar(content)
    assert by_vobject(content) == read
    assert (read["start"], read["end"]) == (starts_at, starts_at + timedelta(minutes=10))
    assert read["uid"].startswith(str(appointment.pk))
    assert read["sequence"] == sequence + cancelled
    assert (read["method"], read["status"]) == (
        ("CANCEL", "CANCELLED") if cancelled else ("PUBLISH", "CONFIRMED")
    )
    assert read["place"] == f"{place}, Gata 1, 0484 Oslo"
    assert read["from"] == "mailto:time@example.invalid"
    assert calendar_file(appointment) == content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


@given(starts_at=TIMES)
def test_a_time_by_oslos_clock_is_the_same_moment_in_the_file(starts_at):
    by_the_clock = an_appointment(starts_at.astimezone(OSLO))
    assert re.search(rb"DTSTART:\d{8}T\d{6}Z\r\n", calendar_file(by_the_clock))
    assert by_vobject(calendar_file(by_the_clock))["start"] == starts_at


@given(starts_at=TIMES, language=st.sampled_from(["nb", "nn", "en"]), protected=st.booleans())
def test_only_a_protected_address_is_left_out_and_nothing_says_why(starts_at, language, protected):
    with translation.override(language):
        read = by_vobject(calendar_file(an_appointment(starts_at, protected=protected)))
    assert bool(read["place"]) != protected
    assert read["words"] in {"Timen din", "Your appointment"}
