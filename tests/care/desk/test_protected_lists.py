"""The lists of the desk show only initials and year of somebody with a protected address."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.models import Appointment
from appointments.services.booking import cancel
from care.services.merging import merge
from care.services.recall import recall
from clinics.domain.roles import Role
from clinics.models import Membership
from patients.models import Patient
from tests.care.desk.test_displaced import cancel_day
from tests.factories import (
    BEFORE,
    LONG_AGO,
    OPENING,
    Day,
    actor_of,
    at,
    make_booking,
    make_dose,
    make_patient,
    make_session,
    make_vial,
)
from vaccinations.models import Dose

pytestmark = pytest.mark.django_db


def protected_on_two_rows(day: Day) -> tuple[Patient, Patient]:
    """Make somebody whose kept row alone knows of the protected address."""
    rows = []
    for phone in ("+4790000001", "+4790000002"):
        patient = make_patient(given_name="Kari", family_name="Nordmann", phone=phone)
        booked = make_booking(session=day.session, patient=patient, clock="18.00")
        cancel(appointment_id=booked.pk, by=day.by, now=BEFORE)
        rows.append(patient)
    kept, dropped = rows
    merge(keep_id=kept.pk, drop_id=dropped.pk, reason="told", by=day.by, now=at("17.30"))
    Patient.objects.filter(pk=kept.pk).update(protected_address=True)
    return kept, dropped


def assert_hidden(page: str) -> None:
    assert "K. N." in page
    for word in ("Nordmann", "14.03.1991"):
        assert word not in page


def displaced_of(day: Day, patient: Patient) -> None:
    later = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))
    booked = make_booking(session=later, clock="17.40")
    Appointment.objects.filter(pk=booked.pk).update(patient=patient)
    cancel_day(later)


def test_who_lacks_a_time(nurse: Client, day: Day) -> None:
    _kept, dropped = protected_on_two_rows(day)
    displaced_of(day, dropped)

    page = nurse.get(reverse("desk:displaced", args=[day.clinic.slug])).content.decode()

    assert_hidden(page)
    assert "tel:+4790000001" in page, "the person is called on what the kept row says"
    assert "tel:+4790000002" not in page


def test_deviations_and_the_people_of_a_recalled_lot(nurse: Client, day: Day) -> None:
    kept, _dropped = protected_on_two_rows(day)
    Membership.objects.create(
        staff=day.nurse, clinic=day.clinic, role=Role.LEAD, valid_from=LONG_AGO
    )
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.00"))
    dose = make_dose(vial=vial, patient=kept, by=day.nurse, now=at("17.10"))
    Dose.objects.filter(pk=dose.pk).update(deviation="route", deviation_reason="Glemt")
    assert_hidden(nurse.get(reverse("desk:deviations", args=[day.clinic.slug])).content.decode())

    recalled = [day.clinic.slug, day.lot.pk]
    assert_hidden(nurse.get(reverse("desk:recall", args=recalled)).content.decode())
    recall(
        lot_id=day.lot.pk,
        clinic_id=day.clinic.pk,
        reason="Fra produsenten",
        by=actor_of(day.nurse, day.clinic, Role.LEAD),
        now=at("17.40"),
    )
    for name in ("recall_calls", "recall_csv"):
        assert_hidden(nurse.get(reverse(f"desk:{name}", args=recalled)).content.decode())


def test_the_list_takes_the_same_queries_however_many_are_merged(nurse: Client, day: Day) -> None:
    url = reverse("desk:displaced", args=[day.clinic.slug])

    def queries() -> int:
        nurse.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert nurse.get(url).status_code == 200
        return len(captured)

    later = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))
    for clock in ("17.40", "18.00", "18.20"):
        make_booking(session=later, clock=clock)
    cancel_day(later)
    few = queries()
    _kept, dropped = protected_on_two_rows(day)
    Appointment.objects.filter(slot__session=later).update(patient=dropped)
    assert queries() == few
