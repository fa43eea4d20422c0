"""People whose time the clinic cancelled or moved, and who must be called."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from appointments.models import Appointment, Displaced, Slot
from appointments.selectors.displaced import lacking_a_time
from appointments.selectors.new_times import group_offered
from appointments.selectors.places import SessionPlaces, free_places
from appointments.services import displaced as displacing
from appointments.services.booking import AlreadyBookedError, TooEarlyError, book, rebook
from appointments.services.following import first_day_of
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.seats import SlotUnavailableError
from audit.services import record
from care.dayboard.new_time import NewTimeForm
from care.desk.permissions import AT_DESK, ON_DISPLACED
from care.services.list_reads import record_list_read
from clinics.domain.calendar import oslo_date
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access
from clinics.templatetags.oslo_time import clock, day


class TimeForm(NewTimeForm):
    """The free times of the coming days, for somebody on the telephone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["decision"]


@access(AT_DESK)
@require_safe
@never_cache
def listed(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """List who lost a time, or cannot be told of the new one."""
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    people = list(lacking_a_time([clinic.pk], now=now))
    record_list_read(
        request.session,
        action="displaced_list.read",
        list_id=clinic.pk,
        patient_ids=[one.appointment.patient_id for one in people],
        by=request.actor,
        now=now,
    )
    return render(request, "desk/displaced.html", {"clinic": clinic, "people": people})


@access(ON_DISPLACED)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_time(request: StaffRequest, clinic_slug: str, displaced_id: UUID) -> HttpResponse:
    """Show the free times to somebody who is on the telephone, and book the chosen one."""
    now = timezone.now()
    row = lacking_a_time([_clinic_id(clinic_slug)], now=now).filter(pk=displaced_id).first()
    if row is None:
        return _settled(request, clinic_slug)
    posted = request.POST if request.method == "POST" else None
    form = TimeForm(posted, found=_found(row, now))
    if form.is_valid():
        try:
            booked = _book(row, form.cleaned_data["slot"], request, now)
        except (SlotUnavailableError, TooEarlyError):
            form = TimeForm(request.POST, found=_found(row, now))
            form.add_error("slot", _("Tiden er ikke ledig lenger. Velg en annen."))
        except (AlreadyBookedError, ChangedMeanwhileError):
            return _settled(request, clinic_slug)
        else:
            when = {"day": day(booked.slot.starts_at), "clock": clock(booked.slot.starts_at)}
            messages.success(request, _("Ny time: %(day)s kl. %(clock)s.") % when)
            return redirect("desk:displaced", clinic_slug)
    record(
        action="patient.read",
        by=request.actor,
        now=now,
        patient_id=row.appointment.patient_id,
        object_id=row.appointment_id,
    )
    context = {
        "clinic": row.appointment.slot.session.clinic,
        "row": row,
        "patient": row.appointment.patient.kept if row.appointment.patient else None,
        "form": form,
    }
    return render(request, "desk/displaced_time.html", context)


@access(ON_DISPLACED)
def was_told(request: StaffRequest, clinic_slug: str, displaced_id: UUID) -> HttpResponse:
    """Note that the person knows of the new time."""
    if request.method == "POST":
        displacing.told(displaced_id=displaced_id, by=request.actor, now=timezone.now())
    return redirect("desk:displaced", clinic_slug)


@access(ON_DISPLACED)
def wants_none(request: StaffRequest, clinic_slug: str, displaced_id: UUID) -> HttpResponse:
    """Note that the person wants no other time."""
    if request.method == "POST":
        displacing.decline(displaced_id=displaced_id, by=request.actor, now=timezone.now())
    return redirect("desk:displaced", clinic_slug)


def _clinic_id(clinic_slug: str) -> int:
    return Clinic.objects.values_list("pk", flat=True).get(slug=clinic_slug)


def _found(row: Displaced, now: datetime) -> list[SessionPlaces]:
    lost = row.appointment
    return free_places(
        lost.slot.session.clinic_id,
        route=lost.route,
        group=group_offered(lost),
        not_before=first_day_of(lost) or oslo_date(now),
        now=now,
        leaving=lost.pk if row.became_at else None,
    )


def _book(row: Displaced, slot_id: UUID, request: StaffRequest, now: datetime) -> Appointment:
    """Move the time the person has, or book a new one; only this clinic's are given out here."""
    lost = row.appointment
    if not Slot.objects.filter(pk=slot_id, session__clinic=lost.slot.session.clinic_id).exists():
        raise SlotUnavailableError
    if row.became_at:
        moved = rebook(appointment_id=lost.pk, slot_id=slot_id, by=request.actor, now=now)
        displacing.told(displaced_id=row.pk, by=request.actor, now=now)
        return moved
    assert lost.patient_id is not None
    assert lost.decision_id is not None
    return book(
        patient_id=lost.patient_id,
        decision_id=lost.decision_id,
        slot_id=slot_id,
        route=lost.route,
        dose_number=lost.dose_number,
        not_before=first_day_of(lost),
        by=request.actor,
        now=now,
    )


def _settled(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    messages.info(request, _("Personen står ikke på listen lenger."))
    return redirect("desk:displaced", clinic_slug)
