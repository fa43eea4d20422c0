"""The pages after the dose: axe finds nothing, and the number to call is the largest word."""

import os
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from care.services.reactions import start_anaphylaxis
from clinics.domain.roles import Role
from clinics.models import Membership
from tests.access.logins import log_in
from tests.browser import axe_faults, pixels_too_wide
from tests.care.dayboard.pages import of_person, of_session
from tests.factories import LONG_AGO, at, make_day
from tests.factories.reactions import make_reaction
from tests.factories.visits import make_vaccinated
from tests.look.conftest import OpenHtml
from vaccinations.domain.registry import ReportKind
from vaccinations.services.registry import mark_registered

NOW = at("17.42")
SITES = ("board", "visit", "release", "sheet", "end", "new", "reaction", "reactions", "registry")


@pytest.fixture
def html_of(db: None) -> Callable[[str], str]:
    """What a page says on the clinic day: ``html_of("sheet")``."""
    day = make_day()
    Membership.objects.create(
        staff=day.nurse, clinic=day.clinic, role=Role.LEAD, valid_from=LONG_AGO
    )
    over = make_vaccinated(day, clock="17.10", now=at("17.15"))
    observed = make_vaccinated(day, clock="17.20", vial=over.dose.vial, now=at("17.30"))
    ill = make_vaccinated(day, clock="17.30", vial=over.dose.vial, now=at("17.35"))
    sheet = start_anaphylaxis(appointment_id=ill.pk, by=day.by, now=at("17.40"))
    reaction = make_reaction(over.dose, by=day.by, now=NOW)
    mark_registered(
        clinic_id=day.clinic.pk,
        doses=[(over.dose.pk, ReportKind.GIVEN)],
        on=NOW.date(),
        reference="S1",
        by=day.by,
        now=NOW,
    )
    slug = day.clinic.slug
    addresses = {
        "board": of_session("board", observed),
        "visit": of_person("person", over),
        "release": of_person("release", observed),
        "sheet": reverse("desk:reaction", args=[slug, sheet.pk]),
        "end": reverse("desk:reaction_end", args=[slug, sheet.pk]),
        "new": reverse("desk:reaction_new", args=[slug, over.dose.pk]),
        "reaction": reverse("desk:reaction", args=[slug, reaction.pk]),
        "reactions": reverse("desk:reactions", args=[slug]),
        "registry": reverse("desk:registry", args=[slug]),
    }

    def _html_of(name: str) -> str:
        with time_machine.travel(NOW, tick=False):
            answer: Any = log_in(Client(), day.nurse).get(addresses[name])
        assert answer.status_code == 200
        return str(answer.content.decode())

    return _html_of


@pytest.mark.parametrize("width", [390, 1024, 1280])
@pytest.mark.parametrize("name", SITES)
def test_axe_finds_nothing_and_nothing_is_cut_off(
    html_of: Callable[[str], str], open_html: OpenHtml, name: str, width: int
) -> None:
    page = open_html(html_of(name), width=width)
    pictures = os.environ.get("LOOK_PICTURES")
    if pictures:
        page.screenshot(path=f"{pictures}-{name}-{width}.png", full_page=True)
    assert axe_faults(page) == []
    assert pixels_too_wide(page) == 0


def test_the_number_to_call_is_the_largest_word_of_the_sheet(
    html_of: Callable[[str], str], open_html: OpenHtml
) -> None:
    page = open_html(html_of("sheet"), width=390)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll("main *")]
            .map(part => [parseFloat(getComputedStyle(part).fontSize), part.className])"""
    )
    assert max(sizes)[1] == "sheet-head__call"
