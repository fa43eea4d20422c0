"""People of the sound world who had dose 1 and are reminded of dose 2, and what they answer."""

from datetime import timedelta

from appointments.models import NextAnswer
from appointments.services.next_answers import say_not_needed, settle, take_back
from appointments.services.next_due import remind_of_next
from audit.domain import Actor
from tests.factories import OPENING, Day, at, make_decision, make_dose, make_patient, make_vial

LAST_MONTH = OPENING - timedelta(days=40)
NOW = at("17.30")


def make_reminded(day: Day) -> None:
    """One who is reminded, one who has answered, one whose answer holds, one who took it back."""
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=LAST_MONTH)
    people = [make_patient(now=LAST_MONTH) for _ in range(4)]
    for one in people:
        make_decision(patient=one, now=LAST_MONTH)
        make_dose(patient=one, vial=vial, by=day.nurse, now=LAST_MONTH)
    remind_of_next(now=NOW)
    _reminded, *answering = people
    answers = [
        say_not_needed(
            patient_id=one.pk,
            clinic_id=day.clinic.pk,
            said=NextAnswer.Said.ELSEWHERE,
            by=Actor.patient(one.pk),
            now=NOW,
        )
        for one in answering
    ]
    _open, holds, taken_back = answers
    settle(answer_id=holds.pk, holds=True, by=day.by, now=NOW)
    me = Actor.patient(taken_back.patient_id)
    take_back(patient_id=taken_back.patient_id, by=me, now=NOW)
