"""When people are expected on a day that may run late, and who is to be told of that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from appointments.domain.lateness import NO_SHOW_AFTER, TOLD_AHEAD
from appointments.domain.status import Status
from appointments.domain.waiting import OfferState
from appointments.models import Appointment, ClinicSession, Offer
from patients.models import Patient


def late_by(session: ClinicSession) -> timedelta:
    """Return how late a session says that it runs."""
    return timedelta(minutes=session.late_minutes or 0)


def with_come_by(appointments: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Add ``come_by``: when a standby person is to be there; None for others."""
    agreed = Offer.objects.filter(
        appointment=OuterRef("pk"), state=OfferState.ACCEPTED.value, come_by__isnull=False
    ).order_by("-made_at")
    return appointments.annotate(come_by=Subquery(agreed.values("come_by")[:1]))


def expected_at(appointment: Appointment, session: ClinicSession) -> datetime:
    """Return when somebody is expected: at their time, later where the day runs late.

    Never before what they were told, also when the day is on time again or said anew to be late. A
    standby person when they said that they would be there. No query for what ``with_come_by`` or
    the day's list has read.
    """
    come_by: datetime | None = getattr(appointment, "come_by", None)
    if come_by is not None:
        return come_by
    starts_at = appointment.slot.starts_at
    # Only whose time was still to come was told, and only they may come so much later.
    told = session.late_since is not None and starts_at >= session.late_since
    own = starts_at + (late_by(session) if told else timedelta(0))
    promised = appointment.told_time if appointment.told_time_of == starts_at else None
    return max(own, promised or own)


def overdue(
    people: Iterable[Appointment], session: ClinicSession, *, now: datetime
) -> list[Appointment]:
    """Return those of a day's people who are so late that they may not come, longest first."""
    latest = now - timedelta(minutes=NO_SHOW_AFTER)
    late = [
        one for one in people if one.status == Status.BOOKED and expected_at(one, session) <= latest
    ]
    return sorted(late, key=lambda one: expected_at(one, session))


@dataclass(frozen=True)
class ToTell:
    """Who is told that the day runs late, and who can only be called."""

    reached: tuple[Appointment, ...]
    to_call: tuple[Appointment, ...]


def to_tell(session: ClinicSession, *, now: datetime) -> ToTell:
    """Return whom a delay concerns: booked, not here, and not yet on their way; one query."""
    concerned = list(
        Appointment.objects.filter(
            slot__session=session,
            slot__starts_at__gt=now + timedelta(minutes=TOLD_AHEAD),
            status=Status.BOOKED,
            standby=False,
        )
        .select_related("slot", "patient__merged_into")
        .order_by("slot__starts_at", "seat")
    )
    return ToTell(
        reached=tuple(one for one in concerned if _can_be_reached(one)),
        to_call=tuple(one for one in concerned if not _can_be_reached(one)),
    )


def _can_be_reached(appointment: Appointment) -> bool:
    patient = appointment.patient
    return patient is not None and patient.kept.contact_by != Patient.ContactBy.NONE
