"""Everybody who might open a page, and what each rule owes them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from care.portal.permissions import Proved
from clinics.domain.roles import Role
from clinics.permissions import (
    AccessRule,
    Administrator,
    AnyMember,
    AtClinic,
    DemoOnly,
    Own,
    OwnAccount,
)
from patients.models import Patient
from tests import factories
from tests.access.logins import log_in
from tests.access.objects import Objects, make_staff


class Outcome(Enum):
    """What came of opening a page."""

    LET_IN = auto()
    LOG_IN = auto()
    SECOND_FACTOR = auto()
    FORBIDDEN = auto()
    NOT_FOUND = auto()
    CODE_PAGE = auto()


@dataclass(frozen=True)
class Person:
    """Somebody with a browser, and what decides their access."""

    name: str
    arrive: Callable[[Client, Objects], object]
    logged_in: bool = False
    second_factor: bool = False
    works_somewhere: bool = False
    role_here: Role | None = None
    administrator: bool = False
    owns: bool = False
    proved: bool = False

    def __str__(self) -> str:
        return self.name


def _role_here(role: Role) -> Person:
    return Person(
        f"{role} at the clinic",
        lambda client, objects: log_in(client, make_staff("kari", (objects.clinic, role))),
        logged_in=True,
        second_factor=True,
        works_somewhere=True,
        role_here=role,
    )


def _role_elsewhere(role: Role) -> Person:
    return Person(
        f"{role} at another clinic",
        lambda client, objects: log_in(client, make_staff("ola", (objects.elsewhere, role))),
        logged_in=True,
        second_factor=True,
        works_somewhere=True,
    )


def _prove_contact(client: Client, patient: Patient) -> None:
    session = client.session
    session["contact_hash"] = patient.phone_hash
    session.save()


def prove(client: Client, patient: Patient) -> None:
    """Let a browser's session be that of a patient whom ID-porten named just now."""
    session, now = client.session, timezone.now().timestamp()
    session["proof"] = {
        "patient": str(patient.pk),
        "how": "id_porten",
        "since": now,
        "seen": now,
        "activated": "",
    }
    session.save()


PEOPLE = [
    Person("nobody known", lambda _client, _objects: None),
    Person(
        "the patient",
        lambda client, objects: _prove_contact(client, objects.patient),
        owns=True,
    ),
    Person(
        "another patient",
        lambda client, _objects: _prove_contact(client, factories.make_patient()),
    ),
    Person(
        "the patient, shown by ID-porten",
        lambda client, objects: prove(client, objects.patient),
        proved=True,
    ),
    Person(
        "a vaccinator without the second factor",
        lambda client, objects: log_in(
            client, make_staff("nils", (objects.clinic, Role.VACCINATOR)), second_factor=False
        ),
        logged_in=True,
        works_somewhere=True,
        role_here=Role.VACCINATOR,
    ),
    Person(
        "a superuser without the second factor",
        lambda client, _objects: log_in(
            client, make_staff("nora", superuser=True), second_factor=False
        ),
        logged_in=True,
        administrator=True,
    ),
    Person(
        "staff without any role",
        lambda client, _objects: log_in(client, make_staff("mona")),
        logged_in=True,
        second_factor=True,
    ),
    *map(_role_here, Role),
    *map(_role_elsewhere, Role),
    Person(
        "a superuser",
        lambda client, _objects: log_in(client, make_staff("root", superuser=True)),
        logged_in=True,
        second_factor=True,
        works_somewhere=True,
        administrator=True,
    ),
]


def owed(rule: AccessRule, person: Person) -> Outcome:
    """Return what a person must get from a page with this rule; the demo runs on loopback."""
    staff_rule = isinstance(rule, AnyMember | Administrator | AtClinic)
    if isinstance(rule, DemoOnly):
        return Outcome.LET_IN if settings.DEMO else Outcome.NOT_FOUND
    if isinstance(rule, Own):
        owns = person.owns or (person.proved and not rule.nameless)
        return Outcome.LET_IN if owns else Outcome.CODE_PAGE
    if isinstance(rule, Proved):
        return Outcome.LET_IN if person.proved else Outcome.CODE_PAGE
    if (staff_rule or isinstance(rule, OwnAccount)) and not person.logged_in:
        return Outcome.LOG_IN
    if staff_rule and not person.second_factor:
        return Outcome.SECOND_FACTOR
    if isinstance(rule, AnyMember):
        return Outcome.LET_IN if person.works_somewhere else Outcome.FORBIDDEN
    if isinstance(rule, Administrator):
        return Outcome.LET_IN if person.administrator else Outcome.FORBIDDEN
    if isinstance(rule, AtClinic):
        if person.role_here is None:
            return Outcome.NOT_FOUND
        return Outcome.LET_IN if person.role_here in rule.roles else Outcome.FORBIDDEN
    return Outcome.LET_IN


def outcome_of(response: HttpResponse, rule: AccessRule) -> Outcome:
    """Read off a response what came of opening a page."""
    if rule.name == "authentication":  # allauth's pages lead to each other as they see fit
        return Outcome.LET_IN
    to_log_in = response.headers.get("Location", "").startswith(reverse("account_login"))
    if isinstance(rule, OwnAccount) and not to_log_in:
        return Outcome.LET_IN
    refused = {403: Outcome.FORBIDDEN, 404: Outcome.NOT_FOUND}
    if response.status_code in refused:
        return refused[response.status_code]
    target = response.headers.get("Location", "").partition("?")[0]
    if target == reverse("account_login"):
        return Outcome.LOG_IN
    if target in {reverse("mfa_activate_totp"), reverse("mfa_reauthenticate")}:
        return Outcome.SECOND_FACTOR
    if isinstance(rule, Own | Proved) and target == reverse(rule.log_in_at):
        return Outcome.CODE_PAGE
    return Outcome.LET_IN
