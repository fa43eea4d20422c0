"""The only place that takes row locks for capacity: clinic, then session, always in that order.

Everything that takes a seat or a vial goes through here, late, before it checks what is free.
Freeing needs no lock.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import connection
from django.db.models import Subquery

from appointments.models import ClinicSession, Slot
from clinics.models import Clinic


class SessionUnknownError(Exception):
    """There is no such session."""


class SlotUnknownError(Exception):
    """There is no such time; it may just have been taken out of its day."""


def lock_clinic(clinic_id: int) -> None:
    """Lock a clinic, until the transaction ends: one plans its days at a time.

    A NO KEY lock: rows that only point at the clinic (a vial, a message) are not held up.
    """
    # As a list: a transaction that goes on to a second session locks the same clinic again.
    list(Clinic.objects.select_for_update(no_key=True).filter(pk=clinic_id).values_list("pk"))


def lock_session(session_id: UUID) -> ClinicSession:
    """Lock a session's clinic and then the session, until the transaction ends.

    Raises SessionUnknownError.
    """
    # A session never goes to another clinic, so that may be looked up as its clinic is locked.
    clinic_id = ClinicSession.objects.filter(pk=session_id).values("clinic_id")
    locked = Clinic.objects.select_for_update(no_key=True).only("pk").filter(pk=Subquery(clinic_id))
    if not locked:
        raise SessionUnknownError(session_id)
    [session] = ClinicSession.objects.select_for_update(no_key=True).filter(pk=session_id)
    return session


def lock_slot(slot_id: UUID) -> Slot:
    """Lock a time's clinic and then its session, until the transaction ends; return the time.

    Raises SlotUnknownError.
    """
    # A time never goes to another session, so both may be looked up as the clinic is locked.
    clinic_id = Slot.objects.filter(pk=slot_id).values("session__clinic_id")
    list(
        Clinic.objects.select_for_update(no_key=True)
        .filter(pk=Subquery(clinic_id))
        .values_list("pk")
    )
    times = Slot.objects.select_for_update(of=("session",), no_key=True).select_related("session")
    for slot in times.filter(pk=slot_id):
        return slot
    raise SlotUnknownError(slot_id)


def lock_sessions(clinic_id: int, session_ids: Collection[UUID]) -> list[ClinicSession]:
    """Lock a clinic and then some of its sessions, in one order, until the transaction ends."""
    lock_clinic(clinic_id)
    chosen = ClinicSession.objects.filter(clinic_id=clinic_id, pk__in=session_ids)
    return list(chosen.select_for_update(no_key=True).order_by("pk"))


def queue_up(key_hash: str) -> None:
    """Let one transaction at a time go on for a browser or a contact, given its keyed hash.

    There may be no row yet to lock, hence an advisory lock; taken before any row lock.
    """
    number = int(key_hash[:16], 16) - 2**63
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
