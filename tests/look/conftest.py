"""Rendered templates in a real browser, under the product's own CSP and styles, with no server.

Chromium asks for an address; the answer is a rendered template or a static file. Any breach of the
CSP, missing file or script error fails the test.
"""

import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from csp.utils import build_policy
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route

ORIGIN = "http://look.test"

Render = Callable[..., str]
OpenHtml = Callable[..., Page]


@pytest.fixture
def render() -> Render:
    """Render template source with a request, as a view would: ``render(source, form=form)``."""

    def _render(source: str, user: object = None, **context: object) -> str:
        request = RequestFactory().get("/side/?uke=48")
        request.user = user or AnonymousUser()  # type: ignore[assignment]
        return str(engines["django"].from_string(source).render(context, request))

    return _render


@pytest.fixture
def open_html(chromium: Browser) -> Iterator[OpenHtml]:
    """Open HTML in Chromium: ``open_html(html, width=390)`` gives a Playwright page."""
    context = chromium.new_context(reduced_motion="reduce")
    faults: list[str] = []

    def _open(html: str, width: int = 390) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 844})
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.route("**/*", lambda route: _answer(route, html))
        page.goto(f"{ORIGIN}/side/")
        page.evaluate("document.fonts.ready.then(() => true)")
        return page

    yield _open
    context.close()
    assert faults == []


def _answer(route: Route, html: str) -> None:
    address = route.request.url.removeprefix(ORIGIN)
    if not address.startswith("/static/"):
        policy = {"Content-Security-Policy": build_policy()}
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=policy)
        return
    found = finders.find(address.removeprefix("/static/").partition("?")[0])
    if found is None:
        route.fulfill(status=404)
        return
    kind = mimetypes.guess_type(str(found))[0] or "application/octet-stream"
    route.fulfill(body=Path(str(found)).read_bytes(), content_type=kind)
