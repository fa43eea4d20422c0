from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product as pairs
from string import ascii_uppercase
from uuid import UUID

from django.db.models import Prefetch

from vaccinations.domain.vial_balance import units_left
from vaccinations.models import Dose, Vial

LETTERS: list[str] = [
    *ascii_uppercase,
    *("".join(pair) for pair in pairs(ascii_uppercase, repeat=2)),
]


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


def doses_of(patient_ids: Iterable[UUID]) -> dict[UUID, list[Dose]]:
    """Return the doses that count (not voided) of each patient, oldest first; one query."""
    found: dict[UUID, list[Dose]] = {patient_id: [] for patient_id in patient_ids}
    for dose in Dose.objects.filter(patient_id__in=found, voided_at=None).order_by("given_at"):
        found[dose.patient_id].append(dose)
    return found


def clinic_of_dose(dose_id: UUID) -> int | None:
    """Return the id of the clinic where a dose was given, None for an unknown one."""
    return Dose.objects.filter(pk=dose_id).values_list("vial__clinic_id", flat=True).first()


def clinic_of_vial(vial_id: UUID) -> int | None:
    """Return the id of the clinic where a vial was opened, None for an unknown one."""
    return Vial.objects.filter(pk=vial_id).values_list("clinic_id", flat=True).first()
