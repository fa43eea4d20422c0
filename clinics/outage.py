"""What the reader sees while the database or Valkey does not answer: "we are restarting"."""

import logging

import redis
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import escape_leading_slashes

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 30
# What PostgreSQL answers while it stops, starts, or has no connection to spare. A lock that was
# waited for in vain, or a deadlock, is an OperationalError too, and no outage.
_CONNECTION_CLASS = "08"
_NOT_SERVING = {"57P01", "57P02", "57P03", "53300"}


def is_outage(error: BaseException) -> bool:
    """Tell whether an error says that a server could not be reached, or went away."""
    if isinstance(error, redis.ConnectionError | redis.TimeoutError):
        return True
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state: str | None = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_CONNECTION_CLASS) or state in _NOT_SERVING


def outage_page(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Say that we are restarting, touching neither server: 503, and when to try again."""
    logger.error("no answer from a server: %s", type(error).__name__)
    with translation.override(translation.get_language_from_request(request)):
        content = render_to_string("503.html", {"again_url": again_url(request)})
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"}
    return HttpResponse(content, status=503, headers=headers)


def again_url(request: HttpRequest) -> str:
    """Return the address to open once more. Sent-in forms open anew, so nothing is sent twice.

    It leads to this site, also when somebody was sent to ``//another.example/`` here.
    """
    asked = request.method in {"GET", "HEAD"}
    return escape_leading_slashes(request.get_full_path() if asked else request.path)
