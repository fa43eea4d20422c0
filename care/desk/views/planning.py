"""The planner's pages: the coming days, and what the cutoff does with one of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from appointments.domain.repairs import AskState, answer_deadline
from appointments.domain.session_states import RUNNING
from appointments.models import Appointment, ClinicSession, MoveAsk, Repair
from appointments.selectors.history import learned_at
from appointments.selectors.planning import coming_sessions, small_vials
from appointments.selectors.repairs import Proposal, asks_in, propose, repairs_of, state_now
from appointments.selectors.session_plans import session_plan
from appointments.services.policies import take_policy
from appointments.services.repairs import NotPlannableError, RepairUnderWayError, start_repair
from care.desk.permissions import ON_PLANNED_SESSION, PLANNING, STARTS_PLANNING
from care.services.list_reads import record_list_read
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import AT_THE_BOARD, Role
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access, may


@dataclass(frozen=True)
class Asked:
    """Somebody who would be asked, with the time they have and the one they are asked about."""

    appointment: Appointment
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True)
class Report:
    """A planning with those it asked, each with where their ask is now."""

    repair: Repair
    asks: list[tuple[MoveAsk, AskState]]

    @property
    def saved(self) -> int:
        """How many vials fewer are planned; not of one that goes on."""
        return self.repair.vials_before - (self.repair.vials_after or 0)

    @property
    def answered(self) -> int:
        """How many have said yes or no."""
        return sum(state in {AskState.YES, AskState.NO} for _ask, state in self.asks)

    @property
    def moved(self) -> int:
        """How many were moved."""
        return sum(state is AskState.MOVED for _ask, state in self.asks)


@access(PLANNING)
@require_safe
@never_cache
def planning(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """Show the coming days: vials, what is under-filled, what closing a day would save."""
    clinic, now = get_object_or_404(Clinic, slug=clinic_slug), timezone.now()
    context = {
        "clinic": clinic,
        "coming": coming_sessions(clinic.pk, now=now),
        "learned": learned_at(clinic.pk, now=now),
        "now": now,
    }
    return render(request, "desk/planning.html", context)


@access(ON_PLANNED_SESSION)
@require_safe
@never_cache
def session_planning(request: StaffRequest, clinic_slug: str, session_id: UUID) -> HttpResponse:
    """Show what the cutoff would do, does and has done in a session; nothing is stored."""
    session, now = _session_or_404(clinic_slug, session_id), timezone.now()
    everybody = asks_in(session.pk)
    reports = [
        Report(repair, [(a, state_now(a, now)) for a in everybody if a.repair_id == repair.pk])
        for repair in repairs_of(session.pk)
    ]
    running = next((one for one in reports if one.repair.ended_at is None), None)
    may_be_planned = session.state in RUNNING and session.starts_at > now
    proposal = _proposal(session, everybody, now)
    asked = _who(proposal) if may_be_planned and not running else []
    seen = [one.appointment for one in everybody] + [one.appointment for one in asked]
    record_list_read(
        request.session,
        action="move_list.read",
        list_id=session.pk,
        patient_ids=[appointment.patient_id for appointment in seen],
        by=request.actor,
        now=now,
    )
    context = {
        "clinic": session.clinic,
        "session": session,
        "proposal": proposal,
        "small": small_vials(proposal.plan),
        "asked": asked,
        "willing": sum(one.may_be_asked for one in proposal.plan.people),
        "running": running,
        "reports": [one for one in reports if one.repair.ended_at],
        "may_be_planned": may_be_planned,
        "may_start": may_be_planned and not running and _may_start(request, session),
        "at_board": may(request.user, session.clinic_id, *AT_THE_BOARD, on=oslo_date(now)),
        "deadline": answer_deadline(now, session.starts_at),
        "now": now,
    }
    return render(request, "desk/session_planning.html", context)


@access(STARTS_PLANNING)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def start(request: StaffRequest, clinic_slug: str, session_id: UUID) -> HttpResponse:
    """Ask once more, then plan a session by hand."""
    session, now = _session_or_404(clinic_slug, session_id), timezone.now()
    back = redirect("desk:session_planning", clinic_slug, session_id)
    if request.method == "POST":
        try:
            repair = start_repair(session_id=session.pk, by=request.actor, now=now)
        except RepairUnderWayError:
            messages.info(request, _("Planleggingen er i gang allerede. Ingen er spurt to ganger."))
        except NotPlannableError:
            messages.info(request, _("Dagen har begynt, eller er avlyst. Ingen er spurt."))
        else:
            messages.success(request, _what_was_started(repair))
        return back
    running = any(one.ended_at is None for one in repairs_of(session.pk))
    if running or session.state not in RUNNING or session.starts_at <= now:
        return back
    proposal = _proposal(session, asks_in(session.pk), now)
    deadline = answer_deadline(now, session.starts_at)
    context = {
        "clinic": session.clinic,
        "session": session,
        "number": len(proposal.places) if deadline else 0,
        "proposal": proposal,
        "deadline": deadline,
    }
    return render(request, "desk/start_planning.html", context)


def _session_or_404(clinic_slug: str, session_id: UUID) -> ClinicSession:
    return get_object_or_404(
        ClinicSession.objects.select_related("clinic"), pk=session_id, clinic__slug=clinic_slug
    )


def _proposal(session: ClinicSession, asks: Iterable[MoveAsk], now: datetime) -> Proposal:
    """Propose as the cutoff would now, with what is learned taken anew."""
    policy = take_policy(session, now=now)  # of this copy alone: nothing is saved
    return propose(session_plan(session, now=now, policy=policy), asks, now=now)


def _who(proposal: Proposal) -> list[Asked]:
    plan = proposal.plan
    people = Appointment.objects.select_related("patient__merged_into").in_bulk(
        [plan.people[index].appointment_id for index in proposal.places]
    )
    return [
        Asked(
            people[plan.people[index].appointment_id],
            from_at=plan.at(index),
            to_at=plan.slots[minute].starts_at,
        )
        for index, minute in sorted(proposal.places.items())
        if plan.people[index].appointment_id in people
    ]


def _may_start(request: StaffRequest, session: ClinicSession) -> bool:
    on = oslo_date(timezone.now())
    return may(request.user, session.clinic_id, Role.ADMIN, Role.LEAD, on=on)


def _what_was_started(repair: Repair) -> str:
    number = repair.asks.count()
    if not number:
        return _("Planleggingen er ferdig. Det var ingen å spørre.")
    return ngettext(
        "%(number)d person har fått spørsmålet.",
        "%(number)d personer har fått spørsmålet.",
        number,
    ) % {"number": number}
