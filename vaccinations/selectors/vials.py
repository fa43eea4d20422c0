from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product as pairs
from string import ascii_uppercase
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from patients.models import Patient
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
    """List a clinic's open vials, the one that expires first on top; one query."""
    given = Dose.objects.filter(vial=OuterRef("pk"), voided_at=None).order_by()
    vials = (
        Vial.objects.filter(clinic_id=clinic_id, closed_at=None)
        .select_related("lot")
        .annotate(volumes=ArraySubquery(given.values("volume_ml")))
        .order_by("use_before", "letter")
    )
    return [
        VialOnHand(
            vial=vial,
            doses_left=units_left(
                vial.volumes, discarded=vial.discarded, not_obtainable=vial.not_obtainable
            ),
            doses_given=len(vial.volumes),
        )
        for vial in vials
    ]


def vials_of_day(clinic_id: int, day: date, *, and_that: UUID | None = None) -> list[Vial]:
    """Return a clinic's vials of a day, open or closed, by letter; ``and_that``: of a dose, too."""
    chosen = Q(clinic_id=clinic_id, day=day)
    if and_that is not None:
        chosen |= Q(clinic_id=clinic_id, doses=and_that)
    vials = Vial.objects.filter(chosen).select_related("lot").distinct()
    return sorted(vials.order_by("opened_at"), key=lambda vial: (len(vial.letter), vial.letter))


def next_letter(clinic_id: int, day: date) -> str:
    """Return the letter of the next vial that a clinic opens on a day: A to Z, AA, AB, ...

    It follows the last in use: what a wrong click took is free again, were it the last.
    """
    used = Vial.objects.filter(clinic_id=clinic_id, day=day).values_list("letter", flat=True)
    return LETTERS[max((LETTERS.index(letter) + 1 for letter in used), default=0)]


def doses_of(patient_ids: Iterable[UUID]) -> dict[UUID, list[Dose]]:
    """Return the doses that count (not voided) of each person, oldest first; one query.

    Whichever row of the person is asked for, and whichever row the dose was recorded on.
    """
    found: dict[UUID, list[Dose]] = {patient_id: [] for patient_id in patient_ids}
    rows = Patient.objects.filter(pk__in=found)
    of_person = rows.filter(person_id=OuterRef("patient__person_id")).values("pk")
    doses = (
        Dose.objects.filter(patient__person_id__in=rows.values("person_id"), voided_at=None)
        .annotate(asked_for=ArraySubquery(of_person))
        .order_by("given_at")
    )
    for dose in doses:
        for patient_id in dose.asked_for:
            found[patient_id].append(dose)
    return found


def clinic_of_dose(dose_id: UUID) -> int | None:
    """Return the id of the clinic where a dose was given, None for an unknown one."""
    return Dose.objects.filter(pk=dose_id).values_list("vial__clinic_id", flat=True).first()


def clinic_of_vial(vial_id: UUID) -> int | None:
    """Return the id of the clinic where a vial was opened, None for an unknown one."""
    return Vial.objects.filter(pk=vial_id).values_list("clinic_id", flat=True).first()


def as_corrected(dose: Dose) -> Dose:
    """Return the record that stands for a dose now; no query unless it was voided.

    A dose that was not given at all has none: then it is the voided one.
    """
    while dose.voided_at is not None:
        right = Dose.objects.filter(replaces=dose).select_related("vial__clinic", "lot").first()
        if right is None:
            break
        dose = right
    return dose
