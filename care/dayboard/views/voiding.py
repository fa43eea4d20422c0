"""Voiding the record of a dose, and writing the right one in its place."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.models import Appointment
from appointments.services.observing import ReactionUnderWayError
from audit.services import record
from care.dayboard.given_forms import CorrectForm, VoidForm, as_initial
from care.dayboard.permissions import ON_DOSE
from care.dayboard.views.given import REFUSED, ask_for_reason, choices, say_why
from care.dayboard.words import Words, refusal
from care.services.voiding import (
    NotYoursToVoidError,
    correct_dose,
    may_void,
    void_dose,
    what_follows,
)
from clinics.authorship import of_another, shows_another_author
from clinics.domain.calendar import OSLO
from clinics.permissions import StaffRequest, access
from vaccinations.selectors.reactions import under_way
from vaccinations.services.recording import ReasonWantedError
from vaccinations.services.voiding import AlreadyVoidedError


@access(ON_DOSE)
@shows_another_author
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def void(request: StaffRequest, dose_id: UUID) -> HttpResponse:
    """Show what follows, ask why, and void the record."""
    now = timezone.now()
    visit = _visit(dose_id)
    refused = _refused(request, visit, now=now)
    if refused is not None:
        return refused
    assert visit is not None
    form = VoidForm(request.POST if request.method == "POST" else None)
    another = of_another(request)
    if not another and form.is_valid():
        try:
            void_dose(
                dose_id=dose_id, reason=form.cleaned_data["reason"], by=request.actor, now=now
            )
        except AlreadyVoidedError as error:
            messages.info(request, str(refusal(error)[0]))
        except ReactionUnderWayError as error:
            return _to_the_sheet(request, visit, error.reaction_id)
        else:
            messages.success(request, _("Registreringen er annullert."))
        return _to_person(visit)
    context = {
        "visit": visit,
        "session": visit.slot.session,
        "dose": visit.dose,
        "now": now,
        "form": form,
        "refusals": another,
        "follows": what_follows(visit, now=now),
    }
    if request.method != "POST":
        _read(request, visit, now=now)
    return render(request, "dayboard/void_dose.html", context)


@access(ON_DOSE)
@shows_another_author
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def correct(request: StaffRequest, dose_id: UUID) -> HttpResponse:
    """Show the record with its fields filled in, and write the right one in its place."""
    now = timezone.now()
    visit = _visit(dose_id)
    refused = _refused(request, visit, now=now)
    if refused is not None:
        return refused
    assert visit is not None
    assert visit.dose is not None
    local = visit.dose.given_at.astimezone(OSLO)
    form = CorrectForm(
        request.POST if request.method == "POST" else None,
        initial=as_initial(visit.dose, local.date(), local),
        ask_if_asked=False,
        **choices(visit.slot.session, now=now, of_dose=dose_id),
    )
    found: list[Words] = []
    another = of_another(request)
    if not another and form.is_valid():
        try:
            correct_dose(
                dose_id=dose_id,
                reason=form.cleaned_data["wrong"],
                deviation_reason=form.cleaned_data["reason"],
                by=request.actor,
                now=now,
                **form.told(),
            )
        except AlreadyVoidedError as error:
            messages.info(request, str(refusal(error)[0]))
            return _to_person(visit)
        except ReactionUnderWayError as error:
            return _to_the_sheet(request, visit, error.reaction_id)
        except ReasonWantedError as error:
            found = ask_for_reason(form, error)
        except REFUSED as error:
            say_why(form, error)
        else:
            messages.success(request, _("Registreringen er rettet."))
            return _to_person(visit)
    context = {
        "visit": visit,
        "session": visit.slot.session,
        "dose": visit.dose,
        "now": now,
        "form": form,
        "refusals": another,
        "found": found,
    }
    if request.method != "POST":
        _read(request, visit, now=now)
    return render(request, "dayboard/correct_dose.html", context)


def _visit(dose_id: UUID) -> Appointment | None:
    return (
        Appointment.objects.filter(dose_id=dose_id)
        .select_related(
            "slot__session__clinic", "patient__merged_into", "decision", "dose__vial", "dose__lot"
        )
        .first()
    )


def _refused(
    request: StaffRequest, visit: Appointment | None, *, now: datetime
) -> HttpResponse | None:
    """Lead on whoever may not void this record, or comes too late."""
    if visit is None or visit.dose is None:
        messages.info(request, str(refusal(AlreadyVoidedError())[0]))
        return redirect("desk:home")
    if not may_void(visit.dose, by=request.actor, now=now):
        messages.warning(request, str(refusal(NotYoursToVoidError())[0]))
        return _to_person(visit)
    reaction_id = under_way([visit.dose.pk]).get(visit.dose.pk)
    if reaction_id is not None:
        return _to_the_sheet(request, visit, reaction_id)
    return None


def _to_the_sheet(request: StaffRequest, visit: Appointment, reaction_id: UUID) -> HttpResponse:
    messages.warning(request, _("En reaksjon pågår. Avslutt akuttarket først."))
    return redirect("desk:reaction", visit.slot.session.clinic.slug, reaction_id)


def _to_person(visit: Appointment) -> HttpResponse:
    return redirect("dayboard:person", visit.slot.session_id, visit.pk)


def _read(request: StaffRequest, visit: Appointment, *, now: datetime) -> None:
    record(
        action="patient.read",
        by=request.actor,
        now=now,
        patient_id=visit.patient_id,
        object_id=visit.pk,
    )
