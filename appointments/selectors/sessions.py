"""What is planned and what is booked in sessions, for those who plan them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, Sum

from appointments.domain.status import OCCUPYING, Status
from appointments.models import Appointment, ClinicSession, Slot
from appointments.selectors.places import load_of, occupying, vials_for


@dataclass(frozen=True)
class Filling:
    """How full a session is: people with a place, places, vials planned for those people."""

    booked: int
    seats: int
    vials: int


def fillings(sessions: Iterable[ClinicSession], *, now: datetime) -> dict[UUID, Filling]:
    """Count people, places and planned vials of sessions; two queries however many there are."""
    known = list(sessions)
    taken: dict[UUID, list[tuple[datetime, str]]] = defaultdict(list)
    rows = (
        Appointment.objects.filter(occupying(now), slot__session__in=known)
        .exclude(status=Status.HELD)
        .values_list("slot__session_id", "slot__starts_at", "route")
    )
    for session_id, starts_at, route in rows:
        taken[session_id].append((starts_at, route))
    seats = dict(
        Slot.objects.filter(session__in=known)
        .order_by()
        .values_list("session_id")
        .annotate(Sum("capacity"))
    )
    return {
        session.pk: Filling(
            booked=len(taken[session.pk]),
            seats=seats.get(session.pk, 0),
            vials=vials_for(session, load_of(session, taken[session.pk])),
        )
        for session in known
    }


@dataclass(frozen=True)
class Taken:
    """How many seats people have, and how many are held by somebody who is booking just now."""

    booked: int
    held: int


def seats_taken(session_id: UUID) -> Taken:
    """Count the seats of a session that are taken."""
    rows = Appointment.objects.filter(slot__session_id=session_id, status__in=OCCUPYING)
    held = rows.filter(status=Status.HELD).count()
    return Taken(booked=rows.count() - held, held=held)


def vials_promised(session: ClinicSession, *, now: datetime) -> int:
    """Return how many vials a session's bookings and holds are planned to need."""
    taken = Appointment.objects.filter(occupying(now), slot__session_id=session.pk).values_list(
        "slot__starts_at", "route"
    )
    return vials_for(session, load_of(session, taken))


def openings_between(
    clinic_id: int, start: datetime, end: datetime, *, but: Collection[UUID] = ()
) -> list[tuple[datetime, datetime]]:
    """List when a clinic's sessions open and close around some time; cancelled ones do not."""
    return list(
        ClinicSession.objects.filter(
            ~Q(state=ClinicSession.State.CANCELLED),
            clinic_id=clinic_id,
            starts_at__lt=end,
            ends_at__gt=start,
        )
        .exclude(pk__in=but)
        .order_by("starts_at")
        .values_list(F("starts_at"), F("ends_at"))
    )
