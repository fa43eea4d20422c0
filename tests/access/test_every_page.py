"""Every page declares who may open it, and lets in just those people."""

from collections import Counter
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.admin import site as admin_site
from django.db import connection
from django.test import Client
from django.urls import resolve

from clinics.permissions import AccessRule
from clinics.role_admin import ReadOnlyAdmin, RoleAdmin
from tests.access.objects import NOW, Objects, address_of, make_objects
from tests.access.pages import Page, all_pages
from tests.access.people import PEOPLE, Outcome, Person, outcome_of, owed

# A session notes that somebody came, the audit log that staff read.
MAY_CHANGE_ON_GET = {"django_session", "audit_auditentry"}
# Pages that are meant to say "not found" to those who are let in.
NOT_FOUND_BY_DESIGN = {
    "/admin/%(url)s",  # the admin's answer to addresses it does not have
    "/admin/r/%(content_type_id)s/%(object_id)s/",  # none of our objects has a page of its own
}


def is_closed_to_all(page: Page) -> bool:
    """Tell whether an admin page is one that nobody may use: what happened stays, unedited."""
    model_admin = getattr(page.view, "model_admin", None)
    if not isinstance(model_admin, RoleAdmin):
        return False
    return page.name.endswith("_delete") or (
        page.name.endswith("_add") and isinstance(model_admin, ReadOnlyAdmin)
    )


# Those who see the most; who is turned away changes nothing either way.
LET_IN_SOMEWHERE = [
    p for p in PEOPLE if p.role_here or p.owns or p.proved or p.administrator or not p.logged_in
]


@pytest.fixture
def objects(db: None) -> Iterator[Objects]:
    with time_machine.travel(NOW, tick=False):
        yield make_objects()


def test_every_view_declares_an_access_rule() -> None:
    undeclared = [str(page) for page in all_pages() if not isinstance(page.rule, AccessRule)]

    assert not undeclared, "\n".join(undeclared)


def test_the_walk_finds_the_pages_that_exist() -> None:
    names = {page.name for page in all_pages()}

    assert {"account_login", "mfa_activate_totp", "healthz", "clinics:dev"} <= names
    assert {"admin:index", "admin:clinics_staff_change"} <= names
    assert len([name for name in names if name.startswith("admin:")]) > 5 * len(
        admin_site._registry
    )


def test_every_address_leads_to_its_own_page(objects: Objects) -> None:
    astray = []
    for page in all_pages():
        found = resolve(address_of(page, objects).partition("?")[0])
        if found.func is not page.view:
            astray.append(f"{page} -> {found.view_name}")

    assert not astray, "\n".join(astray)


@pytest.mark.parametrize("person", PEOPLE, ids=str)
def test_every_page_lets_in_just_the_people_its_rule_names(
    person: Person, objects: Objects, client: Client
) -> None:
    person.arrive(client, objects)
    client.raise_request_exception = False  # so that one broken page does not hide the others
    wrong = []
    for page in all_pages():
        address = address_of(page, objects)
        response = client.get(address)
        due = owed(page.rule, person)
        if due is Outcome.LET_IN and page.form in NOT_FOUND_BY_DESIGN:
            due = Outcome.NOT_FOUND
        if due is Outcome.LET_IN and is_closed_to_all(page):
            due = Outcome.FORBIDDEN
        got = outcome_of(response, page.rule)
        if got is not due or response.status_code >= 500:
            wrong.append(f"{page} [{page.rule.name}]: {due.name} due, {response.status_code} came")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", LET_IN_SOMEWHERE, ids=str)
def test_opening_a_page_changes_nothing(person: Person, objects: Objects, client: Client) -> None:
    person.arrive(client, objects)
    for page in all_pages():
        before = rows_written()
        client.get(address_of(page, objects))
        written = {
            table: count
            for table, count in (rows_written() - before).items()
            if table not in MAY_CHANGE_ON_GET
        }

        assert written == {}, f"GET {page} as {person} wrote rows"


def rows_written() -> Counter[str]:
    """Count the rows inserted, updated and deleted per table in the running transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
        )
        return Counter(dict(cursor.fetchall()))
