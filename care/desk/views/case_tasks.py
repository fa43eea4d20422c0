"""What the pages that change a case have in common."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from care.desk.case_words import REFUSALS
from clinics.permissions import StaffRequest
from eligibility.domain.cases import TAKEN
from eligibility.models import ReviewCase
from eligibility.services.cases import NotYourCaseError

# What the services refuse, each with words of its own.
REFUSED = tuple(REFUSALS)


def posted(request: StaffRequest) -> QueryDict | None:
    """Return what was posted; an empty form is posted too."""
    return request.POST if request.method == "POST" else None


def to_case(case: ReviewCase) -> HttpResponse:
    """Lead to a case's page."""
    return redirect("desk:case", case.clinic.slug, case.pk)


def refused(request: StaffRequest, case: ReviewCase, error: Exception) -> HttpResponse:
    """Lead to a case's page, and say there why something was not done."""
    messages.error(request, str(REFUSALS[type(error)]))
    return to_case(case)


def unless_mine(request: StaffRequest, case: ReviewCase) -> HttpResponse | None:
    """Lead to the page of a case that the reader has not taken; None for one's own."""
    if case.state in TAKEN and case.claimed_by_id == request.user.pk:
        return None
    return refused(request, case, NotYourCaseError())


def task_page(
    request: StaffRequest, template: str, case: ReviewCase, form: forms.Form, **context: Any
) -> HttpResponse:
    """Show a form about a case."""
    return render(request, template, {"clinic": case.clinic, "case": case, "form": form, **context})
