"""Every address, method and kind of person, with allow or deny: asked of the rules themselves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from clinics.domain.visitors import IN_THE_ADMIN, ROLES, Visitor
from clinics.permissions import AccessRule
from clinics.role_admin import ReadOnlyAdmin, RoleAdmin
from mpoxclinic.hardening import METHODS

# What browsers and programs know besides; no page of ours does.
REFUSED_METHODS = ("PUT", "PATCH", "DELETE")
NO_RULE = "no rule: nobody gets in"
NO_METHOD = "no such method here"


@dataclass(frozen=True)
class Entry:
    """One address, method and kind of person. ``condition``: what must hold, or why not."""

    url: str
    name: str
    rule: str
    method: str
    who: Visitor
    allowed: bool
    condition: str


def entries(resolver: URLResolver | None = None) -> Iterator[Entry]:
    """List the matrix for all addresses of the project, or of one resolver."""
    for url, name, view in _views(resolver or get_resolver(), "/", ()):
        rule = getattr(view, "access_rule", None)
        known = methods_of(view)
        for method in (*METHODS, *REFUSED_METHODS):
            for who in Visitor:
                grant = _grant(rule, view, name, method, who) if method in known else None
                why_not = NO_METHOD if method not in known else "" if rule else NO_RULE
                yield Entry(
                    url=url,
                    name=name,
                    rule=rule.name if rule else "",
                    method=method,
                    who=who,
                    allowed=grant is not None,
                    condition=why_not if grant is None else grant,
                )


def methods_of(view: Callable[..., Any]) -> tuple[str, ...]:
    """Return the methods that a view answers: what its decorator names, or its class has."""
    of_class = getattr(view, "view_class", None)
    if of_class is not None:
        return tuple(
            method
            for method in METHODS
            if hasattr(of_class, method.lower()) or (method == "HEAD" and hasattr(of_class, "get"))
        )
    inner: Callable[..., Any] | None = view
    while inner is not None:
        code, cells = getattr(inner, "__code__", None), getattr(inner, "__closure__", None) or ()
        for variable, cell in zip(code.co_freevars if code else (), cells, strict=False):
            if variable == "request_method_list":
                return tuple(method for method in METHODS if method in cell.cell_contents)
        inner = getattr(inner, "__wrapped__", None)
    return METHODS


def _grant(
    rule: AccessRule | None, view: Callable[..., Any], name: str, method: str, who: Visitor
) -> str | None:
    """Ask the rule, and a page of the admin whether it then lets the role on."""
    if not isinstance(rule, AccessRule):
        return None
    granted = rule.grant(who)
    page = getattr(view, "model_admin", None)
    if granted is None or not isinstance(page, RoleAdmin):
        return granted
    roles = _roles_of(page, name, method)
    if roles is None:
        return None
    if who in ROLES:
        return f"{IN_THE_ADMIN}, rows of own clinic only" if who in roles else None
    return granted if who is Visitor.SUPERUSER else None


def _roles_of(page: RoleAdmin[Any], name: str, method: str) -> set[str] | None:
    """Return the roles that a page of the admin serves in this way; None for nobody at all."""
    if name.endswith("_delete"):
        return None
    if name.endswith("_add"):
        adders = page.writers if page.adders is None else page.adders
        return None if isinstance(page, ReadOnlyAdmin) else set(adders)
    if method == "POST":
        return set(page.writers)
    return {*page.readers, *page.writers}


def _views(
    resolver: URLResolver, before: str, namespaces: tuple[str, ...]
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for entry in resolver.url_patterns:
        here = before + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            inside = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _views(entry, here, inside)
        elif isinstance(entry, URLPattern):
            name = ":".join((*namespaces, entry.name)) if entry.name else ""
            yield here, name, entry.callback
