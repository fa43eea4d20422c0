"""Our client at ID-porten, read from the environment: what is wrong stops the start and says how.

Without an issuer there is no log-in with ID-porten, and no button for it.
"""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from mpoxclinic.message_settings import LOOPBACK, required
from patients.domain.id_porten import Level, Provider

_LEVELS = {"substantial": Level.SUBSTANTIAL, "high": Level.HIGH}
_NAMES = ("ISSUER", "CLIENT_ID", "PRIVATE_KEY", "SECRET", "LEVEL")
SIGNS_WITH = frozenset({"RS256", "PS256", "ES256"})


def id_porten_settings(environment: Mapping[str, str]) -> Provider | None:
    """Return our client at the provider, None when there is none; or ``ImproperlyConfigured``."""
    if not any(environment.get(f"MPOX_IDPORTEN_{name}") for name in _NAMES):
        return None
    issuer = required(environment, "MPOX_IDPORTEN_ISSUER")
    parts = urlsplit(issuer)
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if (
        not parts.hostname
        or parts.query
        or parts.fragment
        or not (parts.scheme == "https" or local)
    ):
        raise _wrong("ISSUER", "must be an address that begins with https://")
    level = environment.get("MPOX_IDPORTEN_LEVEL", "high")
    if level not in _LEVELS:
        raise _wrong("LEVEL", "must be substantial or high")
    key = environment.get("MPOX_IDPORTEN_PRIVATE_KEY", "")
    secret = environment.get("MPOX_IDPORTEN_SECRET", "")
    if bool(key) == bool(secret):
        raise _wrong("PRIVATE_KEY", "or MPOX_IDPORTEN_SECRET must be set, and not both")
    if key:
        _check_key(key)
    client_id = required(environment, "MPOX_IDPORTEN_CLIENT_ID")
    return Provider(issuer, client_id, _LEVELS[level], private_key=key, secret=secret)


def _check_key(text: str) -> None:
    """Refuse what is no private key to sign with; nothing of the key is told."""
    try:
        data = json.loads(text)
        [key] = KeySet.import_key_set({"keys": [data]}).keys
    except (ValueError, TypeError, KeyError, JoseError):
        raise _wrong("PRIVATE_KEY", "is no key in the form of a JWK") from None
    if not isinstance(key, RSAKey | ECKey) or not key.is_private:
        raise _wrong("PRIVATE_KEY", "must be a private RSA or EC key")
    if not data.get("kid") or data.get("alg") not in SIGNS_WITH:
        raise _wrong("PRIVATE_KEY", 'must have a "kid" and an "alg": RS256, PS256 or ES256')


def _wrong(name: str, why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"MPOX_IDPORTEN_{name} {why}. docs/settings.md says what a server needs."
    )
