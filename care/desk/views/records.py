"""A person's record, and the notes in it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.services import record as record_read
from audit.services import record_many
from care.desk.permissions import ON_KNOWN, ON_NOTE
from care.desk.record import record_of
from care.desk.record_forms import NoteForm
from care.desk.record_words import LANGUAGES, NUMBERS
from care.services.merging import duplicates_of
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access, may
from patients.models import Patient
from patients.services.notes import withdraw_note, write_note
from patients.services.stops import start_messages


@access(ON_KNOWN)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def person(request: StaffRequest, clinic_slug: str, patient_id: UUID) -> HttpResponse:
    """Show the record, or keep a note in it."""
    patient = get_object_or_404(Patient, pk=patient_id)
    if patient.merged_into_id is not None:
        return redirect("desk:person", clinic_slug, patient.merged_into_id)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        write_note(
            patient_id=patient.pk,
            text=form.cleaned_data["text"],
            by=request.actor,
            now=timezone.now(),
        )
        messages.success(request, _("Notatet er lagret."))
        return redirect("desk:person", clinic_slug, patient.pk)
    return _page(request, clinic_slug, patient, form)


@access(ON_KNOWN)
@require_safe
@never_cache
def on_paper(request: StaffRequest, clinic_slug: str, patient_id: UUID) -> HttpResponse:
    """Show all of the record unfolded, to be printed."""
    patient = get_object_or_404(Patient, pk=patient_id)
    if patient.merged_into_id is not None:
        return redirect("desk:person_print", clinic_slug, patient.merged_into_id)
    return _page(request, clinic_slug, patient, form=None)


@access(ON_NOTE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(
    request: StaffRequest, clinic_slug: str, patient_id: UUID, note_id: UUID
) -> HttpResponse:
    """Withdraw a note; a GET leads to the record."""
    if request.method == "POST":
        withdraw_note(note_id=note_id, by=request.actor, now=timezone.now())
        messages.success(request, _("Notatet er trukket tilbake."))
    return redirect("desk:person", clinic_slug, patient_id)


@access(ON_KNOWN)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def send_again(request: StaffRequest, clinic_slug: str, patient_id: UUID) -> HttpResponse:
    """Send what the person had stopped again, as they ask for; a GET leads to the record."""
    if request.method == "POST":
        patient = get_object_or_404(Patient, pk=patient_id)
        start_messages(
            patient_id=patient.pk, by=request.actor, now=timezone.now(), reason="asked_staff"
        )
        messages.success(request, _("Personen får slike meldinger igjen."))
    return redirect("desk:person", clinic_slug, patient_id)


def _page(
    request: StaffRequest, clinic_slug: str, patient: Patient, form: NoteForm | None
) -> HttpResponse:
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    may_decide = may(request.user, clinic.pk, Role.CLINICIAN, on=oslo_date(now))
    found = record_of(patient, clinic, may_decide=may_decide, now=now)
    duplicates = duplicates_of(patient, clinic_id=clinic.pk)
    # Whatever the method: who sends a form with a fault in it reads the page.
    record_read(
        action="person.read",
        by=request.actor,
        now=now,
        patient_id=patient.pk,
        object_id=clinic.pk,
        reason=found.tie,
    )
    record_many(
        action="search.read",
        by=request.actor,
        now=now,
        patients=dict.fromkeys([one.pk for one in duplicates], clinic.pk),
        reason="alike",
    )
    context = {
        "clinic": clinic,
        "record": found,
        "patient": patient,
        "language": LANGUAGES[patient.language],
        "number": NUMBERS[patient.id_kind],
        "form": form,
        "on_paper": form is None,
        "duplicates": duplicates,
        "is_lead": may(request.user, clinic.pk, Role.LEAD, on=oslo_date(now)),
        "now": now,
    }
    return render(request, "desk/person.html", context)
