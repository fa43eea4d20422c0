"""Takes in somebody who came without a time: the person, the decision and the visit, in one go."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from appointments.models import Appointment
from appointments.services.walk_ins import take_in
from audit.domain import Actor
from care.services.known_people import coming_appointments
from care.services.phone_booking import (
    Caller,
    HasTimeError,
    Standing,
    caller_as_patient,
    wanted_of,
)
from care.services.spare import spare_now
from clinics.models import Staff
from eligibility.models import Decision
from eligibility.services.decisions import keep
from eligibility.services.screening import Screened


def take_in_walk_in(
    *,
    session_id: UUID,
    caller: Caller,
    basis: Screened | Standing,
    asked_by: Staff,
    by: Actor,
    now: datetime,
) -> Appointment:
    """Register who came, keep what was decided, and let them wait for a spare dose.

    ``basis`` is what was answered here, or a decision that stands. Somebody known is the same
    person as on the phone. Raises HasTimeError, NoSpareDoseError, NotTodayError, TooEarlyError,
    AlreadyBookedError (DoseGivenError); then nothing has changed.
    """
    assert by.clinic_id is not None
    with transaction.atomic():
        patient_id = caller_as_patient(caller, by=by, now=now)
        coming = coming_appointments(patient_id, now=now)
        if coming:
            raise HasTimeError(coming[0])
        if isinstance(basis, Standing):
            decision, wanted = basis.decision, basis.wanted
        else:
            decided = basis.decision
            assert decided.course is not None, "only an eligible person is taken in"
            wanted = wanted_of(decided.course, decided.priority_group)
            decision = keep(
                decided,
                patient_id=patient_id,
                previous_doses=basis.answers.previous_doses,
                source=Decision.Source.PHONE,
                decided_by=asked_by,
                by=by,
                now=now,
            )
        return take_in(
            session_id=session_id,
            patient_id=patient_id,
            decision_id=decision.pk,
            route=wanted.route,
            dose_number=wanted.dose_number,
            not_before=wanted.not_before,
            spare=partial(spare_now, now=now),
            by=by,
            now=now,
        )
