from datetime import date

import pytest

from audit.domain import Actor
from clinics.domain.roles import Role
from clinics.models import Clinic, Staff
from clinics.services.staffing import add_staff
from tests import factories
from tests.clinics.cast import NOW, PASSWORD


@pytest.fixture
def clinic(db: None) -> Clinic:
    return factories.make_clinic(slug="storgata", name="Klinikken i Storgata", groups=[2])


@pytest.fixture
def elsewhere(db: None) -> Clinic:
    return factories.make_clinic(slug="torget", name="Klinikken på torget")


@pytest.fixture
def nurse(clinic: Clinic) -> Staff:
    """Kari, a vaccinator at the clinic from NOW on."""
    return add_staff(
        email="kari@example.org",
        name="Kari Nes",
        password=PASSWORD,
        roles=[(clinic, Role.VACCINATOR)],
        by=Actor.system(),
        now=NOW,
    )


@pytest.fixture
def today() -> date:
    return NOW.date()
