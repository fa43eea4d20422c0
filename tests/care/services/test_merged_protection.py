"""A time on a row that is merged is told of and shown as the row that is kept demands."""

import uuid

import pytest
from django.test import Client

from appointments.models import Appointment
from appointments.services.booking import cancel
from appointments.services.calendar_file import calendar_file
from care.services.merging import merge
from notifications.models import Message
from notifications.services.registry import kinds
from patients.services.needs import set_call_name, set_needs
from tests.care.dayboard.pages import of_session
from tests.factories import BEFORE, Day, at, make_arrival, make_booking, make_patient

pytestmark = pytest.mark.django_db
KINDS = [one.code for one in kinds() if one.subject is Appointment]


@pytest.fixture
def coming(day: Day) -> Appointment:
    """Somebody waits on a row that is merged into one whose address is protected afterwards."""
    kept = make_patient(given_name="Kari", family_name="Nordmann")
    cancel(
        appointment_id=make_booking(session=day.session, patient=kept, clock="18.00").pk,
        by=day.by,
        now=BEFORE,
    )
    dropped = make_patient(given_name="Kari", family_name="Nordmann")
    coming = make_arrival(session=day.session, patient=dropped, clock="17.40", by=day.nurse)
    merge(keep_id=kept.pk, drop_id=dropped.pk, reason="told", by=day.by, now=at("17.41"))
    set_needs(patient_id=kept.pk, protected_address=True, by=day.by, now=at("17.41"))
    set_call_name(patient_id=kept.pk, call_name="Sommerfugl", by=day.by, now=at("17.41"))
    return Appointment.objects.select_related("slot__session__clinic").get(pk=coming.pk)


@pytest.mark.parametrize("code", KINDS)
def test_no_message_is_written_with_the_place(code: str, coming: Appointment) -> None:
    [kind] = [one for one in kinds() if one.code == code]
    message = Message(pk=uuid.uuid4(), kind=code, subject_id=coming.pk, occasion="0")

    told = kind.context([message], at("17.42"))

    assert told[message.pk]["protected"]
    assert kind.attachments is None or not kind.attachments([message], at("17.42"))


def test_the_calendar_entry_does_not_say_where(coming: Appointment) -> None:
    assert b"LOCATION" not in calendar_file(coming)


def test_the_board_shows_initials_year_and_no_call_name(
    nurse: Client, day: Day, coming: Appointment
) -> None:
    page = nurse.get(of_session("board", day.session)).content.decode()

    assert "K. N." in page
    for word in ("Nordmann", "14.03.1991", "Sommerfugl"):
        assert word not in page
