"""A form about a row that is merged: it leads to the person, and takes nothing from them."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from appointments.models import Appointment
from appointments.permissions import OWN_APPOINTMENT
from appointments.services.booking import cancel
from care.services.merging import merge
from patients.models import Patient
from patients.services.needs import set_needs
from tests.factories import BEFORE, Day, at, make_booking, make_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def merged(day: Day) -> tuple[Patient, Patient]:
    """One who is kept, with a protected address, and the row that was merged into it."""
    rows = []
    for _ in range(2):
        patient = make_patient(given_name="Kari", family_name="Nordmann")
        booked = make_booking(session=day.session, patient=patient, clock="18.00")
        cancel(appointment_id=booked.pk, by=day.by, now=BEFORE)
        rows.append(patient)
    kept, dropped = rows
    merge(keep_id=kept.pk, drop_id=dropped.pk, reason="told", by=day.by, now=at("17.30"))
    set_needs(patient_id=kept.pk, protected_address=True, by=day.by, now=at("17.31"))
    return kept, dropped


@pytest.mark.parametrize("send", ["get", "post"])
def test_the_form_of_a_duplicate_leads_to_the_persons_own(
    nurse: Client, day: Day, merged: tuple[Patient, Patient], send: str
) -> None:
    kept, dropped = merged
    for name, first in (
        ("desk:phone_known", day.clinic.slug),
        ("dayboard:walk_in_known", day.session.pk),
    ):
        answer = getattr(nurse, send)(
            reverse(name, args=[first, dropped.pk]), {"protected_address": "no"}
        )
        assert answer.headers["Location"] == reverse(name, args=[first, kept.pk])

    kept.refresh_from_db()
    assert kept.protected_address


def test_who_proved_the_contact_that_is_kept_opens_a_time_on_the_duplicate(
    day: Day, merged: tuple[Patient, Patient]
) -> None:
    kept, dropped = merged
    of_dropped = Appointment.objects.get(patient=dropped)

    def may_see(hashed: str) -> bool:
        request = RequestFactory().get("/")
        request.session = {"contact_hash": hashed}  # type: ignore[assignment]
        return OWN_APPOINTMENT.passes(request, {"appointment_id": of_dropped.pk})

    assert may_see(kept.phone_hash)
    assert not may_see(dropped.phone_hash), "a duplicate is reached as the kept row says"
    assert not may_see("")
