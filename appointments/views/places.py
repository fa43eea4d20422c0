"""Choosing where and when."""

from math import ceil
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from appointments.selectors.places import free_places
from appointments.services.holding import TooManyHoldsError, current_hold, hold
from appointments.views.checkout_step import keep_times_url
from appointments.views.tell_me import waiting_for
from appointments.views.times import choose_time
from clinics.domain.calendar import oslo_date
from clinics.permissions import PUBLIC, access
from clinics.selectors import clinic_by_slug
from eligibility.services.offering import Offer, offer_of
from eligibility.services.screening import given_so_far, renew, screened
from limits.addresses import client_network
from patients.permissions import browser_hash, browser_key, ensure_browser_key


def _offer_to(request: HttpRequest) -> Offer | None:
    now = timezone.now()
    found = screened(browser_key(request), now=now)
    return offer_of(found.decision, on=oslo_date(now)) if found else None


def _answer_first(request: HttpRequest) -> HttpResponse:
    """Lead to the next question, or to the result of those who may not book here."""
    if given_so_far(browser_key(request)):
        return redirect("eligibility:result")
    messages.info(request, _("Svar på noen spørsmål først, så finner vi riktig time til deg."))
    return redirect("eligibility:landing")


@access(PUBLIC)
@never_cache
def clinics(request: HttpRequest) -> HttpResponse:
    """List the clinics that offer this person a time; a single one is chosen at once."""
    offer = _offer_to(request)
    if offer is None:
        return _answer_first(request)
    if len(offer.clinics) == 1:
        return redirect("appointments:slots", slug=offer.clinics[0].slug)
    waiting = None if offer.clinics else waiting_for(request)
    return render(
        request,
        "appointments/clinics.html",
        {"clinics": offer.clinics, "openings": waiting.openings if waiting else []},
    )


@access(PUBLIC)
@never_cache
def slots(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a clinic's free times, and hold the one that is chosen."""
    clinic = clinic_by_slug(slug)
    if clinic is None:
        raise Http404
    offer = _offer_to(request)
    if offer is None:
        return _answer_first(request)
    if clinic not in offer.clinics:
        return redirect("appointments:clinics")
    now, course = timezone.now(), offer.course
    held = current_hold(browser_hash=browser_hash(request), now=now)

    def take(slot_id: UUID) -> HttpResponse:
        try:
            hold(
                slot_id=slot_id,
                browser_hash=browser_hash(request),
                route=course.route,
                dose_number=course.next_dose,
                not_before=course.earliest_on if course.next_dose > 1 else None,
                address=client_network(request),
                now=now,
            )
        except TooManyHoldsError as error:
            minutes = max(1, ceil(error.retry_after / 60))
            words = ngettext(
                "Det er valgt mange tider på kort tid herfra. Prøv igjen om %(minutes)d minutt, "
                "eller ring oss på %(phone)s.",
                "Det er valgt mange tider på kort tid herfra. Prøv igjen om %(minutes)d minutter, "
                "eller ring oss på %(phone)s.",
                minutes,
            )
            messages.error(request, words % {"minutes": minutes, "phone": clinic.phone})
            return redirect(request.get_full_path())
        renew(ensure_browser_key(request))
        keep_times_url(request)
        # It leads back to what is not filled in yet, so that a new time is two presses away.
        return redirect("appointments:summary")

    return choose_time(
        request,
        clinic=clinic,
        route=course.route,
        look=lambda: free_places(
            clinic.pk,
            route=course.route,
            group=offer.group,
            not_before=max(course.earliest_on, oslo_date(now)),
            now=now,
            leaving=held.pk if held else None,
        ),
        take=take,
        back_url=reverse(
            "appointments:clinics" if len(offer.clinics) > 1 else "eligibility:result"
        ),
        chosen=held.slot if held else None,
        begins_checkout=True,
        tell_me=offer.group is not None,
        wait_url=reverse("waiting:wish", args=[slug]),
    )
