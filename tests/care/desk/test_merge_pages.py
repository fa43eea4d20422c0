"""Merging two rows at the desk: side by side, confirmed with a reason, taken back by a lead."""

import pytest
from django.test import Client
from django.urls import reverse

from appointments.services.booking import cancel
from audit.models import AuditEntry
from clinics.domain.roles import Role
from patients.models import Patient, PatientMerge
from tests import factories
from tests.access.logins import log_in
from tests.care.dayboard.pages import text
from tests.factories import BEFORE, Day

pytestmark = pytest.mark.django_db


def page_of(name: str, one: Patient, *other: Patient) -> str:
    return reverse(f"desk:{name}", args=["nydalen", one.pk, *(each.pk for each in other)])


@pytest.fixture
def two(day: Day) -> tuple[Patient, Patient]:
    """Make two of the same name and birth date, whose times were cancelled."""
    rows = []
    for _ in range(2):
        patient = factories.make_patient(given_name="Alice", family_name="Ås")
        booked = factories.make_booking(session=day.session, patient=patient, clock="18.10")
        cancel(appointment_id=booked.pk, by=day.by, now=BEFORE)
        rows.append(patient)
    return rows[0], rows[1]


def test_who_may_be_the_same_person_is_suggested(
    nurse: Client, two: tuple[Patient, Patient]
) -> None:
    page = nurse.get(page_of("person", two[0])).content.decode()

    assert page_of("merge", *two) in page


def test_both_are_shown_side_by_side_with_what_differs(
    nurse: Client, two: tuple[Patient, Patient]
) -> None:
    page = nurse.get(page_of("merge", *two))

    said = text(page)
    assert two[0].phone in said
    assert two[1].phone in said
    assert page.content.decode().count("data-differs") == 1  # the telephone
    read = AuditEntry.objects.filter(action="person.merge_read").values_list(
        "patient_id", flat=True
    )
    assert set(read) == {one.pk for one in two}


def test_with_a_reason_they_are_one_and_the_dropped_rows_page_leads_to_the_person(
    nurse: Client, two: tuple[Patient, Patient]
) -> None:
    kept, dropped = two
    for _ in range(2):
        response = nurse.post(page_of("merge", *two), {"reason": "told"})
        assert response["Location"] == page_of("person", kept)

    assert PatientMerge.objects.count() == 1
    assert nurse.get(page_of("person", dropped))["Location"] == page_of("person", kept)
    assert "Slått sammen med" in text(nurse.get(page_of("person", kept)))


def test_without_a_reason_it_asks_for_one(nurse: Client, two: tuple[Patient, Patient]) -> None:
    assert "Velg hvorfor" in text(nurse.post(page_of("merge", *two), {}))
    assert not PatientMerge.objects.exists()


def test_what_stands_in_the_way_is_told_with_the_times_to_act_on(
    nurse: Client, two: tuple[Patient, Patient], day: Day
) -> None:
    times = [
        factories.make_booking(session=day.session, patient=one, clock=clock)
        for one, clock in zip(two, ("18.20", "18.30"), strict=True)
    ]

    for page in (
        nurse.get(page_of("merge", *two)),
        nurse.post(page_of("merge", *two), {"reason": "told"}),
    ):
        assert "Begge har time til dose 1" in text(page)
        for one in times:
            assert reverse("desk:time", args=["nydalen", one.pk]) in page.content.decode()
    assert not PatientMerge.objects.exists()


def test_only_a_lead_takes_it_back(
    client: Client, clock: object, two: tuple[Patient, Patient], day: Day
) -> None:
    log_in(client, day.nurse)
    client.post(page_of("merge", *two), {"reason": "told"})
    assert client.get(page_of("unmerge", *two)).status_code == 403
    assert page_of("unmerge", *two) not in client.get(page_of("person", two[0])).content.decode()

    lead = log_in(Client(), factories.make_staff(Role.LEAD, clinic=day.clinic))
    assert page_of("unmerge", *two) in lead.get(page_of("person", two[0])).content.decode()
    assert "Velg hvorfor" in text(lead.post(page_of("unmerge", *two), {}))
    for _ in range(2):
        response = lead.post(page_of("unmerge", *two), {"reason": "two_people"})
        assert response["Location"] == page_of("person", two[0])
    assert not Patient.objects.exclude(merged_into=None).exists()


def test_after_a_dose_it_says_why_it_cannot_be_taken_back(
    client: Client, clock: object, two: tuple[Patient, Patient], day: Day
) -> None:
    lead = log_in(client, factories.make_staff(Role.LEAD, clinic=day.clinic))
    lead.post(page_of("merge", *two), {"reason": "told"})
    vial = factories.make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse)
    factories.make_dose(patient=two[1], vial=vial, now=factories.at("17.43"))

    said = text(lead.post(page_of("unmerge", *two), {"reason": "two_people"}))

    assert "De kan ikke skilles igjen" in said
    assert Patient.objects.exclude(merged_into=None).exists()
