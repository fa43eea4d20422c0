"""The front page, what the answers come to, and whom to talk to instead."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinics.domain.calendar import oslo_date
from clinics.permissions import PUBLIC, access
from clinics.selectors import all_clinics
from eligibility.domain.case_kinds import case_kind_of
from eligibility.domain.questionnaire import path
from eligibility.domain.steps import Step
from eligibility.services.offering import offer_of, waiting_of
from eligibility.services.screening import declined_step, given_so_far, needs_guardian, screened
from eligibility.views.explaining import advice_sections, before_you_come, rules_that_fired
from eligibility.views.way import way_on
from patients.permissions import browser_key


@access(PUBLIC)
@require_safe
@never_cache
def landing(request: HttpRequest) -> HttpResponse:
    """Say what this is, and let the reader begin, or go on where they were."""
    return render(
        request,
        "eligibility/landing.html",
        {
            "clinics": all_clinics(),
            "resume_url": way_on(browser_key(request), now=timezone.now()),
        },
    )


@access(PUBLIC)
@require_safe
@never_cache
def talk(request: HttpRequest) -> HttpResponse:
    """Give the numbers of people to talk to, for those who would rather not answer here.

    Who has declined a question can also send their case without that answer.
    """
    key = browser_key(request)
    declined = declined_step(key)
    if declined is not None:
        back_url = reverse("eligibility:step", args=[declined])
    else:
        back_url = way_on(key, now=timezone.now()) or reverse("eligibility:landing")
    return render(
        request,
        "eligibility/talk.html",
        {"clinics": all_clinics(), "has_declined": declined is not None, "back_url": back_url},
    )


@access(PUBLIC)
@require_safe
@never_cache
def guardian(request: HttpRequest) -> HttpResponse:
    """Tell a child's way: a guardian calls."""
    return render(
        request,
        "eligibility/guardian.html",
        {
            "clinics": all_clinics(),
            "back_url": reverse("eligibility:step", args=[Step.DATE_OF_BIRTH]),
        },
    )


@access(PUBLIC)
@require_safe
@never_cache
def result(request: HttpRequest) -> HttpResponse:
    """Tell what the answers come to, what to do next, and whom to talk to.

    With "utskrift" in the query nothing is folded, so that all of it can be printed.
    """
    key, now = browser_key(request), timezone.now()
    found, given = screened(key, now=now), given_so_far(key)
    if found is None or found.declined is not None or needs_guardian(given, now=now):
        onward = way_on(key, now=now)
        if not onward:
            messages.info(request, _("Svarene dine er slettet etter en pause. Begynn på nytt her."))
        return redirect(onward or "eligibility:landing")
    decision = found.decision
    clinics = all_clinics()
    today = oslo_date(now)
    offer = offer_of(decision, on=today)
    waiting = None if offer is None or offer.clinics else waiting_of(decision, on=today)
    of_setting = [clinic for clinic in clinics if clinic.kind == decision.setting]
    return render(
        request,
        f"eligibility/result_{decision.outcome}.html",
        {
            "decision": decision,
            "course": decision.course,
            "offering": offer.clinics if offer else [],
            "openings": waiting.openings if waiting else [],
            "clinics": of_setting or clinics,
            "has_clinic_of_setting": bool(of_setting),
            "may_send_case": case_kind_of(decision) is not None,
            "before_you_come": before_you_come(decision),
            "advice_sections": advice_sections(decision),
            "rules": rules_that_fired(decision),
            "everything_open": "utskrift" in request.GET,
            "back_url": reverse("eligibility:step", args=[path(given)[-1]]),
        },
    )
