"""Asks again at the visit, and keeps what follows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from eligibility import models
from eligibility.domain.answers import DayAnswers, Indication, PreviousDose
from eligibility.domain.decision import Decision, to_keep
from eligibility.domain.rescreen import rescreen
from eligibility.services.decisions import as_domain, keep, previous_doses_of
from vaccinations.models import Dose

# A button pressed twice: who asks again later has asked again, and gets a decision of its own.
PRESSED_TWICE = timedelta(seconds=5)


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
    Answered alike a moment ago, it is the decision of then: call it under the appointment's lock.
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
    return _just_made(decision, kept.patient_id, now=now) or keep(
        decision,
        patient_id=kept.patient_id,
        previous_doses=told,
        source=models.Decision.Source.RESCREEN,
        by=by,
        now=now,
    )


def _just_made(decision: Decision, patient_id: UUID, *, now: datetime) -> models.Decision | None:
    newest = (
        models.Decision.objects.filter(
            patient_id=patient_id,
            source=models.Decision.Source.RESCREEN,
            made_at__gt=now - PRESSED_TWICE,
        )
        .order_by("-made_at")
        .first()
    )
    alike = newest is not None and as_domain(newest) == replace(to_keep(decision), pepv=None)
    return newest if alike else None
