"""Deletes what is left of bookings that nobody made, and of waiting that is over."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from appointments.domain.status import ACTIVE, Status
from appointments.models import Appointment, Displaced, MoveAsk, Offer, OfferSkip, WaitingEntry
from notifications.services.retention import delete_messages
from patients.models import Patient
from patients.services.retention import pointing_at

# Nobody came: what is left is that a time was booked and not used.
NOBODY_CAME = (Status.CANCELLED, Status.NO_SHOW, Status.EXPIRED)
# Rows that are about an appointment or a wait, and go with it.
ABOUT_A_TIME = (Displaced, MoveAsk, Offer)


def ended_holds(*, before: datetime) -> "QuerySet[Appointment]":
    """Select holds that ended without a booking; those that were offered stay with their offer."""
    holds = Appointment.objects.filter(
        status=Status.EXPIRED, patient=None, decision=None, ended_at__lte=before
    )
    for one in pointing_at(Appointment, except_=()):
        holds = holds.filter(~one)
    return holds


def delete_holds(ids: Sequence[UUID]) -> int:
    """Delete holds; return how many."""
    return Appointment.objects.filter(pk__in=ids).delete()[0]


def ended_waits(*, before: datetime) -> "QuerySet[WaitingEntry]":
    """Select the waits that ended: what a person wished, and what they were offered."""
    return WaitingEntry.objects.filter(ended_at__lte=before)


def delete_waits(ids: Sequence[UUID]) -> int:
    """Delete waits with their offers, and the messages about both; return how many waits."""
    OfferSkip.objects.filter(entry__in=ids).delete()
    offers = Offer.objects.filter(entry__in=ids)
    delete_messages([*ids, *offers.values_list("pk", flat=True)])
    offers.delete()
    WaitingEntry.objects.filter(pk__in=ids).delete()
    return len(ids)


def old_skips(*, before: datetime) -> "QuerySet[OfferSkip]":
    """Select the notes of why somebody was passed over."""
    return OfferSkip.objects.filter(skipped_at__lte=before)


def delete_skips(ids: Sequence[UUID]) -> int:
    """Delete notes of why somebody was passed over; return how many."""
    return OfferSkip.objects.filter(pk__in=ids).delete()[0]


def expects_nothing(since: date) -> Q:
    """Say of rows with a patient: the person has no time now, had none since, and does not wait."""
    of_person = {"patient__person_id": OuterRef("patient__person_id")}
    times = Appointment.objects.filter(Q(status__in=ACTIVE) | Q(date__gt=since), **of_person)
    waits = WaitingEntry.objects.filter(ended_at=None, **of_person)
    return ~Exists(times) & ~Exists(waits)


def never_came(people: "QuerySet[Patient]", *, since: datetime) -> "QuerySet[Patient]":
    """Keep those who booked or waited, never came, and of whom nothing was heard since."""
    times = Appointment.objects.filter(patient=OuterRef("pk"))
    lasting = times.exclude(status__in=NOBODY_CAME, date__lte=since.date())
    for one in pointing_at(Appointment, except_=ABOUT_A_TIME):
        lasting |= times.filter(one)
    open_wait = Q(ended_at=None) | Q(ended_at__gt=since)
    waits = WaitingEntry.objects.filter(open_wait, patient=OuterRef("pk"))
    return people.filter(~Exists(lasting), ~Exists(waits))


def delete_times(patients: Sequence[UUID]) -> list[UUID]:
    """Delete people's times and waits, with all that is about them; return the rows' keys.

    They are what messages and links were about.
    """
    of_times, of_waits = Q(appointment__patient__in=patients), Q(entry__patient__in=patients)
    offers = Offer.objects.filter(of_times | of_waits)
    subjects = list(offers.values_list("pk", flat=True))
    offers.delete()
    OfferSkip.objects.filter(of_waits).delete()
    for model in (Displaced, MoveAsk):
        about = model._default_manager.filter(of_times)  # noqa: SLF001  # Django documents it
        subjects += about.values_list("pk", flat=True)
        about.delete()
    for other in (WaitingEntry, Appointment):
        own = other._default_manager.filter(patient__in=patients)  # noqa: SLF001
        subjects += own.values_list("pk", flat=True)
        own.delete()
    return subjects
