"""Asks again at the visit, and keeps what follows."""

from collections.abc import Iterable
from datetime import datetime

from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from eligibility import models
from eligibility.domain.answers import DayAnswers, Indication, PreviousDose
from eligibility.domain.rescreen import rescreen
from eligibility.services.decisions import as_domain, keep, previous_doses_of
from vaccinations.models import Dose


def rescreen_at_visit(
    kept: models.Decision,
    *,
    answers: DayAnswers,
    doses: Iterable[Dose],
    by: Actor,
    now: datetime,
) -> models.Decision:
    """Decide again on the day of the visit; the new decision stands beside the old one.

    ``doses`` are those recorded here that count; doses told of before are in the kept decision.
    """
    told = previous_doses_of(kept)
    given = [
        PreviousDose(
            given_on=oslo_date(dose.given_at),
            indication=Indication(dose.indication),
            abroad=False,
            documented=True,
        )
        for dose in doses
    ]
    decision = rescreen(
        as_domain(kept), answers, [*(d for d in told if d.counts), *given], oslo_date(now)
    )
    return keep(
        decision,
        patient_id=kept.patient_id,
        previous_doses=told,
        source=models.Decision.Source.RESCREEN,
        by=by,
        now=now,
    )
