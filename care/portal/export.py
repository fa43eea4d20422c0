"""Everything about a person as one JSON document. ``docs/own-data.md`` describes it."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import ForeignKey, Model

from appointments.models import ClinicSession, Slot
from care.portal.log import Logged
from care.services.own_data import MESSAGES, TABLES, WISHES, OwnData, Table
from clinics.models import Clinic, Staff
from eligibility.models import GroupInterest
from notifications.models import Message
from vaccinations.models import Lot, Recall, Vial

FORMAT, VERSION = "own-data", 1


def as_json(data: OwnData, log: list[Logged], *, now: datetime) -> dict[str, Any]:
    """Return the document, ready for ``json.dumps``; no query where ``own_data`` found all."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": now.isoformat(),
        **{table.name: _rows(table, data.found[table.model]) for table in TABLES},
        WISHES.name: _rows(WISHES, data.found[GroupInterest]),
        MESSAGES.name: _rows(MESSAGES, data.found[Message]),
        "access_log": [_entry(one) for one in log],
    }


def _rows(table: Table, rows: list[Model]) -> list[dict[str, Any]]:
    return [{name: _value(row, name) for name in table.given} for row in rows]


def _value(row: Model, name: str) -> Any:
    field = row._meta.get_field(name)  # noqa: SLF001
    if not isinstance(field, ForeignKey):
        return _plain(getattr(row, name))
    key = getattr(row, field.attname)
    if key is None:
        return None
    as_words = _NAMED.get(field.related_model)  # type: ignore[arg-type]
    return as_words(getattr(row, name)) if as_words else _plain(key)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return value


def _entry(one: Logged) -> dict[str, Any]:
    entry = one.entry
    return {
        "at": entry.at.isoformat(),
        "actor_kind": entry.actor_kind,
        "actor": str(one.who) if entry.actor_kind == "staff" else None,
        "role": entry.role,
        "clinic": one.place or None,
        "action": entry.action,
        "object_id": entry.object_id,
        "reason": entry.reason,
        # With the words of whoever had to give a reason.
        "why": str(one.why),
    }


# What stands in place of a key that would say nothing.
_NAMED: dict[type[Model], Any] = {
    Staff: lambda staff: staff.name,
    Clinic: lambda clinic: clinic.name,
    Slot: lambda slot: {
        "starts_at": slot.starts_at.isoformat(),
        "clinic": slot.session.clinic.name,
    },
    ClinicSession: lambda session: {
        "starts_at": session.starts_at.isoformat(),
        "clinic": session.clinic.name,
    },
    Vial: lambda vial: {
        "day": vial.day.isoformat(),
        "letter": vial.letter,
        "clinic": vial.clinic.name,
    },
    Lot: lambda lot: {"number": lot.number, "product": lot.product.name},
    Recall: lambda recall: {"lot": recall.lot.number, "reason": recall.reason},
}
