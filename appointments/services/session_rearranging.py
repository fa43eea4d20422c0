"""Changes, moves or cancels a session with people in it: all of it, or nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from appointments.domain.rearranging import Rearranging
from appointments.domain.repairs import ASKING, AskState
from appointments.domain.session_changes import Wish
from appointments.domain.session_series import usual_cutoff
from appointments.domain.slot_times import slot_starts
from appointments.domain.status import ACTIVE, Status
from appointments.locks import SessionUnknownError, lock_sessions
from appointments.models import Appointment, ClinicSession, Displaced, MoveAsk, Slot
from appointments.selectors.session_impact import Fate, Impact
from appointments.services import clinic_messages
from appointments.services.following import follow
from appointments.services.offer_ends import withdraw_offers
from appointments.services.offering import look_again
from appointments.services.session_impact import checked_impact
from audit.domain import Actor
from audit.services import record, record_many
from clinics.domain.calendar import oslo_date
from patients.models import Patient

# Seats far above any session's, where people stand while they change places with each other.
_ASIDE = 20_000
_ACTIONS = {
    Rearranging.CHANGE: "session.changed_with_people",
    Rearranging.MOVE: "session.moved_with_people",
    Rearranging.CANCEL: "session.cancelled",
}


class PreviewStaleError(Exception):
    """Somebody booked, moved or cancelled since the preview: it must be seen again."""


def apply(*, session_id: UUID, wish: Wish, fingerprint: str, by: Actor, now: datetime) -> Impact:
    """Do to a session and everybody in it what the preview with this fingerprint showed.

    Whoever has a new place is moved and told; whoever has none is told, and stands on the list of
    those to be called. The next appointment follows the one before it, and whoever waits is looked
    for again. Raises PreviewStaleError, SessionUnknownError and what
    ``session_impact.checked_impact`` raises; then nothing has changed.
    """
    with transaction.atomic():
        session = _lock_sessions(session_id, now)
        # Offers before anybody's appointment and questions after: so do those who answer or cancel.
        withdraw_offers(session_id=session.pk, by=by, now=now)
        _expire_holds(session, now)
        _lock_people(session)
        _withdraw_asks(session)
        impact = checked_impact(session, wish, now=now)
        if impact.fingerprint != fingerprint:
            raise PreviewStaleError
        _reshape(session, impact.wish, now)
        _replace(impact, now=now)
        _end(impact.lost, now)
        _tell(impact, by=by, now=now)
        _follow(impact, by=by, now=now)
        look_again(session.clinic_id, now=now)
        record(action=_ACTIONS[wish.what], by=by, now=now, object_id=session.pk)
    return impact


def _lock_sessions(session_id: UUID, now: datetime) -> ClinicSession:
    """Lock the clinic, the session, and the sessions that its people may be moved to."""
    clinic_id = (
        ClinicSession.objects.filter(pk=session_id).values_list("clinic_id", flat=True).first()
    )
    if clinic_id is None:
        raise SessionUnknownError(session_id)
    coming = ClinicSession.objects.filter(
        clinic_id=clinic_id, state=ClinicSession.State.OPEN, ends_at__gt=now
    )
    ids = {session_id, *coming.values_list("pk", flat=True)}
    sessions = lock_sessions(clinic_id, ids)
    # Holds that have run out leave room in the plan, and would stand in the way of it.
    Appointment.objects.filter(
        slot__session__in=ids, status=Status.HELD, held_until__lte=now
    ).update(status=Status.EXPIRED, ended_at=now)
    return next(one for one in sessions if one.pk == session_id)


def _withdraw_asks(session: ClinicSession) -> None:
    """Take back the questions whether somebody can move, answered with yes or not at all."""
    MoveAsk.objects.filter(repair__session=session, state__in=ASKING).update(
        state=AskState.WITHDRAWN
    )


def _lock_people(session: ClinicSession) -> None:
    """Lock everybody: who is just cancelling or checking in has done so, or comes after us."""
    everybody = Appointment.objects.filter(slot__session_id=session.pk, status__in=ACTIVE)
    list(everybody.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk"))


def _expire_holds(session: ClinicSession, now: datetime) -> None:
    # Before people are counted: who is just confirming has booked by then, or has to choose again.
    Appointment.objects.filter(slot__session=session, status=Status.HELD).update(
        status=Status.EXPIRED, ended_at=now
    )


def _reshape(session: ClinicSession, wish: Wish, now: datetime) -> None:
    """Give the session its new times and places. A time that is no more keeps its row, with none.

    Cancelled and expired appointments still point at it. Times that have begun stay as they were.
    """
    coming = session.slots.filter(starts_at__gt=now)
    if wish.what is Rearranging.CANCEL:
        session.state = ClinicSession.State.CANCELLED
        session.save(update_fields=["state"])
        return
    shape = wish.shape
    session.starts_at, session.ends_at = shape.starts_at, shape.ends_at
    session.stations, session.vials_allotted = shape.stations, shape.vials
    session.date = oslo_date(shape.starts_at)
    if wish.what is Rearranging.MOVE or session.cutoff_at >= session.starts_at:
        session.cutoff_at = usual_cutoff(session.date)
    session.save(
        update_fields=[
            "starts_at",
            "ends_at",
            "date",
            "stations",
            "vials_allotted",
            "cutoff_at",
        ]
    )
    starts = list(slot_starts(shape.starts_at, shape.ends_at, session.slot_minutes))
    wanted = [start for start in starts if start > now]
    coming.exclude(starts_at__in=wanted).update(capacity=0)
    coming.filter(starts_at__in=wanted).update(capacity=shape.stations)
    known = set(coming.values_list("starts_at", flat=True))
    Slot.objects.bulk_create(
        Slot(session=session, starts_at=start, capacity=shape.stations)
        for start in wanted
        if start not in known
    )


def _replace(impact: Impact, *, now: datetime) -> None:
    """Put everybody on their new seat: first all aside, so that two can change places."""
    others = {one.spot.day for one in impact.fates if one.spot is not None}
    slots = {
        (slot.session_id, slot.starts_at): slot
        for slot in Slot.objects.filter(session_id__in=others)
    }
    changed = []
    for one in impact.fates:
        if one.spot is None:
            continue
        slot, appointment = slots[one.spot.day, one.spot.starts_at], one.appointment
        if (appointment.slot_id, appointment.seat) == (slot.pk, one.spot.seat):
            continue
        if one.told:
            appointment.sequence += 1
            appointment.moved_at = now
        appointment.slot, appointment.seat = slot, one.spot.seat
        day = oslo_date(slot.starts_at)
        if day != appointment.date:  # nobody has said when they could come on another day
            appointment.movable_bands = []
        appointment.date = day
        changed.append(appointment)
    Appointment.objects.filter(pk__in=[one.pk for one in changed]).update(seat=F("seat") + _ASIDE)
    Appointment.objects.bulk_update(
        changed, ["slot", "seat", "date", "sequence", "moved_at", "movable_bands"]
    )


def _end(lost: Iterable[Fate], now: datetime) -> None:
    Appointment.objects.filter(
        pk__in=[one.appointment.pk for one in lost], status=Status.BOOKED
    ).update(status=Status.CANCELLED, ended_at=now)


def _tell(impact: Impact, *, by: Actor, now: datetime) -> None:
    """Write the messages, the list of those to be called, and who did this to whom."""
    clinic_id = impact.session.clinic_id
    moved = [one.appointment for one in impact.moved]
    lost = [one.appointment for one in impact.lost]
    clinic_messages.moved_by_clinic(moved, clinic_id=clinic_id, now=now)
    clinic_messages.cancelled_by_clinic(lost, clinic_id=clinic_id, now=now)
    Displaced.objects.bulk_create(_displaced(impact.told, now))
    for action, people in (("moved", moved), ("cancelled", lost)):
        record_many(
            action=f"appointment.{action}_by_clinic",
            by=by,
            now=now,
            patients={one.patient_id: one.pk for one in people},
        )


def _follow(impact: Impact, *, by: Actor, now: datetime) -> None:
    """Let the next appointment of those who were moved follow."""
    moved = {one.appointment.patient_id: one.appointment for one in impact.moved}
    dose_two = Appointment.objects.filter(
        patient__person_id=OuterRef("person_id"), dose_number=2, status=Status.BOOKED
    )
    followed = Patient.objects.filter(Exists(dose_two), pk__in=moved).values_list("pk", flat=True)
    for patient_id in list(followed):
        follow(moved[patient_id], by=by, now=now)


def _displaced(told: Sequence[Fate], now: datetime) -> list[Displaced]:
    return [
        Displaced(
            appointment=one.appointment,
            sequence=one.appointment.sequence,
            was_at=one.was_at,
            became_at=one.spot.starts_at if one.spot else None,
            made_at=now,
            to_call=one.to_call,
        )
        for one in told
    ]
