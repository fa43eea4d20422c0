"""Sends the note of a visit to the person, discreetly."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from notifications.selectors import messages_about
from notifications.services.outbox import channels_of, queue
from patients.selectors import contact_by_of
from vaccinations.models import Dose

MESSAGE = "visit_note"


class NoChannelError(Exception):
    """The person gets no messages from us."""


class NothingGivenError(Exception):
    """The record of the dose has been voided: there is nothing to write about."""


def send_note(*, dose_id: UUID, by: Actor, now: datetime) -> None:
    """Queue the note of the visit at which a dose was given, once for the dose.

    Raises NoChannelError, NothingGivenError.
    """
    with transaction.atomic():
        dose = (
            Dose.objects.select_for_update(of=("self",), no_key=True)
            .select_related("vial")
            .get(pk=dose_id)
        )
        if dose.voided_at is not None:
            raise NothingGivenError
        if messages_about(MESSAGE, dose.pk):
            return
        channels = channels_of(contact_by_of(dose.patient_id))
        if not channels:
            raise NoChannelError
        queue(
            kind=MESSAGE,
            subject_id=dose.pk,
            occasion="",
            due_at=now,
            channels=channels,
            clinic_id=dose.vial.clinic_id,
            now=now,
        )
        record(
            action="visit_note.sent",
            by=by,
            now=now,
            patient_id=dose.patient_id,
            object_id=dose.pk,
        )
