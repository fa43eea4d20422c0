"""What a visitor has filled in so far: kept for half an hour, readable by their browser only.

Drafts live in Valkey, which saves nothing to disk. The server can neither find nor read one
without the key in the browser's cookie.
"""

import json
from typing import Any, cast

from encryption.keys import digest, fernet_from
from limits.server import valkey
from patients.permissions import new_browser_key as new_key

__all__ = ["forget", "load", "new_key", "save"]

KEPT_SECONDS = 1800
# The list of a browser's drafts outlives each of them; it names them and holds nothing else.
_LIST_SECONDS = 24 * 3600


def save(key: str, name: str, data: dict[str, Any], *, seconds: int = KEPT_SECONDS) -> None:
    """Keep a draft, in place of the one of the same name, for ``seconds`` from now."""
    sealed = fernet_from(_secret(key, name)).encrypt(json.dumps(data).encode())
    with valkey().pipeline() as pipe:
        pipe.set(_address(key, name), sealed, ex=seconds)
        pipe.sadd(_list_address(key), name)
        pipe.expire(_list_address(key), _LIST_SECONDS)
        pipe.execute()


def load(key: str, name: str) -> dict[str, Any]:
    """Return a draft; an empty one when there is none or its time is over."""
    sealed = cast("bytes | None", valkey().get(_address(key, name)))
    if sealed is None:
        return {}
    draft: dict[str, Any] = json.loads(fernet_from(_secret(key, name)).decrypt(sealed))
    return draft


def forget(key: str, name: str | None = None) -> None:
    """Delete a draft, or all drafts of the browser."""
    if name is not None:
        valkey().delete(_address(key, name))
        return
    names = cast("set[bytes]", valkey().smembers(_list_address(key)))
    valkey().delete(_list_address(key), *(_address(key, each.decode()) for each in names))


def _secret(key: str, name: str) -> str:
    return f"draft\0{name}\0{key}"


def _list_address(key: str) -> str:
    return f"draft:{digest('draft', key)}"


def _address(key: str, name: str) -> str:
    return f"{_list_address(key)}:{name}"
