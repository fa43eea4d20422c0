"""What the pages at the door share: where to go afterwards, and the activated browser's cookie."""

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from encryption.keys import cipher
from patients.services.activations import UNUSED

COOKIE = "egen"
# Its value is that of the provider's token, encrypted: it has a national number in it.
_TOKEN_IN_SESSION = "id_token"  # noqa: S105  # the name of a place


def page_after(wanted: str) -> str:
    """Return the address of the page that was asked for, if it is one of the patient's own."""
    home = reverse("portal:home")
    inside = wanted.startswith(home) and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if inside else home


def wanted_page(request: HttpRequest) -> str:
    """Return the page that somebody was on their way to; "" for none in particular."""
    wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
    return wanted if wanted and page_after(wanted) == wanted else ""


def browser_secret(request: HttpRequest) -> str:
    """Return the secret of an activated browser; "" when this is none."""
    return request.COOKIES.get(COOKIE, "")[:100]


def hand_secret(response: HttpResponse, secret: str) -> None:
    """Let the browser be known by its secret from now on, on these pages only."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(UNUSED.total_seconds()),
        path=reverse("portal:home"),
        httponly=True,
        samesite="Lax",
        secure=not settings.DEMO,
    )


def forget_secret(response: HttpResponse) -> None:
    """Let the browser forget a secret that opens nothing any more."""
    response.delete_cookie(COOKIE, path=reverse("portal:home"), samesite="Lax")


def keep_token(request: HttpRequest, id_token: str) -> None:
    """Keep the provider's token for logging out there, unreadable in the database."""
    request.session[_TOKEN_IN_SESSION] = cipher().encrypt(id_token.encode()).decode()


def has_token(request: HttpRequest) -> bool:
    """Tell whether this browser may still be logged in at the provider."""
    return _TOKEN_IN_SESSION in request.session


def take_token(request: HttpRequest) -> str:
    """Return the provider's token, once; "" when there is none."""
    sealed = request.session.pop(_TOKEN_IN_SESSION, "")
    try:
        return cipher().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:  # the key it was encrypted with has been taken away since
        return ""
