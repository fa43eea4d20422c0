"""The keys that protect personal data at rest.

Keys are secrets of 32 bytes or more as text; Fernet keys are derived from them, so a key is
whatever a secret manager hands out. The newest encrypts, all of them decrypt.
"""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def fernet_from(secret: str) -> Fernet:
    """Derive a Fernet cipher from a high-entropy secret."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))


@lru_cache(maxsize=8)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([fernet_from(key) for key in keys])


def cipher() -> MultiFernet:
    """Return the cipher for the keys in force."""
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS))


def newest_cipher() -> MultiFernet:
    """Return the cipher of the newest key alone, which says what is still under an older one."""
    return _cipher((settings.FIELD_ENCRYPTION_KEYS[0],))


def hash_keys() -> list[str]:
    """Return the keys that look-up hashes are made with, the newest first."""
    keys: list[str] = settings.LOOKUP_HASH_KEYS
    return keys


def keys_are_changing() -> bool:
    """Tell whether rows may be hashed with an older key, which constraints cannot compare."""
    return len(hash_keys()) > 1


def keyed_hash(purpose: str, value: str, *, key: str = "") -> str:
    """Hash a value for look-up: 64 hex digits, equal only for equal purpose, value and key.

    HMAC-SHA256 under a key of its own, the newest if none is named; "" stays "", which never
    matches a person.
    """
    if not value:
        return ""
    message = f"{purpose}\0{value}".encode()
    return hmac.new((key or hash_keys()[0]).encode(), message, hashlib.sha256).hexdigest()


def digest(purpose: str, secret: str) -> str:
    """Hash a random secret of 128 bits or more for look-up: 64 hex digits.

    It needs no key, as nobody can guess it, and so outlasts every change of keys.
    """
    return hashlib.sha256(f"{purpose}\0{secret}".encode()).hexdigest() if secret else ""
