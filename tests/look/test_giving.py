"""The page of the dose and the note after it, in every state: axe finds nothing, nothing is cut."""

import os
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from tests.access.logins import log_in
from tests.browser import axe_faults, pixels_too_wide
from tests.care.dayboard.pages import ask_all_no, of_person, of_session
from tests.factories import at, make_arrival, make_day, make_doctor, make_vial
from tests.factories.visits import make_vaccinated
from tests.look.conftest import OpenHtml

NOW = at("17.42")
SITES = ("folded", "doctor", "refused", "keloids", "overridden", "note", "sent", "another_author")


@pytest.fixture
def html_of(db: None) -> Callable[[str], str]:
    """What a page says on the clinic day: ``html_of("doctor")``."""
    day = make_day()

    def _given() -> str:
        """Give a dose to somebody who gets messages; return the address of the note."""
        over = make_vaccinated(day, clock="17.10", now=at("17.15"))
        over.patient.contact_by = "sms"
        over.patient.save(update_fields=["contact_by"])
        return of_person("note", over)

    def _html_of(name: str) -> str:
        with time_machine.travel(NOW, tick=False):
            nurse, doctor = log_in(Client(), day.nurse), Client()
            if name in {"note", "sent"}:
                address = _given()
                if name == "sent":
                    nurse.post(address + "send/")
                return str(nurse.get(address).content.decode())
            log_in(doctor, make_doctor(clinic=day.clinic))
            vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))
            one = make_arrival(session=day.session, clock="17.40", by=day.nurse)
            if name == "keloids":
                ticked = {"asked": "as_ticked", "yes": ["keloid_tendency"]}
                nurse.post(of_person("rescreen", one), ticked)
                return str(nurse.get(of_person("person", one)).content.decode())
            if name == "another_author":
                posted = {"lot": str(day.lot.pk), "letter": "B", "form_of": str(day.nurse.pk)}
                answer = doctor.post(of_session("open_vial", day.session), posted)
                assert answer.status_code == 409
                return str(answer.content.decode())
            chosen = {
                "decision": str(ask_all_no(nurse, one)),
                "vial": str(vial.pk),
                "site": "left_upper_arm",
                "route": "subcutaneous",
                "reason": "" if name == "refused" else "Siste person, glasset går med",
            }
            who = doctor if name in {"doctor", "overridden"} else nurse
            if name in {"refused", "overridden"}:
                answer = who.post(of_person("give_dose", one), chosen, follow=True)
            else:
                answer = who.get(of_person("person", one))
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
