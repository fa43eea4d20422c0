"""Which other times somebody with a booking can have."""

from datetime import datetime

from appointments.models import Appointment
from appointments.selectors.places import SessionPlaces, free_places
from clinics.domain.calendar import oslo_date
from eligibility.models import Decision


def group_for(decision: Decision | None, *, dose_number: int) -> int | None:
    """Return the group whose times somebody may have; None for any.

    A second dose is given whatever groups are open, and so is what a clinician approved.
    """
    if dose_number > 1 or decision is None or not decision.priority_group:
        return None
    if decision.source == Decision.Source.CLINICIAN:
        return None
    return int(decision.priority_group)


def group_offered(appointment: Appointment) -> int | None:
    """Return the group whose times somebody with a booking is offered; None for any."""
    return group_for(appointment.decision, dose_number=appointment.dose_number)


def places_to_move_to(appointment: Appointment, *, now: datetime) -> list[SessionPlaces]:
    """Find the times at its clinic that a booking can be moved to: also those on its own day."""
    today = oslo_date(now)
    return free_places(
        appointment.slot.session.clinic_id,
        route=appointment.route,
        group=group_offered(appointment),
        not_before=max(appointment.not_before or today, today),
        now=now,
        leaving=appointment.pk,
    )
