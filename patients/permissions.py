"""Who a visitor is to us: a browser with a key of its own, perhaps with a contact they proved.

The key is a random value that only the browser's cookie holds. It binds one-time codes and holds
to the browser, and opens its drafts.
"""

import re
import secrets

from django.http import HttpRequest

from encryption.keys import keyed_hash

BROWSER_COOKIE = "time"
_KEY_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
_CONTACT_IN_SESSION = "contact_hash"


def new_browser_key() -> str:
    """Return a key for a browser's cookie: 256 random bits as 43 characters."""
    return secrets.token_urlsafe(32)


def browser_key(request: HttpRequest) -> str | None:
    """Return the key of the browser that asks; None when it has none, or one that is not ours."""
    made_now: str | None = getattr(request, "new_browser_key", None)
    if made_now is not None:
        return made_now
    key = request.COOKIES.get(BROWSER_COOKIE, "")
    return key if _KEY_SHAPE.fullmatch(key) else None


def ensure_browser_key(request: HttpRequest) -> str:
    """Return the key of the browser that asks, making one for the middleware to hand out."""
    key = browser_key(request)
    if key is None:
        key = new_browser_key()
        request.new_browser_key = key  # type: ignore[attr-defined]
    return key


def browser_hash(request: HttpRequest) -> str:
    """Return the keyed hash by which rows know this browser, making it a key if it has none."""
    return keyed_hash("browser", ensure_browser_key(request))


def confirm_contact(request: HttpRequest, contact_hash: str) -> None:
    """Remember that this visitor proved a contact with a code, in a session with a new key."""
    request.session.cycle_key()
    request.session[_CONTACT_IN_SESSION] = contact_hash


def confirmed_contact(request: HttpRequest) -> str:
    """Return the hash of the contact that this visitor proved; "" when they have not."""
    hashed: str = request.session.get(_CONTACT_IN_SESSION, "")
    return hashed
