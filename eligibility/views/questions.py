"""The questions, one a page. Answers live in the browser's encrypted draft only."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from clinics.domain.calendar import oslo_date
from clinics.permissions import PUBLIC, access
from eligibility.domain.questionnaire import next_step, path
from eligibility.domain.steps import Step
from eligibility.forms.answering import AnswerForm, form_for
from eligibility.services.progress import most_questions
from eligibility.services.screening import (
    answer,
    begin_anew,
    decline,
    declined_step,
    given_so_far,
    needs_guardian,
)
from eligibility.views.way import way_on
from patients.permissions import browser_key, ensure_browser_key


@access(PUBLIC)
def begin(request: HttpRequest) -> HttpResponse:
    """Start from the first question, without what this browser filled in before."""
    if (
        request.method != "POST"
    ):  # the address was typed, or opened again after a change of language
        return redirect("eligibility:landing")
    begin_anew(ensure_browser_key(request))
    return redirect("eligibility:step", step=Step.DATE_OF_BIRTH)


@access(PUBLIC)
def forget(request: HttpRequest) -> HttpResponse:
    """Drop what this browser has filled in, at once: others may use the same telephone."""
    key = browser_key(request)
    if request.method == "POST" and key is not None:
        begin_anew(key)
        messages.success(request, _("Svarene dine er slettet."))
    return redirect("eligibility:landing")


@access(PUBLIC)
@never_cache
def question(request: HttpRequest, step: str) -> HttpResponse:
    """Ask one question; answers given before can be changed, those not reached yet cannot."""
    try:
        asked = Step(step)
    except ValueError:
        raise Http404 from None
    now, key = timezone.now(), browser_key(request)
    given = given_so_far(key)
    walked, following = path(given), next_step(given)
    too_young = needs_guardian(given, now=now) and asked is not Step.DATE_OF_BIRTH
    if too_young or (asked not in walked and asked is not following):
        return _where_it_goes_on(request)
    born = given.get(Step.DATE_OF_BIRTH)
    form = form_for(
        asked,
        request.POST if request.method == "POST" else None,
        given=given.get(asked),
        born=born if asked is not Step.DATE_OF_BIRTH else None,  # type: ignore[arg-type]
        today=oslo_date(now),
        declined=declined_step(key) is asked,
    )
    if request.method == "POST" and form.is_valid():
        key = ensure_browser_key(request)
        if isinstance(form, AnswerForm) and form.is_declined:
            decline(key, asked)
        else:
            answer(key, asked, form.value())
        return redirect(way_on(key, now=now))
    position = walked.index(asked) if asked in walked else len(walked)
    return render(
        request,
        "eligibility/question.html",
        {
            "form": form,
            "back_url": _page_before(walked, position),
            "number": position + 1,
            "most": most_questions({earlier: given[earlier] for earlier in walked[:position]}),
            "answers_are_kept": bool(given),
        },
    )


def _where_it_goes_on(request: HttpRequest) -> HttpResponse:
    """Lead to where this browser stands, and say why the question asked for is not shown.

    The time was over, an address was typed, or another tab has gone another way meanwhile.
    """
    onward = way_on(browser_key(request), now=timezone.now())
    if not onward:
        messages.info(request, _("Svarene dine er slettet etter en pause. Begynn på nytt her."))
        return redirect("eligibility:step", step=Step.DATE_OF_BIRTH)
    messages.info(
        request, _("Det spørsmålet passer ikke med det du har svart. Her fortsetter du der du var.")
    )
    return redirect(onward)


def _page_before(walked: list[Step], position: int) -> str:
    if position == 0:
        return reverse("eligibility:landing")
    return reverse("eligibility:step", args=[walked[position - 1]])
