"""Notes whether vaccinated people have paid."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from appointments.domain.fees import Fee
from appointments.domain.status import Status
from appointments.models import Appointment
from audit.domain import Actor
from audit.services import record


def note_fees(*, session_id: UUID, fees: Mapping[UUID, Fee], by: Actor, now: datetime) -> int:
    """Note the fees of vaccinated people of a session, by appointment; returns how many changed.

    Said twice, it is noted once.
    """
    changed = 0
    with transaction.atomic():
        people = Appointment.objects.select_for_update(of=("self",), no_key=True).filter(
            pk__in=list(fees), slot__session_id=session_id, status=Status.VACCINATED
        )
        to_change = [one for one in people.order_by("pk") if one.fee != fees[one.pk]]
        for appointment in to_change:
            appointment.fee = fees[appointment.pk].value
            record(
                action="appointment.fee",
                by=by,
                now=now,
                patient_id=appointment.patient_id,
                object_id=appointment.pk,
                reason=appointment.fee,
            )
            changed += 1
        Appointment.objects.bulk_update(to_change, ["fee"])
    return changed
