"""What an administrator can find out and change about rights, and what is written down of it."""

import pytest
from django.test import Client
from django.urls import reverse

from clinics.domain.roles import Role
from clinics.models import Clinic, Staff
from tests.appointments.admin.people import enter

pytestmark = pytest.mark.django_db


def test_a_colleagues_password_is_not_found_out_letter_by_letter(
    client: Client, clinic: Clinic, nurse: Staff
) -> None:
    """A hash that is guessed by asking which users have one that begins so can be broken at home."""
    enter(client, (clinic, Role.AUDITOR))
    nurse.set_password("et langt passord til prøve")
    nurse.save()
    listed = reverse("admin:clinics_staff_changelist")

    for lookup in (
        f"password__startswith={nurse.password[:40]}",
        "password__contains=argon2",
        f"password={nurse.password}",
        f"email_hash={nurse.email_hash}",
    ):
        assert client.get(f"{listed}?{lookup}").status_code == 400, lookup
    assert client.get(f"{listed}?is_active__exact=1").status_code == 200
