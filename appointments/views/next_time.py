"""The page that a reminder of the next time leads to: book it, or say that it is not needed.

It names neither disease nor vaccine: numbers are handed on, and phones are shared.
"""

from collections.abc import Callable
from functools import wraps
from typing import Protocol
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.forms.next_answer import NextAnswerForm
from appointments.permissions import OWN_NEXT, remember_next, remember_opened
from appointments.selectors.own_next import NextTime, Standing, next_time_of
from appointments.selectors.places import free_places
from appointments.services import next_answers
from appointments.services.booking import AlreadyBookedError, TooEarlyError, book
from appointments.services.next_due import NEXT_LINK
from appointments.services.seats import SlotUnavailableError
from appointments.views.links import Opened, follow
from appointments.views.times import choose_time
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from clinics.permissions import PUBLIC, access
from eligibility.services.decisions import course_of
from patients.selectors import recipients


class _NextTimeView(Protocol):
    def __call__(
        self, request: HttpRequest, patient_id: UUID, one: NextTime, /
    ) -> HttpResponse: ...


def _with_next_time(view: _NextTimeView) -> Callable[..., HttpResponse]:
    """Give a view where the person stands; without a first dose there is nothing to show."""

    @wraps(view)
    def wrapper(request: HttpRequest, patient_id: UUID) -> HttpResponse:
        one = next_time_of(patient_id, now=timezone.now())
        if one is None:  # the record was voided since the message
            messages.info(request, _("Det er ikke noe å bestille der lenger."))
            return redirect("appointments:list")
        return view(request, patient_id, one)

    return wrapper


@access(PUBLIC)
@require_safe
@never_cache
def link(request: HttpRequest, next_token: str) -> HttpResponse:
    """Open the page that a link in a reminder is for; that changes nothing."""

    def opens(patient_id: UUID) -> Opened:
        remember_next(request, patient_id)
        url = reverse("appointments:next", args=[patient_id])
        return Opened(url, recipients([patient_id])[patient_id].language)

    return follow(request, next_token, purpose=NEXT_LINK, opens=opens)


@access(OWN_NEXT)
@require_safe
@never_cache
@_with_next_time
def next_time(request: HttpRequest, patient_id: UUID, one: NextTime) -> HttpResponse:
    """Show what can be done about the next time, or what has become of it."""
    if one.appointment is not None:
        remember_opened(request, one.appointment.pk)
    context = {
        "patient_id": patient_id,
        "clinic": one.clinic,
        "standing": one.standing.value,
        "appointment": one.appointment,
        "may_take_back": one.answer is not None and one.answer.ended_at is None,
    }
    return render(request, "appointments/next_time.html", context)


@access(OWN_NEXT)
@never_cache
@_with_next_time
def times(request: HttpRequest, patient_id: UUID, one: NextTime) -> HttpResponse:
    """Let the person choose a time at the clinic that gave the first dose."""
    now = timezone.now()
    course = course_of(one.decision) if one.decision else None
    if one.standing is not Standing.MAY_BOOK or one.decision is None or course is None:
        return redirect("appointments:next", patient_id)
    decision, first_day = one.decision, one.facts.first_day

    def take(slot_id: UUID) -> HttpResponse:
        try:
            taken = book(
                patient_id=patient_id,
                decision_id=decision.pk,
                slot_id=slot_id,
                route=course.route,
                dose_number=2,
                not_before=first_day,
                by=Actor.patient(patient_id),
                now=now,
            )
        except TooEarlyError:
            raise SlotUnavailableError from None
        except AlreadyBookedError:
            messages.info(request, _("Timene dine er endret siden sist. Se over dem her."))
            return redirect("appointments:next", patient_id)
        remember_opened(request, taken.pk)
        messages.success(request, _("Timen er bestilt."))
        return redirect("appointments:mine", taken.pk)

    return choose_time(
        request,
        clinic=one.clinic,
        route=course.route,
        look=lambda: free_places(
            one.clinic.pk,
            route=course.route,
            group=None,
            not_before=max(first_day, oslo_date(now)),
            now=now,
        ),
        take=take,
        back_url=reverse("appointments:next", args=[patient_id]),
        heading=_("Når kan du komme neste gang?"),
    )


@access(OWN_NEXT)
@never_cache
@_with_next_time
def answer(request: HttpRequest, patient_id: UUID, one: NextTime) -> HttpResponse:
    """Ask why the next time is not needed, and keep the answer for staff to look at."""
    if one.standing not in {Standing.MAY_BOOK, Standing.CALL}:
        return redirect("appointments:next", patient_id)
    form = NextAnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        next_answers.say_not_needed(
            patient_id=patient_id,
            clinic_id=one.clinic.pk,
            said=form.cleaned_data["said"],
            by=Actor.patient(patient_id),
            now=timezone.now(),
        )
        return redirect("appointments:next", patient_id)
    context = {"form": form, "back_url": reverse("appointments:next", args=[patient_id])}
    return render(request, "appointments/next_answer.html", context)


@access(OWN_NEXT)
@never_cache
def take_back(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Take the answer back, while nobody has looked at it; opened as a page it leads back."""
    if request.method == "POST":
        by, now = Actor.patient(patient_id), timezone.now()
        if next_answers.take_back(patient_id=patient_id, by=by, now=now):
            messages.success(request, _("Svaret er trukket tilbake."))
    return redirect("appointments:next", patient_id)
