"""What was filled in when a session had ended: kept for a short time, so that nobody types twice.

It lies encrypted in Valkey for ten minutes, and the key is in the browser's cookie only. It is
shown to whoever filled it in, after logging in, and sent in by a button; nothing is sent in by
itself. Who that is, the form says itself, else the browser remembers who used it last; a browser
that nobody has worked at keeps nothing. It is forgotten when it is sent, and when somebody logs out
or takes over.
"""

import json
import secrets
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from clinics.outage import is_outage

COOKIE = "kept_input"
SECONDS = 600
LONGEST = 50_000  # characters; a form of the board has a few hundred
FORM_OF = "form_of"  # the field by which a form says for whom it was made
AGAIN = "kept_again"  # the field by which a form says that it is the kept one
_LEFT_OUT = frozenset({"csrfmiddlewaretoken", AGAIN, FORM_OF})
_USER = "last_user"


@dataclass(frozen=True)
class KeptInput:
    """A form's address, the page it stood on, and its fields."""

    action: str
    page: str
    fields: list[tuple[str, str]]
    owner: str


def may_be_kept(request: HttpRequest) -> bool:
    """Tell whether a request sent a form that can be sent in again: no files, and not too long."""
    plain = request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}
    return request.method == "POST" and plain and not request.FILES


def keep(request: HttpRequest, response: HttpResponse, *, page: str) -> None:
    """Keep what a request sent for who filled it in, and give the browser the key to it.

    Nothing is kept where nobody has worked: else anybody could fill the store.
    """
    last = _last_user(request)
    if not last:
        return
    owner = request.POST.get(FORM_OF) or last
    kept = {
        "action": request.get_full_path(),
        "page": page,
        "fields": fields_of(request),
        "owner": owner,
    }
    text = json.dumps(kept)
    if len(text) > LONGEST:
        return
    name, key = secrets.token_urlsafe(16), Fernet.generate_key()
    cache.set(_place(name), Fernet(key).encrypt(text.encode()), timeout=SECONDS)
    response.set_cookie(
        COOKIE,
        f"{name}:{key.decode()}",
        max_age=SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def fields_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields that a request sent, without those that are about the sending."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _LEFT_OUT
        for value in values
        if isinstance(value, str)
    ]


def of(request: HttpRequest) -> KeptInput | None:
    """Return what is kept for a browser, None when nothing is or its time is over."""
    name, _colon, key = request.COOKIES.get(COOKIE, "").partition(":")
    found = cache.get(_place(name)) if name and key else None
    if found is None:
        return None
    try:
        text = Fernet(key.encode()).decrypt(found, ttl=SECONDS)
    except (InvalidToken, ValueError):
        return None
    kept = json.loads(text)
    fields = [(name, value) for name, value in kept["fields"]]
    return KeptInput(kept["action"], kept["page"], fields, kept["owner"])


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Forget what is kept for a browser, and the key to it."""
    if COOKIE in request.COOKIES:
        drop(request)
        response.delete_cookie(COOKIE, samesite="Lax")


def drop(request: HttpRequest) -> None:
    """Forget what is kept for a browser; the key it may still have opens nothing."""
    name = request.COOKIES.get(COOKIE, "").partition(":")[0]
    if name:
        cache.delete(_place(name))


def drop_at_log_out(*, request: HttpRequest | None, **_rest: object) -> None:
    """Forget the form when somebody logs out or hands over; a signal's receiver.

    Where it lies may be away. That keeps nobody logged in: it is shown to nobody else anyway.
    """
    try:
        if request is not None:
            drop(request)
    except Exception as error:
        if not is_outage(error):
            raise


def is_sent(request: HttpRequest) -> bool:
    """Tell whether a request sends in what was kept."""
    return request.method == "POST" and AGAIN in request.POST


def remember_user(request: HttpRequest, response: HttpResponse, user: str) -> None:
    """Let the browser remember who uses it, until it is closed or somebody else does."""
    if _last_user(request) == user:
        return
    response.set_signed_cookie(
        _USER,
        user,
        salt=_USER,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _last_user(request: HttpRequest) -> str:
    try:
        return str(request.get_signed_cookie(_USER, default="", salt=_USER))
    except signing.BadSignature:
        return ""


def _place(name: str) -> str:
    return f"kept-input:{name}"
