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
from eligibility.forms.answering import form_for
from eligibility.services.screening import answer, begin_anew, given_so_far
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
@never_cache
def question(request: HttpRequest, step: str) -> HttpResponse:
    """Ask one question; answers given before can be changed, those not reached yet cannot."""
    try:
        asked = Step(step)
    except ValueError:
        raise Http404 from None
    key = browser_key(request)
    given = given_so_far(key)
    walked, following = path(given), next_step(given)
    if asked not in walked and asked is not following:
        if not given:
            messages.info(request, _("Svarene dine er slettet etter en pause. Begynn på nytt her."))
        if following is None:
            return redirect("eligibility:result")
        return redirect("eligibility:step", step=following)
    born = given.get(Step.DATE_OF_BIRTH)
    form = form_for(
        asked,
        request.POST if request.method == "POST" else None,
        given=given.get(asked),
        born=born if asked is not Step.DATE_OF_BIRTH else None,  # type: ignore[arg-type]
        today=oslo_date(timezone.now()),
    )
    if request.method == "POST" and form.is_valid():
        then = next_step(answer(ensure_browser_key(request), asked, form.value()))
        if then is None:
            return redirect("eligibility:result")
        return redirect("eligibility:step", step=then)
    position = walked.index(asked) if asked in walked else len(walked)
    return render(
        request,
        "eligibility/question.html",
        {
            "form": form,
            "back_url": _page_before(walked, position),
            "number": position + 1,
        },
    )


def _page_before(walked: list[Step], position: int) -> str:
    if position == 0:
        return reverse("eligibility:landing")
    return reverse("eligibility:step", args=[walked[position - 1]])
