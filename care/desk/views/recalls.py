"""A lot is recalled: what it means, the one confirm, and whom to call."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from care.csv_file import csv_text
from care.desk.case_forms import WordsField
from care.desk.permissions import ON_CONTACT, ON_RECALL, RECALLS
from care.services import recall as recalling
from care.services.list_reads import record_list_read
from care.templatetags.listed import listed_born
from clinics.domain.roles import Role
from clinics.permissions import StaffRequest, access
from clinics.templatetags.oslo_time import numeric_day
from vaccinations.models import Lot, Recall, RecallContact
from vaccinations.selectors.recalls import contacts_of
from vaccinations.services.lot_moves import LotChangedMeanwhileError
from vaccinations.services.recalls import note_told


class RecallForm(forms.Form):
    """Why the lot is recalled."""

    reason = WordsField(
        label=gettext_lazy("Hvorfor tilbakekalles loten?"),
        help_text=gettext_lazy("For eksempel hvem som har bedt om det, og referansen deres."),
        longest=500,
        missing=gettext_lazy("Skriv hvorfor loten tilbakekalles, og hvem som ba om det."),
    )


@access(RECALLS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def recall(request: StaffRequest, clinic_slug: str, lot_id: int) -> HttpResponse:
    """Show what recalling a lot means; a POST with the reason does it all at once."""
    now = timezone.now()
    lot = _lot(lot_id)
    done = Recall.objects.filter(lot=lot).first()
    if done is not None:
        # Pressed twice, or come late: only those whose dose was recorded since are added.
        if request.method == "POST" and recalling.unnoted(done):
            recalling.recall(
                lot_id=lot_id,
                clinic_id=lot.clinic_id,
                reason=done.reason,
                by=request.actor,
                now=now,
            )
        return redirect("desk:recall_calls", clinic_slug, lot_id)
    form = RecallForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            recalling.recall(
                lot_id=lot_id,
                clinic_id=lot.clinic_id,
                reason=form.cleaned_data["reason"],
                by=request.actor,
                now=now,
            )
        except LotChangedMeanwhileError:
            messages.info(
                request, _("Loten er nettopp endret av en kollega. Se hva som gjelder nå.")
            )
            return redirect("desk:recall", clinic_slug, lot_id)
        messages.success(request, _("Lot %(number)s er tilbakekalt.") % {"number": lot.number})
        return redirect("desk:recall_calls", clinic_slug, lot_id)
    shown = recalling.preview(lot_id=lot_id, clinic_id=lot.clinic_id, now=now)
    record_list_read(
        request.session,
        action="recall_list.read",
        list_id=lot_id,
        patient_ids=[one.pk for one in shown.people],
        by=request.actor,
        now=now,
    )
    context = {
        "clinic": lot.clinic,
        "lot": lot,
        "shown": shown,
        "form": form,
        "sms": shown.messages["sms"] + shown.messages["both"],
        "email": shown.messages["email"] + shown.messages["both"],
    }
    return render(request, "desk/recall.html", context)


@access(ON_RECALL)
@require_safe
@never_cache
def calls(request: StaffRequest, clinic_slug: str, lot_id: int) -> HttpResponse:
    """List whom to call about a recalled lot, those not talked with on top."""
    lot = _lot(lot_id)
    done = Recall.objects.filter(lot=lot).select_related("by").first()
    contacts = list(contacts_of(lot_id))
    record_list_read(
        request.session,
        action="recall_list.read",
        list_id=lot_id,
        patient_ids=[one.patient_id for one in contacts],
        by=request.actor,
        now=timezone.now(),
    )
    context = {
        "clinic": lot.clinic,
        "lot": lot,
        "recall": done,
        "waiting": [one for one in contacts if one.told_at is None],
        "talked_with": [one for one in contacts if one.told_at is not None],
        "unnoted": recalling.unnoted(done) if done else 0,
        "may_recall": request.actor.role == Role.LEAD,
    }
    return render(request, "desk/recall_calls.html", context)


@access(ON_RECALL)
@require_safe
@never_cache
def as_csv(request: StaffRequest, clinic_slug: str, lot_id: int) -> HttpResponse:
    """Hand out the list as a file; each time it is recorded for everybody on it."""
    lot = _lot(lot_id)
    contacts = list(contacts_of(lot_id))
    record_list_read(
        {},
        action="recall_list.exported",
        list_id=lot_id,
        patient_ids=[one.patient_id for one in contacts],
        by=request.actor,
        now=timezone.now(),
    )
    head = [_("Navn"), _("Fødselsdato"), _("Telefon"), _("E-post"), _("Doser"), _("Snakket med")]
    rows = [_row(one) for one in contacts]
    response = HttpResponse(csv_text([head, *rows]), content_type="text/csv; charset=utf-8")
    # The name of a file that may lie about says nothing but the lot.
    response["Content-Disposition"] = f'attachment; filename="ringeliste-{lot.pk}.csv"'
    return response


@access(ON_CONTACT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def told(request: StaffRequest, clinic_slug: str, lot_id: int, contact_id: UUID) -> HttpResponse:
    """Tick a person off: somebody has talked with them."""
    return _tick(request, clinic_slug, lot_id, contact_id, told=True)


@access(ON_CONTACT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def not_told(
    request: StaffRequest, clinic_slug: str, lot_id: int, contact_id: UUID
) -> HttpResponse:
    """Take the tick back."""
    return _tick(request, clinic_slug, lot_id, contact_id, told=False)


def _tick(
    request: StaffRequest, clinic_slug: str, lot_id: int, contact_id: UUID, *, told: bool
) -> HttpResponse:
    if request.method == "POST":
        changed = note_told(contact_id=contact_id, told=told, by=request.actor, now=timezone.now())
        if not changed:
            messages.info(request, _("Det var gjort allerede."))
        elif told:
            messages.success(request, _("Notert at noen har snakket med personen."))
        else:
            messages.success(request, _("Personen står på listen igjen."))
    return redirect("desk:recall_calls", clinic_slug, lot_id)


def _lot(lot_id: int) -> Lot:
    return get_object_or_404(Lot.objects.select_related("clinic", "product"), pk=lot_id)


def _row(contact: RecallContact) -> list[object]:
    patient = contact.patient
    doses = ", ".join(numeric_day(dose.given_at) for dose in patient.of_lot)  # type: ignore[attr-defined]
    talked = numeric_day(contact.told_at) if contact.told_at else ""
    return [
        patient.listed_name,
        listed_born(patient),
        patient.phone,
        patient.email,
        doses,
        talked,
    ]
