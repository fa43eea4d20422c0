"""Who may open which page: every URL declares one rule, and the middleware asks it."""

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from ipaddress import ip_address
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from clinics.domain.visitors import (
    IN_THE_ADMIN,
    NOT_ENROLLED,
    OWN_CLINIC,
    ROLES,
    WITH_ROLE,
    Visitor,
)
from clinics.identity import staff_identity
from clinics.models import Membership, Staff
from clinics.validity import valid_on

UrlList = Sequence[URLPattern | URLResolver]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class StaffRequest(HttpRequest):
    """A request that a staff rule let through, for the annotations of views."""

    user: Staff
    actor: Actor


class Verdict(Enum):
    """What a rule says about a request."""

    ALLOW = auto()
    LOG_IN = auto()
    SECOND_FACTOR = auto()
    FORBIDDEN = auto()
    NOT_FOUND = auto()


@dataclass(frozen=True)
class AccessRule(ABC):
    """Who may open a page. ``log_in_at`` names the page that LOG_IN leads to."""

    name: str
    log_in_at: str = field(default="account_login", kw_only=True)

    @abstractmethod
    def check(self, request: HttpRequest, kwargs: Mapping[str, Any], /) -> Verdict:
        """Judge a request for a view with these URL arguments."""

    def asks(self, _request: HttpRequest, _kwargs: Mapping[str, Any], /) -> HttpResponse | None:
        """Answer in the view's place whom it lets in, to ask for something first; None: go on."""
        return None

    def grant(self, _visitor: Visitor, /) -> str | None:
        """Say, for the access matrix, whom it lets in: None for nobody of that kind.

        Else what must hold besides, in words, "" when nothing must. A rule that does not say
        grants nothing.
        """
        return None


@dataclass(frozen=True)
class Everyone(AccessRule):
    """Lets everybody in. ``condition`` is what the view itself then asks for."""

    condition: str = ""

    def check(self, _request: HttpRequest, _kwargs: Mapping[str, Any], /) -> Verdict:
        """Allow."""
        return Verdict.ALLOW

    def grant(self, _visitor: Visitor, /) -> str:
        """Grant it to all."""
        return self.condition


class DemoOnly(AccessRule):
    """Pages that exist in the demo, for a browser on the same machine."""

    def check(self, request: HttpRequest, _kwargs: Mapping[str, Any], /) -> Verdict:
        """Allow in the demo on loopback; elsewhere the page does not exist."""
        return Verdict.ALLOW if settings.DEMO and is_local(request) else Verdict.NOT_FOUND

    def grant(self, _visitor: Visitor, /) -> str:
        """Grant it to all who sit at the demo's machine."""
        return "in the demo, from the same machine"


class AnyMember(AccessRule):
    """Staff with a role at some clinic today, and superusers."""

    def check(self, request: HttpRequest, _kwargs: Mapping[str, Any], /) -> Verdict:
        """Ask for the second factor and a role that holds today."""
        staff = _staff_of(request)
        if isinstance(staff, Verdict):
            return staff
        if not staff.is_superuser and not _memberships(staff, oslo_date(timezone.now())).exists():
            return Verdict.FORBIDDEN
        return _allow(request, Actor.staff(staff.pk, clinic_id=None))

    def grant(self, visitor: Visitor, /) -> str | None:
        """Grant it to every role."""
        if visitor is Visitor.SUPERUSER:
            return ""
        return WITH_ROLE if visitor in ROLES else None


class OwnAccount(AccessRule):
    """A staff user's own password and second factors.

    Who has a second factor must have shown it: a password alone adds, removes and changes nothing.
    Who has none yet may come to set one up.
    """

    def check(self, request: HttpRequest, _kwargs: Mapping[str, Any], /) -> Verdict:
        """Ask for a log-in, and for the second factor where there is one."""
        if not request.user.is_authenticated:
            return Verdict.LOG_IN
        identity = staff_identity()
        if identity.has_second_factor(request) or not identity.is_enrolled(request.user):
            return Verdict.ALLOW
        return Verdict.SECOND_FACTOR

    def grant(self, visitor: Visitor, /) -> str | None:
        """Grant everybody who works here their own; no address names another's."""
        if visitor is Visitor.UNCONFIRMED:
            return NOT_ENROLLED
        return "" if visitor in ROLES | {Visitor.NO_ROLE, Visitor.SUPERUSER} else None


class Administrator(AccessRule):
    """Staff who may use the admin."""

    def check(self, request: HttpRequest, _kwargs: Mapping[str, Any], /) -> Verdict:
        """Ask for the second factor and ``is_staff``."""
        staff = _staff_of(request)
        if isinstance(staff, Verdict):
            return staff
        if not staff.is_staff:
            return Verdict.FORBIDDEN
        return _allow(request, Actor.staff(staff.pk, clinic_id=None))

    def grant(self, visitor: Visitor, /) -> str | None:
        """Grant it to those who are let into the admin, whose pages then ask for their roles."""
        if visitor is Visitor.SUPERUSER:
            return ""
        return IN_THE_ADMIN if visitor in ROLES or visitor is Visitor.NO_ROLE else None


@dataclass(frozen=True)
class AtClinic(AccessRule):
    """Staff who hold one of the roles today at the clinic that the page belongs to."""

    roles: tuple[Role, ...]
    by: Callable[[Mapping[str, Any]], int | None]

    def check(self, request: HttpRequest, kwargs: Mapping[str, Any], /) -> Verdict:
        """Ask for the second factor and one of the roles.

        To people without any role at the clinic its pages do not exist; a superuser is one of them.
        """
        staff = _staff_of(request)
        if isinstance(staff, Verdict):
            return staff
        clinic_id = self.clinic_of(request, kwargs)
        if clinic_id is None:
            return Verdict.NOT_FOUND
        held = _roles_at(staff, clinic_id, oslo_date(timezone.now()))
        if not held:
            return Verdict.NOT_FOUND
        acting = next((role for role in self.roles if role in held), None)
        if acting is None:
            return Verdict.FORBIDDEN
        return _allow(request, Actor.staff(staff.pk, clinic_id=clinic_id, role=acting.value))

    def clinic_of(self, _request: HttpRequest, kwargs: Mapping[str, Any], /) -> int | None:
        """Return the clinic that the page belongs to, None when there is no such page."""
        return self.by(kwargs)

    def grant(self, visitor: Visitor, /) -> str | None:
        """Grant it to the roles, at the clinic that the page belongs to."""
        return OWN_CLINIC if visitor in {role.value for role in self.roles} else None


@dataclass(frozen=True)
class Own(AccessRule):
    """A patient's own page: only the browser that has shown it belongs to the patient."""

    passes: Callable[[HttpRequest, Mapping[str, Any]], bool]
    # A contact's, and nobody's by name: showing who one is does not open it.
    nameless: bool = False

    def check(self, request: HttpRequest, kwargs: Mapping[str, Any], /) -> Verdict:
        """Allow what passes; lead others to the code page, whether or not the page exists."""
        return Verdict.ALLOW if self.passes(request, kwargs) else Verdict.LOG_IN

    def grant(self, visitor: Visitor, /) -> str | None:
        """Grant it to the patient whose it is."""
        whose = {Visitor.PATIENT} if self.nameless else {Visitor.PATIENT, Visitor.PROVED}
        return self.name if visitor in whose else None


PUBLIC = Everyone("public")
# A program that the view itself knows by its signature.
MACHINE = Everyone("machine", condition="a program whose signature the page checks")
# allauth decides on its own pages.
AUTHENTICATION = Everyone("authentication", condition="whose turn it is in logging in")
OWN_ACCOUNT = OwnAccount("own account")
STAFF = AnyMember("staff")
ADMIN = Administrator("admin")
DEMO_ONLY = DemoOnly("demo only")


def at_clinic(*roles: Role, by: Callable[[Mapping[str, Any]], int | None]) -> AtClinic:
    """Make a rule: one of the roles, today, at the clinic whose id ``by`` finds.

    ``by`` maps the view's URL arguments to a clinic id, or None for "no such page". The actor's
    role is the first of ``roles`` that the user holds.
    """
    return AtClinic("at clinic: " + ", ".join(roles), roles=roles, by=by)


def own(
    name: str,
    check: Callable[[HttpRequest, Mapping[str, Any]], bool],
    *,
    nameless: bool = False,
    log_in_at: str = "appointments:find",
) -> Own:
    """Make a rule for a patient's own page; those who fail ``check`` are led to ``log_in_at``."""
    return Own(name, passes=check, nameless=nameless, log_in_at=log_in_at)


def access(rule: AccessRule) -> Callable[[View], View]:
    """Declare a view's rule. The outermost decorator."""

    def declare(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return declare


def declared(
    rule: AccessRule, urls: UrlList | tuple[UrlList, str, str]
) -> tuple[UrlList, str | None, str | None]:
    """Declare one rule for a third party's URLs.

    Takes a list, or a triple as ``admin.site.urls`` is; returns what ``path()`` takes in place of
    ``include()``. The third party's own view functions stay as they are.
    """
    if isinstance(urls, tuple):
        patterns, app_name, namespace = urls
        return _with_rule(rule, patterns), app_name, namespace
    return _with_rule(rule, urls), None, None


def may(staff: Staff, clinic_id: int, *roles: Role, on: date) -> bool:
    """Tell whether a user holds one of the roles at a clinic on a day."""
    return not _roles_at(staff, clinic_id, on).isdisjoint(roles)


def is_local(request: HttpRequest) -> bool:
    """Tell whether a request comes from a browser on this machine, not through a proxy."""
    if "HTTP_X_FORWARDED_FOR" in request.META:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _staff_of(request: HttpRequest) -> Staff | Verdict:
    if not request.user.is_authenticated:
        return Verdict.LOG_IN
    shown = staff_identity().has_second_factor(request)
    return request.user if shown else Verdict.SECOND_FACTOR


def _memberships(staff: Staff, on: date) -> Any:
    return Membership.objects.filter(valid_on(on), staff=staff)


def _roles_at(staff: Staff, clinic_id: int, on: date) -> set[Role]:
    held = _memberships(staff, on).filter(clinic_id=clinic_id).values_list("role", flat=True)
    return {Role(role) for role in held}


def _allow(request: HttpRequest, actor: Actor) -> Verdict:
    request.actor = actor  # type: ignore[attr-defined]
    return Verdict.ALLOW


def _with_rule(rule: AccessRule, patterns: UrlList) -> list[URLPattern | URLResolver]:
    return [
        URLResolver(
            entry.pattern,
            _with_rule(rule, entry.url_patterns),
            entry.default_kwargs,
            entry.app_name,
            entry.namespace,
        )
        if isinstance(entry, URLResolver)
        else URLPattern(
            entry.pattern, _wrapped(rule, entry.callback), entry.default_args, entry.name
        )
        for entry in patterns
    ]


def _wrapped(
    rule: AccessRule, view: Callable[..., HttpResponseBase]
) -> Callable[..., HttpResponseBase]:
    @functools.wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(*args, **kwargs)

    return access(rule)(wrapper)
