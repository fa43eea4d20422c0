"""Look-up of what is encrypted: by keyed hashes, in columns of their own.

A hash is made with the newest key, and looked for under all of them, so that keys can be changed
while the site goes on (``manage.py rotate_keys``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact

from encryption.fields import EncryptedCharField
from encryption.keys import hash_keys, keyed_hash


@dataclass(frozen=True)
class Lookup:
    """How the values of one kind are hashed: for a purpose, as a text that is one for equals."""

    purpose: str
    text: Callable[[Any], str] = str

    def under(self, key: str, value: Any) -> str:
        """Hash a value with one key; "" for none."""
        return keyed_hash(self.purpose, self.text(value), key=key) if value else ""

    def hash(self, value: Any) -> str:
        """Hash a value with the newest key, as it is stored; "" for none."""
        return self.under(hash_keys()[0], value)

    def hashes(self, value: Any) -> list[str]:
        """Hash a value with every key, to look for it; none for no value."""
        return [self.under(key, value) for key in hash_keys()] if value else []


class LookupHashField(models.CharField):  # type: ignore[type-arg]
    """The keyed hash of another column's value, written with it."""

    def __init__(
        self, *args: Any, of: str = "", lookup: Lookup | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("max_length", 64)
        super().__init__(*args, **kwargs)
        self.of = of
        self.lookup = lookup

    def deconstruct(self) -> Any:
        """Stand in migrations as the plain column that it is."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001 - Django's signature
        """Hash what the other column holds now."""
        assert self.lookup is not None
        hashed = self.lookup.hash(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, hashed)
        return hashed


class LookedUpCharField(EncryptedCharField):
    """A short text, encrypted, that rows are found by: ``filter(email=...)`` asks its hash."""

    def __init__(self, *args: Any, hashed_in: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hashed_in = hashed_in

    def deconstruct(self) -> Any:
        """Stand in migrations without look-up: they have the columns only."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "encryption.fields.EncryptedCharField", args, kwargs

    def get_lookup(self, lookup_name: str) -> Any:
        """Answer equality, which hashes make of equals, and refuse the rest."""
        if lookup_name in {"exact", "iexact"}:
            return _ByHash
        return super().get_lookup(lookup_name)


class _ByHash(Exact):  # type: ignore[type-arg]
    """Equality with a value, asked of the column that has its hash."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Compile ``hash IN (...)``, with the value's hash under every key."""
        field = self.lhs.target
        if not isinstance(self.rhs, str):
            raise FieldError(f"{field.name} is encrypted: it is compared with a text only")
        column = field.model._meta.get_field(field.hashed_in)  # noqa: SLF001 - Django documents it
        hashes = column.lookup.hashes(self.rhs)
        sql, params = compiler.compile(column.get_col(self.lhs.alias))
        if not hashes:
            return f"{sql} = ''", params
        return f"{sql} IN ({', '.join(['%s'] * len(hashes))})", [*params, *hashes]
