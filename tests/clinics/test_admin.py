"""The admin's pages for clinics and staff."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from clinics.domain.roles import Role
from clinics.models import Clinic, Staff
from clinics.services.staffing import enrol_totp
from tests.access.logins import SECRET, log_in
from tests.access.objects import make_staff
from tests.clinics.cast import PASSWORD


@pytest.fixture
def boss(db: None) -> Staff:
    return make_staff("root", superuser=True)


@pytest.fixture
def at_admin(client: Client, boss: Staff) -> Client:
    return log_in(client, boss)


def inline(prefix: str, *rows: dict[str, object]) -> dict[str, object]:
    """Return the fields of an inline form with new rows."""
    fields: dict[str, object] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        fields |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return fields


def test_a_new_user_gets_a_password_and_a_role(at_admin: Client, clinic: Clinic) -> None:
    role = {"clinic": clinic.pk, "role": "lead", "valid_from": "2026-05-01"}
    response = at_admin.post(
        reverse("admin:clinics_staff_add"),
        {
            "email": "Ola@example.org",
            "name": "Ola Li",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
            **inline("memberships", role),
        },
    )

    assert response.status_code == 302, response.context["errors"]
    ola = Staff.objects.get(email="ola@example.org")
    assert ola.check_password(PASSWORD)
    held = ola.memberships.get()
    assert (held.clinic, held.role, held.valid_from) == (clinic, Role.LEAD, date(2026, 5, 1))


def test_two_users_cannot_share_an_address_whatever_its_case(
    at_admin: Client, nurse: Staff
) -> None:
    response = at_admin.post(
        reverse("admin:clinics_staff_add"),
        {
            "email": nurse.email.upper(),
            "name": "Kari",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
            **inline("memberships"),
        },
    )

    assert "email" in response.context["adminform"].form.errors


def test_users_and_clinics_are_found_by_search_and_filters(
    at_admin: Client, nurse: Staff, clinic: Clinic, elsewhere: Clinic
) -> None:
    def found(page: str, query: str) -> set[str]:
        response = at_admin.get(reverse(page) + query)
        return {str(thing) for thing in response.context["cl"].result_list}

    assert found("admin:clinics_staff_changelist", "?q=kari") == {"Kari Nes"}
    assert found("admin:clinics_staff_changelist", "?memberships__role=lead") == set()
    at_clinic = f"?memberships__clinic__id__exact={clinic.pk}"
    assert found("admin:clinics_staff_changelist", at_clinic) == {"Kari Nes"}
    assert found("admin:clinics_clinic_changelist", "?q=storgata") == {clinic.name}


def test_roles_are_named_in_words(at_admin: Client, nurse: Staff) -> None:
    page = at_admin.get(reverse("admin:clinics_staff_change", args=[nurse.pk])).content.decode()

    assert "vaksinatør" in page


def test_a_lost_phone_is_answered_by_a_reset_that_is_recorded(
    at_admin: Client, boss: Staff, nurse: Staff
) -> None:
    enrol_totp(nurse, SECRET)

    at_admin.post(
        reverse("admin:clinics_staff_changelist"),
        {"action": "reset_second_factors", "_selected_action": [nurse.pk]},
    )

    assert not Authenticator.objects.filter(user=nurse).exists()
    entry = AuditEntry.objects.get(action="staff.second_factor_reset")
    assert (entry.actor_id, entry.object_id) == (str(boss.pk), str(nurse.pk))


def test_nobody_reads_secrets_of_authenticators_in_the_admin() -> None:
    assert not admin.site.is_registered(Authenticator)
    assert not admin.site.is_registered(EmailAddress)


def test_logging_out_of_the_admin_leads_to_the_log_in_page(at_admin: Client) -> None:
    response = at_admin.post(reverse("admin:logout"))

    assert response.headers["Location"] == reverse("account_login")
    assert at_admin.get(reverse("admin:index")).status_code == 302
