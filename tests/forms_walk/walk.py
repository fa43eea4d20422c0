"""Every form there is, found by opening every page in every place a browser can be in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from urllib.parse import urljoin, urlsplit

from django.urls import resolve

from tests.access.pages import Page, all_pages
from tests.forms_walk.html import Form, PageParser
from tests.forms_walk.place import Place


@dataclass(frozen=True)
class Found:
    """A form on a page. ``key`` names its target, and the question where that is one of many."""

    key: str
    page: str
    form: Form


def pages_to_walk() -> list[Page]:
    """Return all pages but the Django admin's, which has its own tests."""
    return [page for page in all_pages() if not page.name.startswith("admin:") and page.name]


def addresses(page: Page, place: Place) -> list[str]:
    """Return the page's addresses for all that the place knows; none when it knows too little."""
    if not set(page.arguments) <= set(place.arguments):
        return []
    values = [place.arguments[name] for name in page.arguments]
    return [
        page.address(dict(zip(page.arguments, chosen, strict=True))) for chosen in product(*values)
    ]


def forms_at(
    place: Place, leave_out: Callable[[Page], bool] = lambda _page: False
) -> Iterator[tuple[str, list[Found]]]:
    """Open each page; give the name of each that was shown, with the forms that post."""
    for page in pages_to_walk():
        if leave_out(page):
            continue
        for address in addresses(page, place):
            response = place.client.get(address)
            if response.status_code != 200:
                continue
            if not response.headers["Content-Type"].startswith("text/html"):
                yield page.name, []
                continue
            forms = PageParser(response.content.decode()).forms
            found = [
                Found(key_of(form, address), address, form)
                for form in forms
                if form.method == "post"
            ]
            yield page.name, found


def key_of(form: Form, address: str) -> str:
    """Name a form by where it posts to."""
    target = urlsplit(urljoin(address, form.action)).path
    match = resolve(target)
    question = match.kwargs.get("step")
    return f"{match.view_name}/{question}" if question else match.view_name
