"""Plans and opens a clinic's sessions."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from appointments.domain.slot_times import slot_starts
from appointments.locks import lock_session
from appointments.models import ClinicSession, Slot
from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import OSLO, oslo_date
from vaccinations.selectors import in_use_window

CUTOFF_HOUR = 16


class NoInUseWindowError(Exception):
    """The responsible doctor has not set how long an opened vial may be used here."""


class NotADraftError(Exception):
    """Only a draft can be opened."""


def plan_session(
    *,
    clinic_id: int,
    product_id: int,
    starts_at: datetime,
    ends_at: datetime,
    stations: int,
    slot_minutes: int,
    vials_allotted: int,
    offered_groups: list[int],
    by: Actor,
    now: datetime,
) -> ClinicSession:
    """Make a draft session with its slots; nobody can book it until it is opened.

    The cutoff is 16:00 in Oslo the day before. Raises NoInUseWindowError.
    """
    window = in_use_window(clinic_id=clinic_id, product_id=product_id)
    if window is None:
        raise NoInUseWindowError
    day = oslo_date(starts_at)
    cutoff = datetime.combine(
        day - timedelta(days=1), datetime.min.time().replace(hour=CUTOFF_HOUR), tzinfo=OSLO
    )
    with transaction.atomic():
        session = ClinicSession.objects.create(
            clinic_id=clinic_id,
            product_id=product_id,
            date=day,
            starts_at=starts_at,
            ends_at=ends_at,
            stations=stations,
            slot_minutes=slot_minutes,
            window_minutes=window.minutes,
            vials_allotted=vials_allotted,
            offered_groups=sorted(offered_groups),
            cutoff_at=cutoff,
        )
        Slot.objects.bulk_create(
            Slot(session=session, starts_at=start, capacity=stations)
            for start in slot_starts(starts_at, ends_at, slot_minutes)
        )
        record(action="session.planned", by=by, now=now, object_id=session.pk)
    return session


def open_session(*, session_id: UUID, by: Actor, now: datetime) -> ClinicSession:
    """Open a draft for booking. Raises NotADraftError, NoInUseWindowError."""
    with transaction.atomic():
        session = lock_session(session_id)
        if session.state != ClinicSession.State.DRAFT:
            raise NotADraftError
        if in_use_window(clinic_id=session.clinic_id, product_id=session.product_id) is None:
            raise NoInUseWindowError
        session.state = ClinicSession.State.OPEN
        session.save(update_fields=["state"])
        record(action="session.opened", by=by, now=now, object_id=session.pk)
    return session
