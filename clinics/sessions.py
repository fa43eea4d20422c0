"""Sessions whose rows tell nothing: the data is encrypted, and the key stands as its digest only.

Whoever reads the table, or a copy of it, can neither take over a session nor learn whose it is.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession

from encryption.fields import UnreadableValueError, decrypt, encrypt
from encryption.keys import digest

_COLUMN = 40  # characters of the table's column for the key


def stored_key(session_key: str) -> str:
    """Return what stands in the table for a session's key: 160 bits of its digest."""
    return digest("session", session_key)[:_COLUMN]


class SessionStore(db.SessionStore):
    """Django's sessions in the database, encrypted."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Sign and encrypt what a session holds."""
        return encrypt(super().encode(session_dict))

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Decrypt what a session holds; nothing when no key opens it, as when it is forged."""
        try:
            signed = decrypt(str(session_data))
        except UnreadableValueError:
            return {}
        return super().decode(signed)

    def exists(self, session_key: str) -> bool:
        """Tell whether there is a session with this key."""
        return super().exists(stored_key(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Delete a session, this one unless another's key is given."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(stored_key(key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """Return the row for what the session holds now."""
        row = super().create_model_instance(data)
        row.session_key = stored_key(row.session_key)
        return row

    def _get_session_from_db(self) -> Any:
        row = db.SessionStore(stored_key(self.session_key or ""))._get_session_from_db()  # type: ignore[attr-defined]  # noqa: SLF001
        if row is None:
            self._session_key = None
        return row
