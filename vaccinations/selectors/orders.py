"""What the doctor has signed: in-use windows and standing orders."""

from datetime import date
from operator import attrgetter

from django.db.models import QuerySet

from clinics.domain.roles import Role
from clinics.models import Membership, Staff
from clinics.validity import valid_on
from vaccinations.models import InUseWindow, StandingOrder


def in_use_window(*, clinic_id: int, product_id: int) -> InUseWindow | None:
    """Return the in-use window in force at a clinic for a product: the newest set."""
    return (
        InUseWindow.objects.filter(clinic_id=clinic_id, product_id=product_id)
        .order_by("-set_at", "-pk")
        .first()
    )


def windows_in_force(clinic_id: int) -> list[InUseWindow]:
    """Return the window in force for each product that one was ever set for at a clinic."""
    newest = InUseWindow.objects.filter(clinic_id=clinic_id).order_by(
        "product_id", "-set_at", "-pk"
    )
    return list(newest.distinct("product_id").select_related("product"))


def standing_order(*, clinic_id: int, product_id: int, on: date) -> StandingOrder | None:
    """Return the order that a dose of a product may be given on at a clinic on a day.

    The newest signed of those that hold that day and are not withdrawn; None stops the doses.
    """
    holding = orders_that_hold(clinic_id=clinic_id, product_id=product_id, on=on)
    return holding.select_related("signed_by").order_by("-signed_at", "-pk").first()


def orders_that_hold(*, clinic_id: int, product_id: int, on: date) -> QuerySet[StandingOrder]:
    """Return the orders of a product that hold at a clinic on a day and are not withdrawn."""
    return StandingOrder.objects.filter(
        valid_on(on), clinic_id=clinic_id, product_id=product_id, withdrawn_at=None
    )


def clinicians_who_sign(clinic_id: int, on: date) -> list[Staff]:
    """List who may sign for a clinic on a day: clinicians with an HPR number, by name."""
    holding = Membership.objects.filter(valid_on(on), clinic_id=clinic_id, role=Role.CLINICIAN)
    signers = Staff.objects.filter(is_active=True, pk__in=holding.values("staff_id"))
    return sorted(signers.exclude(hpr_number=""), key=attrgetter("sort_key"))
