"""The only place that takes row locks for capacity: clinic, then session, always in that order.

Everything that takes a seat or a vial goes through here, late, before it checks what is free.
Freeing needs no lock.
"""

from uuid import UUID

from django.db import connection

from appointments.models import ClinicSession
from clinics.models import Clinic


class SessionUnknownError(Exception):
    """There is no such session."""


def lock_clinic(clinic_id: int) -> None:
    """Lock a clinic, until the transaction ends: one plans its days at a time.

    A NO KEY lock: rows that only point at the clinic (a vial, a message) are not held up.
    """
    Clinic.objects.select_for_update(no_key=True).only("pk").get(pk=clinic_id)


def lock_session(session_id: UUID) -> ClinicSession:
    """Lock a session's clinic and then the session, until the transaction ends.

    Raises SessionUnknownError.
    """
    clinic_id = (
        ClinicSession.objects.filter(pk=session_id).values_list("clinic_id", flat=True).first()
    )
    if clinic_id is None:
        raise SessionUnknownError(session_id)
    lock_clinic(clinic_id)
    return ClinicSession.objects.select_for_update(no_key=True).get(pk=session_id)


def queue_up(key_hash: str) -> None:
    """Let one transaction at a time go on for a browser or a contact, given its keyed hash.

    There may be no row yet to lock, hence an advisory lock; taken before any row lock.
    """
    number = int(key_hash[:16], 16) - 2**63
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
