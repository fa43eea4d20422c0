"""All invariants: those of every app and those of the database itself."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

import appointments.integrity
import audit.integrity
import clinics.integrity
import eligibility.integrity
import encryption.integrity
import mpoxclinic.integrity
import notifications.integrity
import patients.integrity
import vaccinations.integrity
from integrity.invariants import Fault, Invariant, Invariants

INVARIANTS = Invariants(
    mpoxclinic.integrity.INVARIANTS,
    encryption.integrity.INVARIANTS,
    audit.integrity.INVARIANTS,
    clinics.integrity.INVARIANTS,
    notifications.integrity.INVARIANTS,
    patients.integrity.INVARIANTS,
    vaccinations.integrity.INVARIANTS,
    eligibility.integrity.INVARIANTS,
    appointments.integrity.INVARIANTS,
)


def find_faults(
    invariants: Iterable[Invariant], *, now: datetime
) -> Iterator[tuple[Invariant, Fault]]:
    """Yield what breaks some invariants, all of it as the database was at one moment."""
    with _one_moment():
        for invariant in invariants:
            for fault in invariant.find(now):
                yield invariant, fault


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read from one snapshot and write nothing: the clinic goes on while we look."""
    if connection.in_atomic_block:  # a test's transaction: nobody else writes there
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
