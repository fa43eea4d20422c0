"""Counts who has read a list of patients: once a day for each login, list and patient."""

from collections.abc import Iterable, MutableMapping
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.domain import Actor
from audit.services import record_many
from clinics.domain.calendar import oslo_date

# Key of the login's session: the day, and for each list the patients counted already.
READ = "lists_read"


def record_list_read(
    session: MutableMapping[str, Any],
    *,
    action: str,
    list_id: object,
    patient_ids: Iterable[UUID | None],
    by: Actor,
    now: datetime,
) -> int:
    """Record that a list was read: the patients on it that this login has not read there today.

    ``session`` is the login's, which remembers whom it has read. Returns how many were recorded.
    """
    day, name = oslo_date(now).isoformat(), f"{action} {list_id}"
    remembered = session.get(READ, {})
    lists = remembered["lists"] if remembered.get("day") == day else {}
    known = set(lists.get(name, []))
    new = {patient_id for patient_id in patient_ids if patient_id and patient_id.hex not in known}
    if not new:
        return 0
    record_many(action=action, by=by, now=now, patients=dict.fromkeys(new, list_id))
    read = sorted(known | {patient_id.hex for patient_id in new})
    session[READ] = {"day": day, "lists": {**lists, name: read}}
    return len(new)
