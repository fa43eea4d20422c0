"""Puts somebody on a list from their answers: patient, decision and entry in one transaction."""

from datetime import datetime

from django.db import transaction

from appointments.locks import queue_up
from appointments.models import WaitingEntry
from appointments.services.checkout import Checkout, person_of
from appointments.services.waiting import Wish, join
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from eligibility.models import Decision
from eligibility.services.decisions import keep
from eligibility.services.screening import Screened
from patients.selectors import contact_hash


def join_as(
    checkout: Checkout, *, screened: Screened, clinic_id: int, wish: Wish, now: datetime
) -> WaitingEntry:
    """Put the person who filled in a checkout on a clinic's list; the contact is proved by a code.

    The same name and birth date behind the same contact is the same patient, who stands on it once.
    Raises NothingToWaitForError; then nothing has changed.
    """
    course = screened.decision.course
    assert course is not None, "these answers let nobody wait"
    with transaction.atomic():
        queue_up(contact_hash(checkout.contact))
        patient_id = person_of(checkout, born=screened.answers.date_of_birth, now=now)
        by = Actor.patient(patient_id)
        decision = keep(
            screened.decision,
            patient_id=patient_id,
            previous_doses=screened.answers.previous_doses,
            source=Decision.Source.SELF,
            by=by,
            now=now,
        )
        waits = course.next_dose > 1 or course.earliest_on > oslo_date(now)
        return join(
            patient_id=patient_id,
            clinic_id=clinic_id,
            decision_id=decision.pk,
            dose_number=course.next_dose,
            route=course.route,
            not_before=course.earliest_on if waits else None,
            wish=wish,
            by=by,
            now=now,
        )
