"""What a board's rows are like, as one short text: the same text, the same board.

Each row counts by PostgreSQL's own mark of who wrote it and where it lies (``xmin`` and ``ctid``),
so no column can be forgotten and no code that writes has to think of it. What the rows do not tell,
time does: the minute, and how many vials have ended or are about to, and people been observed long
enough. What is read from a table that is not here, is read again within that minute.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL

from appointments.models import ClinicSession
from care.dayboard.vials import SOON

_MARKS = """
    WITH given AS (
        SELECT %s::uuid AS session, %s::timestamptz AS now, %s::timestamptz AS soon
    ), day AS (
        SELECT day.id, day.clinic_id, day.product_id, day.date, day.xmin, day.ctid
          FROM appointments_clinicsession day, given WHERE day.id = given.session
    ), place AS (
        SELECT clinic.xmin, clinic.ctid FROM clinics_clinic clinic, day
         WHERE clinic.id = day.clinic_id
    ), slot AS (
        SELECT slot.id, slot.xmin, slot.ctid FROM appointments_slot slot, given
         WHERE slot.session_id = given.session
    ), visit AS (
        SELECT visit.decision_id, visit.patient_id, visit.dose_id, visit.observe_until,
               visit.released_at, visit.xmin, visit.ctid
          FROM appointments_appointment visit JOIN slot ON slot.id = visit.slot_id
    ), person AS (
        SELECT person.xmin, person.ctid FROM patients_patient person
         WHERE person.id IN (SELECT patient_id FROM visit)
    ), asked AS (
        SELECT asked.xmin, asked.ctid FROM eligibility_reviewcase asked
         WHERE asked.decision_id IN (SELECT decision_id FROM visit)
    ), vial AS (
        SELECT vial.id, vial.use_before, vial.closed_at, vial.xmin, vial.ctid
          FROM vaccinations_vial vial, day
         WHERE vial.clinic_id = day.clinic_id AND (vial.closed_at IS NULL OR vial.day = day.date)
    ), dose AS (
        SELECT dose.xmin, dose.ctid FROM vaccinations_dose dose
         WHERE dose.vial_id IN (SELECT id FROM vial)
    ), reaction AS (
        SELECT reaction.xmin, reaction.ctid FROM vaccinations_reaction reaction
         WHERE reaction.dose_id IN (SELECT dose_id FROM visit)
    ), lot AS (
        SELECT lot.id, lot.xmin, lot.ctid FROM vaccinations_lot lot, day
         WHERE lot.clinic_id = day.clinic_id AND lot.product_id = day.product_id
           AND lot.expires_on >= day.date - 1
    ), entry AS (
        SELECT entry.xmin, entry.ctid FROM vaccinations_lotentry entry
         WHERE entry.lot_id IN (SELECT id FROM lot)
    ), thawing AS (
        SELECT thawing.xmin, thawing.ctid FROM vaccinations_thawing thawing
         WHERE thawing.lot_id IN (SELECT id FROM lot)
    ), signed AS (
        SELECT signed.xmin, signed.ctid FROM vaccinations_standingorder signed, day
         WHERE signed.clinic_id = day.clinic_id AND signed.product_id = day.product_id
    ), closing AS (
        SELECT closing.xmin, closing.ctid FROM appointments_dayclosing closing, given
         WHERE closing.session_id = given.session
    ), offer AS (
        SELECT offer.xmin, offer.ctid FROM appointments_offer offer, given
         WHERE offer.session_id = given.session OR offer.vial_id IN (SELECT id FROM vial)
    ), waiter AS (
        SELECT waiter.xmin, waiter.ctid FROM appointments_waitingentry waiter, day
         WHERE waiter.clinic_id = day.clinic_id AND waiter.ended_at IS NULL AND waiter.standby
    ), mark AS (
        {marks}
    )
    SELECT concat_ws(
               ' ',
               (SELECT md5(string_agg(name || xmin || ctid, ' ' ORDER BY name, ctid)) FROM mark),
               (SELECT count(*) FROM visit
                 WHERE visit.released_at IS NULL AND visit.observe_until <= given.now),
               count(*) FILTER (WHERE closed_at IS NULL AND use_before <= given.now),
               count(*) FILTER (WHERE closed_at IS NULL AND use_before < given.soon)
           )
      FROM given LEFT JOIN vial ON true GROUP BY given.session, given.now, given.soon
"""
_PARTS = (
    "day",
    "place",
    "slot",
    "visit",
    "person",
    "asked",
    "vial",
    "dose",
    "reaction",
    "lot",
    "entry",
    "thawing",
    "signed",
    "closing",
    "offer",
    "waiter",
)
_STATEMENT = _MARKS.replace(
    "{marks}",
    " UNION ALL ".join(
        f"SELECT '{part}', xmin::text, ctid::text FROM {part}"  # noqa: S608  # names written above
        for part in _PARTS
    ),
).replace("mark AS", "mark (name, xmin, ctid) AS")


def marked(sessions: QuerySet[ClinicSession], session_id: UUID, *, now: datetime) -> QuerySet[Any]:
    """Read with a session what its board's rows are like at ``now``, as ``marks``."""
    marks = RawSQL(  # noqa: S611  # nothing of a reader's is in the statement
        _STATEMENT, (session_id, now, now + timedelta(minutes=SOON)), output_field=TextField()
    )
    return sessions.filter(pk=session_id).annotate(marks=marks)


def version_of(marks: str, *, now: datetime, shown: tuple[object, ...] = ()) -> str:
    """Return the version of a page that shows the board as it is at ``now``.

    ``shown`` is what else the page depends on: its reader, the language, what is unfolded.
    """
    minute = int(now.timestamp() // 60)
    return sha256(repr((marks, minute, *shown)).encode()).hexdigest()[:16]
