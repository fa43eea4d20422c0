"""The least that a booking asks of the database: four statements in a transaction, for pgbench.

Each booking has a number. Its slot is one of those of ``benchmarks.world``, its seat and dose are
ones that nobody else takes.
"""

from dataclasses import dataclass
from uuid import UUID

from benchmarks.world import COMING_DAYS, FIRST_CLINIC, SLOTS_A_DAY, uuid_of

_SESSION = "md5('session-' || :clinic || '-' || :day)::uuid"
_SCRIPT = f"""
BEGIN;
SELECT * FROM appointments_clinicsession WHERE id = {_SESSION} FOR NO KEY UPDATE;
SELECT a.slot_id, a.seat, s.starts_at, a.route
  FROM appointments_appointment a JOIN appointments_slot s ON s.id = a.slot_id
 WHERE s.session_id = {_SESSION} AND a.status IN ('held', 'booked', 'arrived', 'vaccinated');
INSERT INTO appointments_appointment
       (id, slot_id, seat, status, date, dose_number, route, browser_hash, patient_id, decision_id,
        booked_at, sequence)
VALUES (gen_random_uuid(), md5('slot-' || :slot)::uuid, :seat, 'booked', current_date, :seat,
        'intradermal', '', md5('patient-' || :slot)::uuid, md5('decision-' || :slot)::uuid, now(),
        0);
INSERT INTO notifications_message
       (id, kind, channel, subject_id, clinic_id, occasion, due_at, state, fate, attempts,
        provider_reference, created_at)
VALUES (gen_random_uuid(), 'booked', 'sms', gen_random_uuid(), :clinic_id, 'bench', now(),
        'waiting', '', 0, '', now());
COMMIT;
"""
FIRST_SEAT = 10


@dataclass(frozen=True)
class Numbers:
    """What a booking's number comes to."""

    slot: int
    seat: int
    clinic: int
    day: int

    @property
    def slot_id(self) -> UUID:
        """The slot."""
        return uuid_of("slot", self.slot)

    @property
    def session_id(self) -> UUID:
        """The slot's session."""
        return uuid_of("session", self.clinic, self.day)


def numbers_of(n: int, slots: int) -> Numbers:
    """Return what a booking's number comes to, in a world with so many coming slots."""
    slot = n % slots + 1
    return Numbers(
        slot=slot,
        seat=n // slots + FIRST_SEAT,
        clinic=(slot - 1) // (COMING_DAYS * SLOTS_A_DAY) + 1,
        day=(slot - 1) // SLOTS_A_DAY % COMING_DAYS + 1,
    )


def script(slots: int) -> str:
    """Return the transaction for pgbench, which counts up its variable ``n`` likewise."""
    numbers = (
        "\\set n :n + 1",
        f"\\set slot :n % {slots} + 1",
        f"\\set seat :n / {slots} + {FIRST_SEAT}",
        f"\\set clinic (:slot - 1) / {COMING_DAYS * SLOTS_A_DAY} + 1",
        f"\\set day (:slot - 1) / {SLOTS_A_DAY} % {COMING_DAYS} + 1",
        f"\\set clinic_id :clinic + {FIRST_CLINIC}",
    )
    return "\n".join(numbers) + _SCRIPT
