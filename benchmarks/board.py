"""What the day's board costs the server with 200 and with 500 people, and when nothing is new.

Time of the process, not of the wall, and the least of all rounds: what else the machine does can
only add to it. A changed board is read and written in full: what a device gets after an act.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from time import process_time
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from appointments.models import ClinicSession
from benchmarks import databases
from benchmarks.bars import Bar, at_most, show, told
from clinics.domain.calendar import OSLO
from tests.access.logins import log_in
from tests.factories import make_arrival, make_booking, make_day, make_vial

ROUNDS = 40
PEOPLE, MANY = 200, 500
MOST_MS, MOST_QUERIES, MOST_UNCHANGED = 50, 12, 6
UNCHANGED = 204
LOCALHOST = "127.0.0.1"


def run() -> list[Bar]:
    """Fill a day, look at it as a device does, fill it more and look again."""
    with databases.database("mpox_bench_board"):
        # A day long enough to be under way at any hour.
        opening = timezone.now().astimezone(OSLO).replace(hour=0, minute=0, second=0, microsecond=0)
        day = make_day(starts_at=opening, hours=20, stations=6, vials=200)
        client = Client(headers={"host": LOCALHOST})
        log_in(client, day.nurse)
        for letter in range(2):
            now = timezone.now() - timedelta(minutes=40 + letter)
            make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=now)
        _fill(day.session, 0, PEOPLE)
        bars = _measured(client, day.session, PEOPLE, bars=True)
        _fill(day.session, PEOPLE, MANY)
        return bars + _measured(client, day.session, MANY, bars=False)


def _fill(session: ClinicSession, first: int, last: int) -> None:
    """Book people at all times of the day; every fifth has come and waits."""
    before = session.starts_at - timedelta(days=1)
    for number in range(first, last):
        minutes = number // 6 * 10
        clock = f"{minutes // 60:02}.{minutes % 60:02}"
        if number % 5 == 0:
            now = timezone.now() - timedelta(minutes=5)
            make_arrival(session=session, clock=clock, now=now)
        else:
            make_booking(session=session, clock=clock, now=before)


def _measured(client: Client, session: ClinicSession, people: int, *, bars: bool) -> list[Bar]:
    address = reverse("dayboard:live", args=[session.pk])

    def full() -> Any:
        return client.get(address)

    def with_version(version: str) -> Any:
        return client.get(address, {"versjon": version})

    full()  # warms up, and records who was read
    with CaptureQueriesContext(connection) as asked:
        written = full()
        queries = len(asked)
    with CaptureQueriesContext(connection) as asked_again:
        with_version(_version_in(written))
        queries_again = len(asked_again)
    in_full = _milliseconds(full)
    with_nothing = _nothing_new(full, with_version)
    name = f"board with {people}"
    limited = at_most if bars else _told
    return [
        limited(f"{name}: in full", in_full, MOST_MS, "ms"),
        limited(f"{name}: nothing new", with_nothing, MOST_MS / 5, "ms"),
        told(f"{name}: nothing new, part of a full one", with_nothing / in_full),
        told(f"{name}: size of a full one", len(written.content) / 1024, "KiB"),
        at_most(f"{name}: queries in full", queries, MOST_QUERIES),
        at_most(f"{name}: queries when nothing is new", queries_again, MOST_UNCHANGED),
    ]


def _milliseconds(act: Callable[[], object]) -> float:
    times: list[float] = []
    for _ in range(ROUNDS):
        begun = process_time()
        act()
        times.append((process_time() - begun) * 1000)
    return min(times)


def _nothing_new(full: Callable[[], Any], with_version: Callable[[str], Any]) -> float:
    """Return what an answer without news takes; a new minute is news, and is left out."""
    version, times = _version_in(full()), list[float]()
    while len(times) < ROUNDS:
        begun = process_time()
        answer = with_version(version)
        took = (process_time() - begun) * 1000
        if answer.status_code == UNCHANGED:
            times.append(took)
        else:
            version = _version_in(answer)
    return min(times)


def _version_in(answer: Any) -> str:
    found = re.search(r'name="versjon" value="(\w+)"', answer.content.decode())
    assert found
    return found[1]


def _told(name: str, measured: float, _limit: float, unit: str) -> Bar:
    return told(name, measured, unit)


if __name__ == "__main__":
    show(run())
