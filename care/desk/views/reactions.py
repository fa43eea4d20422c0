"""Reactions after a dose: the list, one of them, a new one, and what is reported."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.services import record
from care.desk.permissions import ON_DOSE_HERE, ON_REACTION, SEES_REACTIONS
from care.desk.reaction_forms import EntryForm, ReactionForm, ReportedForm
from care.desk.reaction_words import KINDS, ONE_PRESS, REPORTED, STEPS, seriousness_in_words
from care.desk.reactions import (
    ReactionShown,
    for_melde_no,
    is_unreported,
    reaction_shown,
    reactions_at,
)
from care.services.list_reads import record_list_read
from clinics.domain.calendar import OSLO, oslo_date
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access
from vaccinations.domain.reactions import Kind
from vaccinations.models import Dose
from vaccinations.services.reactions import (
    ReactionChangedError,
    correct_reaction,
    mark_reported,
    record_reaction,
    take_back_report,
)

ON_A_PAGE = 50


@access(SEES_REACTIONS)
@require_safe
@never_cache
def listed(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """List a clinic's reactions, what is not reported on top."""
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    on_page = Paginator(reactions_at(clinic.pk), ON_A_PAGE).get_page(request.GET.get("side"))
    found = list(on_page)
    record_list_read(
        request.session,
        action="reaction_list.read",
        list_id=clinic.pk,
        patient_ids=[one.patient_id for one in found],
        by=request.actor,
        now=now,
    )
    rows = [
        {
            "reaction": one,
            "kind": KINDS[one.kind],
            "seriousness": seriousness_in_words(one.seriousness),
            "is_serious": not one.mild,  # type: ignore[attr-defined]
            "to_report": is_unreported(one, replaced=False),
            "reported": REPORTED.get(one.reported_through, ""),
        }
        for one in found
    ]
    context = {"clinic": clinic, "rows": rows, "on_page": on_page}
    return render(request, "desk/reactions.html", context)


@access(ON_REACTION)
@require_safe
@never_cache
def reaction(request: StaffRequest, clinic_slug: str, reaction_id: UUID) -> HttpResponse:
    """Show a reaction: the sheet while it goes on, afterwards what became of it."""
    return page(request, reaction_id, now=timezone.now())


@access(ON_DOSE_HERE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: StaffRequest, clinic_slug: str, dose_id: UUID) -> HttpResponse:
    """Write down a reaction that is over, or that somebody tells of on the telephone."""
    now = timezone.now()
    dose = get_object_or_404(
        Dose.objects.select_related("patient__merged_into", "vial__clinic", "lot__product"),
        pk=dose_id,
    )
    form = ReactionForm(request.POST if request.method == "POST" else None, dose=dose, now=now)
    if form.is_valid():
        made = record_reaction(
            reaction_id=form.cleaned_data["key"],
            dose_id=dose.pk,
            told=form.told,
            by=request.actor,
            now=now,
        )
        messages.success(request, _("Reaksjonen er skrevet ned."))
        return redirect("desk:reaction", clinic_slug, made.pk)
    record(
        action="patient.read",
        by=request.actor,
        now=now,
        patient_id=dose.patient_id,
        object_id=dose.pk,
    )
    context = {"clinic": dose.vial.clinic, "dose": dose, "patient": dose.patient.kept, "form": form}
    return render(request, "desk/reaction_form.html", context)


@access(ON_REACTION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def correct(request: StaffRequest, clinic_slug: str, reaction_id: UUID) -> HttpResponse:
    """Write a corrected row, from what stands now."""
    now = timezone.now()
    shown = shown_or_404(reaction_id, now=now)
    if shown.goes_on or shown.replaced_by is not None:
        return redirect("desk:reaction", clinic_slug, reaction_id)
    posted = request.POST if request.method == "POST" else None
    form = ReactionForm(posted, dose=shown.dose, now=now, initial=_as_told(shown))
    if form.is_valid():
        try:
            made = correct_reaction(
                reaction_id=reaction_id, told=form.told, by=request.actor, now=now
            )
        except ReactionChangedError:
            messages.info(request, _("En kollega har rettet det samme. Se hva som står nå."))
            return redirect("desk:reaction", clinic_slug, reaction_id)
        messages.success(request, _("Rettelsen er lagret. Det som sto før, er tatt vare på."))
        return redirect("desk:reaction", clinic_slug, made.pk)
    record_shown(request, shown, now=now)
    context = {
        "clinic": shown.clinic,
        "dose": shown.dose,
        "patient": shown.patient,
        "form": form,
        "shown": shown,
    }
    return render(request, "desk/reaction_form.html", context)


@access(ON_REACTION)
@never_cache
def reported(request: StaffRequest, clinic_slug: str, reaction_id: UUID) -> HttpResponse:
    """Note that a reaction is reported, or that it is not to be."""
    if request.method != "POST":
        return redirect("desk:reaction", clinic_slug, reaction_id)
    now = timezone.now()
    shown = shown_or_404(reaction_id, now=now)
    form = _report_form(shown, now, request)
    if not form.is_valid():
        return page(request, reaction_id, now=now, report=form)
    try:
        mark_reported(
            reaction_id=reaction_id,
            through=form.way,
            on=form.cleaned_data["on"],
            reference=form.cleaned_data["reference"],
            by=request.actor,
            now=now,
        )
    except ReactionChangedError:
        messages.info(request, _("Noen har allerede sagt fra om dette. Her er det som står."))
    else:
        messages.success(request, _("Lagret."))
    return redirect("desk:reaction", clinic_slug, reaction_id)


@access(ON_REACTION)
def not_reported(request: StaffRequest, clinic_slug: str, reaction_id: UUID) -> HttpResponse:
    """Take back that a reaction was marked by mistake."""
    if request.method == "POST":
        try:
            take_back_report(reaction_id=reaction_id, by=request.actor, now=timezone.now())
        except ReactionChangedError:
            messages.info(request, _("Det var ikke noe å angre."))
        else:
            messages.success(request, _("Angret. Reaksjonen står som ikke meldt."))
    return redirect("desk:reaction", clinic_slug, reaction_id)


def shown_or_404(reaction_id: UUID, *, now: datetime) -> ReactionShown:
    """Return a reaction, or raise Http404."""
    shown = reaction_shown(reaction_id, now=now)
    if shown is None:
        raise Http404
    return shown


def record_shown(request: StaffRequest, shown: ReactionShown, *, now: datetime) -> None:
    """Record that a reaction was read."""
    record(
        action="reaction.read",
        by=request.actor,
        now=now,
        patient_id=shown.patient.pk,
        object_id=shown.reaction.pk,
    )


def page(
    request: StaffRequest,
    reaction_id: UUID,
    *,
    now: datetime,
    entry: EntryForm | None = None,
    report: ReportedForm | None = None,
) -> HttpResponse:
    """Show a reaction with what was just refused, and record who looked."""
    shown = shown_or_404(reaction_id, now=now)
    record_shown(request, shown, now=now)
    context: dict[str, Any] = {
        "shown": shown,
        "clinic": shown.clinic,
        "now": now,
        "form": entry or EntryForm(),
        "steps": [(step.value, STEPS[step]) for step in ONE_PRESS],
    }
    if not shown.goes_on:
        context["report_form"] = report or _report_form(shown, now)
        context["lines_for_report"] = for_melde_no(shown, reporter=request.user.name)
        context["is_failure"] = shown.reaction.kind == Kind.FAILURE
    template = "desk/reaction_sheet.html" if shown.goes_on else "desk/reaction.html"
    return render(request, template, context)


def _report_form(
    shown: ReactionShown, now: datetime, request: StaffRequest | None = None
) -> ReportedForm:
    posted = request.POST if request else None
    since, today = oslo_date(shown.reaction.onset_at), oslo_date(now)
    return ReportedForm(posted, since=since, today=today)


def _as_told(shown: ReactionShown) -> dict[str, Any]:
    one = shown.reaction
    began = timezone.localtime(one.onset_at, OSLO)
    return {
        "kind": one.kind,
        "onset_on": began.date(),
        "onset_clock": began.strftime("%H.%M") if one.onset_has_time else "",
        "description": one.description,
        "treatment": one.treatment,
        "seriousness": one.seriousness,
        "outcome": one.outcome,
    }
