from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from clinics.domain.roles import Role
from clinics.models import Clinic, Staff
from tests.access.logins import log_in
from tests.access.objects import make_staff
from tests.factories import make_clinic
from tests.vaccinations.admin.office import NOW


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the server's clock on the clinic day."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def clinic(db: None) -> Clinic:
    return make_clinic()


@pytest.fixture
def doctor(clinic: Clinic) -> Staff:
    staff = make_staff("lund", (clinic, Role.CLINICIAN))
    Staff.objects.filter(pk=staff.pk).update(is_staff=True, hpr_number="9000011")
    staff.refresh_from_db()
    return staff


@pytest.fixture
def as_doctor(client: Client, doctor: Staff) -> Client:
    return log_in(client, doctor)


@pytest.fixture
def lead(clinic: Clinic) -> Staff:
    staff = make_staff("leder", (clinic, Role.LEAD))
    Staff.objects.filter(pk=staff.pk).update(is_staff=True)
    return staff


@pytest.fixture
def as_lead(lead: Staff) -> Client:
    return log_in(Client(), lead)
