"""Reads of what the national register has been told of, and of what is due."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from clinics.domain.calendar import oslo_date
from vaccinations.domain.registry import DoseOnRecord, Due, ReportKind, due_reports
from vaccinations.models import Dose, RegistryReport


@dataclass(frozen=True)
class ToRegister:
    """A dose with what is due of it."""

    dose: Dose
    due: Due


def on_record(doses: Sequence[Dose]) -> list[DoseOnRecord]:
    """Return what decides whether doses are due; one query."""
    reported: dict[UUID, set[ReportKind]] = {dose.pk: set() for dose in doses}
    reports = RegistryReport.objects.filter(dose__in=reported, taken_back_at=None)
    for dose_id, kind in reports.values_list("dose_id", "kind"):
        reported[dose_id].add(ReportKind(kind))
    return [
        DoseOnRecord(
            dose_id=dose.pk,
            given_on=oslo_date(dose.given_at),
            voided_on=oslo_date(dose.voided_at) if dose.voided_at else None,
            reported=frozenset(reported[dose.pk]),
        )
        for dose in doses
    ]


def to_register(clinic_id: int, *, now: datetime) -> list[ToRegister]:
    """List what a clinic has to tell the register, the earliest deadline first; two queries."""
    doses = list(
        _unsettled([clinic_id])
        .select_related("patient__merged_into", "vial", "lot__product", "vaccinator")
        .defer("override_reason", "deviation_reason", "void_reason")
    )
    by_id = {dose.pk: dose for dose in doses}
    due = due_reports(on_record(doses), today=oslo_date(now))
    return [ToRegister(by_id[one.dose_id], one) for one in due]


def overdue_counts(clinic_ids: Iterable[int], *, now: datetime) -> Counter[int]:
    """Count by clinic what should have been in the register by now; two queries."""
    doses = list(
        _unsettled(clinic_ids)
        .select_related("vial")
        .only("given_at", "voided_at", "vial__clinic_id")
    )
    clinics = {dose.pk: dose.vial.clinic_id for dose in doses}
    due = due_reports(on_record(doses), today=oslo_date(now))
    return Counter(clinics[one.dose_id] for one in due if one.overdue)


def lately_registered(clinic_id: int, *, limit: int = 20) -> QuerySet[RegistryReport]:
    """Select the marks in force that were made last at a clinic."""
    return (
        RegistryReport.objects.filter(dose__vial__clinic_id=clinic_id, taken_back_at=None)
        .select_related("dose__patient__merged_into", "by")
        .order_by("-at", "pk")[:limit]
    )


def _unsettled(clinic_ids: Iterable[int]) -> QuerySet[Dose]:
    """Select the doses of which something may be due; ``due_reports`` has the last word."""
    in_force = RegistryReport.objects.filter(dose=OuterRef("pk"), taken_back_at=None)
    given = Exists(in_force.filter(kind=ReportKind.GIVEN))
    voided = Exists(in_force.filter(kind=ReportKind.VOIDED))
    return Dose.objects.filter(
        (Q(voided_at=None) & ~given) | (Q(voided_at__isnull=False) & given & ~voided),
        vial__clinic_id__in=list(clinic_ids),
    )
