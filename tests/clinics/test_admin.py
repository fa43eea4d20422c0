"""The admin's pages for clinics and staff."""

import re
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEntry
from clinics.domain.roles import Role
from clinics.models import Clinic, Staff
from clinics.services.staffing import enrol_totp
from tests.access.logins import SECRET, log_in
from tests.access.objects import make_staff


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


def links_in(response: HttpResponse) -> list[str]:
    """Return the invitations that a page shows."""
    return re.findall(r"data-invitation>http://testserver([^<]+)<", response.content.decode())


def test_a_new_user_gets_a_role_a_link_and_no_password(at_admin: Client, clinic: Clinic) -> None:
    role = {"clinic": clinic.pk, "role": "lead", "valid_from": "2026-05-01"}
    response = at_admin.post(
        reverse("admin:clinics_staff_add"),
        {
            "email": "Ola@example.org",
            "name": "Ola Li",
            "hpr_number": "123 4567",
            **inline("memberships", role),
        },
    )

    assert response.status_code == 200, response.context["errors"]
    assert len(links_in(response)) == 1
    ola = Staff.objects.get(email="ola@example.org")
    assert not ola.has_usable_password()
    assert ola.hpr_number == "1234567"
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
            **inline("memberships"),
        },
    )

    assert "email" in response.context["adminform"].form.errors


def test_what_cannot_be_an_hpr_number_is_refused_in_words(at_admin: Client) -> None:
    other_digits = "\uff11" * 7
    for number, given in enumerate(
        ["123456", "1234567890", "012345678", "12345x7", other_digits, "x" * 20]
    ):
        fields = {"email": f"a{number}@example.org", "name": "A", "hpr_number": given}
        page = at_admin.post(
            reverse("admin:clinics_staff_add"), {**fields, **inline("memberships")}
        )
        told = str(page.context["adminform"].form.errors["hpr_number"])
        assert "7 til 9 sifre" in told, given
    assert Staff.objects.count() == 1


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
    clinic = nurse.memberships.get().clinic
    page = at_admin.get(reverse("admin:clinics_clinic_change", args=[clinic.pk]))
    tables = [each.formset for each in page.context["inline_admin_formsets"]]
    heads = {str(field.label) for table in tables for field in table.empty_form.fields.values()}
    assert {"Ansatt", "Rolle"} <= heads
    assert "Staff" not in heads


def test_a_lost_phone_is_answered_by_a_reset_that_is_recorded(
    at_admin: Client, boss: Staff, nurse: Staff
) -> None:
    enrol_totp(nurse, SECRET)

    page = at_admin.post(
        reverse("admin:clinics_staff_changelist"),
        {"action": "reset_second_factors", "_selected_action": [nurse.pk]},
    )

    assert len(links_in(page)) == 1
    assert not Authenticator.objects.filter(user=nurse).exists()
    nurse.refresh_from_db()
    assert not nurse.has_usable_password(), "a password alone is not enough for a new factor"
    entry = AuditEntry.objects.get(action="staff.second_factor_reset")
    assert (entry.actor_id, entry.object_id) == (str(boss.pk), str(nurse.pk))


def test_nobody_reads_secrets_of_authenticators_in_the_admin() -> None:
    assert not admin.site.is_registered(Authenticator)
    assert not admin.site.is_registered(EmailAddress)


def test_logging_out_of_the_admin_leads_to_the_log_in_page(at_admin: Client) -> None:
    response = at_admin.post(reverse("admin:logout"))

    assert response.headers["Location"] == reverse("account_login")
    assert at_admin.get(reverse("admin:index")).status_code == 302


def test_a_clinic_with_many_colleagues_costs_no_more_and_a_role_is_ended_by_its_date(
    at_admin: Client, clinic: Clinic, nurse: Staff
) -> None:
    address = reverse("admin:clinics_clinic_change", args=[clinic.pk])
    at_admin.get(address)
    with CaptureQueriesContext(connection) as few:
        at_admin.get(address)
    for number in range(5):
        make_staff(f"kollega{number}", (clinic, Role.VACCINATOR))
    with CaptureQueriesContext(connection) as many:
        page = at_admin.get(address)

    assert len(many) == len(few)
    held = nurse.memberships.get(clinic=clinic)
    fields = {"name": clinic.name, "slug": clinic.slug, "discreet_name": clinic.discreet_name}
    for formset in page.context["inline_admin_formsets"]:
        for form in (formset.formset.management_form, *formset.formset.initial_forms):
            fields |= {form.add_prefix(name): form[name].value() or "" for name in form.fields}
    row = next(n for n in range(6) if fields[f"memberships-{n}-id"] == held.pk)
    other = Staff.objects.get(email="kollega0@example.org")
    plain = {name: getattr(clinic, name) for name in ("kind", "street", "postal_code", "city")}
    posted = at_admin.post(
        address,
        {
            **fields,
            **plain,
            "phone": clinic.phone,
            "observation_minutes": 20,
            f"memberships-{row}-valid_until": "2026-12-31",
            f"memberships-{row}-staff": other.pk,  # whose it is, stays
        },
    )

    assert posted.status_code == 302, posted.context["errors"]
    held.refresh_from_db()
    assert (held.staff, held.valid_until) == (nurse, date(2026, 12, 31))


@pytest.mark.parametrize("field", ["discreet_name", "phone_hours"])
def test_what_messages_say_of_a_clinic_does_not_tell_what_it_does(
    at_admin: Client, clinic: Clinic, field: str
) -> None:
    page = reverse("admin:clinics_clinic_change", args=[clinic.pk])
    given = {
        name: getattr(clinic, name)
        for name in [each.name for each in Clinic._meta.fields if each.name != "id"]
    }
    inlines = inline("group_offers") | inline("memberships")

    told = {**given, **inlines, field: "Vaksinekontoret"}
    refused = at_admin.post(page, told)
    saved = at_admin.post(page, {**given, **inlines, field: "Nydalen helsesenter"})

    assert "Ta bort «vaksinekontoret»" in str(refused.context["adminform"].form.errors[field])
    assert saved.status_code == 302
    clinic.refresh_from_db()
    assert getattr(clinic, field) == "Nydalen helsesenter"
