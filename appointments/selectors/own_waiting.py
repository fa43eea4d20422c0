"""Reads of a person's own places on lists, and of what they were offered."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from appointments.domain.waiting import OfferState
from appointments.models import Appointment, Offer, WaitingEntry
from appointments.selectors.waiting import still_has_a_time
from patients.selectors import patients_by_contact_hash, same_person


def entry_with_place(entry_id: UUID) -> WaitingEntry:
    """Return a place on a list with clinic and patient; one query."""
    return WaitingEntry.objects.select_related("clinic", "patient__merged_into").get(pk=entry_id)


def offer_with_place(offer_id: UUID) -> Offer:
    """Return an offer with its time, place and patient; one query."""
    return Offer.objects.select_related(
        "entry__patient", "session__clinic", "appointment__slot"
    ).get(pk=offer_id)


def open_entry_of(patient_id: UUID, *, clinic_id: int, dose_number: int) -> UUID | None:
    """Return where a patient stands on a clinic's list; None when they do not."""
    return (
        WaitingEntry.objects.filter(
            patient__in=same_person(patient_id),
            clinic_id=clinic_id,
            dose_number=dose_number,
            ended_at=None,
        )
        .values_list("pk", flat=True)
        .first()
    )


def open_offer_of(entry: WaitingEntry, *, now: datetime) -> Offer | None:
    """Return the offer that somebody can answer now."""
    return entry.offers.filter(state=OfferState.OPEN.value, answer_by__gt=now).first()


def appointment_of(offer: Offer, *, now: datetime) -> Appointment | None:
    """Return the appointment that a yes led to; None while there was none, or it is cancelled."""
    if offer.state != OfferState.ACCEPTED:
        return None
    return active_of(offer.entry, now=now)


def other_time_of(offer: Offer, *, now: datetime) -> Appointment | None:
    """Return the time that somebody has already, which a yes would give up."""
    return active_of(offer.entry, now=now) if offer.state == OfferState.OPEN else None


def active_of(entry: WaitingEntry, *, now: datetime) -> Appointment | None:
    """Return the appointment that a waiting person has for the dose; None mostly."""
    return (
        Appointment.objects.filter(
            still_has_a_time(now),
            patient__in=same_person(entry.patient_id),
            dose_number=entry.dose_number,
        )
        .select_related("slot")
        .first()
    )


def entries_of_contact(hashed: str) -> QuerySet[WaitingEntry]:
    """Return the places on lists behind a contact's keyed hash, the newest first."""
    return (
        WaitingEntry.objects.filter(patient__in=patients_by_contact_hash(hashed), ended_at=None)
        .select_related("clinic", "patient__merged_into")
        .order_by("-joined_at")
    )
