from datetime import date, timedelta

import pytest

from clinics import selectors
from clinics.domain.roles import Role
from clinics.models import Clinic, GroupOffer, Membership, Staff
from tests import factories

DAY = timedelta(days=1)


@pytest.fixture
def hospital(db: None) -> Clinic:
    return factories.make_clinic(
        slug="sykehuset", name="Sykehuset", kind=Clinic.Kind.SPECIALIST, groups=[2]
    )


def test_clinics_of_the_setting_that_offer_the_group_today_are_found(
    clinic: Clinic, hospital: Clinic, today: date
) -> None:
    assert selectors.clinics_offering("municipal", 2, today) == [clinic]
    assert selectors.clinics_offering("specialist", 2, today) == [hospital]
    assert selectors.clinics_offering("municipal", 1, today) == []


def test_an_offer_counts_from_its_first_to_its_last_day(clinic: Clinic, today: date) -> None:
    GroupOffer.objects.filter(clinic=clinic).update(valid_from=today, valid_until=today + DAY)

    days = [today - DAY, today, today + DAY, today + 2 * DAY]

    found = [selectors.clinics_offering("municipal", 2, day) == [clinic] for day in days]
    assert found == [False, True, True, False]


def test_without_a_group_any_offer_counts_once(clinic: Clinic, today: date) -> None:
    GroupOffer.objects.create(clinic=clinic, priority_group=3, valid_from=today)

    assert selectors.clinics_offering("municipal", None, today) == [clinic]


def test_a_clinic_that_offers_nothing_is_not_found(clinic: Clinic, today: date) -> None:
    clinic.group_offers.all().delete()

    assert selectors.clinics_offering("municipal", None, today) == []
    assert selectors.all_clinics() == [clinic]


def test_a_clinic_is_found_by_its_address_name(clinic: Clinic) -> None:
    assert selectors.clinic_by_slug("storgata") == clinic
    assert selectors.clinic_by_slug("ukjent") is None


def test_a_user_s_clinics_come_with_the_roles_held_today(
    nurse: Staff, clinic: Clinic, elsewhere: Clinic, today: date
) -> None:
    for place, role, until in [
        (clinic, Role.LEAD, None),
        (elsewhere, Role.CLINICIAN, None),
        (elsewhere, Role.ADMIN, today - DAY),
    ]:
        Membership.objects.create(
            staff=nurse, clinic=place, role=role, valid_from=today - 9 * DAY, valid_until=until
        )

    assert selectors.clinics_of(nurse, today) == [
        (clinic, {Role.VACCINATOR, Role.LEAD}),
        (elsewhere, {Role.CLINICIAN}),
    ]
