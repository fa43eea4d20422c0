"""What is always true of people whose time the clinic moved or cancelled: nobody is forgotten."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import CharField, Exists, F, OuterRef, Q
from django.db.models.functions import Cast

from appointments.domain.status import ACTIVE, Status
from appointments.models import Appointment, Displaced
from appointments.services.clinic_messages import CANCELLED_BY_CLINIC, MOVED_BY_CLINIC
from audit.models import AuditEntry
from integrity.invariants import Fault, Invariants
from integrity.rows import rows
from notifications.models import Message

INVARIANTS = Invariants()
# Messages may be cleared away when they are old.
_MESSAGES_KEPT = timedelta(days=30)


@INVARIANTS.add("appointment.time_remains", "Nobody is expected at a time that was taken away")
def find_expected_at_no_time(now: datetime) -> Iterator[Fault]:
    gone = Appointment.objects.filter(status__in=ACTIVE, slot__capacity=0)
    yield from rows(gone, "{status} at a time of the session that is no more")


@INVARIANTS.add("displaced.to_call", "Whoever lost a time is called")
def find_not_called(now: datetime) -> Iterator[Fault]:
    yield from rows(Displaced.objects.filter(became_at=None, to_call=False), "is not to be called")


@INVARIANTS.add("displaced.cancelled", "Only who has no new time lost the appointment")
def find_lost_and_expected(now: datetime) -> Iterator[Fault]:
    lost = Displaced.objects.filter(became_at=None)
    yield from rows(
        lost.exclude(appointment__status=Status.CANCELLED),
        "there is no new time, and the appointment is {appointment__status}",
    )


@INVARIANTS.add("displaced.told", "Whoever is not called was sent a message")
def find_not_told(now: datetime) -> Iterator[Fault]:
    news = Message.objects.filter(
        subject_id=OuterRef("appointment_id"),
        kind__in=[MOVED_BY_CLINIC, CANCELLED_BY_CLINIC],
        occasion=Cast(OuterRef("sequence"), CharField()),
    )
    untold = Displaced.objects.filter(
        ~Exists(news), to_call=False, made_at__gt=now - _MESSAGES_KEPT
    )
    yield from rows(untold, "moved from {was_at} to {became_at}, and never told")


@INVARIANTS.add("displaced.forgotten", "Whoever's time the clinic cancelled is on the list")
def find_forgotten(now: datetime) -> Iterator[Fault]:
    listed = Displaced.objects.annotate(code=Cast("appointment_id", CharField()))
    # Who never came is deleted in the end, and the access log is not.
    there = Appointment.objects.annotate(code=Cast("pk", CharField()))
    # Who was deleted since is on no list any more.
    erased = AuditEntry.objects.filter(action="patient.erased", patient_id=OuterRef("patient_id"))
    forgotten = AuditEntry.objects.filter(
        Exists(there.filter(code=OuterRef("object_id"))),
        ~Exists(listed.filter(code=OuterRef("object_id"))),
        ~Exists(erased),
        action__in=["appointment.cancelled_by_clinic", "appointment.moved_by_clinic"],
    )
    yield from rows(
        forgotten, "appointment {object_id} was changed by the clinic, and is not listed"
    )


@INVARIANTS.add("displaced.end", "What staff ended has an end and a time for it")
def find_half_ended(now: datetime) -> Iterator[Fault]:
    whole = Q(end="", ended_at=None) | Q(end__gt="", ended_at__gte=F("made_at"))
    yield from rows(Displaced.objects.exclude(whole), 'ended "{end}" at {ended_at}')
