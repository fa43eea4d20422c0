"""The page where a person stops messages: nothing on it says who they are or what it is about."""

import functools
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from audit.domain import Actor
from clinics.permissions import PUBLIC, access
from notifications.domain.recipient import Recipient
from notifications.services.outbox import channels_of
from patients.selectors import recipients
from patients.services.links import LinkExpiredError, LinkUnknownError
from patients.services.stops import CHANNELS, person_of, start_messages, stop_messages

View = Callable[[HttpRequest, str, UUID], HttpResponse]


def _by_link(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Find whose link it is; one that is too old, or nobody's, has pages of its own."""

    @functools.wraps(view)
    def opened(request: HttpRequest, stop_token: str) -> HttpResponse:
        try:
            person = person_of(stop_token, now=timezone.now())
        except LinkExpiredError:
            return render(request, "patients/stop_unknown.html", status=410)
        except LinkUnknownError:
            return render(request, "patients/stop_unknown.html", status=404)
        return view(request, stop_token, person)

    return opened


@access(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_by_link
def stop(request: HttpRequest, stop_token: str, person: UUID) -> HttpResponse:
    """Say what can be stopped; the button posts. Opening the page changes nothing."""
    if request.method == "POST":
        wanted = request.POST.get("velg", "")
        stop_messages(
            patient_id=person,
            # Whatever else is asked for: all of it.
            channels=[wanted] if wanted in CHANNELS else CHANNELS,
            by=Actor.patient(person),
            now=timezone.now(),
            reason="link",
        )
        return redirect("patients:stop", stop_token=stop_token)
    recipient = recipients([person])[person]
    _speak(request, recipient)
    reached = channels_of(recipient.contact_by)
    return render(
        request,
        "patients/stop.html",
        {
            "token": stop_token,
            "stopped": sorted(recipient.stopped),
            "going": [channel for channel in reached if channel not in recipient.stopped],
            "several": len(reached) > 1,
        },
    )


@access(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_by_link
def start(request: HttpRequest, stop_token: str, person: UUID) -> HttpResponse:
    """Send the messages again: to undo a stop is as easy as to make one."""
    if request.method == "POST":
        by, now = Actor.patient(person), timezone.now()
        start_messages(patient_id=person, by=by, now=now, reason="link")
    return redirect("patients:stop", stop_token=stop_token)


@csrf_exempt
@access(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_by_link
def one_click(request: HttpRequest, stop_token: str, person: UUID) -> HttpResponse:
    """Stop messages for a mail program (RFC 8058): it has no cookie and no form, but the token.

    One that opens the address instead is shown the page.
    """
    if request.method != "POST":
        return redirect("patients:stop", stop_token=stop_token)
    stop_messages(
        patient_id=person, by=Actor.patient(person), now=timezone.now(), reason="one_click"
    )
    return HttpResponse(status=204)


def _speak(request: HttpRequest, recipient: Recipient) -> None:
    """Use the language of the messages, unless one was chosen here."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(recipient.language)
