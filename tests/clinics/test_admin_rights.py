"""What an administrator can find out and change about rights, and what is written down of it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from clinics.domain.roles import Role
from clinics.models import Clinic, Membership, Staff
from tests.access.logins import log_in
from tests.access.objects import make_staff
from tests.appointments.admin.people import enter

pytestmark = pytest.mark.django_db


def test_a_colleagues_password_is_not_found_out_letter_by_letter(
    client: Client, clinic: Clinic, nurse: Staff
) -> None:
    """A hash that is found out by asking who has one that begins so can be broken at home."""
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


def change_roles(client: Client, clinic: Clinic, *new: dict[str, object], **changed: object) -> Any:
    """Send the clinic's page with its roles: new ones, and new values for those that are there."""
    address = reverse("admin:clinics_clinic_change", args=[clinic.pk])
    page = client.get(address)
    form = page.context["adminform"].form
    fields = {name: form[name].value() for name in form.fields}
    for shown in page.context["inline_admin_formsets"]:
        table = shown.formset
        for one in (table.management_form, *table.initial_forms):
            values = {name: one[name].value() for name in one.fields}
            fields |= {one.add_prefix(n): "" if v is None else v for n, v in values.items()}
    there = fields["memberships-INITIAL_FORMS"]
    fields["memberships-TOTAL_FORMS"] = there + len(new)
    for number, row in enumerate(new, start=there):
        fields |= {f"memberships-{number}-{name}": value for name, value in row.items()}
    return client.post(address, fields | changed)


def logged(clinic: Clinic) -> list[tuple[str, str, str, str]]:
    found = AuditEntry.objects.filter(clinic_id=clinic.pk, action__startswith="staff.role")
    return list(found.order_by("pk").values_list("action", "actor_id", "object_id", "reason"))


def test_a_role_that_is_given_or_changed_is_in_the_log_of_its_clinic(
    client: Client, clinic: Clinic, nurse: Staff
) -> None:
    """Who could see what and when must not be rewritten without a trace."""
    admin = str(enter(client, (clinic, Role.ADMIN)).pk)
    ola = make_staff("ola", (clinic, Role.VACCINATOR))
    row = {"staff": ola.pk, "clinic": clinic.pk, "role": "auditor", "valid_from": "2026-05-01"}
    assert change_roles(client, clinic, row).status_code == 302
    assert logged(clinic) == [("staff.role_granted", admin, str(ola.pk), "auditor 2026-05-01..")]

    held = Membership.objects.get(staff=ola, role="auditor")
    there = list(clinic.memberships.order_by("valid_from").values_list("pk", flat=True))
    number = there.index(held.pk)
    changed = {
        f"memberships-{number}-role": "lead",
        f"memberships-{number}-valid_until": "2026-06-01",
    }
    assert change_roles(client, clinic, **changed).status_code == 302
    assert logged(clinic)[1:] == [
        (
            "staff.role_changed",
            admin,
            str(ola.pk),
            "auditor 2026-05-01.. -> lead 2026-05-01..2026-06-01",
        )
    ]


def test_a_superusers_own_new_role_is_in_the_log_of_its_clinic(
    client: Client, clinic: Clinic
) -> None:
    """Only with a role does a superuser get to see people; that is when it is noted."""
    boss = make_staff("root", superuser=True)
    log_in(client, boss)
    row = {"staff": boss.pk, "clinic": clinic.pk, "role": "lead", "valid_from": "2026-05-01"}
    assert change_roles(client, clinic, row).status_code == 302
    assert logged(clinic) == [
        ("staff.role_granted", str(boss.pk), str(boss.pk), "lead 2026-05-01..")
    ]


def test_an_administrator_gives_no_role_to_themselves_and_changes_none_of_theirs(
    client: Client, clinic: Clinic
) -> None:
    admin = enter(client, (clinic, Role.ADMIN))
    row = {"staff": admin.pk, "clinic": clinic.pk, "role": "lead", "valid_from": "2026-05-01"}

    for refused in (
        change_roles(client, clinic, row),
        change_roles(client, clinic, **{"memberships-0-role": "clinician"}),
    ):
        assert refused.status_code == 200
        assert "Du kan ikke endre dine egne roller." in refused.content.decode()
    assert list(admin.memberships.values_list("role", flat=True)) == ["admin"]
    assert logged(clinic) == []


def test_a_role_that_ends_before_it_begins_is_refused_in_words(
    client: Client, clinic: Clinic, nurse: Staff
) -> None:
    enter(client, (clinic, Role.ADMIN))
    row = {"staff": nurse.pk, "clinic": clinic.pk, "role": "lead", "valid_from": "2026-05-02"}
    refused = change_roles(client, clinic, row | {"valid_until": "2026-05-01"})
    assert "Siste dag er før første dag." in refused.content.decode()
    assert "membership_dates_in_order" not in refused.content.decode()


def test_staff_of_other_clinics_are_seen_by_nobody_but_found_by_whoever_knows_the_address(
    client: Client, clinic: Clinic, elsewhere: Clinic, nurse: Staff
) -> None:
    other = make_staff("fjern", (elsewhere, Role.LEAD))
    listed = reverse("admin:clinics_staff_changelist")
    theirs = reverse("admin:clinics_staff_change", args=[other.pk])
    lookup = {"app_label": "clinics", "model_name": "membership", "field_name": "staff"}

    def found(term: str) -> list[str]:
        answer = client.get(reverse("admin:autocomplete"), lookup | {"term": term})
        return [one["text"] for one in answer.json()["results"]]

    for role, by_address in ((Role.CLINICIAN, []), (Role.ADMIN, ["fjern"])):
        enter(client, (clinic, role), name=role)
        names = {one.name for one in client.get(listed).context["cl"].result_list}
        assert nurse.name in names
        assert other.name not in names
        assert client.get(theirs).status_code == 404
        assert found("fjern") == []
        assert found("fjern@example.org") == by_address
