"""Choosing where and when."""

from dataclasses import dataclass
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
from appointments.views.times import choose_time
from clinics.domain.calendar import oslo_date
from clinics.models import Clinic
from clinics.permissions import PUBLIC, access
from clinics.selectors import all_clinics, clinic_by_slug, clinics_offering
from eligibility.domain.decision import Course, Outcome
from eligibility.services.screening import given_so_far, renew, screened
from patients.permissions import browser_hash, browser_key, ensure_browser_key


@dataclass(frozen=True)
class Offer:
    """What somebody who may book is offered: the course, and where.

    ``group`` is the one whose times are shown, None for any.
    """

    course: Course
    group: int | None
    clinics: list[Clinic]


def _offer_to(request: HttpRequest) -> Offer | None:
    found = screened(browser_key(request), now=timezone.now())
    if found is None or found.decision.outcome != Outcome.ELIGIBLE:
        return None
    decision, course = found.decision, found.decision.course
    assert course is not None, "an eligible person has a course"
    # A second dose is given whatever groups are open.
    group = None if course.next_dose > 1 else decision.priority_group
    if decision.setting is None:  # a second dose without a group: the clinic that gave dose 1
        return Offer(course, group, all_clinics())
    today = oslo_date(timezone.now())
    return Offer(course, group, clinics_offering(decision.setting, group, today))


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
    return render(request, "appointments/clinics.html", {"clinics": offer.clinics})


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
                now=now,
            )
        except TooManyHoldsError as error:
            minutes = max(1, ceil(error.retry_after / 60))
            words = ngettext(
                "Du har valgt mange tider på kort tid. Prøv igjen om %(minutes)d minutt, eller "
                "ring oss på %(phone)s.",
                "Du har valgt mange tider på kort tid. Prøv igjen om %(minutes)d minutter, eller "
                "ring oss på %(phone)s.",
                minutes,
            )
            messages.error(request, words % {"minutes": minutes, "phone": clinic.phone})
            return redirect(request.get_full_path())
        renew(ensure_browser_key(request))
        # It leads back to what is not filled in yet, so that a new time is two presses away.
        return redirect("appointments:summary")

    return choose_time(
        request,
        clinic=clinic,
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
    )
