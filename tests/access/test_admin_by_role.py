"""The admin's pages open by role and clinic: a table of who may see, add and change what."""

from collections.abc import Iterator

import pytest
import time_machine
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from clinics.domain.roles import Role
from clinics.models import Clinic, Membership, Staff
from clinics.permissions import ADMIN
from clinics.role_admin import ReadOnlyAdmin, RoleAdmin
from tests.access.logins import log_in
from tests.access.objects import NOW, Objects, make_objects, make_staff
from tests.access.pages import all_pages

PAGES = sorted(admin.site._registry.values(), key=lambda page: page.model._meta.label)


@pytest.fixture
def objects(db: None) -> Iterator[Objects]:
    with time_machine.travel(NOW, tick=False):
        yield make_objects()


def enter(client: Client, name: str, *roles: tuple[Clinic, Role]) -> Staff:
    """Log somebody in who uses the admin, with roles and no superuser's rights."""
    staff = make_staff(name, *roles)
    staff.is_staff = True
    staff.save()
    log_in(client, staff)
    return staff


def address(page: admin.ModelAdmin, action: str, *args: object) -> str:
    meta = page.model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{action}", args=args)


def test_every_page_of_the_admin_opens_by_role() -> None:
    others = [page for page in PAGES if not isinstance(page, RoleAdmin)]

    assert others == []


@pytest.mark.parametrize("role", Role)
def test_a_role_sees_adds_and_changes_just_what_the_page_says(
    role: Role, objects: Objects, client: Client
) -> None:
    enter(client, "rolle", (objects.clinic, role))
    wrong = []
    for page in PAGES:
        sees = role in {*page.readers, *page.writers}
        adders = page.writers if page.adders is None else page.adders
        adds = role in adders and not isinstance(page, ReadOnlyAdmin)
        for action, due in (("changelist", sees), ("add", adds)):
            status = client.get(address(page, action)).status_code
            if status != (200 if due else 403):
                wrong.append(f"{role}: {page.model._meta.label} {action} gave {status}")

    assert wrong == []


@pytest.mark.parametrize("role", Role)
def test_rows_of_another_clinic_do_not_exist(role: Role, objects: Objects, client: Client) -> None:
    """Whatever the role is elsewhere: the list is empty and the row's page leads nowhere."""
    enter(client, "annen", (objects.elsewhere, role))
    seen = []
    for page in PAGES:
        if not page.clinic_path:
            continue
        here = page.model.objects.filter(**{page.clinic_path: objects.clinic.pk}).first()
        assert here is not None, f"make_objects makes no {page.model._meta.label} at the clinic"
        sees = role in {*page.readers, *page.writers}
        opened = client.get(address(page, "change", here.pk)).status_code
        if opened != (404 if sees else 403):
            seen.append(f"{page.model._meta.label}: {opened}")
        listed = client.get(address(page, "changelist"))
        if listed.status_code == 200 and here in listed.context["cl"].result_list:
            seen.append(page.model._meta.label)

    assert seen == []


def test_pages_of_our_own_ask_for_the_second_factor_like_all_others(
    objects: Objects, client: Client
) -> None:
    """The walk in test_every_page.py knows them: they go through the admin's own door."""
    ours = [page for page in all_pages() if page.name == "admin:appointments_clinicsession_series"]
    assert [page.rule for page in ours] == [ADMIN]
    log_in(client, make_staff("nora", superuser=True), second_factor=False)

    response = client.get(reverse(ours[0].name))

    assert response.headers["Location"].startswith(reverse("mfa_activate_totp"))


def test_a_role_that_has_ended_opens_nothing(objects: Objects, client: Client) -> None:
    staff = enter(client, "tidligere", (objects.clinic, Role.ADMIN))
    Membership.objects.filter(staff=staff).update(valid_until=NOW.date().replace(day=25))

    assert client.get(reverse("admin:clinics_clinic_changelist")).status_code == 403


def test_an_administrator_cannot_give_a_role_at_another_clinic(
    objects: Objects, client: Client
) -> None:
    staff = enter(client, "admin", (objects.clinic, Role.ADMIN))
    change = reverse("admin:clinics_staff_change", args=[staff.pk])

    posted = client.post(change, {"is_superuser": "on", "email": staff.email, "name": "Meg"})

    assert posted.status_code == 403
    staff.refresh_from_db()
    assert not staff.is_superuser
