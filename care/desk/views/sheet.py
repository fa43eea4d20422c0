"""The sheet of a reaction that goes on: lines of what is done, and its end."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from care.desk.permissions import ON_REACTION
from care.desk.reaction_forms import EndForm, EntryForm
from care.desk.views.reactions import page, record_shown, shown_or_404
from care.services.list_reads import record_list_read
from clinics.permissions import StaffRequest, access
from vaccinations.domain.reactions import Outcome, Step
from vaccinations.services.reactions import (
    ReactionChangedError,
    add_entry,
    close_mistake,
    end_anaphylaxis,
)


@access(ON_REACTION)
@require_safe
@never_cache
def lines(request: StaffRequest, clinic_slug: str, reaction_id: UUID) -> HttpResponse:
    """Answer with the lines so far, for htmx: colleagues write in the same sheet."""
    now = timezone.now()
    shown = shown_or_404(reaction_id, now=now)
    # Asked for every few seconds: once a day for each login is enough.
    record_list_read(
        request.session,
        action="reaction.read",
        list_id=reaction_id,
        patient_ids=[shown.patient.pk],
        by=request.actor,
        now=now,
    )
    return render(request, "desk/reaction_lines.html", {"shown": shown})


@access(ON_REACTION)
@never_cache
def add(request: StaffRequest, clinic_slug: str, reaction_id: UUID) -> HttpResponse:
    """Add a line by the server's clock."""
    if request.method != "POST":
        return redirect("desk:reaction", clinic_slug, reaction_id)
    now = timezone.now()
    form = EntryForm(request.POST)
    if not form.is_valid():
        return page(request, reaction_id, now=now, entry=form)
    try:
        add_entry(
            reaction_id=reaction_id,
            entry_id=form.entry_id,
            step=Step(form.cleaned_data["step"]),
            text=form.cleaned_data["text"],
            by=request.actor,
            now=now,
        )
    except ReactionChangedError:
        messages.warning(
            request, _("Arket er avsluttet av en kollega. Linjen din ble ikke lagret.")
        )
    return redirect("desk:reaction", clinic_slug, reaction_id)


@access(ON_REACTION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def end(request: StaffRequest, clinic_slug: str, reaction_id: UUID) -> HttpResponse:
    """Ask how serious it was and how it ended, and end the sheet."""
    now = timezone.now()
    shown = shown_or_404(reaction_id, now=now)
    if not shown.goes_on:
        return redirect("desk:reaction", clinic_slug, reaction_id)
    form = EndForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        record_shown(request, shown, now=now)
        context = {"shown": shown, "clinic": shown.clinic, "form": form}
        return render(request, "desk/reaction_end.html", context)
    try:
        end_anaphylaxis(
            reaction_id=reaction_id,
            description=form.cleaned_data["description"],
            treatment=form.cleaned_data["treatment"],
            seriousness=form.cleaned_data["seriousness"],
            outcome=Outcome(form.cleaned_data["outcome"]),
            by=request.actor,
            now=now,
        )
    except ReactionChangedError:
        messages.info(request, _("En kollega har avsluttet arket. Her er det som står."))
    else:
        messages.success(request, _("Arket er avsluttet. Personen kan gå når dere sier det."))
    return redirect("desk:reaction", clinic_slug, reaction_id)


@access(ON_REACTION)
def by_mistake(request: StaffRequest, clinic_slug: str, reaction_id: UUID) -> HttpResponse:
    """End a sheet that was opened by mistake: nothing had happened."""
    if request.method != "POST":
        return redirect("desk:reaction", clinic_slug, reaction_id)
    try:
        close_mistake(reaction_id=reaction_id, by=request.actor, now=timezone.now())
    except ReactionChangedError:
        messages.info(request, _("Noen har skrevet i arket. Avslutt det på vanlig måte."))
    else:
        messages.success(request, _("Arket er lukket. Personen er fortsatt under observasjon."))
    return redirect("desk:reaction", clinic_slug, reaction_id)
