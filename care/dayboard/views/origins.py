"""From a dose or a vial, as lists name them, to the page where one works with it."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.models import Appointment, ClinicSession
from care.dayboard.permissions import ON_DOSE, ON_VIAL
from clinics.permissions import StaffRequest, access
from vaccinations.models import Vial


@access(ON_DOSE)
@require_safe
@never_cache
def of_dose(request: StaffRequest, dose_id: UUID) -> HttpResponse:
    """Lead to the visit at which a dose was given."""
    appointment = get_object_or_404(Appointment.objects.select_related("slot"), dose=dose_id)
    return redirect("dayboard:person", appointment.slot.session_id, appointment.pk)


@access(ON_VIAL)
@require_safe
@never_cache
def of_vial(request: StaffRequest, vial_id: UUID) -> HttpResponse:
    """Lead to the board of the day on which a vial was opened: the session under way then."""
    vial = get_object_or_404(Vial, pk=vial_id)
    sessions = ClinicSession.objects.filter(clinic_id=vial.clinic_id, date=vial.day)
    under_way = sessions.filter(starts_at__lte=vial.opened_at).order_by("-starts_at").first()
    session = under_way or sessions.order_by("starts_at").first()
    if session is None:
        raise Http404
    return redirect("dayboard:board", session.pk)
