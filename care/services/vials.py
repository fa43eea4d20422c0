"""Closes a vial at a session, and takes back the invitations it can no longer meet."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from appointments.models import ClinicSession
from appointments.services.day import hold_open
from appointments.services.standby_withdrawals import withdraw_soon
from audit.domain import Actor
from vaccinations.models import Vial
from vaccinations.services import vial_undoing, vials


def close_empty(*, session: ClinicSession, vial_id: UUID, by: Actor, now: datetime) -> Vial:
    """Close a vial that gives no full dose any more. Raises VialClosedError."""
    with transaction.atomic():
        vial = vials.close_as_empty(vial_id=vial_id, clinic_id=session.clinic_id, by=by, now=now)
        withdraw_soon(session.pk, now=now)
    return vial


def throw_away(
    *, session: ClinicSession, vial_id: UUID, reason: str, by: Actor, now: datetime
) -> Vial:
    """Throw away what is left in a vial, with the reason. Raises VialClosedError."""
    with transaction.atomic():
        vial = vials.discard(
            vial_id=vial_id, clinic_id=session.clinic_id, reason=reason, by=by, now=now
        )
        withdraw_soon(session.pk, now=now)
    return vial


def was_not_opened(*, session: ClinicSession, vial_id: UUID, by: Actor, now: datetime) -> Vial:
    """Take back a wrong click: the vial was not opened. Raises NotUndoneError, DayEndedError."""
    with transaction.atomic():
        hold_open(session.pk)
        vial = vial_undoing.was_not_opened(
            vial_id=vial_id, clinic_id=session.clinic_id, by=by, now=now
        )
        withdraw_soon(session.pk, now=now)
    return vial


def reopen(*, session: ClinicSession, vial_id: UUID, by: Actor, now: datetime) -> Vial:
    """Take back that a vial was closed. Raises NotUndoneError, DayEndedError."""
    with transaction.atomic():
        hold_open(session.pk)
        return vial_undoing.reopen(vial_id=vial_id, clinic_id=session.clinic_id, by=by, now=now)
