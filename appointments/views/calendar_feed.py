"""A person's calendar feed: offered and ended on a page of their own, fetched by a program."""

from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.permissions import OWN_APPOINTMENT
from appointments.selectors.mine import appointment_with_place
from appointments.services.calendar_feed import (
    calendar_feed,
    feed_url,
    is_subscribed,
    subscribe,
    unsubscribe,
)
from audit.domain import Actor
from clinics.permissions import PUBLIC, access
from patients.services.links import LinkExpiredError, LinkUnknownError

COOKIE = "feed"
SHOWN_FOR_SECONDS = 300


@access(OWN_APPOINTMENT)
@never_cache
def subscription(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Say what a subscription is and whether there is one; make a new address, and show it."""
    now = timezone.now()
    appointment = appointment_with_place(appointment_id)
    if request.method == "POST" and appointment.patient_id is not None:
        by = Actor.patient(appointment.patient_id)
        made = redirect("appointments:subscription", appointment_id)
        # The one copy of it, for the browser that asked and for as long as it takes to copy it.
        made.set_cookie(
            COOKIE,
            subscribe(appointment=appointment, by=by, now=now),
            max_age=SHOWN_FOR_SECONDS,
            path=request.path,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
        return made
    token = request.COOKIES.get(COOKIE, "")
    url = feed_url(appointment, token, now=now) if token else ""
    return render(
        request,
        "appointments/subscription.html",
        {
            "appointment": appointment,
            "subscribed": is_subscribed(appointment, now=now),
            "url": url,
            "webcal_url": f"webcal://{url.partition('://')[2]}",
        },
    )


@access(OWN_APPOINTMENT)
@never_cache
def end_subscription(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """End the subscription: the address stops working at once."""
    appointment = appointment_with_place(appointment_id)
    if (
        request.method == "POST"
        and appointment.patient_id is not None
        and unsubscribe(
            appointment=appointment,
            by=Actor.patient(appointment.patient_id),
            now=timezone.now(),
        )
    ):
        messages.success(request, _("Abonnementet er avsluttet. Adressen virker ikke lenger."))
    return redirect("appointments:subscription", appointment_id)


@access(PUBLIC)
@require_safe
def feed(request: HttpRequest, feed_token: str) -> HttpResponseBase:
    """Give a calendar program what is booked for the person; 304 when nothing has changed."""
    try:
        content = calendar_feed(feed_token, now=timezone.now())
    except LinkUnknownError:
        raise Http404 from None
    except LinkExpiredError:
        return render(request, "410.html", status=410)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["ETag"] = f'"{sha256(content).hexdigest()[:32]}"'
    response["X-Robots-Tag"] = "noindex"
    # Kept by the program alone, and asked about each time.
    patch_cache_control(response, private=True, no_cache=True)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
