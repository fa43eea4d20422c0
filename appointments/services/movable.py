"""Keeps at which other times of the day a person can come, if that saves a vial."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from appointments.domain.status import Status
from appointments.domain.time_bands import Band
from appointments.models import Appointment
from appointments.selectors.places import WHOLE_VIAL_ROUTE
from appointments.selectors.steering import bands_of
from appointments.services.moves import ChangedMeanwhileError
from audit.domain import Actor
from audit.services import record


class BandNotOpenError(Exception):
    """The day has no times in that part of it."""


class WholeVialError(Exception):
    """Somebody who takes a whole vial saves none by moving."""


def set_movable(
    *, appointment_id: UUID, bands: Iterable[Band], by: Actor, now: datetime
) -> Appointment:
    """Keep the parts of the day that a person can move to; none: they are never asked to.

    Only a yes to a later question moves anybody. Raises ChangedMeanwhileError (not booked any
    more), BandNotOpenError, WholeVialError.
    """
    wanted = set(bands)
    with transaction.atomic():
        appointment = (
            Appointment.objects.select_for_update(of=("self",), no_key=True)
            .select_related("slot__session")
            .get(pk=appointment_id)
        )
        if appointment.status != Status.BOOKED:
            raise ChangedMeanwhileError(appointment.status)
        if wanted and appointment.route == WHOLE_VIAL_ROUTE:
            raise WholeVialError
        if not wanted <= set(bands_of(appointment.slot.session)):
            raise BandNotOpenError
        kept = [band.value for band in Band if band in wanted]
        if kept == appointment.movable_bands:
            return appointment
        appointment.movable_bands = kept
        appointment.save(update_fields=["movable_bands"])
        record(
            action="appointment.movable_changed",
            by=by,
            now=now,
            patient_id=appointment.patient_id,
            object_id=appointment.pk,
        )
    return appointment
