"""What the coming sessions promise of the stock."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from appointments.domain.session_states import RUNNING
from appointments.domain.status import ACTIVE
from appointments.domain.vial_need import vials_to_be_sure
from appointments.domain.vial_planning import plan_batches
from appointments.models import Appointment, ClinicSession
from appointments.selectors.places import load_of, policy_of
from vaccinations.models import Vial
from vaccinations.services.shortages import Promise


def promises(clinic_ids: Collection[int], now: datetime) -> list[Promise]:
    """List what the sessions to come and under way need for those booked; three queries.

    Vials that were opened for a day have left the stock, and are no longer set aside in it.
    """
    sessions = list(
        ClinicSession.objects.filter(
            clinic_id__in=clinic_ids, state__in=RUNNING, ends_at__gt=now
        ).order_by("starts_at")
    )
    taken = _expected(sessions)
    opened = Counter(
        Vial.objects.filter(
            clinic_id__in=clinic_ids, day__in={one.date for one in sessions}
        ).values_list("clinic_id", "lot__product_id", "day")
    )
    return [
        Promise(
            clinic_id=one.clinic_id,
            product_id=one.product_id,
            day=one.date,
            needed=vials_needed(one, taken[one.pk]),
            allotted=max(0, one.vials_allotted - opened[one.clinic_id, one.product_id, one.date]),
            page=reverse("admin:appointments_clinicsession_change", args=[one.pk]),
        )
        for one in sessions
    ]


def vials_needed(session: ClinicSession, expected: Collection[tuple[datetime, str]]) -> int:
    """Return the vials that suffice for people at (start, route) with 95 % certainty."""
    load, policy = load_of(session, expected), policy_of(session)
    batches = [len(batch) for batch in plan_batches(load.minutes, policy).batches]
    return vials_to_be_sure(batches, load.whole_vials, policy)


def needed_for(session: ClinicSession) -> int:
    """Return the vials that suffice for those booked in a session with 95 % certainty."""
    return vials_needed(session, _expected([session])[session.pk])


def _expected(
    sessions: Collection[ClinicSession],
) -> dict[UUID, list[tuple[datetime, str]]]:
    rows = Appointment.objects.filter(
        slot__session__in=sessions, status__in=ACTIVE, standby=False
    ).values_list("slot__session_id", "slot__starts_at", "route")
    taken: dict[UUID, list[tuple[datetime, str]]] = defaultdict(list)
    for session_id, starts_at, route in rows:
        taken[session_id].append((starts_at, route))
    return taken
