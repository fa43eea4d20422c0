"""The exposure behind a stored decision: its day is the case's, and dropped when it is over."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from eligibility import models
from eligibility.domain.answers import PreviousDose
from eligibility.domain.decision import Decision, Pepv
from eligibility.domain.rules.fhi_2023_05_23.exposure import (
    PREVENTS_SEVERE_DISEASE_TO_DAY,
    window_of,
)
from eligibility.services.decisions import as_domain
from patients.selectors import same_person


def with_exposure(
    row: models.Decision, counted_doses: Iterable[PreviousDose], *, on: date
) -> Decision:
    """Return a stored decision as the re-screen of a day needs it: with its exposure's days.

    A dose given since has answered the exposure. One whose day is dropped, unanswered, is longer
    ago than day 14 (reading): the visit then asks for a clinician (A10).
    """
    kept = as_domain(row)
    if "R10" not in kept.reasons:
        return kept
    if any(dose.given_on >= row.assessed_on for dose in counted_doses):
        return replace(kept, reasons=tuple(one for one in kept.reasons if one != "R10"))
    pepv = pepv_of(row)
    if pepv is None:
        exposed_on = on - timedelta(days=PREVENTS_SEVERE_DISEASE_TO_DAY + 1)
        day = (row.assessed_on - exposed_on).days
        pepv = Pepv(day=day, window=window_of(day), deadline=exposed_on)
    return replace(kept, pepv=pepv)


def pepv_of(row: models.Decision) -> Pepv | None:
    """Return where an exposed person stood when a decision was made, from their newest case.

    None for an unexposed one, and where the day is not kept any more.
    """
    if "R10" not in row.reasons:
        return None
    case = (
        models.ReviewCase.objects.filter(
            patient__in=same_person(row.patient_id), exposed_on__isnull=False
        )
        .order_by("-opened_at")
        .first()
    )
    if case is None or case.exposed_on is None or case.deadline is None:
        return None
    day = (row.assessed_on - case.exposed_on).days
    return Pepv(day=day, window=window_of(day), deadline=case.deadline)
