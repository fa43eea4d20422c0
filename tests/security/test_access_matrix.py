"""The matrix that is printed is what real requests meet, for everybody and every method."""

import json
from collections import defaultdict
from collections.abc import Iterator
from io import StringIO
from itertools import product

import pytest
import redis
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from clinics.domain.roles import Role
from clinics.domain.visitors import IN_THE_ADMIN, NOT_ENROLLED, OWN_CLINIC, Visitor
from clinics.permissions import AccessRule
from mpoxclinic.access_matrix import NO_METHOD, NO_RULE, entries
from tests.access.logins import log_in
from tests.access.objects import NOW, Objects, address_of, make_objects, make_staff
from tests.access.pages import Page, all_pages
from tests.access.people import PEOPLE, Person
from tests.security.stubbed import LET_IN, stub_views

METHODS = ("GET", "HEAD", "POST")


@pytest.fixture
def objects(db: None, valkey: redis.Redis) -> Iterator[Objects]:
    with time_machine.travel(NOW, tick=False):
        yield make_objects()


def printed() -> dict[tuple[str, str, str], tuple[bool, str]]:
    """The matrix as the command prints it: by name, method and kind of person."""
    out = StringIO()
    call_command("access_matrix", "--json", stdout=out)
    return {
        (one["name"] or one["url"], one["method"], one["who"]): (
            one["verdict"] == "allow",
            one["condition"],
        )
        for one in json.loads(out.getvalue())
    }


def kind_of(person: Person) -> Visitor:
    """What the matrix calls somebody."""
    if person.proved:
        return Visitor.PROVED
    if not person.logged_in:
        return Visitor.PATIENT if "patient" in person.name else Visitor.NOBODY
    if not person.second_factor:
        return Visitor.UNCONFIRMED
    if person.administrator:
        return Visitor.SUPERUSER
    role = next((role for role in Role if person.name.startswith(f"{role} ")), None)
    return Visitor(role.value) if role else Visitor.NO_ROLE


def holds(condition: str, person: Person) -> bool:
    """Tell whether somebody fulfils what the matrix says must hold besides."""
    if condition == OWN_CLINIC:
        return person.role_here is not None
    if condition.startswith("own "):
        return person.owns or person.proved
    # Nobody here who has not shown a second factor has one.
    return condition == NOT_ENROLLED or not condition.startswith(IN_THE_ADMIN)


def is_let_in(client: Client, method: str, address: str) -> bool:
    return client.generic(method, address).status_code == LET_IN


def test_the_matrix_is_what_real_requests_meet(
    objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One page of each rule as everybody, and each page as two of them; in every method."""
    matrix, pages = printed(), [page for page in all_pages() if page.name]
    by_rule: dict[AccessRule, list[Page]] = defaultdict(list)
    for page in pages:
        by_rule[page.rule].append(page)
    stub_views(monkeypatch)
    wrong, asked = [], 0
    for person in PEOPLE:
        walks_all = kind_of(person) is Visitor.NOBODY or person.role_here is Role.LEAD
        walked = pages if walks_all else [some[-1] for some in by_rule.values()]
        with transaction.atomic():
            client = Client()
            person.arrive(client, objects)
            for page, method in product(walked, METHODS):
                allowed, condition = matrix[page.name, method, kind_of(person).value]
                # Pages of the admin ask for the role inside; see below.
                if condition == NO_METHOD or hasattr(page.view, "model_admin"):
                    continue
                asked += 1
                due = allowed and holds(condition, person)
                if is_let_in(client, method, address_of(page, objects)) is not due:
                    wrong.append(f"{method} {page} as {person}: {'in' if due else 'out'} due")
            transaction.set_rollback(True)

    assert wrong == []
    assert len(by_rule) > 40
    assert asked > 2500


def test_a_method_that_the_matrix_denies_is_not_known_to_the_page(objects: Objects) -> None:
    matrix = printed()
    lead = log_in(Client(), make_staff("lena", (objects.clinic, Role.LEAD)))
    wrong, asked = [], 0
    for page in all_pages():
        for method in METHODS:
            known = matrix.get((page.name, method, Visitor.LEAD.value))
            others = [
                matrix[page.name, other, Visitor.LEAD.value] for other in METHODS if page.name
            ]
            if known is None or known[1] != NO_METHOD:
                continue
            if not any(one[0] for one in others):
                continue  # a lead is refused before the method is looked at
            asked += 1
            status = lead.generic(method, address_of(page, objects)).status_code
            if status not in {405, 404}:
                wrong.append(f"{method} {page}: {status}")

    assert wrong == []
    assert asked > 50


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_the_matrix_says_what_a_role_meets_in_the_admin(role: Role, objects: Objects) -> None:
    matrix = printed()
    staff = make_staff("rolle", (objects.clinic, role))
    staff.is_staff = True
    staff.save()
    client = log_in(Client(), staff)
    wrong, asked = [], 0
    for page in all_pages():
        if page.name.endswith(("_changelist", "_add", "_delete")) and page.name.startswith(
            "admin:"
        ):
            asked += 1
            due = matrix[page.name, "GET", role.value][0]
            status = client.get(address_of(page, objects)).status_code
            if (status in {200, 302}) is not due:
                wrong.append(f"{page} as {role}: {status}, {'in' if due else 'out'} due")

    assert wrong == []
    assert asked > 50


def test_an_address_without_a_rule_is_denied_to_everybody(client: Client) -> None:
    """By the matrix, and by a real request: it is an error of ours, and no page."""
    found = list(entries(get_resolver("tests.clinics.sample_pages")))
    forgotten = [one for one in found if one.url == "/forgotten/"]

    assert len(forgotten) == len(Visitor) * 6
    assert not any(one.allowed for one in forgotten)
    assert {one.condition for one in forgotten} == {NO_RULE, NO_METHOD}


@pytest.mark.urls("tests.clinics.sample_pages")
def test_a_request_for_an_address_without_a_rule_gets_no_page(client: Client) -> None:
    with pytest.raises(ImproperlyConfigured, match="no access rule"):
        client.get("/forgotten/")


def test_the_table_names_who_may_and_on_what_condition() -> None:
    out = StringIO()
    call_command("access_matrix", stdout=out)
    lines = out.getvalue().splitlines()

    assert "GET   /  [public]  everybody" in lines
    [board] = [line for line in lines if line.startswith("GET   /tavle/<uuid:session_id>/  ")]
    assert board.endswith("vaccinator, clinician, lead  (own clinic only)")
    assert not any(line.startswith(("PUT", "PATCH", "DELETE")) for line in lines)
