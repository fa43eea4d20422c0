"""Following the link in a message."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from patients.services.links import LinkExpiredError, LinkUnknownError, resolve


@dataclass(frozen=True)
class Opened:
    """The page that a link leads to, and the language of its message ("": not known)."""

    url: str
    language: str


def follow(
    request: HttpRequest, token: str, *, purpose: str, opens: Callable[[UUID], Opened]
) -> HttpResponse:
    """Lead to what a link is for, in the language of its message unless one is chosen here.

    ``opens`` lets this browser see it. Nothing else changes: mail scanners follow links too.
    """
    try:
        opened = opens(resolve(purpose=purpose, token=token, now=timezone.now()))
    except LinkExpiredError:
        return render(request, "410.html", status=410)
    except LinkUnknownError:
        return render(request, "appointments/link_unknown.html", status=404)
    response = redirect(opened.url)
    if opened.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            opened.language,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response
