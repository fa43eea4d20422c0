"""How many bookings a second the application makes, beside the same SQL under pgbench.

In turn, one at a time, on one server, so that each round is a ratio of its own:
- pgbench with the four statements of a booking, prepared, on one connection;
- a bare Django view that makes the same four with the ORM, behind no middleware;
- the product's booking: all its middleware, CSRF, locks, the vials, both messages, audit;
- a patient's first press (hold) and last press (register, decide, book), as the product has them.

The servers of tests write without fsync, and pgbench with them: the stricter comparison.
"""

import os
import re
import shutil
import subprocess
from http import HTTPStatus
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import urlencode

import psycopg
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from django.utils import timezone

from appointments.models import Slot
from benchmarks import databases
from benchmarks.bars import Bar, at_least, show, told
from benchmarks.four_statements import FIRST_SEAT, numbers_of, script
from benchmarks.visitor import BenchmarkError, Patient, Visitor
from benchmarks.world import Size, fill, make_patterns
from mpoxclinic.embedded.account import choose_account
from mpoxclinic.embedded.binaries import find_postgres
from mpoxclinic.embedded.places import CHECKOUT
from tests.factories import make_decision

ROUNDS = 7
PGBENCH_SECONDS = 2
REQUESTS = 200
BOOKINGS = 20
# Far from the numbers of pgbench, which begin at 0 in each round.
BARE_FROM = 400_000_000
SPREAD = 97  # one booker after another goes to another day
_RATE = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)


def run() -> list[Bar]:
    """Measure, and return the ratios of the medians' rounds."""
    with databases.database("mpox_bench_booking") as name:
        size = Size()
        fill(name, size, make_patterns())
        return _measured(name, size.appointments)


def _measured(name: str, slots: int) -> list[Bar]:
    application = get_wsgi_application()
    pgbench, bare = _Pgbench(name, slots), _Bare(slots)
    full, bookers = _Full(application, slots), _Bookers(application, slots)
    rows = []
    for number in range(ROUNDS + 1):
        share = 1 if number else 4  # the first round only warms up
        by_pgbench = pgbench.rate(PGBENCH_SECONDS)
        _take_back(name)
        by_bare = bare.rate(REQUESTS // share)
        _take_back(name)
        by_full = full.rate(REQUESTS // share)
        rows.append((by_pgbench, by_bare, by_full, *bookers.rates(BOOKINGS // share)))
    raw, bares, fulls, holds, presses = (list(column) for column in zip(*rows[1:], strict=True))

    def ratio(of: list[float], to: list[float]) -> float:
        return median(one / other for one, other in zip(of, to, strict=True))

    return [
        told("four statements under pgbench, one client", median(raw), "/s"),
        told("the same four in a bare Django view", median(bares), "/s"),
        told("a booking with CSRF, audit and outbox", median(fulls), "/s"),
        told("a patient's first press: hold a time", median(holds), "/s"),
        told("a patient's last press: register, decide, book", median(presses), "/s"),
        told("bare view to pgbench", ratio(bares, raw)),
        told("booking to pgbench", ratio(fulls, raw)),
        at_least("booking to bare view", ratio(fulls, bares), 0.5),
        told("first press to bare view", ratio(holds, bares)),
        told("last press to bare view", ratio(presses, bares)),
    ]


def _take_back(name: str) -> None:
    """Delete what pgbench and the bare view wrote, so that each round meets the same days."""
    with psycopg.connect(**databases.owner_parameters(name), autocommit=True) as owner:
        owner.execute("DELETE FROM appointments_appointment WHERE seat >= %s", [FIRST_SEAT])
        owner.execute("DELETE FROM notifications_message WHERE occasion = 'bench'")
        owner.execute("VACUUM (ANALYZE) appointments_appointment, notifications_message")


class _Pgbench:
    """pgbench with the four statements, prepared, on one connection."""

    def __init__(self, name: str, slots: int) -> None:
        self.parameters = databases.application_parameters(name)
        self.script = script(slots)
        self.program = _program()

    def rate(self, seconds: int) -> float:
        """Return transactions a second."""
        with TemporaryDirectory() as folder:
            file = Path(folder) / "booking.sql"
            file.write_text(self.script)
            options = ["-n", "-M", "prepared", "-c", "1", "-T", str(seconds), "-D", "n=0"]
            run = subprocess.run(
                [self.program, *options, "-f", file],
                env=os.environ | self._address(),
                capture_output=True,
                text=True,
                check=False,
            )
        found = _RATE.search(run.stdout)
        if not found:
            raise BenchmarkError(f"pgbench said: {run.stderr or run.stdout}")
        return float(found[1])

    def _address(self) -> dict[str, str]:
        names = {
            "PGHOST": "host",
            "PGPORT": "port",
            "PGUSER": "user",
            "PGPASSWORD": "password",
            "PGDATABASE": "dbname",
        }
        found = {name: self.parameters.get(key) for name, key in names.items()}
        return {name: str(value) for name, value in found.items() if value}


def _program() -> Path:
    beside = find_postgres(choose_account(CHECKOUT)).folder / "pgbench"
    found = beside if beside.exists() else shutil.which("pgbench")
    if not found:
        raise BenchmarkError("pgbench is missing: it comes with PostgreSQL's server programs")
    return Path(found)


class _Bare:
    """A Django application without middleware, whose view makes the four statements."""

    def __init__(self, slots: int) -> None:
        with override_settings(MIDDLEWARE=[]):
            self.visitor = Visitor(WSGIHandler())
        self.slots, self.number = slots, BARE_FROM

    def rate(self, requests: int) -> float:
        """Return requests a second."""
        numbers = range(self.number, self.number + requests)
        self.number += requests
        forms = [urlencode({"n": number, "slots": self.slots}) for number in numbers]
        begun = perf_counter()
        for form in forms:
            answer = self.visitor.send("/bench/bare/", form)
            if answer.status != HTTPStatus.FOUND:
                raise BenchmarkError(f"the bare view answered {answer.status}")
        return requests / (perf_counter() - begun)


class _Full:
    """The product's booking service behind its middleware; the patients are registered before."""

    def __init__(self, application: WSGIHandler, slots: int) -> None:
        self.visitor = Visitor(application)
        self.slots, self.number = slots, 0

    def rate(self, requests: int) -> float:
        """Return requests a second."""
        self.visitor.get("/bench/full/")
        forms = []
        for _ in range(requests):
            self.number += 1
            decision = make_decision(now=timezone.now())
            slot = numbers_of(self.number * SPREAD + SPREAD // 2, self.slots).slot_id
            forms.append({"patient": decision.patient_id, "decision": decision.pk, "slot": slot})
        begun = perf_counter()
        for form in forms:
            self.visitor.post("/bench/full/", **{name: str(value) for name, value in form.items()})
        return requests / (perf_counter() - begun)


class _Bookers:
    """Patients who book one after another, each in a browser of their own."""

    def __init__(self, application: WSGIHandler, slots: int) -> None:
        self.application = application
        self.slots, self.number = slots, 0

    def rates(self, bookings: int) -> tuple[float, float]:
        """Return first presses (which hold a time) and last presses (which book) a second."""
        holding = pressing = 0.0
        times = Slot.objects.select_related("session__clinic")
        for _ in range(bookings):
            self.number += 1
            patient = Patient(self.application, number=self.number).begin()
            slot = times.get(pk=numbers_of(self.number * SPREAD, self.slots).slot_id)
            page = patient.look(slot)
            begun = perf_counter()
            patient.post(page, slot=str(slot.pk))
            holding += perf_counter() - begun
            seen = patient.fill_in()
            begun = perf_counter()
            patient.press(seen)
            pressing += perf_counter() - begun
        return bookings / holding, bookings / pressing


if __name__ == "__main__":
    show(run())
