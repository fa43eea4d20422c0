from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.domain.status import ENDED_WITHOUT_DOSE, MoveNotAllowedError, Status
from appointments.selectors.day import is_under_way
from appointments.services.day import DayEndedError, NotTodayError
from appointments.services.moves import ChangedMeanwhileError
from care.dayboard.after_dose import after_dose_of
from care.dayboard.changes import changes_between
from care.dayboard.deviation_words import deviations_in_words
from care.dayboard.ending_words import END_REASONS
from care.dayboard.forms import GiveForm, RescreenForm
from care.dayboard.off_plan import OtherWay, other_way_of
from care.dayboard.orders import missing_order_of, order_of
from care.dayboard.permissions import ON_PERSON
from care.dayboard.person_order import order_for
from care.dayboard.told import to_tell
from care.dayboard.vials import VialShown, fitting, vials_shown
from care.dayboard.views.arrivals import record_opened, visit_or_404
from care.dayboard.views.board import alert_context
from care.dayboard.views.given import SITE, VIAL
from care.dayboard.visit import Visit
from care.dayboard.words import FLAGS, OUTCOMES, TOO_EARLY, Words, reasons_in_words, refusal
from care.services.off_plan import NoReasonForRouteError, OffPlan, RouteStoppedError
from care.services.vaccination import (
    EarlierDoseVoidedError,
    NotRescreenedError,
    PlanChangedError,
    Step,
    rescreen_for,
    vaccinate,
)
from care.services.visit_review import end_visit
from care.services.voiding import may_void
from clinics.authorship import of_another, shows_another_author
from clinics.permissions import StaffRequest, access
from eligibility.domain.decision import Flag
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
    DayEndedError,
    VialClosedError,
    NoStandingOrderError,
    LotBlockedError,
    OutsideLimitsError,
    DoseAlreadyGivenError,
    NotRescreenedError,
    EarlierDoseVoidedError,
    PlanChangedError,
    RouteStoppedError,
    NoReasonForRouteError,
)


@access(ON_PERSON)
@require_safe
@never_cache
def person(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Show a person's visit and what is next: the questions, the dose, or what was given."""
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    return _page(request, visit, now=now)


@access(ON_PERSON)
@shows_another_author
@never_cache
def rescreen(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Save the answers of today and show what they lead to."""
    if request.method != "POST":
        return redirect("dayboard:person", session_id, appointment_id)
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    form = _questions(visit, request.POST)
    another = of_another(request)
    if another or not form.is_valid():
        return _page(request, visit, now=now, questions=form, refusals=[*another])
    try:
        rescreen_for(
            appointment_id=appointment_id,
            answers=form.answers(date_of_birth=visit.patient.birth_date),
            papers=form.papers,
            informed=True,
            by=request.actor,
            now=now,
        )
    except (ChangedMeanwhileError, PapersNotAskedForError) as error:
        messages.warning(request, str(refusal(error)[0]))
    return redirect("dayboard:person", session_id, appointment_id)


@access(ON_PERSON)
@shows_another_author
@never_cache
def give_dose(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Record the dose that is given now, and show it with the next place."""
    if request.method != "POST":
        return redirect("dayboard:person", session_id, appointment_id)
    now = timezone.now()
    form = GiveForm(request.POST, vials=())
    another = of_another(request)
    if another or not form.is_valid():
        visit = visit_or_404(appointment_id, now=now)
        return _page(request, visit, now=now, posted=request.POST, refusals=[*another])
    try:
        vaccinate(
            appointment_id=appointment_id,
            decision_id=form.cleaned_data["decision"],
            vial_id=form.cleaned_data["vial"],
            site=form.cleaned_data["site"],
            off_plan=_off_plan(form),
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
    record_opened(request, visit, now=now)
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
        "chosen": _chosen(posted),
        "after_dose": after_dose_of(visit.appointment, now=now),
    }
    dose = visit.appointment.dose
    if dose is not None:
        context["deviations"] = deviations_in_words(dose.deviation)
        context["may_void"] = may_void(dose, by=request.actor, now=now)
    if visit.waits:
        context["order"] = order_of(session, now=now)
        context["person_order"] = order_for(visit, now=now)
    if not visit.waits:
        context["end_words"] = END_REASONS.get(visit.appointment.end_reason, "")
        context["may_take_back"] = _may_take_back(visit, now)
    if asking:
        context["form"] = questions or _questions(visit)
        context["to_tell"] = to_tell(visit.today or visit.before)
    elif context["giving"] and visit.course:
        if context["order"] is None:
            context |= alert_context(request, missing_order_of(session, now=now))
        context["vials"] = fitting(vials_shown(session.clinic_id, now=now), visit.course)
        context["other_way"] = other_way_of(visit, by=request.actor, now=now)
        context["form"] = _give_form(
            visit, context["vials"], posted, context["other_way"], told=bool(refusals)
        )
    if visit.today is not None:
        context["changes"] = changes_between(
            visit.before,
            visit.today,
            booked_dose=visit.appointment.dose_number,
            with_reasons=visit.step != Step.REVIEW or bool(visit.case),
        )
    if visit.today is not None and visit.step == Step.REVIEW:
        context["outcome"] = TOO_EARLY if visit.too_early else OUTCOMES[visit.today.outcome]
        context["reasons"] = reasons_in_words(visit.today.reasons)
    return render(request, "dayboard/person.html", context)


def _chosen(posted: QueryDict | None) -> str:
    """Return what was chosen for a dose that may not start, for the page where one records it."""
    chosen = {VIAL: posted.get("vial"), SITE: posted.get("site")} if posted else {}
    return urlencode({name: value for name, value in chosen.items() if value})


def _may_take_back(visit: Visit, now: datetime) -> bool:
    """Tell whether a visit that came to nothing may go on: today, and nothing was booked since."""
    ended = visit.appointment.status in ENDED_WITHOUT_DOSE | {Status.NO_SHOW}
    session = visit.appointment.slot.session
    return ended and visit.next_place is None and is_under_way(session, now)


def _questions(visit: Visit, posted: QueryDict | None = None) -> RescreenForm:
    return RescreenForm(
        posted,
        has_earlier_dose=visit.has_earlier_dose,
        to_confirm=visit.to_confirm,
        ours=bool(visit.doses),
        noted=[Flag(flag) for flag in visit.before.flags],
    )


def _give_form(
    visit: Visit,
    vials: list[VialShown],
    posted: QueryDict | None,
    other_way: OtherWay,
    *,
    told: bool,
) -> GiveForm:
    """Return the form with what was chosen; for today's plan once its reader was told of it."""
    assert visit.today is not None
    off_plan = other_way.stop is None
    if posted is None:
        return GiveForm(
            vials=vials,
            off_plan=off_plan,
            initial={"decision": visit.today.pk, "site": Dose.Site.LEFT_ARM.value},
        )
    chosen = posted.copy()
    if told:
        chosen["decision"] = str(visit.today.pk)
    return GiveForm(chosen, vials=vials, off_plan=off_plan)


def _off_plan(form: GiveForm) -> OffPlan | None:
    route = form.cleaned_data["route"]
    return OffPlan(route=route, reason=form.cleaned_data["reason"]) if route else None
