from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from appointments.models import Appointment
from tests.access.logins import log_in
from tests.factories import Day, at, make_arrival, make_day, make_vial
from vaccinations.models import Vial

NOW = at("17.42")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the server's clock at 17.42 on the clinic day."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def day(db: None) -> Day:
    return make_day()


@pytest.fixture
def vial(day: Day) -> Vial:
    return make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))


@pytest.fixture
def waiting(day: Day) -> Appointment:
    return make_arrival(session=day.session, clock="17.40", by=day.nurse)


@pytest.fixture
def nurse(client: Client, clock: time_machine.Traveller, day: Day) -> Client:
    """A browser in which the day's nurse is logged in."""
    return log_in(client, day.nurse)
