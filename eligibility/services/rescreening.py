"""Asks again at the visit, and keeps what follows."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from eligibility import models
from eligibility.domain.answers import DayAnswers, Indication, PreviousDose
from eligibility.domain.decision import Decision, Outcome, Route, to_keep
from eligibility.domain.papers import Papers, ToldDose, given_elsewhere
from eligibility.domain.rescreen import as_approved, as_refused, rescreen
from eligibility.services.decisions import as_domain, course_of, keep, told_doses_of
from eligibility.services.exposures import with_exposure
from eligibility.services.rule_sets import rule_set_in_force
from patients.selectors import same_person
from vaccinations.models import Dose

# A button pressed twice: who asks again later has asked again, and gets a decision of its own.
PRESSED_TWICE = timedelta(seconds=5)
# What a clinician approved goes on with these, also to another day.
GO_AHEAD = frozenset({Outcome.ELIGIBLE, Outcome.DEFER})


class PapersNotAskedForError(Exception):
    """A dose that the person told of has not been confirmed (R40)."""


def rescreen_at_visit(
    kept: models.Decision,
    *,
    answers: DayAnswers,
    doses: Iterable[Dose],
    by: Actor,
    now: datetime,
    papers: Mapping[int, Papers] | None = None,
) -> models.Decision:
    """Decide again on the day of the visit; the new decision stands beside the old one.

    ``doses`` are those recorded here that count. ``papers`` is what the nurse found about the doses
    told of, by their place in the kept decision: wanted for each of which no papers were seen.
    What was found is kept in the new decision (R40, R41). Answered alike a moment ago, it is the
    decision of then: call it under the appointment's lock. Raises PapersNotAskedForError.
    """
    told = _confirmed(told_doses_of(kept), papers or {})
    given = [
        PreviousDose(
            given_on=oslo_date(dose.given_at),
            indication=Indication(dose.indication),
            abroad=False,
            documented=True,
        )
        for dose in doses
    ]
    counted, today = [*given_elsewhere(told, given), *given], oslo_date(now)
    before = _as_confirmed(with_exposure(kept, counted, on=today), told)
    found = rescreen(before, answers, counted, today, rule_set_in_force(today))
    decision = _as_clinician_said(found, kept, counted)
    goes_on = kept.outcome in GO_AHEAD
    return _just_made(decision, told, kept.patient_id, now=now) or keep(
        decision,
        patient_id=kept.patient_id,
        previous_doses=told,
        source=models.Decision.Source.RESCREEN,
        by=by,
        now=now,
        approved_route=kept.approved_route if goes_on else "",
        interval_override_days=kept.interval_override_days if goes_on else None,
    )


def follow_approval(
    found: models.Decision, approved: models.Decision, *, by: Actor, now: datetime
) -> models.Decision:
    """Let a visit go on as a clinician approved: the decision of the day, with the approved course.

    ``found`` is today's re-screen that was put before the clinician; what was found about the doses
    told of is its.
    """
    return keep(
        replace(as_domain(approved), assessed_on=oslo_date(now)),
        patient_id=found.patient_id,
        previous_doses=told_doses_of(found),
        source=models.Decision.Source.RESCREEN,
        by=by,
        now=now,
        approved_route=approved.approved_route,
        interval_override_days=approved.interval_override_days,
    )


def _confirmed(told: list[ToldDose], papers: Mapping[int, Papers]) -> list[ToldDose]:
    if any(one.to_confirm and place not in papers for place, one in enumerate(told)):
        raise PapersNotAskedForError
    return [one.found(papers[n]) if one.to_confirm else one for n, one in enumerate(told)]


def _as_confirmed(kept: Decision, told: list[ToldDose]) -> Decision:
    """Return the kept decision, without the missing papers that have turned up since (A8)."""
    if all(one.papers is not Papers.NONE or one.dose.counts for one in told):
        return replace(kept, reasons=tuple(reason for reason in kept.reasons if reason != "A8"))
    return kept


def _as_clinician_said(
    decision: Decision, kept: models.Decision, counted: list[PreviousDose]
) -> Decision:
    """Let the decision of the day follow what a clinician approved, or refused."""
    if kept.source == models.Decision.Source.CLINICIAN and kept.outcome not in GO_AHEAD:
        return as_refused(decision, Outcome(kept.outcome))
    return as_approved(
        decision,
        counted,
        doses=_approved_doses(decision, kept),
        route=Route(kept.approved_route) if kept.approved_route else None,
        interval_days=kept.interval_override_days,
    )


def _approved_doses(decision: Decision, kept: models.Decision) -> int | None:
    """Return how many doses a clinician approved, unless they did not know of R19."""
    course = course_of(kept)
    if not kept.approved_route or course is None:
        return None
    return None if "R19" in decision.reasons and "R19" not in kept.reasons else course.doses


def _just_made(
    decision: Decision, told: list[ToldDose], patient_id: UUID, *, now: datetime
) -> models.Decision | None:
    newest = (
        models.Decision.objects.filter(
            patient__in=same_person(patient_id),
            source=models.Decision.Source.RESCREEN,
            made_at__gt=now - PRESSED_TWICE,
        )
        .order_by("-made_at")
        .first()
    )
    alike = (
        newest is not None
        and as_domain(newest) == replace(to_keep(decision), pepv=None)
        and told_doses_of(newest) == told
    )
    return newest if alike else None
