"""Begins the sheet of an anaphylaxis: the person stays, and the record starts at once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from appointments.services.observing import keep_observed
from audit.domain import Actor
from vaccinations.models import Reaction
from vaccinations.services.reactions import begin_anaphylaxis


@transaction.atomic
def start_anaphylaxis(*, appointment_id: UUID, by: Actor, now: datetime) -> Reaction:
    """Begin the sheet with time, person and lot filled in, or return the one a colleague began.

    Nobody is let go meanwhile, also who had been. Raises NotObservedError for who has no dose.
    """
    appointment = keep_observed(appointment_id=appointment_id, by=by, now=now)
    assert appointment.dose_id is not None
    return begin_anaphylaxis(dose_id=appointment.dose_id, by=by, now=now)
