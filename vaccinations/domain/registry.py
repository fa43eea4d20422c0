"""Which doses the national register still has to be told of (R38)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

# From the register's regulation, not the article.
WITHIN = timedelta(days=7)


class ReportKind(StrEnum):
    """What the register is told: that a dose was given, or that it is to be struck out."""

    GIVEN = "given"
    VOIDED = "voided"


@dataclass(frozen=True)
class DoseOnRecord:
    """What decides whether a dose is due. Dates are days in Oslo.

    ``reported`` holds the reports that are in force.
    """

    dose_id: UUID
    given_on: date
    voided_on: date | None
    reported: frozenset[ReportKind]


@dataclass(frozen=True)
class Due:
    """Something to tell the register by ``deadline``."""

    dose_id: UUID
    kind: ReportKind
    deadline: date
    overdue: bool


def due_of(dose: DoseOnRecord, *, today: date) -> Due | None:
    """Tell what a dose still needs, None where nothing.

    A dose that was voided before the register knew of it needs nothing.
    """
    if dose.voided_on is None:
        if ReportKind.GIVEN in dose.reported:
            return None
        return _due(dose.dose_id, ReportKind.GIVEN, dose.given_on, today)
    if ReportKind.GIVEN not in dose.reported or ReportKind.VOIDED in dose.reported:
        return None
    return _due(dose.dose_id, ReportKind.VOIDED, dose.voided_on, today)


def due_reports(doses: Iterable[DoseOnRecord], *, today: date) -> list[Due]:
    """List what is due of doses, the earliest deadline first."""
    found = (due_of(dose, today=today) for dose in doses)
    return sorted(
        (due for due in found if due is not None), key=lambda due: (due.deadline, due.dose_id)
    )


def _due(dose_id: UUID, kind: ReportKind, since: date, today: date) -> Due:
    deadline = since + WITHIN
    return Due(dose_id, kind, deadline, overdue=today > deadline)
