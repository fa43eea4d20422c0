"""Whether the keys at hand open what is encrypted."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet, TextField
from django.db.models.functions import Cast

from encryption.fields import EncryptedTextField, UnreadableValueError
from integrity.invariants import Fault, Invariants
from integrity.rows import CHUNK, table_of

INVARIANTS = Invariants()


def encrypted_fields(model: type[Model]) -> list[EncryptedTextField]:
    """List a model's encrypted fields."""
    fields = model._meta.local_fields  # noqa: SLF001  # Django documents it
    return [field for field in fields if isinstance(field, EncryptedTextField)]


def opened(
    found: QuerySet[Any], *plain: str, encrypted: Iterable[str]
) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Yield each row's values with its encrypted fields opened, and the fields no key opens.

    A model's own rows cannot be read that way: the first value that no key opens ends the loop.
    One query, whose rows come in chunks.
    """
    fields = {field.name: field for field in encrypted_fields(found.model)}
    names = list(encrypted)
    stored = {f"stored_{name}": Cast(name, TextField()) for name in names}
    for row in found.order_by("pk").values("pk", *plain, **stored).iterator(chunk_size=CHUNK):
        unreadable = []
        for name in names:
            try:
                row[name] = fields[name].opened(row.pop(f"stored_{name}"))
            except (UnreadableValueError, ValueError):
                unreadable.append(name)
        yield row, unreadable


@INVARIANTS.add("encrypted.opens", "The keys in MPOX_FIELD_KEYS open every encrypted value")
def find_unreadable(now: datetime) -> Iterator[Fault]:
    for model in apps.get_models():
        names = [field.name for field in encrypted_fields(model)]
        if not names:
            continue
        for row, unreadable in opened(model._default_manager.all(), encrypted=names):  # noqa: SLF001
            if unreadable:
                what = f"{', '.join(unreadable)}: no key at hand opens it, or it is not what it was"
                yield Fault(table_of(model), (str(row["pk"]),), what)
