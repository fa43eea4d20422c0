"""Each task of the beat schedule leaves a row that tells how it last ran."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from notifications.models import SweepRun
from notifications.services.sweeps import recorded
from tests.notifications.sample_kind import NOW, Clock

pytestmark = pytest.mark.django_db


def run(clock, **did):
    with recorded("a.sweep", now=clock) as counts:
        clock.forward(seconds=3)
        counts.update(did)


def fail(clock):
    with recorded("a.sweep", now=clock):
        clock.forward(seconds=1)
        raise LookupError("Alice, +4740000001, has no appointment")


def test_a_run_that_went_well_is_one_row(clock: Clock) -> None:
    run(clock, sent=7)
    row = SweepRun.objects.get()
    assert (row.name, row.started_at, row.ended_at) == ("a.sweep", NOW, NOW + timedelta(seconds=3))
    assert (row.ok, row.last_ok_at, row.counts, row.fault) == (True, NOW, {"sent": 7}, "")


def test_the_next_run_writes_over_it(clock: Clock) -> None:
    run(clock, sent=7)
    clock.forward(seconds=7)
    run(clock)
    row = SweepRun.objects.get()
    assert (row.started_at, row.counts) == (NOW + timedelta(seconds=10), {})


def test_a_run_that_failed_keeps_when_it_last_went_well_and_no_personal_data(clock: Clock) -> None:
    run(clock)
    clock.forward(seconds=7)
    with pytest.raises(LookupError):
        fail(clock)
    row = SweepRun.objects.get()
    assert (row.ok, row.last_ok_at, row.ended_at) == (False, NOW, NOW + timedelta(seconds=11))
    assert row.fault.startswith("LookupError at ")
    assert "Alice" not in row.fault


def test_while_it_runs_and_when_it_was_cut_off_it_has_no_end(clock: Clock) -> None:
    run(clock)
    clock.forward(minutes=1)
    sweep = recorded("a.sweep", now=clock)
    sweep.__enter__()
    row = SweepRun.objects.get()
    assert (row.ended_at, row.ok, row.last_ok_at) == (None, False, NOW)


def test_of_two_at_once_the_row_tells_of_the_one_that_began_last(clock: Clock) -> None:
    with recorded("a.sweep", now=clock) as first:
        first["sent"] = 1
        clock.forward(seconds=5)
        run(clock, sent=2)
    row = SweepRun.objects.get()
    assert (row.started_at, row.counts) == (NOW + timedelta(seconds=5), {"sent": 2})
    assert row.last_ok_at == NOW + timedelta(seconds=5)


def test_an_error_that_the_database_cannot_hear_of_is_the_one_that_is_raised(clock: Clock) -> None:
    with pytest.raises(DatabaseError, match="no_such_table"), recorded("a.sweep", now=clock):
        connection.cursor().execute("SELECT * FROM no_such_table")


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_leave_one_whole_row(clock: Clock) -> None:
    start = Barrier(8)

    def sweep(number):
        mine = Clock(NOW + timedelta(seconds=number))
        connection.ensure_connection()
        try:
            start.wait(timeout=30)
            run(mine, sent=number)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(sweep, range(8)))
    row = SweepRun.objects.get()
    assert row.last_ok_at == NOW + timedelta(seconds=7)
    if row.ended_at is not None:  # its beginning may have been written over by an earlier one's
        assert row.ended_at - row.started_at == timedelta(seconds=3)
        assert row.counts == {"sent": int((row.started_at - NOW).total_seconds())}
