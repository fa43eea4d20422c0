"""The list of those who lack a place for dose 2."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment
from audit.models import AuditEntry
from care.services.vaccination import rescreen_for, vaccinate
from clinics.domain.roles import Role
from eligibility.domain.answers import SmallpoxEvidence
from tests.access.logins import log_in
from tests.care.dayboard.pages import id_of, text
from tests.factories import (
    OPENING,
    Day,
    at,
    day_answers,
    make_arrival,
    make_booking,
    make_clinic,
    make_dose,
    make_lot,
    make_patient,
    make_session,
    make_staff,
    make_vial,
)
from vaccinations.models import Dose, Vial

NOW = at("17.42")


def the_list(day: Day) -> str:
    return reverse("desk:dose_two_to_place", args=[day.clinic.slug])


def vaccinated(day: Day, vial: Vial, **arrival: object) -> Appointment:
    """Make a person who has just had dose 1."""
    one = make_arrival(session=day.session, by=day.nurse, **arrival)
    assert one.patient
    decision = rescreen_for(
        appointment_id=one.pk, answers=day_answers(one.patient), by=day.by, now=NOW
    )
    vaccinate(
        appointment_id=one.pk,
        decision_id=decision.pk,
        vial_id=vial.pk,
        site=Dose.Site.LEFT_ARM,
        by=day.by,
        now=NOW,
    )
    return one


def test_a_person_without_a_place_is_on_the_list_with_the_first_possible_day(
    nurse: Client, day: Day, vial: Vial
) -> None:
    anna = make_patient(given_name="Anna", family_name="Sol")
    vaccinated(day, vial, patient=anna)

    page = text(nurse.get(the_list(day)))

    assert "Sol, Anna 14.03.1991 26.11.2026 24.12.2026" in page
    home = text(nurse.get(reverse("desk:home")))
    assert "1 person mangler plass til dose 2" in home


def _has_a_place(day: Day, vial: Vial) -> None:
    make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=28))
    vaccinated(day, vial)


def _needs_one_dose_only(day: Day, vial: Vial) -> None:
    vaccinated(
        day,
        vial,
        patient=make_patient(birth_date=OPENING.date().replace(year=1970)),
        smallpox_evidence=SmallpoxEvidence.SCAR,
    )


def _has_had_both(day: Day, vial: Vial) -> None:
    one = vaccinated(day, vial)
    later = NOW + timedelta(days=28)
    lot = make_lot(clinic=day.clinic, number="9Z99", expires_on=later.date())
    make_dose(
        patient=one.patient,
        vial=make_vial(clinic=day.clinic, lot=lot, now=later),
        dose_number=2,
        now=later,
    )


def _is_booked_for_dose_one(day: Day, vial: Vial) -> None:
    make_booking(session=day.session)


def _cancelled_dose_one(day: Day, vial: Vial) -> None:
    booking = make_booking(session=day.session)
    Appointment.objects.filter(pk=booking.pk).update(status="cancelled")


def _dose_was_voided(day: Day, vial: Vial) -> None:
    one = vaccinated(day, vial)
    Dose.objects.filter(patient=one.patient).update(voided_at=NOW, voided_by=day.nurse)


def _dose_elsewhere(day: Day, vial: Vial) -> None:
    elsewhere = make_clinic(slug="andre", name="Et annet sted")
    make_dose(vial=make_vial(clinic=elsewhere, now=NOW), now=NOW)


@pytest.mark.parametrize(
    "arrange",
    [
        _has_a_place,
        _needs_one_dose_only,
        _has_had_both,
        _is_booked_for_dose_one,
        _cancelled_dose_one,
        _dose_was_voided,
        _dose_elsewhere,
    ],
)
def test_who_lacks_nothing_here_is_not_on_the_list(
    nurse: Client, day: Day, vial: Vial, arrange: Callable[[Day, Vial], None]
) -> None:
    arrange(day, vial)

    page = text(nurse.get(the_list(day)))

    assert "Alle har plass" in page
    assert "mangler plass til dose 2" not in text(nurse.get(reverse("desk:home")))


def test_who_was_turned_away_with_a_fever_at_dose_two_is_on_the_list_again(
    nurse: Client, day: Day
) -> None:
    four_weeks_ago = OPENING - timedelta(days=30)
    earlier = make_session(clinic=day.clinic, starts_at=four_weeks_ago)
    one = make_arrival(session=earlier, by=day.nurse, now=four_weeks_ago)
    assert one.patient
    decision = rescreen_for(
        appointment_id=one.pk, answers=day_answers(one.patient), by=day.by, now=four_weeks_ago
    )
    vial = make_vial(clinic=day.clinic, by=day.nurse, now=four_weeks_ago)
    done = vaccinate(
        appointment_id=one.pk,
        decision_id=decision.pk,
        vial_id=vial.pk,
        site=Dose.Site.LEFT_ARM,
        by=day.by,
        now=four_weeks_ago,
    )
    place = done.next_appointment
    assert place is not None
    assert place.slot.session_id == day.session.pk
    assert "Alle har plass" in text(nurse.get(the_list(day)))

    person = [day.session.pk, place.pk]
    nurse.post(reverse("dayboard:arrive", args=person), id_of(place))
    fever = {"asked": "as_ticked", "yes": ["fever_over_38"]}
    nurse.post(reverse("dayboard:rescreen", args=person), fever)
    nurse.post(reverse("dayboard:end_without_dose", args=person))

    assert one.patient.sorted_name in text(nurse.get(the_list(day)))


def test_reading_the_list_is_recorded_once_per_person_and_day(
    nurse: Client, day: Day, vial: Vial
) -> None:
    one = vaccinated(day, vial)
    for _ in range(2):
        nurse.get(the_list(day))

    entry = AuditEntry.objects.get(action="dose_two_list.read")
    assert (entry.patient_id, entry.actor_id) == (one.patient_id, str(day.nurse.pk))


@pytest.mark.parametrize(("role", "status"), [(Role.LEAD, 200), (Role.AUDITOR, 403)])
def test_the_list_is_for_those_who_stand_at_the_board(
    client: Client, clock: object, day: Day, role: Role, status: int
) -> None:
    log_in(client, make_staff(role, clinic=day.clinic))

    assert client.get(the_list(day)).status_code == status


def test_an_unknown_clinic_has_no_list(nurse: Client) -> None:
    address = reverse("desk:dose_two_to_place", args=["finnes-ikke"])

    assert nurse.get(address).status_code == 404
