"""What people answer when they are reminded of dose 2, and what staff make of it.

The answer is a claim. It holds the reminders back until staff have looked, because a person who has
just said "I have had it" should not be asked again; it enters no decision and no dose, because
nobody has seen any proof. A clinical fact (a dose elsewhere, mpox after dose 1) is recorded where
it belongs, and ends the reminders by itself.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from appointments.models import NextAnswer
from audit.domain import Actor
from audit.services import record
from patients.selectors import same_person


def say_not_needed(
    *, patient_id: UUID, clinic_id: int, said: str, by: Actor, now: datetime
) -> NextAnswer:
    """Keep a person's answer; while one of theirs waits for staff, that one stays."""
    try:
        with transaction.atomic():
            waiting = open_answer_of(patient_id)
            if waiting is not None:
                return waiting
            answer = NextAnswer.objects.create(
                patient_id=patient_id, clinic_id=clinic_id, said=said, said_at=now
            )
            _record("next_answer.given", answer, by=by, now=now)
            return answer
    except IntegrityError:  # the button was pressed twice
        return NextAnswer.objects.get(patient_id=patient_id, ended_at=None)


def take_back(*, patient_id: UUID, by: Actor, now: datetime) -> bool:
    """Let a person be reminded again; False when staff have looked, or nothing was said."""
    answer = open_answer_of(patient_id)
    return answer is not None and _end(answer, NextAnswer.End.TAKEN_BACK, by=by, now=now)


def settle(*, answer_id: UUID, holds: bool, by: Actor, now: datetime) -> bool:
    """Note what staff found: no more reminders, or on with them; False when it was noted before.

    What was found can be changed; what the person took back cannot be settled.
    """
    end = NextAnswer.End.HOLDS if holds else NextAnswer.End.HOLDS_NOT
    return _end(NextAnswer.objects.get(pk=answer_id), end, by=by, now=now)


def open_answer_of(patient_id: UUID) -> NextAnswer | None:
    """Return the answer of a person that staff have not looked at; one query."""
    return NextAnswer.objects.filter(patient__in=same_person(patient_id), ended_at=None).first()


def open_answers_of(people: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the answers that staff have not looked at, by person; one query."""
    found = NextAnswer.objects.filter(patient__person_id__in=set(people), ended_at=None)
    return dict(found.values_list("patient__person_id", "pk"))


def _end(answer: NextAnswer, end: NextAnswer.End, *, by: Actor, now: datetime) -> bool:
    by_staff = end != NextAnswer.End.TAKEN_BACK
    rows = NextAnswer.objects.filter(pk=answer.pk)
    if by_staff:
        rows = rows.exclude(end__in=[end, NextAnswer.End.TAKEN_BACK])
    else:
        rows = rows.filter(ended_at=None)
    with transaction.atomic():
        ended = rows.update(end=end, ended_at=now, ended_by=int(by.id) if by_staff else None)
        if ended:
            _record(f"next_answer.{end}", answer, by=by, now=now)
    return bool(ended)


def _record(action: str, answer: NextAnswer, *, by: Actor, now: datetime) -> None:
    record(action=action, by=by, now=now, patient_id=answer.patient_id, object_id=answer.pk)
