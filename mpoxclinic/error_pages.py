"""The pages of what went wrong: what happened, what did not, the way on, and whom to ask."""

import sys
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from clinics.kept_input import fields_of
from clinics.outage import again_url, is_outage, outage_page

# The longest of allauth's windows that end in this page; a failed log-in has words of its own.
TRY_AGAIN_SECONDS = 60
_AT_WORK = ("/ansatt/", "/tavle/", "/admin/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer what we cannot read: too long, cut off, or made by hand."""
    return _page(request, 400, again_url=again_url(request))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer those who may not open a page."""
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form whose token is not the browser's: too old, or from another site."""
    return _page(request, 403, template="403_csrf.html", again_url=again_url(request))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer an address that leads nowhere."""
    return _page(request, 404)


def not_allowed(request: HttpRequest) -> HttpResponse:
    """Answer a method that a page does not know: a form's target opened as a page, as by "back"."""
    return _page(request, 405)


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer what is longer than any form of ours; it is not read."""
    return _page(request, 413, again_url=again_url(request))


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer who has tried too often, with the time of day when to try again.

    Where we counted ourselves, what was filled in can be sent once more from the page.
    """
    counted: int = getattr(request, "retry_after", 0)
    wait = counted or TRY_AGAIN_SECONDS
    retry_at = timezone.now() + timedelta(seconds=wait + 59)
    kept = fields_of(request) if counted and request.method == "POST" else []
    response = _page(request, 429, retry_at=retry_at, kept=kept, again_url=again_url(request))
    response["Retry-After"] = str(wait)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer our own faults. What failed may fail again, so the page needs nothing."""
    error = sys.exc_info()[1]
    if error is not None and is_outage(error):
        return outage_page(request, error)
    address, _, _filled_in = again_url(request).partition("?")
    context = {**_context(request), "again_url": address}
    return HttpResponse(render_to_string("500.html", context), status=500)


def _page(request: HttpRequest, status: int, *, template: str = "", **context: Any) -> HttpResponse:
    return render(
        request, template or f"{status}.html", {**_context(request), **context}, status=status
    )


def _context(request: HttpRequest) -> dict[str, Any]:
    return {"at_work": request.path.startswith(_AT_WORK)}
