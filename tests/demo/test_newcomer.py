"""The demo page is walked in the browser, step by step, as it stands there: it cannot go stale."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page

from clinics.walk import WALK
from mpoxclinic.demo.loading import load_demo
from notifications.services.delivery import sweep
from tests.browser import axe_faults, pixels_too_wide
from tests.journeys.newcomer import Newcomer

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@dataclass
class Watched:
    """Sees a demo in this process; every page of ours that is looked at is checked."""

    chromium: Browser
    home: str

    def new_page(self, size: tuple[int, int]) -> Page:
        context = self.chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="nb-NO", reduced_motion="reduce"
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    def look(self, page: Page, name: str) -> None:
        if "/admin/" in page.url:
            return
        assert pixels_too_wide(page) == 0, name
        if name == "dev":
            assert axe_faults(page) == []

    def wait_for_messages(self, page: Page) -> None:
        sweep(now=timezone.now)  # a confirmation comes at night too
        page.reload()


@pytest.fixture
def watched(
    chromium: Browser, live_server: Any, settings: Any, valkey: redis.Redis, outbox_dir: Path
) -> Iterator[Watched]:
    settings.PUBLIC_URL = live_server.url
    before = set(chromium.contexts)
    yield Watched(chromium, live_server.url)
    for context in set(chromium.contexts) - before:
        context.close()


def test_every_step_goes_as_the_page_says(watched: Watched) -> None:
    load_demo(now=timezone.now())

    done = Newcomer(watched).walk()

    assert done == [step.code for part in WALK for step in part.steps]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_says_all_in_each_language(
    client: Any, language: str, valkey: redis.Redis
) -> None:
    load_demo(now=timezone.now())
    client.cookies["django_language"] = language

    page = client.get(reverse("clinics:dev")).content.decode()

    assert page.count('<li id="') == sum(len(part.steps) for part in WALK)
    heading = {"nb": "Sykepleieren", "nn": "Sjukepleiaren", "en": "The nurse"}[language]
    assert heading in page
    assert "120" in page
