"""A real Chromium on the live server; every page a journey passes is checked by axe.

Any script error, breach of the CSP or failed request fails the journey.
"""

import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Browser, Locator, Page, sync_playwright

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE, TABLET, DESKTOP = (390, 844), (1024, 768), (1280, 900)
# Django gives code under a running event loop database connections of its own, and Playwright runs
# one in this thread: a test would then see other connections, and another transaction, than its
# fixtures do. One set of connections per thread, loop or not.
connections._connections = threading.local()  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("MPOX_CHROMIUM", "/usr/bin/chromium"),
            args=CHROMIUM_ARGUMENTS,
        )
        yield browser
        browser.close()


# How a page is built, without its words and numbers.
STRUCTURE = r"""() => {
    const media = (query) => matchMedia(query).matches;
    const parts = [innerWidth, media("print"), media("(prefers-color-scheme: dark)")];
    const words = /^(href|action|src|value|content|lang|title|alt|placeholder|aria-label|nonce)$/;
    const numbers = /[0-9a-f]{8}-[0-9a-f-]{27}|\d+/g;
    const walk = (node) => {
        if (node.nodeType === Node.TEXT_NODE && node.data.trim()) parts.push("words");
        if (node.nodeType !== Node.ELEMENT_NODE) return;
        parts.push("<", node.tagName);
        for (const { name, value } of node.attributes) {
            parts.push(name, words.test(name) ? value !== "" : value.replace(numbers, "0"));
        }
        node.childNodes.forEach(walk);
        parts.push(">");
    };
    walk(document.documentElement);
    return parts.join(" ");
}"""
_found_clean: set[str] = set()


def axe_faults(page: Page) -> list[str]:
    """List what axe finds wrong on a page, one line each; empty is clean.

    A page that is built as one that was clean, but for words and numbers, is as clean: most of
    what journeys pass are the same few pages, and axe is the dearest part of looking at them.
    """
    structure = str(page.evaluate(STRUCTURE))
    if structure in _found_clean:
        return []
    # All that is right, listed too, would cost as much again.
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    faults = [
        f"{fault['id']}: {node['html'][:160]} {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]
    if not faults:
        _found_clean.add(structure)
    return faults


def pixels_too_wide(page: Page) -> int:
    """Return how many pixels the page is wider than its window; 0 is right."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


@dataclass
class Visitor:
    """Somebody with a browser of their own."""

    page: Page
    home: str
    pictures: Path | None
    seen: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def expected_failures(self, words: str) -> None:
        """Let a refusal that the test itself provoked be no fault; fails when there was none."""
        due = [fault for fault in self.faults if re.search(words, fault)]
        assert due, f"nothing like {words} came: {self.faults}"
        self.faults[:] = [fault for fault in self.faults if fault not in due]

    def open(self, path: str) -> None:
        """Go to an address of the site, or to a whole address."""
        self.page.goto(path if path.startswith("http") else self.home + path)
        self.look()

    def press(self, name: str) -> None:
        """Press the button or link whose name begins like this, and look at what comes."""
        self.hurry(name)
        self.look()

    def hurry(self, name: str) -> None:
        """Press as ``press`` does, without a look at what comes."""
        words = re.compile(f"^{re.escape(name)}")
        target = self.page.get_by_role("button", name=words).or_(
            self.page.get_by_role("link", name=words)
        )
        self._go_by(target)

    def follow(self, target: Locator) -> None:
        """Press what leads to another page, wait for that page and look at it."""
        self._go_by(target)
        self.look()

    def _go_by(self, target: Locator) -> None:
        with self.page.expect_navigation():
            target.first.click()

    def look(self) -> None:
        """Check the page as it is now: axe finds nothing, nothing sticks out at the side."""
        title = self.page.title()
        self.seen.append(title)
        if self.pictures:
            self.pictures.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.pictures / f"{len(self.seen):02}.png", full_page=True)
        assert axe_faults(self.page) == [], f"{title} {self.page.url}"
        assert pixels_too_wide(self.page) == 0, f"{title} {self.page.url}"

    def reads(self, *words: str) -> None:
        """Assert that the page says these words."""
        text = self.page.inner_text("body")
        for each in words:
            assert each in text, f"«{each}» is not on {self.page.url}:\n{text}"


NewVisitor = Callable[..., Visitor]


@pytest.fixture
def new_visitor(
    request: pytest.FixtureRequest, chromium: Browser, live_server: object
) -> Iterator[NewVisitor]:
    """Give somebody a browser: ``new_visitor(PHONE)``.

    With MPOX_PICTURES set, each page is kept as a picture in that folder.
    """
    contexts, faults = [], []
    folder = os.environ.get("MPOX_PICTURES")

    def _new(size: tuple[int, int] = PHONE, name: str = "visitor") -> Visitor:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="nb-NO",
            timezone_id="Europe/Oslo",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        pictures = Path(folder) / request.node.name / name if folder else None
        return Visitor(page, str(live_server.url), pictures, faults=faults)  # type: ignore[attr-defined]

    yield _new
    for context in contexts:
        context.close()
    assert faults == []
