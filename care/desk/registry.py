"""What a clinic has to enter in the national register, as a list and as a neutral export (R38).

The register is told who got what and when: never the priority group or the indication.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from care.csv_file import csv_text
from clinics.domain.calendar import OSLO, oslo_date
from patients.models import Patient
from vaccinations.domain.registry import ReportKind
from vaccinations.models import Dose
from vaccinations.selectors.registry import ToRegister

COLUMNS = (
    *("sak", "dose_id", "erstatter_dose_id", "frist"),
    *("id_type", "id_nummer", "etternavn", "fornavn", "fodt"),
    *("gitt_dato", "gitt_klokkeslett", "vaksine", "lot", "lot_utloper", "dose_nummer"),
    *("vei", "mengde_ml", "sted_paa_kroppen", "vaksinator", "vaksinator_hpr"),
    "vaksinasjonssted",
    "annullert_dato",
)
KINDS = {ReportKind.GIVEN: "gitt", ReportKind.VOIDED: "annullert"}


@dataclass(frozen=True)
class DueShown:
    """A line of the list. ``lacks_number``: no number by which the register knows people."""

    row: ToRegister
    value: str
    lacks_number: bool
    not_seen: bool
    corrects: bool

    @property
    def dose(self) -> Dose:
        return self.row.dose

    @property
    def patient(self) -> Patient:
        """Who the dose belongs to, by the row that is kept: its number is the person's."""
        return self.row.dose.patient.kept

    @property
    def is_void(self) -> bool:
        """Whether the register is to strike it out."""
        return self.row.due.kind is ReportKind.VOIDED

    @property
    def overdue(self) -> bool:
        return self.row.due.overdue

    @property
    def deadline(self) -> date:
        return self.row.due.deadline


def shown(found: Iterable[ToRegister]) -> list[DueShown]:
    """Return the lines of the list, for what is due."""
    return [
        DueShown(
            row=row,
            value=mark_of(row),
            lacks_number=not _number(row.dose.patient.kept),
            not_seen=bool(_number(row.dose.patient.kept))
            and row.dose.patient.kept.id_seen_at is None,
            corrects=_replaced(row.dose) != "",
        )
        for row in found
    ]


def mark_of(row: ToRegister) -> str:
    """Return what the form calls a line."""
    return f"{row.due.dose_id}:{row.due.kind.value}"


def days_of(found: Iterable[ToRegister]) -> dict[str, date]:
    """Return the day from which each line can stand in the register."""
    return {mark_of(row): _since(row) for row in found}


def exported(found: Iterable[ToRegister], *, clinic_name: str) -> list[dict[str, Any]]:
    """Return what is due as plain rows, named by ``COLUMNS``. Times are Oslo's."""
    return [_exported(row, clinic_name) for row in found]


def csv_of(rows: Iterable[dict[str, Any]]) -> str:
    """Write rows as Norwegian spreadsheets read them; a number stays the text it is."""
    return csv_text([COLUMNS, *([row[name] for name in COLUMNS] for row in rows)], quote_all=True)


def _exported(row: ToRegister, clinic_name: str) -> dict[str, Any]:
    dose, patient = row.dose, row.dose.patient.kept
    given_at = dose.given_at.astimezone(OSLO)
    return {
        "sak": KINDS[row.due.kind],
        "dose_id": str(dose.pk),
        "erstatter_dose_id": _replaced(dose),
        "frist": row.due.deadline.isoformat(),
        "id_type": patient.id_kind if patient.id_number else Patient.IdKind.NONE.value,
        "id_nummer": patient.id_number,
        "etternavn": patient.family_name,
        "fornavn": patient.given_name,
        "fodt": patient.birth_date.isoformat(),
        "gitt_dato": given_at.date().isoformat(),
        "gitt_klokkeslett": given_at.strftime("%H:%M"),
        "vaksine": dose.lot.product.name,
        "lot": dose.lot_number,
        "lot_utloper": dose.lot_expires_on.isoformat(),
        "dose_nummer": dose.dose_number,
        "vei": dose.route,
        "mengde_ml": str(dose.volume_ml),
        "sted_paa_kroppen": dose.site,
        "vaksinator": dose.vaccinator.name,
        "vaksinator_hpr": dose.vaccinator.hpr_number,
        "vaksinasjonssted": clinic_name,
        "annullert_dato": oslo_date(dose.voided_at).isoformat() if dose.voided_at else "",
    }


def _number(patient: Patient) -> str:
    """Return the number by which the register knows a person: national or D-number."""
    known = {Patient.IdKind.NATIONAL, Patient.IdKind.D_NUMBER}
    return patient.id_number if patient.id_kind in known else ""


def _replaced(dose: Dose) -> str:
    """Return the id of the dose that a corrected record takes the place of."""
    replaced = getattr(dose, "replaces_id", None)
    return str(replaced) if replaced else ""


def _since(row: ToRegister) -> date:
    voided_at = row.dose.voided_at
    if row.due.kind is ReportKind.VOIDED and voided_at is not None:
        return oslo_date(voided_at)
    return oslo_date(row.dose.given_at)
