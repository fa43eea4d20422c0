from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.domain.status import MoveNotAllowedError
from appointments.services.day import NotTodayError
from appointments.services.moves import ChangedMeanwhileError
from care.dayboard.changes import changes_between
from care.dayboard.forms import GiveForm, RescreenForm
from care.dayboard.orders import missing_order_of, order_of
from care.dayboard.permissions import ON_PERSON
from care.dayboard.vials import VialShown, fitting, vials_shown
from care.dayboard.views.arrivals import record_opened, visit_or_404
from care.dayboard.views.board import alert_context
from care.dayboard.visit import Visit
from care.dayboard.words import FLAGS, OUTCOMES, TOO_EARLY, Words, reasons_in_words, refusal
from care.services.vaccination import (
    NotRescreenedError,
    PlanChangedError,
    Step,
    rescreen_for,
    vaccinate,
)
from care.services.visit_review import end_visit
from clinics.permissions import StaffRequest, access
from eligibility.services.rescreening import PapersNotAskedForError
from vaccinations.domain.limits import Limit
from vaccinations.models import Dose
from vaccinations.services.doses import (
    DoseAlreadyGivenError,
    LotBlockedError,
    NoStandingOrderError,
    OutsideLimitsError,
)
from vaccinations.services.vials import VialClosedError

# In the address: show the questions again, also where they are answered.
ASK_AGAIN = "sporsmal"

REFUSED = (
    VialClosedError,
    NoStandingOrderError,
    LotBlockedError,
    OutsideLimitsError,
    DoseAlreadyGivenError,
    NotRescreenedError,
    PlanChangedError,
)


@access(ON_PERSON)
@require_safe
@never_cache
def person(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Show a person's visit and what is next: the questions, the dose, or what was given."""
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    record_opened(request, visit, now=now)
    return _page(request, visit, now=now)


@access(ON_PERSON)
@never_cache
def rescreen(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Save the answers of today and show what they lead to."""
    if request.method != "POST":
        return redirect("dayboard:person", session_id, appointment_id)
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    form = _questions(visit, request.POST)
    if not form.is_valid():
        return _page(request, visit, now=now, questions=form)
    try:
        rescreen_for(
            appointment_id=appointment_id,
            answers=form.answers(date_of_birth=visit.patient.birth_date),
            papers=form.papers,
            by=request.actor,
            now=now,
        )
    except (ChangedMeanwhileError, PapersNotAskedForError) as error:
        messages.warning(request, str(refusal(error)[0]))
    return redirect("dayboard:person", session_id, appointment_id)


@access(ON_PERSON)
@never_cache
def give_dose(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Record the dose that is given now, and show it with the next place."""
    if request.method != "POST":
        return redirect("dayboard:person", session_id, appointment_id)
    now = timezone.now()
    form = GiveForm(request.POST, vials=())
    if not form.is_valid():
        visit = visit_or_404(appointment_id, now=now)
        return _page(request, visit, now=now, posted=request.POST)
    try:
        vaccinate(
            appointment_id=appointment_id,
            decision_id=form.cleaned_data["decision"],
            vial_id=form.cleaned_data["vial"],
            site=form.cleaned_data["site"],
            by=request.actor,
            now=now,
        )
    except ChangedMeanwhileError as error:
        dose = visit_or_404(appointment_id, now=now).appointment.dose
        # The second of two clicks has nothing to tell the one who gave the dose.
        if dose is None or dose.vaccinator_id != request.user.pk:
            messages.warning(request, str(refusal(error)[0]))
    except REFUSED as error:
        visit = visit_or_404(appointment_id, now=now)
        return _page(request, visit, now=now, posted=request.POST, refusals=refusal(error))
    return redirect("dayboard:person", session_id, appointment_id)


@access(ON_PERSON)
def end_without_dose(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Note that the person is not vaccinated today, because of today's answers."""
    if request.method != "POST":
        return redirect("dayboard:person", session_id, appointment_id)
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    if not visit.waits or visit.today is None or visit.step != Step.REVIEW:
        messages.warning(request, str(refusal(MoveNotAllowedError())[0]))
        return redirect("dayboard:person", session_id, appointment_id)
    try:
        end_visit(
            appointment_id=appointment_id,
            reason=Limit.INTERVAL if visit.too_early else visit.today.outcome,
            by=request.actor,
            now=now,
        )
    except (NotTodayError, MoveNotAllowedError, ChangedMeanwhileError) as error:
        messages.warning(request, str(refusal(error)[0]))
    return redirect("dayboard:person", session_id, appointment_id)


def _page(
    request: StaffRequest,
    visit: Visit,
    *,
    now: datetime,
    questions: RescreenForm | None = None,
    posted: QueryDict | None = None,
    refusals: list[Words] | None = None,
) -> HttpResponse:
    session = visit.appointment.slot.session
    asking = visit.waits and (
        visit.step == Step.ASK or questions is not None or ASK_AGAIN in request.GET
    )
    context: dict[str, Any] = {
        "visit": visit,
        "session": session,
        "now": now,
        "refusals": refusals or [],
        "flags": [(FLAGS[shown.flag], shown.is_new) for shown in visit.flags],
        "flags_gone": [FLAGS[flag] for flag in visit.flags_gone],
        "route": Dose.Route(visit.course.route).label if visit.course else "",
        "asking": asking,
        "giving": visit.waits and not asking and visit.step == Step.GIVE,
    }
    if asking:
        context["form"] = questions or _questions(visit)
    elif context["giving"] and visit.course:
        context["order"] = order_of(session, now=now)
        if context["order"] is None:
            context |= alert_context(request, missing_order_of(session, now=now))
        context["vials"] = fitting(vials_shown(session.clinic_id, now=now), visit.course)
        context["form"] = _give_form(visit, context["vials"], posted, told=bool(refusals))
    if visit.today is not None:
        context["changes"] = changes_between(
            visit.before, visit.today, with_reasons=visit.step != Step.REVIEW or bool(visit.case)
        )
    if visit.today is not None and visit.step == Step.REVIEW:
        context["outcome"] = TOO_EARLY if visit.too_early else OUTCOMES[visit.today.outcome]
        context["reasons"] = reasons_in_words(visit.today.reasons)
    return render(request, "dayboard/person.html", context)


def _questions(visit: Visit, posted: QueryDict | None = None) -> RescreenForm:
    return RescreenForm(
        posted,
        has_earlier_dose=visit.has_earlier_dose,
        to_confirm=visit.to_confirm,
        ours=bool(visit.doses),
    )


def _give_form(
    visit: Visit, vials: list[VialShown], posted: QueryDict | None, *, told: bool
) -> GiveForm:
    """Return the form with what was chosen; for today's plan once its reader was told of it."""
    assert visit.today is not None
    if posted is None:
        return GiveForm(vials=vials, initial={"decision": visit.today.pk})
    chosen = posted.copy()
    if told:
        chosen["decision"] = str(visit.today.pk)
    return GiveForm(chosen, vials=vials)
