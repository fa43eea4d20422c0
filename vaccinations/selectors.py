from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product as pairs
from string import ascii_uppercase
from uuid import UUID

from django.db.models import Count, F, Prefetch

from vaccinations.domain.vial_balance import units_left
from vaccinations.models import Dose, InUseWindow, Lot, Vial

LETTERS: list[str] = [
    *ascii_uppercase,
    *("".join(pair) for pair in pairs(ascii_uppercase, repeat=2)),
]


def in_use_window(*, clinic_id: int, product_id: int) -> InUseWindow | None:
    """Return the in-use window in force at a clinic for a product: the newest set."""
    return (
        InUseWindow.objects.filter(clinic_id=clinic_id, product_id=product_id)
        .order_by("-set_at", "-pk")
        .first()
    )


@dataclass(frozen=True)
class VialOnHand:
    """An open vial and how many intradermal doses it still holds."""

    vial: Vial
    doses_left: int
    doses_given: int

    def usable(self, now: datetime) -> bool:
        """Tell whether a dose may still be drawn from it."""
        return self.doses_left > 0 and now < self.vial.use_before


def open_vials(clinic_id: int) -> list[VialOnHand]:
    """List a clinic's open vials, the one that expires first on top; two queries."""
    given = Prefetch("doses", queryset=Dose.objects.filter(voided_at=None), to_attr="doses_given")
    vials = (
        Vial.objects.filter(clinic_id=clinic_id, closed_at=None)
        .select_related("lot")
        .prefetch_related(given)
        .order_by("use_before", "letter")
    )
    return [
        VialOnHand(
            vial=vial,
            doses_left=units_left(
                [dose.volume_ml for dose in vial.doses_given],
                discarded=vial.discarded,
                not_obtainable=vial.not_obtainable,
            ),
            doses_given=len(vial.doses_given),
        )
        for vial in vials
    ]


def next_letter(clinic_id: int, day: date) -> str:
    """Return the letter of the next vial that a clinic opens on a day: A to Z, AA, AB, ..."""
    return LETTERS[Vial.objects.filter(clinic_id=clinic_id, day=day).count()]


@dataclass(frozen=True)
class LotOnHand:
    """A lot that may be used and how many unopened vials of it are left."""

    lot: Lot
    vials_left: int


def usable_lots(clinic_id: int, *, product_id: int, on: date) -> list[LotOnHand]:
    """List the lots a vial may be opened from on a day, first to expire on top.

    Expired, quarantined, recalled and empty lots are not among them.
    """
    lots = (
        Lot.objects.filter(
            clinic_id=clinic_id,
            product_id=product_id,
            state=Lot.State.USABLE,
            expires_on__gte=on,
        )
        .annotate(opened=Count("vials"))
        .filter(opened__lt=F("vials_received"))
        .order_by("expires_on", "number")
    )
    return [LotOnHand(lot=lot, vials_left=lot.vials_received - lot.opened) for lot in lots]


def doses_of(patient_ids: Iterable[UUID]) -> dict[UUID, list[Dose]]:
    """Return the doses that count (not voided) of each patient, oldest first; one query."""
    found: dict[UUID, list[Dose]] = {patient_id: [] for patient_id in patient_ids}
    for dose in Dose.objects.filter(patient_id__in=found, voided_at=None).order_by("given_at"):
        found[dose.patient_id].append(dose)
    return found
