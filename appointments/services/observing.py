"""Keeps people under observation after the dose. Nobody is let go but by somebody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from appointments.domain.observing import may_undo_release, observed_until
from appointments.domain.status import Status
from appointments.models import Appointment
from audit.domain import Actor
from audit.services import record
from vaccinations.selectors.reactions import under_way

# What a move that takes the dose away sets, too: ``move(..., dose=None, **NO_OBSERVATION)``.
NO_OBSERVATION: dict[str, None] = {
    "observe_until": None,
    "released_at": None,
    "released_by": None,
}


class NotObservedError(Exception):
    """The person is not under observation: no dose, or none is asked for here."""


class ReleasedAlreadyError(Exception):
    """Somebody has let the person go already."""


class TooEarlyToReleaseError(Exception):
    """The time is not over; whoever lets the person go all the same says so."""


class ReactionUnderWayError(Exception):
    """A reaction goes on. ``reaction_id`` is to be ended first."""

    def __init__(self, reaction_id: UUID) -> None:
        super().__init__(str(reaction_id))
        self.reaction_id = reaction_id


class TooLateToUndoReleaseError(Exception):
    """The person was let go too long ago, or is not let go."""


def start_observation(appointment: Appointment, *, now: datetime) -> None:
    """Begin the observation after a dose that was just recorded, in the caller's transaction.

    It counts from when the dose was given and lasts as long as the clinic says; 0 minutes is none,
    and one that was over before ``now``, when the dose is recorded, is not begun.
    """
    dose = appointment.dose
    assert dose is not None, "there is a dose before there is an observation"
    appointment.observe_until = observed_until(
        dose.given_at, appointment.slot.session.clinic.observation_minutes, recorded_at=now
    )
    appointment.released_at = appointment.released_by = None
    appointment.save(update_fields=list(NO_OBSERVATION))


@dataclass(frozen=True)
class Observation:
    """How a visit was observed before its record was corrected."""

    given_at: datetime
    until: datetime | None
    released_at: datetime | None
    released_by_id: int | None


def observation_of(appointment: Appointment) -> Observation:
    """Return how a visit with a dose is observed."""
    assert appointment.dose is not None, "nobody is observed without a dose"
    return Observation(
        appointment.dose.given_at,
        appointment.observe_until,
        appointment.released_at,
        appointment.released_by_id,
    )


def keep_observation(appointment: Appointment, before: Observation) -> None:
    """Let whoever was observed be observed still, or stay let go, after their record was corrected.

    Only another time of the dose ends the observation at another time, and only for somebody whom
    nobody has let go: also where it is over by now, since only somebody lets a person go.
    """
    if before.until is None:
        return
    dose = appointment.dose
    assert dose is not None, "the right record is written"
    until = before.until
    if before.released_at is None and dose.given_at != before.given_at:
        minutes = appointment.slot.session.clinic.observation_minutes
        until = dose.given_at + timedelta(minutes=minutes)
    let_go = before.released_at and max(before.released_at, dose.given_at)
    _set(
        appointment,
        observe_until=max(until, dose.given_at),
        released_at=let_go,
        released_by_id=before.released_by_id,
    )


def release(*, appointment_id: UUID, by: Actor, now: datetime, early: bool = False) -> Appointment:
    """Let a person go; ``early`` when that was confirmed before the time is over.

    Raises NotObservedError, ReleasedAlreadyError, ReactionUnderWayError, TooEarlyToReleaseError.
    """
    with transaction.atomic():
        appointment = _observed(appointment_id)
        if appointment.released_at is not None:
            raise ReleasedAlreadyError
        assert appointment.dose_id is not None
        assert appointment.observe_until is not None
        reaction_id = under_way([appointment.dose_id]).get(appointment.dose_id)
        if reaction_id is not None:
            raise ReactionUnderWayError(reaction_id)
        is_early = now < appointment.observe_until
        if is_early and not early:
            raise TooEarlyToReleaseError
        _set(appointment, released_at=now, released_by_id=int(by.id))
        action = "appointment.released_early" if is_early else "appointment.released"
        _record(appointment, action, by=by, now=now)
    return appointment


def undo_release(*, appointment_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Take a person back under observation who was let go by mistake a moment ago.

    Raises NotObservedError, TooLateToUndoReleaseError.
    """
    with transaction.atomic():
        appointment = _observed(appointment_id)
        if not may_undo_release(appointment.released_at, now):
            raise TooLateToUndoReleaseError
        _set(appointment, released_at=None, released_by_id=None)
        _record(appointment, "appointment.release_undone", by=by, now=now)
    return appointment


def keep_observed(*, appointment_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Keep a person here because something happened, also one who was let go or not observed.

    Holds the appointment's row until the caller's transaction ends, so that nobody lets the person
    go meanwhile. Raises NotObservedError for somebody who has not got a dose.
    """
    with transaction.atomic():
        appointment = _locked(appointment_id)
        if appointment.status != Status.VACCINATED:
            raise NotObservedError
        was_let_go = appointment.released_at is not None
        if was_let_go or appointment.observe_until is None:
            _set(
                appointment,
                observe_until=appointment.observe_until or now,
                released_at=None,
                released_by_id=None,
            )
            _record(appointment, "appointment.kept_observed", by=by, now=now)
    return appointment


def _observed(appointment_id: UUID) -> Appointment:
    appointment = _locked(appointment_id)
    if appointment.observe_until is None:
        raise NotObservedError
    return appointment


def _locked(appointment_id: UUID) -> Appointment:
    return (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("slot__session", "patient")
        .get(pk=appointment_id)
    )


def _set(appointment: Appointment, **fields: object) -> None:
    Appointment.objects.filter(pk=appointment.pk).update(**fields)
    for name, value in fields.items():
        setattr(appointment, name, value)


def _record(appointment: Appointment, action: str, *, by: Actor, now: datetime) -> None:
    record(
        action=action,
        by=by,
        now=now,
        patient_id=appointment.patient_id,
        object_id=appointment.pk,
    )
