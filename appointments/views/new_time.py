"""Choosing a time in place of one that was missed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from appointments.permissions import OWN_APPOINTMENT, remember_opened
from appointments.selectors.mine import appointment_with_place
from appointments.selectors.places import free_places
from appointments.services.booking import AlreadyBookedError, TooEarlyError
from appointments.services.new_time import needed_after, take_new_time
from appointments.services.seats import SlotUnavailableError
from appointments.views.own_appointment import to_mine
from appointments.views.times import choose_time
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from clinics.permissions import access


@access(OWN_APPOINTMENT)
@never_cache
def new_time(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Offer the clinic's free times to somebody who missed theirs."""
    now = timezone.now()
    appointment = appointment_with_place(appointment_id)
    needed = needed_after(appointment, now=now)
    if needed is None:
        messages.info(request, _("Du kan ikke velge en ny tid her. Ring oss hvis du trenger en."))
        return to_mine(appointment_id)
    clinic = appointment.slot.session.clinic

    def take(slot_id: UUID) -> HttpResponse:
        try:
            taken = take_new_time(
                appointment_id=appointment_id,
                slot_id=slot_id,
                by=Actor.patient(appointment.patient_id),
                now=now,
            )
        except TooEarlyError:
            raise SlotUnavailableError from None
        except AlreadyBookedError:
            messages.info(request, _("Timene dine er endret siden sist. Se over dem her."))
            return to_mine(appointment_id)
        remember_opened(request, taken.pk)
        messages.success(request, _("Timen er bestilt."))
        return to_mine(taken.pk)

    today = oslo_date(now)
    return choose_time(
        request,
        clinic=clinic,
        route=needed.route,
        look=lambda: free_places(
            clinic.pk,
            route=needed.route,
            group=needed.group,
            not_before=max(needed.not_before or today, today),
            now=now,
        ),
        take=take,
        back_url=reverse("appointments:mine", args=[appointment_id]),
        heading=_("Når passer det i stedet?"),
    )
