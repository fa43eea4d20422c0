"""The front page, and what the answers come to."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinics.permissions import PUBLIC, access
from clinics.selectors import all_clinics
from eligibility.domain.decision import Outcome
from eligibility.domain.questionnaire import next_step, path
from eligibility.services.screening import given_so_far, screened
from patients.permissions import browser_key


@access(PUBLIC)
@require_safe
@never_cache
def landing(request: HttpRequest) -> HttpResponse:
    """Say what this is, and let the reader begin, or go on where they were."""
    return render(
        request,
        "eligibility/landing.html",
        {"clinics": all_clinics(), "resume_url": _where_they_were(request)},
    )


@access(PUBLIC)
@require_safe
@never_cache
def talk(request: HttpRequest) -> HttpResponse:
    """Give the numbers of people to talk to, for those who would rather not answer here."""
    return render(
        request,
        "eligibility/talk.html",
        {
            "clinics": all_clinics(),
            "back_url": _where_they_were(request) or reverse("eligibility:landing"),
        },
    )


@access(PUBLIC)
@require_safe
@never_cache
def result(request: HttpRequest) -> HttpResponse:
    """Tell what the answers come to, what to do next, and whom to talk to."""
    key = browser_key(request)
    found = screened(key, now=timezone.now())
    if found is None:
        left = _where_they_were(request)
        if not left:
            messages.info(request, _("Svarene dine er slettet etter en pause. Begynn på nytt her."))
        return redirect(left or "eligibility:landing")
    walked, decision = path(given_so_far(key)), found.decision
    return render(
        request,
        f"eligibility/result_{decision.outcome}.html",
        {
            "decision": decision,
            "course": decision.course,
            "can_book": decision.outcome == Outcome.ELIGIBLE,
            "clinics": [
                clinic
                for clinic in all_clinics()
                if decision.setting is None or clinic.kind == decision.setting
            ],
            "back_url": reverse("eligibility:step", args=[walked[-1]]),
        },
    )


def _where_they_were(request: HttpRequest) -> str:
    """Return the address of the next question, or of the result; "" when nothing is answered."""
    given = given_so_far(browser_key(request))
    if not given:
        return ""
    following = next_step(given)
    if following is None:
        return reverse("eligibility:result")
    return reverse("eligibility:step", args=[following])
