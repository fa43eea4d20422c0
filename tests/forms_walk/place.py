"""What a place is: a browser somewhere, and what the addresses there may name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client

from eligibility.domain.steps import Step
from tests import factories
from tests.appointments.views.line import Booker

PASSWORD = "et langt passord til prøve"
STEPS = [step.value for step in Step]
NOTHING_ANSWERED = [Step.DATE_OF_BIRTH.value]


@dataclass
class Place:
    """A browser, and what fills the arguments of addresses. ``about`` holds what rows need."""

    client: Client
    arguments: dict[str, list[object]] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)


Traveller = time_machine.Traveller
Arrive = Callable[[Traveller], Place]
PLACES: dict[str, Arrive] = {}


def place(arrive: Arrive) -> Arrive:
    """Note a place under the name of its function."""
    PLACES[arrive.__name__] = arrive
    return arrive


def evening() -> Any:
    clinic = factories.make_clinic(fee="Oppmøtet koster 300 kroner.")
    factories.make_clinic(slug="ved-siden-av", name="Et annet sted")
    session = factories.make_session(clinic=clinic, vials=4)
    factories.make_booking(session=session, clock="18.00", now=factories.BEFORE - timedelta(days=1))
    return session


def patient_of(booker: Booker, session: Any) -> Place:
    slugs: list[object] = ["nydalen"]
    return Place(booker.client, {"slug": slugs, "step": [*STEPS]}, {"session": session})
