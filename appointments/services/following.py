"""Lets the place of dose 2 follow dose 1 (R16: at least 28 calendar days between them).

Dose 2 may be booked before dose 1 is given. Then it moves when dose 1 moves and would leave too few
days between them, and it falls away with a dose 1 that comes to nothing.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, IntegerField, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from appointments.domain.status import ACTIVE, Move, Status
from appointments.locks import lock_clinic, lock_session
from appointments.models import Appointment, Slot
from appointments.selectors.places import Place, free_places
from appointments.services import messages
from appointments.services.moves import move
from appointments.services.seats import free_seat
from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import OSLO, oslo_date
from eligibility.models import Decision
from eligibility.services.decisions import course_of
from patients.selectors import same_person
from vaccinations.models import Dose

# Who missed dose 1 has so long to book it anew before the place of dose 2 is given to others.
TIME_TO_BOOK_ANEW = timedelta(days=2)


def interval_days(decision: Decision) -> int:
    """Return the least days between two doses: a clinician's (A11), else the course's (R16)."""
    own: int | None = decision.interval_override_days
    if own is not None:
        return own
    course = course_of(decision)
    assert course is not None, "only a decision with a course is booked"
    return course.min_interval_days


def first_day_after(decision: Decision, day: date) -> date:
    """Return the first day of the dose after one on ``day``, in Oslo's calendar."""
    return day + timedelta(days=interval_days(decision))


def first_day_of(lost: Appointment) -> date | None:
    """Return the first day of a dose whose place was lost, by the dose before it as it is now.

    That may have moved, or been given, since the place was booked. Two queries at most.
    """
    of_before = {
        "patient__in": same_person(lost.patient_id),
        "dose_number": lost.dose_number - 1,
    }
    given = Dose.objects.filter(voided_at=None, **of_before).first()
    if given is not None and lost.decision is not None:
        return first_day_after(lost.decision, oslo_date(given.given_at))
    booked = Appointment.objects.filter(status__in=ACTIVE, **of_before)
    before = booked.select_related("decision").first()
    if before is not None and before.decision is not None:
        return first_day_after(before.decision, before.date)
    return lost.not_before


def follow(dose_one: Appointment, *, by: Actor, now: datetime) -> Appointment | None:
    """Keep the place of dose 2 far enough from where dose 1 now is; return it, if there is one.

    Call it in the transaction that booked or moved dose 1. The clinic is locked here if the caller
    has not: before any row of an appointment, where the patient has a place for dose 2.
    """
    if dose_one.dose_number != 1 or dose_one.patient_id is None:
        return None
    booked = booked_after(dose_one)
    if booked is None:
        return None
    assert dose_one.decision is not None, "what is booked has a decision"
    return settle(
        booked.pk,
        clinic_id=dose_one.slot.session.clinic_id,
        not_before=first_day_after(dose_one.decision, dose_one.date),
        route=booked.route,
        decision_id=booked.decision_id,
        by=by,
        now=now,
    )


def booked_after(dose_one: Appointment) -> Appointment | None:
    """Return the place that a patient has for the dose after this one; one query."""
    assert dose_one.patient_id is not None, "a hold is nobody's yet"
    return (
        Appointment.objects.filter(
            patient__in=same_person(dose_one.patient_id),
            dose_number=dose_one.dose_number + 1,
            status=Status.BOOKED,
            standby=False,
        )
        .select_related("slot__session__clinic", "patient")
        .first()
    )


def settle(
    appointment_id: UUID,
    *,
    clinic_id: int,
    not_before: date,
    route: str,
    decision_id: UUID | None,
    by: Actor,
    now: datetime,
) -> Appointment | None:
    """Keep a booked dose 2 where it is, or move it to the best place from its first day on.

    It stays unless it is too early or needs another route. It moves within ``clinic_id``, whose
    lock makes what is free there certain. Without any place it is cancelled and the patient told;
    the list "dose 2 to be placed" has them as soon as dose 1 is given. Call it in a transaction.
    Returns None when it is cancelled, or was not booked any more.
    """
    lock_clinic(clinic_id)
    booked = (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("slot", "patient")
        .get(pk=appointment_id)
    )
    if booked.status != Status.BOOKED:
        return None
    booked.decision_id = decision_id
    if booked.date >= not_before and booked.route == route:
        booked.not_before = not_before
        booked.save(update_fields=["not_before", "decision"])
        return booked
    found = free_places(
        clinic_id, route=route, group=None, not_before=not_before, now=now, leaving=booked.pk
    )
    if not found:
        drop(booked, by=by, now=now)
        return None
    own = {place.slot_id for one in found for place in one.places} & {booked.slot_id}
    slot_id = own.pop() if own else best_of(found[0].places, like=booked.slot.starts_at).slot_id
    slot = Slot.objects.select_related("session").get(pk=slot_id)
    session = lock_session(slot.session_id)
    booked.seat = free_seat(session, slot, route=route, now=now, leaving=booked.pk)
    booked.date, booked.not_before, booked.route = oslo_date(slot.starts_at), not_before, route
    changed = ["seat", "date", "not_before", "route", "decision"]
    if slot.pk == booked.slot_id:  # another route, the same time: nothing to tell
        booked.save(update_fields=changed)
        return booked
    booked.slot, booked.movable_bands = slot, []
    booked.sequence += 1
    booked.moved_at = now
    booked.save(update_fields=[*changed, "slot", "movable_bands", "sequence", "moved_at"])
    messages.next_changed(booked, now=now)
    record(
        action="appointment.moved",
        by=by,
        now=now,
        patient_id=booked.patient_id,
        object_id=booked.pk,
        reason="follows_dose_one",
    )
    return booked


def drop(
    booked: Appointment,
    *,
    by: Actor,
    now: datetime,
    announce: messages.Announce = messages.next_dropped,
) -> None:
    """Cancel the place of dose 2, because dose 1 changed or came to nothing, and tell the patient.

    Raises ChangedMeanwhileError.
    """
    move(booked, Move.CANCEL, ended_at=now)
    announce(booked, now=now)
    record(
        action="appointment.cancelled",
        by=by,
        now=now,
        patient_id=booked.patient_id,
        object_id=booked.pk,
        reason="follows_dose_one",
    )


def drop_lone(*, now: datetime) -> int:
    """Free the places of dose 2 whose dose 1 came to nothing two days ago or more; return how many.

    Only what was booked while dose 1 was still to come. Safe to run twice at once.
    """
    dose_one = Appointment.objects.filter(
        patient__person_id=OuterRef("patient__person_id"),
        dose_number=OuterRef("dose_number") - 1,
    )
    waits = dose_one.filter(status__in=ACTIVE, slot__session__ends_at__gt=now - TIME_TO_BOOK_ANEW)
    just_ended = dose_one.filter(ended_at__gt=now - TIME_TO_BOOK_ANEW)
    given = Dose.objects.filter(
        patient__person_id=OuterRef("patient__person_id"),
        voided_at=None,
        dose_number=OuterRef("dose_number") - 1,
    )
    lone = (
        Appointment.objects.filter(status=Status.BOOKED, dose_number=2)
        .annotate(due=Cast(KeyTextTransform("next_dose", "decision__course"), IntegerField()))
        .filter(~Exists(waits), ~Exists(just_ended), ~Exists(given), due=1)
        .select_related("slot__session", "patient")
    )
    return sum(_drop_if_lone(booked, lone, now=now) for booked in list(lone))


def _drop_if_lone(booked: Appointment, lone: QuerySet[Appointment], *, now: datetime) -> bool:
    """Drop a place if it is lone still, looked at again under its locks; tell whether it was."""
    with transaction.atomic():
        lock_clinic(booked.slot.session.clinic_id)
        Appointment.objects.select_for_update(no_key=True).only("pk").get(pk=booked.pk)
        if not lone.filter(pk=booked.pk).exists():
            return False
        drop(booked, by=Actor.system(), now=now)
    return True


def best_of(places: tuple[Place, ...], *, like: datetime) -> Place:
    """Return a time that shares a planned vial, else any; the nearest to a time of day of those."""
    wanted = like.astimezone(OSLO).time()
    return min(
        places,
        key=lambda place: (
            not place.shares_vial,
            _minutes_between(place.starts_at.astimezone(OSLO).time(), wanted),
            place.starts_at,
        ),
    )


def _minutes_between(one: time, other: time) -> int:
    return abs((one.hour - other.hour) * 60 + one.minute - other.minute)
