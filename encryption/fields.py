"""Model fields whose values are encrypted in the database.

They cannot be searched or sorted by; look-up goes through a keyed hash in a column of its own
(``encryption.lookup``).
"""

import datetime
import json
from typing import Any

from cryptography.fernet import InvalidToken
from django import forms
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from encryption.keys import cipher


class UnreadableValueError(Exception):
    """A stored value that none of the keys in force opens."""


def encrypt(plain: str) -> str:
    """Encrypt a text; "" stays ""."""
    return cipher().encrypt(plain.encode()).decode() if plain else ""


def decrypt(stored: str) -> str:
    """Decrypt a text; "" stays "". Raises UnreadableValueError when no key fits."""
    if not stored:
        return ""
    try:
        return cipher().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise UnreadableValueError("none of the keys in MPOX_FIELD_KEYS opens this") from error


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text, encrypted at rest."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else encrypt(self._to_text(value))

    def from_db_value(
        self, value: str | None, expression: Any, connection: BaseDatabaseWrapper
    ) -> Any:
        return self.opened(value)

    def opened(self, stored: str | None) -> Any:
        """Return the value of what is stored. Raises UnreadableValueError when no key fits."""
        return None if stored is None else self._from_text(decrypt(stored))

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse look-ups that would compare ciphertexts, which never match."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: look it up by its keyed hash")
        return super().get_lookup(lookup_name)

    def _to_text(self, value: Any) -> str:
        return str(value)

    def _from_text(self, text: str) -> Any:
        return text


class EncryptedCharField(EncryptedTextField):
    """A short text, encrypted at rest; in forms one line, of ``max_length`` characters at most."""

    def formfield(self, **kwargs: Any) -> Any:  # type: ignore[override]
        """Return a field of one line."""
        kwargs.setdefault("widget", forms.TextInput)
        return super().formfield(**kwargs)


class EncryptedDateField(EncryptedTextField):
    """A date, encrypted at rest."""

    _pyi_private_set_type: datetime.date | None  # type: ignore[assignment]
    _pyi_private_get_type: datetime.date  # type: ignore[assignment]

    def to_python(self, value: Any) -> datetime.date | None:
        if value in (None, "") or isinstance(value, datetime.date):
            return value or None
        return datetime.date.fromisoformat(value)

    def _to_text(self, value: Any) -> str:
        date = self.to_python(value)
        return date.isoformat() if date else ""

    def _from_text(self, text: str) -> datetime.date | None:
        return datetime.date.fromisoformat(text) if text else None


class EncryptedJSONField(EncryptedTextField):
    """A JSON value, encrypted at rest."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def to_python(self, value: Any) -> Any:
        return value

    def _to_text(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    def _from_text(self, text: str) -> Any:
        return json.loads(text) if text else None
