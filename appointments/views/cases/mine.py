"""A person's own case: what becomes of it, withdrawing it, a time for what was approved.

It names neither disease nor vaccine nor answers: numbers are handed on, and phones are shared.
"""

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.permissions import OWN_CASE, remember_opened, remember_opened_case
from appointments.selectors.cases import booked_after, case_with_place
from appointments.selectors.places import free_places
from appointments.services.booking import AlreadyBookedError, DoseGivenError, book
from appointments.services.case_path import Window
from appointments.views.links import Opened, follow
from appointments.views.times import choose_time
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from clinics.permissions import PUBLIC, access
from eligibility.domain.cases import WAITING, CaseMoveNotAllowedError, CaseState, due_day
from eligibility.models import ReviewCase
from eligibility.selectors.cases import timing_of
from eligibility.services.case_messages import CASE_LINK
from eligibility.services.cases import CaseChangedError
from eligibility.services.cases import withdraw as withdraw_case
from eligibility.services.decisions import course_of

# Nobody exposed waits (reading: the source names no time): then it is time to ask.
HEARS_WITHIN = timedelta(days=7)


@access(PUBLIC)
@require_safe
@never_cache
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Open the case that a link in a message is for; that changes nothing."""

    def opens(case_id: UUID) -> Opened:
        remember_opened_case(request, case_id)
        url = reverse("cases:mine", args=[case_id])
        return Opened(url, case_with_place(case_id).patient.language)

    return follow(request, token, purpose=CASE_LINK, opens=opens)


@access(OWN_CASE)
@require_safe
@never_cache
def mine(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Tell what becomes of a case, by when, and what to do meanwhile."""
    case = case_with_place(case_id)
    return render(
        request,
        "cases/mine.html",
        {
            "case": case,
            "clinic": case.clinic,
            "window": _window(case),
            "waits": case.state in WAITING,
            "hears_by": _hears_by(case),
            "appointment": booked_after(case) if case.state == CaseState.APPROVED else None,
        },
    )


@access(OWN_CASE)
@never_cache
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask once more, then withdraw the case and drop what was sent."""
    case = case_with_place(case_id)
    if case.state not in WAITING:
        return _too_late(request, case)
    if request.method == "POST":
        try:
            withdraw_case(case_id=case_id, by=Actor.patient(case.patient_id), now=timezone.now())
        except (CaseMoveNotAllowedError, CaseChangedError):
            return _too_late(request, case_with_place(case_id))
        messages.success(request, _("Det du sendte, er trukket tilbake og slettet."))
        return redirect("cases:mine", case_id=case_id)
    return render(
        request,
        "cases/withdraw.html",
        {"case": case, "clinic": case.clinic, "window": _window(case)},
    )


@access(OWN_CASE)
@never_cache
def times(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Let somebody who was approved choose a time, whichever groups the clinic offers now."""
    case = case_with_place(case_id)
    decision = case.outcome
    course = course_of(decision) if decision else None
    if case.state != CaseState.APPROVED or decision is None or course is None or booked_after(case):
        return redirect("cases:mine", case_id=case_id)
    now = timezone.now()

    def take(slot_id: UUID) -> HttpResponse:
        try:
            appointment = book(
                patient_id=case.patient_id,
                decision_id=decision.pk,
                slot_id=slot_id,
                route=course.route,
                dose_number=course.next_dose,
                not_before=course.earliest_on if course.next_dose > 1 else None,
                by=Actor.patient(case.patient_id),
                now=now,
            )
        except DoseGivenError:
            words = _("Du har vært hos oss før. Ring oss på %(phone)s, så finner vi riktig time.")
            messages.info(request, words % {"phone": case.clinic.phone})
        except AlreadyBookedError:
            messages.info(request, _("Du har en time fra før. Her kan du se eller endre den."))
        else:
            remember_opened(request, appointment.pk)
            messages.success(request, _("Timen er bestilt."))
            return redirect("appointments:mine", appointment_id=appointment.pk)
        return redirect("cases:mine", case_id=case_id)

    return choose_time(
        request,
        clinic=case.clinic,
        route=course.route,
        look=lambda: free_places(
            case.clinic_id,
            route=course.route,
            group=None,
            not_before=max(course.earliest_on, oslo_date(now)),
            now=now,
        ),
        take=take,
        back_url=reverse("cases:mine", args=[case_id]),
        window=_window(case),
    )


def _window(case: ReviewCase) -> Window | None:
    if case.prevents_until is None or case.deadline is None:
        return None
    return Window(
        prevents_until=case.prevents_until,
        deadline=case.deadline,
        today=oslo_date(timezone.now()),
    )


def _hears_by(case: ReviewCase) -> date:
    """Return the day by which the person should have heard: the one that counts after exposure."""
    return (
        due_day(timing_of(case), oslo_date(timezone.now()))
        or oslo_date(case.opened_at) + HEARS_WITHIN
    )


def _too_late(request: HttpRequest, case: ReviewCase) -> HttpResponse:
    if case.state != CaseState.WITHDRAWN:  # the page itself says that it is withdrawn
        messages.info(request, _("Saken er ikke åpen lenger, så den kan ikke trekkes tilbake."))
    return redirect("cases:mine", case_id=case.pk)
