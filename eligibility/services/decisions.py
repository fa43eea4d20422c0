"""Keeps decisions, without what must not be kept."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal as Number
from typing import Any
from uuid import UUID

from audit.domain import Actor
from audit.services import record
from clinics.models import Staff
from eligibility import models
from eligibility.domain.answers import Indication, PreviousDose
from eligibility.domain.decision import Course, Decision, Flag, Outcome, Route, Setting, to_keep
from eligibility.domain.papers import Papers, ToldDose


def keep(
    decision: Decision,
    *,
    patient_id: UUID,
    previous_doses: Iterable[PreviousDose | ToldDose],
    source: models.Decision.Source,
    by: Actor,
    now: datetime,
    decided_by: Staff | None = None,
    approved_route: str = "",
    interval_override_days: int | None = None,
) -> models.Decision:
    """Store a decision: without R1-R4 in its reasons, group, setting and flags encrypted.

    Doses that a nurse has asked papers for are kept with what was found. The last three are a
    clinician's, or carried on from what a clinician has decided.
    """
    kept = to_keep(decision)
    row = models.Decision.objects.create(
        patient_id=patient_id,
        source=source,
        rule_set=kept.guideline,
        assessed_on=kept.assessed_on,
        outcome=kept.outcome,
        indication=kept.indication or "",
        priority_group=str(kept.priority_group or ""),
        setting=kept.setting or "",
        course=_course_json(kept.course),
        reasons=list(kept.reasons),
        advice=list(kept.advice),
        flags=list(kept.flags),
        previous_doses=[_dose_json(dose) for dose in previous_doses],
        decided_by=decided_by,
        approved_route=approved_route,
        interval_override_days=interval_override_days,
        made_at=now,
    )
    record(action="decision.made", by=by, now=now, patient_id=patient_id, object_id=row.pk)
    return row


def as_domain(row: models.Decision) -> Decision:
    """Return a stored decision as the rules know it; its PEPV days are not kept."""
    return Decision(
        guideline=row.rule_set,
        assessed_on=row.assessed_on,
        outcome=Outcome(row.outcome),
        indication=Indication(row.indication) if row.indication else None,
        priority_group=int(row.priority_group) if row.priority_group else None,
        setting=Setting(row.setting) if row.setting else None,
        course=course_of(row),
        pepv=None,
        reasons=tuple(row.reasons),
        advice=tuple(row.advice),
        flags=tuple(Flag(flag) for flag in row.flags),
    )


def course_of(row: models.Decision) -> Course | None:
    """Return a stored decision's course."""
    kept = row.course
    if kept is None:
        return None
    return Course(
        doses=kept["doses"],
        route=Route(kept["route"]),
        volume_ml=Number(kept["volume_ml"]),
        next_dose=kept["next_dose"],
        min_interval_days=kept["min_interval_days"],
        earliest_on=date.fromisoformat(kept["earliest_on"]),
    )


def previous_doses_of(row: models.Decision) -> list[PreviousDose]:
    """Return the doses that the patient told of, counted or not."""
    return [told.dose for told in told_doses_of(row)]


def told_doses_of(row: models.Decision) -> list[ToldDose]:
    """Return the doses that the patient told of, with what a nurse found about their papers."""
    return [
        ToldDose(
            PreviousDose(
                given_on=date.fromisoformat(dose["given_on"]),
                indication=Indication(dose["indication"]),
                abroad=dose["abroad"],
                documented=dose["documented"],
            ),
            Papers(dose["papers"]) if "papers" in dose else None,
        )
        for dose in row.previous_doses
    ]


def _course_json(course: Course | None) -> dict[str, Any] | None:
    if course is None:
        return None
    return {
        "doses": course.doses,
        "route": course.route,
        "volume_ml": str(course.volume_ml),
        "next_dose": course.next_dose,
        "min_interval_days": course.min_interval_days,
        "earliest_on": course.earliest_on.isoformat(),
    }


def _dose_json(told: PreviousDose | ToldDose) -> dict[str, Any]:
    if isinstance(told, ToldDose):
        papers = {"papers": told.papers} if told.papers else {}
        return _dose_json(told.dose) | papers
    dose = told
    return {
        "given_on": dose.given_on.isoformat(),
        "indication": dose.indication,
        "abroad": dose.abroad,
        "documented": dose.documented,
    }
