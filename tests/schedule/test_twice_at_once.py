"""Each task of the beat schedule, run twice at once, does what it does once, and is recorded.

What it has to work on is the world of ``tests/integrity``, at moments when more and more is due. A
new task needs nothing here; one that finds nothing to do in that world is named below.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Count, Model

from appointments.models import Appointment, Offer, OfferSkip
from audit.domain.why import GivenCode
from audit.services.giving_reasons import give_reason
from mpoxclinic.celery import app
from mpoxclinic.invariants import INVARIANTS, find_faults
from notifications.models import Message, SweepRun
from patients.models import Patient
from tests.conftest import empty_tables
from tests.factories import actor_of, make_staff
from tests.integrity.world import NOW, make_world
from tests.notifications.carriers import CountingSmsGateway

app.loader.import_default_modules()
TASKS = sorted({entry["task"] for entry in app.conf.beat_schedule.values()})
# By day, and so that offers, days, weeks and half a year are over; a day in four weeks is to begin.
MOMENTS = [
    NOW + timedelta(minutes=20),
    *(NOW.replace(hour=10) + timedelta(days=days) for days in (1, 8, 28, 220)),
]
# Sweeps that find nothing to do there: each has tests of its own.
IDLE = {"appointments.tasks.drop_lone_next"}
# How the rows of a table are told apart, besides their number.
KINDS_OF: dict[type[Model], list[str]] = {
    Message: ["kind", "channel", "state", "fate"],
    Appointment: ["status"],
    Offer: ["kind", "state"],
}


def snapshot() -> dict[str, Any]:
    """Count the rows of every table, by state where there is one, and the SMS that were sent.

    Who is skipped for an offer depends on the ids of those who wait, new in each world.
    """
    sent = Counter(call["reference"] for call in CountingSmsGateway.calls)
    found: dict[str, Any] = {"sms": Counter(sent.values())}
    for model in apps.get_models():
        if model not in {SweepRun, OfferSkip}:
            rows = model._default_manager.order_by()
            by = KINDS_OF.get(model)
            counted = rows.values_list(*by).annotate(n=Count("pk")) if by else [(rows.count(),)]
            found[model.__name__] = Counter({row[:-1]: row[-1] for row in counted})
    return found


@pytest.fixture
def fresh_world(
    transactional_db: None, valkey: object, settings: Any, tmp_path: Path
) -> Iterator[Callable[[], None]]:
    settings.SMS_GATEWAY = "tests.notifications.carriers.CountingSmsGateway"
    settings.OUTBOX_DIR = tmp_path
    settings.EMAIL_FILE_PATH = tmp_path / "email"

    def make() -> None:
        empty_tables()
        CountingSmsGateway.calls.clear()
        with transaction.atomic():
            make_world()
            _give_a_reason()

    yield make
    CountingSmsGateway.calls.clear()


def _give_a_reason() -> None:
    """Let somebody have given one that no auditor has heard of yet."""
    patient = Patient.objects.order_by("created_at").first()
    assert patient is not None
    give_reason(
        patient_id=patient.pk,
        object_id=patient.pk,
        code=GivenCode.REQUEST,
        text="Ba om utskrift per brev",
        by=actor_of(make_staff()),
        now=NOW,
    )


def run(name: str, at: datetime, *, times: int) -> None:
    """Run a task in as many threads at the same time."""
    start = Barrier(times)

    def one(_number: int) -> None:
        connection.ensure_connection()
        try:
            start.wait(timeout=30)
            app.tasks[name]()
        finally:
            connection.close()

    with time_machine.travel(at, tick=False), ThreadPoolExecutor(times) as pool:
        for done in [pool.submit(one, number) for number in range(times)]:
            done.result(timeout=60)


@pytest.mark.parametrize("name", TASKS)
def test_run_twice_at_once_a_task_does_what_it_does_once(
    name: str, fresh_world: Callable[[], None]
) -> None:
    outcomes = []
    for times in (1, 2):
        fresh_world()
        for at in MOMENTS:
            run(name, at, times=times)
        # Other sweeps have not run: what they leave behind is found either way.
        faults = Counter(one.code for one, _fault in find_faults(INVARIANTS, now=MOMENTS[-1]))
        outcomes.append((snapshot(), faults))
    (once, faults), (twice, faults_of_twice) = outcomes
    assert {
        table: (once[table], twice[table]) for table in once if once[table] != twice[table]
    } == {}
    assert faults_of_twice == faults
    recorded = SweepRun.objects.get(name=name)
    assert (recorded.name, recorded.last_ok_at) == (name, MOMENTS[-1])


def test_the_world_gives_the_tasks_something_to_do(fresh_world: Callable[[], None]) -> None:
    idle = set()
    for name in TASKS:
        fresh_world()
        done = Counter[str]()
        for at in MOMENTS:
            run(name, at, times=1)
            done.update(SweepRun.objects.get(name=name).counts)
        if not done.total():
            idle.add(name)
    assert idle == IDLE
