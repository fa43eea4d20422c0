"""Where a person's case is to be sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from appointments.forms.cases import PlaceForm
from appointments.views.cases.step import CaseStep, with_case_step
from clinics.permissions import PUBLIC, access


@access(PUBLIC)
@never_cache
@with_case_step
def begin(request: HttpRequest, step: CaseStep) -> HttpResponse:
    """Ask which clinic is to decide; a single one is chosen at once."""
    if len(step.places) == 1:
        return redirect("cases:contact")
    chosen = step.place or step.places[0]
    form = PlaceForm(
        request.POST if request.method == "POST" else None,
        places=step.places,
        initial={"clinic": chosen.clinic.slug},
    )
    if request.method == "POST" and form.is_valid():
        step.keep(**form.cleaned_data)
        return redirect("cases:contact")
    return render(
        request,
        "cases/begin.html",
        step.context(form=form, back_url=reverse("eligibility:result")),
    )
