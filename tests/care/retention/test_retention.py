"""Each kind of data goes when its time is over and not before, with nothing else, for good."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from threading import Barrier, Event

import psycopg
import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from appointments.models import Appointment
from audit.models import AuditEntry
from care.retention.kinds import Ending
from care.retention.schedule import ABOUT_NOBODY, SCHEDULE
from care.retention.sweep import let_go, what_would_go
from care.retention.words import time_in_words
from clinics.services import batches
from eligibility.models import Decision
from encryption.fields import EncryptedTextField
from mpoxclinic.celery import app
from mpoxclinic.retention_settings import keep_days
from patients.models import LinkToken, MessageStop, Patient
from patients.services import drafts
from tests.care.retention.worlds import (
    WORLDS,
    make_unbooked,
)
from tests.conftest import owner_parameters
from tests.factories import (
    BEFORE,
    make_booking,
    make_decision,
    make_dose,
    make_session,
    make_staff,
)
from tests.invariants import broken_invariants

MOMENT = timedelta(seconds=1)
# The sweeps that run more often, and are not run here, would have seen to these.
OTHERS_SWEEPS = {"code.forgotten", "link.forgotten", "message.late", "sweep.run"}


def kind(code):
    [found] = [one for one in SCHEDULE if one.code == code]
    return found


def went(now):
    return {one.kind.code: one.number for one in let_go(now=now)}


def would_go(now):
    return {one.kind.code: one.number for one in what_would_go(now=now)}


# Each makes rows of one kind whose time begins at BEFORE, and rows beside them that stay.


def test_the_worlds_show_every_kind_that_the_sweep_ends():
    assert set(WORLDS) == {one.code for one in SCHEDULE if one.change is not None}


@pytest.mark.django_db
@pytest.mark.parametrize("code", sorted(WORLDS))
def test_it_goes_when_its_time_is_over_and_not_before(code):
    left, number = WORLDS[code]()
    over = BEFORE + kind(code).kept_for
    assert left() == number
    sound = broken_invariants(now=over)

    assert would_go(over - MOMENT)[code] == 0
    assert went(over - MOMENT)[code] == 0
    assert left() == number, "too early"
    assert would_go(over)[code] == number
    assert left() == number, "a look changes nothing"
    assert went(over)[code] == number
    assert left() == 0
    assert went(over)[code] == 0, "what is gone is gone"
    assert broken_invariants(now=over) <= sound | OTHERS_SWEEPS


@pytest.mark.django_db
def test_what_was_weighed_at_a_visit_or_by_a_clinician_stays_in_the_record():
    patient, staff = make_dose(now=BEFORE).patient, make_staff()
    flags = {}
    for source in Decision.Source:
        made = make_decision(patient=patient, atopic_eczema=True)
        Decision.objects.filter(pk=made.pk).update(source=source, decided_by=staff)
        flags[source.value] = made.flags
    assert set(map(tuple, flags.values())) == {("atopic_eczema",)}

    assert went(BEFORE + kind("group").kept_for)["group"] >= len(flags)

    kept = Decision.objects.filter(patient=patient).values_list("source", "flags")
    assert {source for source, left in kept if left} == {"rescreen", "clinician"}
    groups = Decision.objects.filter(patient=patient).values_list("priority_group", "setting")
    assert set(groups) == {("", "")}


@pytest.mark.django_db
def test_who_is_deleted_leaves_only_that_it_was_done():
    left, number = make_unbooked()
    links = LinkToken.objects.count()
    let_go(now=BEFORE + timedelta(hours=24))
    assert (left(), links, LinkToken.objects.count(), MessageStop.objects.count()) == (0, 3, 0, 0)
    done = AuditEntry.objects.filter(action="retention.person_deleted")
    assert done.count() == number
    assert not Patient.objects.filter(pk__in=done.values("patient_id")).exists()


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_rows(monkeypatch):
    def queries(rows):
        for _ in range(rows):
            make_decision()
        with CaptureQueriesContext(connection) as asked:
            assert went(BEFORE + timedelta(days=1))["unbooked"] == rows
        return len(asked)

    assert queries(2) == queries(12) < 90
    # More than a batch: the next one is taken, and all of them go.
    monkeypatch.setattr("care.retention.sweep.in_batches", small_batches)
    assert queries(7) > queries(2)


def small_batches(rows, change):
    return batches.in_batches(rows, change, size=3)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_let_nobody_go_twice():
    for _ in range(6):
        make_decision()
    start = Barrier(2)

    def sweep():
        try:
            start.wait(timeout=30)
            return went(BEFORE + timedelta(hours=25))["unbooked"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        numbers = [each.result() for each in [pool.submit(sweep), pool.submit(sweep)]]
    assert sum(numbers) == 6
    assert AuditEntry.objects.filter(action="retention.person_deleted").count() == 6


@pytest.mark.django_db(transaction=True)
def test_who_books_between_the_sweeps_look_and_its_lock_stays():
    decision, session = make_decision(), make_session()
    held = Event()
    with ThreadPoolExecutor(1) as other:

        def look_and_wait(execute, sql, parameters, many, context):
            """Let the statement that locks wait after its look, until somebody has booked."""
            if (
                "FOR UPDATE" not in sql
                or '"patients_patient"."created_at"' not in sql
                or held.is_set()
            ):
                return execute(sql, parameters, many, context)
            booking = other.submit(book_meanwhile, decision, session, held)
            held.wait(timeout=30)
            waiting = sql.replace(" WHERE (", " WHERE (EXISTS (SELECT 1 FROM pause) AND ", 1)
            pause = "WITH pause AS MATERIALIZED (SELECT pg_advisory_xact_lock(4711)) "
            found = execute(pause + waiting, parameters, many, context)
            booking.result(timeout=30)
            return found

        with connection.execute_wrapper(look_and_wait):
            assert went(BEFORE + timedelta(hours=25))["unbooked"] == 0
    assert held.is_set()
    assert Patient.objects.get() == decision.patient
    assert Appointment.objects.get().decision == decision


def book_meanwhile(decision, session, held):
    waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    try:
        with psycopg.connect(**owner_parameters()) as asked:
            asked.execute("SELECT pg_advisory_xact_lock(4711)")
            held.set()
            while asked.execute(waits).fetchone() == (0,):
                time.sleep(0.01)
            make_booking(session=session, decision=decision)
    finally:
        connections.close_all()


def test_every_table_is_in_the_schedule_or_about_nobody():
    """A new table fails here until somebody has thought of how long it is kept."""
    ours = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    ours -= {label for label in ours if label.startswith("zeal.")}
    named = {label for one in SCHEDULE for label in one.models}
    joined = {label for label in ours if "_" in label}  # rows that join two tables, of Django's
    assert sorted(ours - joined - named - ABOUT_NOBODY) == []
    assert sorted((named | ABOUT_NOBODY) - ours) == []
    assert not named & ABOUT_NOBODY
    # What is encrypted is about somebody, but for why a day was reopened.
    encrypted = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, EncryptedTextField)
    }
    assert encrypted & ABOUT_NOBODY <= {"appointments.DayClosing"}


def test_each_kind_says_how_it_ends_and_how_long_in_every_language():
    beat = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert "care.tasks.let_go" in beat
    assert len({one.code for one in SCHEDULE}) == len(SCHEDULE)
    for one in SCHEDULE:
        assert not one.swept_by or one.swept_by in beat, one.code
        assert not (one.change and one.swept_by), one.code
        assert (one.kept_for is None) == bool(one.kept), one.code
        assert one.ending is not Ending.KEPT or one.kept_for is None, one.code
        for language in ("nb", "nn", "en"):
            with translation.override(language):
                assert time_in_words(one), one.code
    answers, hours = kind("answers"), kind("unbooked")
    with translation.override("nb"):
        assert time_in_words(answers) == "30 minutter etter at du sist svarte"
        assert time_in_words(hours) == "24 timer etter at du oppga dem"


def test_answers_are_gone_in_half_an_hour(valkey):
    drafts.save("browser", "screening", {"setting": "x"})
    client = redis.from_url(settings.REDIS_URL)
    lives = [client.ttl(key) for key in client.keys("*") if client.type(key) == b"string"]
    assert lives == [kind("answers").kept_for.total_seconds()] == [1800]
    assert client.config_get("save")["save"] == "", "and Valkey writes nothing to a disk"


def run(*arguments):
    out = StringIO()
    call_command("retention", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_looks_or_does_and_tells_counts_only():
    patient = make_decision().patient
    later = (BEFORE + timedelta(days=2)).isoformat()
    looked = json.loads(run("--dry-run", "--json", "--at", later))
    assert (looked["dry_run"], looked["counts"]["unbooked"]) == (True, 1)
    assert Patient.objects.count() == 1
    assert "unbooked: 1 would be deleted" in run("--dry-run", "--at", later)
    assert "unbooked: 24 timer" in run("--schedule")
    done = run()
    assert "unbooked: 1 were deleted" in done
    assert patient.family_name not in done
    assert Patient.objects.count() == 0
    for wrong in (("--at", later), ("--dry-run", "--at", "soon")):
        with pytest.raises(CommandError):
            run(*wrong)


def test_the_controller_chooses_days_by_name():
    assert keep_days({})["group"] == 180
    assert keep_days({"MPOX_KEEP_DAYS": " group = 90, waiting=30 ,"})["group"] == 90
    for wrong in ("group=0", "group=-1", "group=3651", "group", "record=9", "group=x"):
        with pytest.raises(ImproperlyConfigured, match="MPOX_KEEP_DAYS"):
            keep_days({"MPOX_KEEP_DAYS": wrong})
