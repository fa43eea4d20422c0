"""All pages that the URL configuration knows, found by walking it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize


@dataclass(frozen=True)
class Page:
    """A route with its view. ``form`` is the address with ``%(name)s`` for each argument."""

    name: str
    form: str
    arguments: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def rule(self) -> Any:
        """The view's access rule, or None."""
        return getattr(self.view, "access_rule", None)

    def address(self, arguments: Mapping[str, object]) -> str:
        """Return the page's address for these URL arguments."""
        return self.form % {name: arguments[name] for name in self.arguments}

    def __str__(self) -> str:
        return f"{self.name or 'unnamed'} {self.form}"


def all_pages(resolver: URLResolver | None = None) -> list[Page]:
    """Return every page of the project, or below one resolver."""
    return list(_walk(resolver or get_resolver(), "/", ()))


def _walk(resolver: URLResolver, form: str, namespaces: tuple[str, ...]) -> Iterator[Page]:
    for entry in resolver.url_patterns:
        here = form + _form_of(entry.pattern)
        if isinstance(entry, URLResolver):
            inside = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry, here, inside)
        else:
            yield _page(entry, here, namespaces)


def _page(entry: URLPattern, form: str, namespaces: tuple[str, ...]) -> Page:
    name = ":".join((*namespaces, entry.name)) if entry.name else ""
    return Page(name, form, tuple(re.findall(r"%\((\w+)\)s", form)), entry.callback)


def _form_of(pattern: Any) -> str:
    """Return a route or regular expression as text with ``%(name)s`` for each argument."""
    (form, _names), *_others = normalize(pattern.regex.pattern)
    return str(form)
