"""Clinics with many appointments, multiplied in SQL from one of each that the services made.

A pattern row is made through the product and copied with what must differ, so a new column needs no
change here. Keys and indexes are taken off while a million rows go in, and checked as they return.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import md5
from typing import Any
from uuid import UUID

import psycopg
from django.db.models import Model
from django.utils import timezone
from psycopg import sql

from appointments.models import Appointment, ClinicSession, Slot
from audit.models import AuditEntry
from benchmarks.databases import owner_parameters
from clinics.domain.calendar import OSLO
from clinics.models import Clinic, GroupOffer
from eligibility.models import Decision
from notifications.models import Message
from patients.models import Patient
from tests.factories import (
    make_arrival,
    make_booking,
    make_clinic,
    make_dose,
    make_session,
    make_vial,
)
from vaccinations.models import Dose, Vial

SLOTS_A_DAY = 48
CLINICS = 20
COMING_DAYS = 20
FIRST_CLINIC = 1000

# Every appointment has a number from 1 up: its clinic's, its day's and its slot's follow from it.
_PEOPLE = """
    CREATE TABLE bench_people AS
    SELECT (c - 1) * (%(days)s::int * %(slots)s::int) + (d - 1) * %(slots)s::int + s AS n,
           c, d, s,
           CASE WHEN d <= %(coming)s::int THEN d ELSE %(coming)s::int - d END AS day
      FROM generate_series(1, %(clinics)s::int) c, generate_series(1, %(days)s::int) d,
           generate_series(1, %(slots)s::int) s
"""


@dataclass(frozen=True)
class Size:
    """How many of the 20 clinics have days, and how many before the 20 that are coming."""

    clinics: int = CLINICS
    past_days: int = 0

    @property
    def appointments(self) -> int:
        """How many appointments that makes: one in each of a day's 48 slots for two."""
        return self.clinics * (COMING_DAYS + self.past_days) * SLOTS_A_DAY


@dataclass(frozen=True)
class Patterns:
    """The rows that are multiplied: somebody booked, and somebody who had their dose."""

    opening: datetime
    booked: Appointment
    given: Appointment


def make_patterns() -> Patterns:
    """Book and vaccinate somebody through the services, from the clock's today."""
    opening = timezone.now().astimezone(OSLO).replace(hour=9, minute=0, second=0, microsecond=0)
    clinic = make_clinic(slug="pattern")
    booked = make_booking(
        session=make_session(clinic=clinic, starts_at=opening + timedelta(days=1), hours=8),
        now=opening - timedelta(days=1),
    )
    came = make_arrival(
        session=make_session(clinic=clinic, starts_at=opening - timedelta(days=1), hours=8)
    )
    vial = make_vial(clinic=clinic, now=came.slot.starts_at)
    came.dose = make_dose(patient=came.patient, vial=vial, now=came.slot.starts_at)
    came.status, came.ended_at = "vaccinated", came.dose.given_at
    came.save()
    return Patterns(opening, booked, came)


def fill(name: str, size: Size, patterns: Patterns) -> None:
    """Fill a database with clinics, days and appointments of a size; it has the patterns."""
    with psycopg.connect(**owner_parameters(name), autocommit=True) as owner:
        owner.execute(
            "SET synchronous_commit = off; SET work_mem = '64MB';"
            " SET maintenance_work_mem = '256MB'"
        )
        with _bare_tables(owner):
            numbers = {
                "clinics": size.clinics,
                "days": COMING_DAYS + size.past_days,
                "coming": COMING_DAYS,
                "slots": SLOTS_A_DAY,
            }
            owner.execute(_PEOPLE, numbers)
            for statement in _statements(patterns):
                owner.execute(statement)
            owner.execute("DROP TABLE bench_people")
        owner.execute("VACUUM (ANALYZE)")


def _statements(patterns: Patterns) -> Iterator[sql.Composed]:
    booked, given = patterns.booked, patterns.given
    assert given.dose is not None
    start = f"'{patterns.opening.isoformat()}'::timestamptz"
    at = f"{start} + x.day * interval '1 day' + (x.s - 1) * interval '10 minutes'"
    opens = f"{start} + x.day * interval '1 day'"
    person, decision = _uuid("patient", "x.n"), _uuid("decision", "x.n")
    session, slot = _uuid("session", "x.c", "x.d"), _uuid("slot", "x.n")
    clinic = f"x.c + {FIRST_CLINIC}"
    clinics, days = f"generate_series(1, {CLINICS})", "(SELECT * FROM bench_people)"
    sessions = "(SELECT DISTINCT c, d, day FROM bench_people)"
    vials = "(SELECT * FROM bench_people WHERE day <= 0 AND s % 4 = 1)"
    past = "(SELECT * FROM bench_people WHERE day <= 0)"
    coming = "(SELECT * FROM bench_people WHERE day > 0)"
    home = booked.slot.session
    yield _copy(
        Clinic,
        home.clinic_id,
        clinics,
        id=f"x + {FIRST_CLINIC}",
        slug="'klinikk-' || x",
        name="'Klinikk ' || x",
    )
    offer = GroupOffer.objects.get(clinic_id=home.clinic_id, priority_group=3)
    yield _copy(
        GroupOffer,
        offer.pk,
        clinics,
        id=f"x + {FIRST_CLINIC}",
        clinic_id=f"x + {FIRST_CLINIC}",
    )
    yield _copy(
        ClinicSession,
        home.pk,
        sessions,
        id=session,
        clinic_id=clinic,
        date=f"(({opens}) AT TIME ZONE 'Europe/Oslo')::date",
        starts_at=opens,
        ends_at=f"{opens} + interval '8 hours'",
        cutoff_at=f"{opens} - interval '17 hours'",
        vials_allotted="40",
        state="CASE WHEN x.day > 0 THEN 'open' ELSE 'closed' END",
    )
    yield _copy(Slot, booked.slot_id, days, id=slot, session_id=session, starts_at=at)
    yield _copy(
        Patient, booked.patient_id, days, id=person, phone_hash="md5('a' || x.n) || md5('b' || x.n)"
    )
    yield _copy(Decision, booked.decision_id, days, id=decision, patient_id=person)
    vial = _uuid("vial", "x.c", "x.d", "(x.s - 1) / 4")
    yield _copy(
        Vial,
        given.dose.vial_id,
        vials,
        id=vial,
        clinic_id=clinic,
        day=f"({opens})::date",
        letter="((x.s - 1) / 4)::text",
        opened_at=at,
        use_before=f"{at} + interval '2 hours'",
        closed_at=f"{at} + interval '2 hours'",
    )
    dose = _uuid("dose", "x.n")
    yield _copy(Dose, given.dose_id, past, id=dose, patient_id=person, vial_id=vial, given_at=at)
    for pattern, people, more in ((booked, coming, {}), (given, past, {"dose_id": dose})):
        yield _copy(
            Appointment,
            pattern.pk,
            people,
            id=_uuid("appointment", "x.n"),
            slot_id=slot,
            seat="1",
            date=f"(({at}) AT TIME ZONE 'Europe/Oslo')::date",
            patient_id=person,
            decision_id=decision,
            booked_at=f"{at} - interval '7 days'",
            **more,
        )
    yield from _written_on_the_way(patterns, days, person, at, clinic)


def _written_on_the_way(
    patterns: Patterns, people: str, person: str, at: str, clinic: str
) -> Iterator[sql.Composed]:
    """Copy the messages and the audit rows of a booking."""
    appointment = _uuid("appointment", "x.n")
    for number, message in enumerate(Message.objects.filter(subject_id=patterns.booked.pk)):
        due = f"{at} - interval '2 days'" if message.kind == "reminder" else "p.due_at"
        yield _copy(
            Message,
            message.pk,
            people,
            id=_uuid("message", "x.n", str(number)),
            subject_id=appointment,
            clinic_id=clinic,
            due_at=due,
            state=f"CASE WHEN {due} < now() THEN 'sent' ELSE 'waiting' END",
            attempts=f"CASE WHEN {due} < now() THEN 1 ELSE 0 END",
            attempt_started_at=f"CASE WHEN {due} < now() THEN {due} END",
            ended_at=f"CASE WHEN {due} < now() THEN {due} END",
        )
    for entry in AuditEntry.objects.filter(patient_id=patterns.booked.patient_id):
        yield _copy(
            AuditEntry,
            entry.pk,
            people,
            id="nextval(pg_get_serial_sequence('audit_auditentry', 'id'))",
            patient_id=person,
            actor_id=f"({person})::text",
            object_id=f"({appointment})::text",
            at=f"{at} - interval '7 days'",
        )


def uuid_of(kind: str, *numbers: int) -> UUID:
    """Return the id of something, as ``_uuid`` writes it in SQL."""
    text = "-".join([kind, *map(str, numbers)])
    return UUID(hex=md5(text.encode(), usedforsecurity=False).hexdigest())


def _uuid(kind: str, *numbers: str) -> str:
    parts = " || '-' || ".join([f"'{kind}'", *(f"({number})" for number in numbers)])
    return f"md5({parts})::uuid"


def _copy(model: type[Model], pk: Any, source: str, **changed: str) -> sql.Composed:
    """Return the statement that copies a row once for each row ``x`` of a source."""
    concrete = model._meta.concrete_fields  # noqa: SLF001
    # What PostgreSQL derives from other columns it derives itself.
    fields: Mapping[str, str] = {f.column: f.column for f in concrete if not f.generated}
    assert set(changed) <= set(fields), set(changed) - set(fields)
    values = [
        sql.SQL(changed[name]) if name in changed else sql.SQL("p.{}").format(sql.Identifier(name))
        for name in fields
    ]
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} p, {} x WHERE p.id = {}").format(
        sql.Identifier(model._meta.db_table),  # noqa: SLF001
        sql.SQL(", ").join(map(sql.Identifier, fields)),
        sql.SQL(", ").join(values),
        sql.Identifier(model._meta.db_table),  # noqa: SLF001
        sql.SQL(source),
        sql.Literal(pk),
    )


@contextmanager
def _bare_tables(owner: "psycopg.Connection[Any]") -> Iterator[None]:
    """Take keys and indexes off all tables, and make them anew in the end: built once, sorted."""
    keys = owner.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)"
        "  FROM pg_constraint WHERE contype IN ('f', 'p', 'u', 'x')"
        "   AND connamespace = 'public'::regnamespace ORDER BY contype = 'f', conname"
    ).fetchall()
    indexes = owner.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        "  JOIN pg_class ON pg_class.oid = indexrelid"
        " WHERE relnamespace = 'public'::regnamespace AND NOT EXISTS"
        "       (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
    ).fetchall()
    for table, name, _ in reversed(keys):
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        owner.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        owner.execute(definition)
    for table, name, definition in keys:
        owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
