"""The one lock of the access log: only one process seals at a time, and none while it is held."""

from django.db import connection

# Any number that nothing else locks by.
_SEALING = 0x5EA1


def may_seal() -> bool:
    """Take the right to seal until the transaction ends; False when another process has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALING])
        return bool(cursor.fetchone()[0])


def hold_seals() -> None:
    """Let nobody seal until the transaction ends; whoever is sealing is waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEALING])
