"""The link in a message after a visit leads to a new time, for whom there is one to choose."""

from datetime import timedelta

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.services.links import appointment_url
from appointments.services.no_shows import note_no_shows
from audit.models import AuditEntry
from eligibility.domain.answers import Allergy
from tests.appointments.views.line import Booker
from tests.factories import (
    DAY,
    OPENING,
    Day,
    at,
    make_booking,
    make_day,
    make_decision,
    make_session,
    oslo,
    slot_at,
)
from tests.factories.visits import make_vaccinated

NEXT_MORNING = oslo(DAY + timedelta(days=1), "10.00")
CHOOSE = "Velg ny tid"


@pytest.fixture
def day(db) -> Day:
    return make_day()


@pytest.fixture
def reader(moment) -> Booker:
    """A browser that has opened nothing yet, the morning after."""
    moment.move_to(NEXT_MORNING)
    return Booker()


@pytest.fixture
def missed(day) -> Appointment:
    booked = make_booking(session=day.session, clock="17.00")
    [noted] = note_no_shows(
        session_id=day.session.pk, appointment_ids=[booked.pk], by=day.by, now=at("19.50")
    )
    return noted


def next_week(day, starts_at=OPENING + timedelta(days=7), **session):
    return make_session(clinic=day.clinic, starts_at=starts_at, **session)


def follow_link(reader, appointment):
    """Open the link as a message has it; it lasts for two weeks."""
    url = appointment_url(appointment, now=NEXT_MORNING, lasts=timedelta(days=14))
    reader.get("/l/" + url.partition("/l/")[2])
    assert reader.path == f"/min-time/{appointment.pk}/"


def test_who_missed_a_time_books_another_from_the_link(day, missed, reader):
    later = next_week(day)
    follow_link(reader, missed)
    reader.shows("Det går fint å komme en annen dag", CHOOSE)
    reader.get(f"/min-time/{missed.pk}/ny-tid/")
    reader.shows("Når passer det i stedet?", "Torsdag 3. desember")
    reader.post(f"/min-time/{missed.pk}/ny-tid/", {"slot": str(slot_at(later, "17.20").pk)})
    booked = Appointment.objects.get(slot=slot_at(later, "17.20"))
    assert reader.path == f"/min-time/{booked.pk}/"
    reader.shows("Timen er bestilt.", "kl. 17.20")
    assert (booked.status, booked.patient, booked.decision, booked.dose_number) == (
        Status.BOOKED,
        missed.patient,
        missed.decision,
        1,
    )
    [entry] = AuditEntry.objects.filter(action="appointment.booked", object_id=str(booked.pk))
    assert (entry.actor_kind, entry.patient_id) == ("patient", missed.patient_id)


def test_pressed_twice_there_is_one_booking(day, missed, reader):
    later = next_week(day)
    follow_link(reader, missed)
    for clock in ("17.20", "17.40"):
        reader.post(f"/min-time/{missed.pk}/ny-tid/", {"slot": str(slot_at(later, clock).pk)})
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 1
    reader.shows("Du kan ikke velge en ny tid her.")


def test_a_time_of_another_group_or_clinic_is_not_taken(day, missed, reader):
    other_group = next_week(day, groups=[1])
    follow_link(reader, missed)
    reader.post(f"/min-time/{missed.pk}/ny-tid/", {"slot": str(slot_at(other_group, "17.20").pk)})
    assert not Appointment.objects.filter(status=Status.BOOKED).exists()


@pytest.mark.parametrize(
    "answers",
    [{"had_mpox": True}, {"mpox_symptoms": True}, {"allergies": frozenset({Allergy.OTHER})}],
    ids=["not needed", "seek care", "review, with a course suggested"],
)
def test_who_needs_a_talk_first_is_asked_to_call(day, missed, reader, answers):
    next_week(day)
    make_decision(patient=missed.patient, now=at("20.00"), **answers)
    follow_link(reader, missed)
    assert CHOOSE not in reader.words
    reader.shows("Ring oss på")
    reader.get(f"/min-time/{missed.pk}/ny-tid/")
    assert reader.path == f"/min-time/{missed.pk}/"
    reader.shows("Du kan ikke velge en ny tid her.")


def test_who_missed_the_second_time_chooses_from_day_28_on(day, reader, moment):
    visit = make_vaccinated(day)
    early = next_week(day, OPENING + timedelta(days=27))
    later = next_week(day, OPENING + timedelta(days=28))
    booked = make_booking(
        session=later, decision=visit.decision, dose_number=2, clock="17.00", now=NEXT_MORNING
    )
    five_weeks = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=35))
    moment.move_to(later.ends_at - timedelta(minutes=5))
    note_no_shows(session_id=later.pk, appointment_ids=[booked.pk], by=day.by, now=later.ends_at)
    follow_link(reader, booked)
    reader.get(f"/min-time/{booked.pk}/ny-tid/")
    reader.shows("Torsdag 31. desember")
    reader.post(f"/min-time/{booked.pk}/ny-tid/", {"slot": str(slot_at(early, "17.20").pk)})
    assert not Appointment.objects.filter(status=Status.BOOKED, dose_number=2).exists()
    slot = slot_at(five_weeks, "17.20")
    reader.post(f"/min-time/{booked.pk}/ny-tid/", {"slot": str(slot.pk)})
    again = Appointment.objects.get(status=Status.BOOKED, dose_number=2)
    assert (again.slot, again.not_before) == (slot, later.date)


def test_after_a_visit_the_page_says_what_to_know(day, reader):
    visit = make_vaccinated(day)
    follow_link(reader, visit)
    reader.shows("Etter timen", "går over innen en uke", "Kontakt lege")
    assert CHOOSE not in reader.words


def test_without_a_free_time_the_page_says_so(day, missed, reader):
    follow_link(reader, missed)
    reader.get(f"/min-time/{missed.pk}/ny-tid/")
    reader.shows("Ingen ledige timer akkurat nå")


def test_another_browser_opens_nothing(day, missed, reader):
    reader.get(f"/min-time/{missed.pk}/ny-tid/")
    assert not reader.path.startswith(f"/min-time/{missed.pk}")


def test_the_queries_of_the_page_are_few(day, missed, reader, django_assert_max_num_queries):
    next_week(day)
    follow_link(reader, missed)
    with django_assert_max_num_queries(20):
        reader.get(f"/min-time/{missed.pk}/ny-tid/")
