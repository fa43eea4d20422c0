"""What the responsible doctor signs: how long an opened vial may be used, and what is given."""

from datetime import date, datetime

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date
from vaccinations.models import InUseWindow, StandingOrder
from vaccinations.services.signing import signer

SHORTEST_WINDOW, LONGEST_WINDOW = 1, 480  # minutes


class WindowOutOfRangeError(Exception):
    """An in-use window is 1 to 480 minutes."""


class EmptyOrderError(Exception):
    """An order must say what is ordered."""


class OrderEndedError(Exception):
    """The order would have ended before it begins, or before today."""


class OrderWithdrawnError(Exception):
    """The order has been withdrawn already."""


def sign_in_use_window(
    *,
    clinic_id: int,
    product_id: int,
    minutes: int,
    by: Actor,
    now: datetime,
    is_demo: bool = False,
) -> InUseWindow:
    """Sign how many minutes an opened vial may be used; it counts from now on.

    Rows are never edited: this one supersedes those before. Sessions keep the window they were
    planned with, opened vials the one they were opened with.
    Raises WindowOutOfRangeError, NotAClinicianError, NoHprNumberError.
    """
    if not SHORTEST_WINDOW <= minutes <= LONGEST_WINDOW:
        raise WindowOutOfRangeError(minutes)
    with transaction.atomic():
        staff = signer(clinic_id=clinic_id, by=by, now=now)
        window = InUseWindow.objects.create(
            clinic_id=clinic_id,
            product_id=product_id,
            minutes=minutes,
            is_demo=is_demo,
            set_by=staff,
            hpr_number=staff.hpr_number,
            set_at=now,
        )
        record(action="window.signed", by=by, now=now, object_id=window.pk, reason=str(minutes))
    return window


def sign_standing_order(
    *,
    clinic_id: int,
    product_id: int,
    text: str,
    valid_from: date,
    valid_until: date | None,
    by: Actor,
    now: datetime,
) -> StandingOrder:
    """Sign the order that doses of a product are given on at a clinic.

    Raises EmptyOrderError, OrderEndedError, NotAClinicianError, NoHprNumberError.
    """
    if not text.strip():
        raise EmptyOrderError
    if valid_until is not None and valid_until < max(valid_from, oslo_date(now)):
        raise OrderEndedError
    with transaction.atomic():
        staff = signer(clinic_id=clinic_id, by=by, now=now)
        order = StandingOrder.objects.create(
            clinic_id=clinic_id,
            product_id=product_id,
            text=text.strip(),
            valid_from=valid_from,
            valid_until=valid_until,
            signed_by=staff,
            hpr_number=staff.hpr_number,
            signed_at=now,
        )
        record(action="order.signed", by=by, now=now, object_id=order.pk)
    return order


def withdraw_standing_order(
    *, order_id: int, clinic_id: int, by: Actor, now: datetime
) -> StandingOrder:
    """Withdraw an order: from now on no dose is given on it. It stays to be read.

    Any clinician of the clinic may: stopping must not wait for the one who signed.
    Raises OrderWithdrawnError, NotAClinicianError, NoHprNumberError.
    """
    with transaction.atomic():
        staff = signer(clinic_id=clinic_id, by=by, now=now)
        withdrawn = StandingOrder.objects.filter(
            pk=order_id, clinic_id=clinic_id, withdrawn_at=None
        ).update(withdrawn_at=now, withdrawn_by=staff)
        if withdrawn != 1:
            raise OrderWithdrawnError
        record(action="order.withdrawn", by=by, now=now, object_id=order_id)
    return StandingOrder.objects.get(pk=order_id)
