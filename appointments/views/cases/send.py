"""From a chosen clinic to a case that is sent: contact, code, details."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from appointments.forms.cases import FACT_WORDS, CaseContactForm, CaseDetailsForm
from appointments.forms.checkout import CodeForm
from appointments.permissions import remember_opened_case
from appointments.selectors.cases import case_with_place
from appointments.services.case_checkout import send_case
from appointments.services.case_contents import facts_asked, group_answers_asked, what_to_send
from appointments.services.checkout import Checkout
from appointments.views.cases.step import CaseStep, with_case_step
from appointments.views.checkout_step import is_proved
from appointments.views.codes import ask_for_code, try_code
from clinics.permissions import PUBLIC, access
from eligibility.domain.questionnaire import path
from eligibility.services.cases import CaseWaitingError
from eligibility.services.screening import given_so_far
from patients.domain.contact import mask

_FIELD = {"sms": "phone", "email": "email"}
# Sent twice by one press, or by a page sent again: no second case, and nothing to explain.
PRESSED_TWICE = timedelta(minutes=1)


@access(PUBLIC)
@never_cache
@with_case_step
def contact(request: HttpRequest, step: CaseStep) -> HttpResponse:
    """Ask how to reach the person, and send a code there."""
    if step.place is None:
        return redirect("cases:begin")
    kept = step.contact
    initial = {}
    if kept:
        initial = {"channel": kept.channel, _FIELD[kept.channel]: kept.address}
    form = CaseContactForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if is_proved(request, form.contact):
            step.keep_contact(form.contact)
            return redirect("cases:details")
        if ask_for_code(request, form):
            step.keep_contact(form.contact)
            return redirect("cases:code")
    back = "cases:begin" if len(step.places) > 1 else "eligibility:result"
    return render(request, "cases/contact.html", step.context(form=form, back_url=reverse(back)))


@access(PUBLIC)
@never_cache
@with_case_step
def code(request: HttpRequest, step: CaseStep) -> HttpResponse:
    """Check the code that was sent."""
    if step.contact is None or step.place is None:
        return redirect("cases:contact")
    if is_proved(request, step.contact):
        return redirect("cases:details")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and try_code(request, form, contact=step.contact):
        return redirect("cases:details")
    return render(
        request,
        "cases/code.html",
        step.context(form=form, masked=mask(step.contact), back_url=reverse("cases:contact")),
    )


@access(PUBLIC)
@never_cache
@with_case_step
def details(request: HttpRequest, step: CaseStep) -> HttpResponse:
    """Ask who it is and what the clinician may see, and send."""
    contact = step.contact
    if step.place is None or contact is None or not is_proved(request, contact):
        return redirect("cases:contact")
    walked = path(given_so_far(step.key))
    form = CaseDetailsForm(
        request.POST if request.method == "POST" else None,
        initial=step.draft,
        offered=group_answers_asked(walked),
        asks_for_phone=contact.channel == "email",
    )
    if request.method == "POST" and form.is_valid():
        step.keep(**form.cleaned_data)
        checkout = Checkout(
            given_name=form.cleaned_data["given_name"],
            family_name=form.cleaned_data["family_name"],
            contact=contact,
            language=translation.get_language() or "nb",
            interpreter=form.cleaned_data["interpreter"],
        )
        return _send(request, step, checkout, form)
    return render(
        request,
        "cases/details.html",
        step.context(
            form=form,
            facts=[FACT_WORDS[fact] for fact in facts_asked(walked)],
            back_url=reverse("cases:contact"),
        ),
    )


def _send(
    request: HttpRequest, step: CaseStep, checkout: Checkout, form: CaseDetailsForm
) -> HttpResponse:
    assert step.place is not None
    now = timezone.now()
    try:
        case = send_case(
            checkout,
            screened=step.screened,
            clinic_id=step.place.clinic.pk,
            sent=what_to_send(step.screened.answers, path(given_so_far(step.key)), form.ticked),
            note=form.words_to_the_clinician(has_declined=step.screened.declined is not None),
            now=now,
        )
    except CaseWaitingError as error:
        return _to_the_one_that_waits(request, step, error.case_id, now)
    step.keep_only_case(case.pk)
    remember_opened_case(request, case.pk)
    messages.success(request, _("Vi har fått det du sendte."))
    return redirect("cases:mine", case_id=case.pk)


def _to_the_one_that_waits(
    request: HttpRequest, step: CaseStep, case_id: UUID, now: datetime
) -> HttpResponse:
    remember_opened_case(request, case_id)
    if case_with_place(case_id).opened_at > now - PRESSED_TWICE:
        step.keep_only_case(case_id)
    else:
        words = _(
            "Vi har en sak fra deg fra før, så vi har ikke sendt en ny. Det du skrev nå, ligger "
            "her en halvtime. Vil du legge til noe, ring oss."
        )
        messages.info(request, words)
    return redirect("cases:mine", case_id=case_id)
