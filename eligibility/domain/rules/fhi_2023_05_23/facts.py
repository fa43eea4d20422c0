"""What the rules beyond the groups look at, and the terms that they share.

Facts come from the answers at home (`facts_at_home`) or from the visit (`facts_at_the_visit`).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from eligibility.domain.answers import (
    Answers,
    Contact,
    DayAnswers,
    HealthAnswers,
    Immunosuppressed,
    Indication,
    Occupation,
    PreviousDose,
    SmallpoxEvidence,
    age_on,
)
from eligibility.domain.decision import Decision, Outcome

# «født før 1976»
BORN_BEFORE = date(1976, 1, 1)
LIKELY_CONTACTS = frozenset({Contact.SEXUAL, Contact.HOUSEHOLD})
HEALTH_WORKERS = frozenset({Occupation.EXPOSED_HEALTH_WORKER, Occupation.OTHER_HEALTH_WORKER})
# A kept decision with one of these is about a person who is smallpox-vaccinated.
SAYS_SMALLPOX_VACCINATED = frozenset({"R18", "R23", "A2"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of one case on one day.

    `doses` are the counted ones; `earlier_dose` and `dose_abroad` look at all. `exposed_on` is None
    for an unexposed person. `group` is the best group that fits, also for an exposed person.
    """

    on: date
    age: int
    said: HealthAnswers
    doses: tuple[PreviousDose, ...]
    earlier_dose: bool
    dose_abroad: bool
    undocumented_dose: bool
    exposed_on: date | None
    likely_contact: bool
    health_worker: bool
    smallpox_vaccinated: bool
    late_smallpox_evidence: bool
    continuing_risk: bool
    group: int | None
    no_place: bool
    indication: Indication | None = None


def facts_at_home(answers: Answers, group: int | None) -> Facts:
    """Return the facts of a case of the contract, given its best group."""
    evidence = answers.smallpox_evidence is not SmallpoxEvidence.NONE
    exposure = answers.exposure
    facts = Facts(
        on=answers.assessed_on,
        age=age_on(answers.date_of_birth, answers.assessed_on),
        said=answers,
        doses=tuple(dose for dose in answers.previous_doses if dose.counts),
        earlier_dose=bool(answers.previous_doses),
        dose_abroad=any(dose.abroad for dose in answers.previous_doses),
        undocumented_dose=not all(dose.counts for dose in answers.previous_doses),
        exposed_on=exposure.exposed_on if exposure else None,
        likely_contact=exposure is not None and exposure.contact in LIKELY_CONTACTS,
        health_worker=answers.occupation in HEALTH_WORKERS,
        # A4: born before 1976 without evidence is not smallpox-vaccinated.
        smallpox_vaccinated=evidence and answers.date_of_birth < BORN_BEFORE,
        late_smallpox_evidence=evidence and answers.date_of_birth >= BORN_BEFORE,
        continuing_risk=answers.continuing_risk,
        group=group,
        no_place=group is None and exposure is None and not answers.previous_doses,
    )
    return replace(facts, indication=_indication(facts))


def _indication(facts: Facts) -> Indication | None:
    if is_exposed(facts) or pepv_course_continues(facts):
        return Indication.PEPV
    if facts.group is not None or ppv_course_continues(facts):
        return Indication.PPV
    return None


def facts_at_the_visit(
    kept: Decision, day: DayAnswers, counted_doses: tuple[PreviousDose, ...], on: date
) -> Facts:
    """Return the facts of a visit: the day's answers, and what the kept decision tells.

    A dose among `counted_doses` that does not count is one that proved undocumented (A8).
    Raises ValueError for a kept decision that has R10 without its `pepv`.
    """
    undocumented_dose = "A8" in kept.reasons or not all(dose.counts for dose in counted_doses)
    counted_doses = tuple(dose for dose in counted_doses if dose.counts)
    exposed_on = _unanswered_exposure(kept, counted_doses)
    pepv_of_two_doses = (
        kept.indication is Indication.PEPV and kept.course is not None and kept.course.doses == 2
    )
    return Facts(
        on=on,
        age=age_on(day.date_of_birth, on),
        said=day,
        doses=counted_doses,
        earlier_dose=bool(counted_doses) or undocumented_dose,
        dose_abroad=undocumented_dose or any(dose.abroad for dose in counted_doses),
        undocumented_dose=undocumented_dose,
        exposed_on=exposed_on,
        likely_contact="R11" in kept.reasons,
        # Work is not asked again; these tell of a health worker.
        health_worker=not {"R6", "R15"}.isdisjoint(kept.reasons) or "R36" in kept.advice,
        smallpox_vaccinated=_was_smallpox_vaccinated(kept),
        late_smallpox_evidence="A3" in kept.reasons,
        continuing_risk=pepv_of_two_doses or "R22" in kept.reasons,
        group=kept.priority_group,
        no_place=kept.outcome is Outcome.NOT_OFFERED,
        indication=kept.indication,
    )


def _unanswered_exposure(kept: Decision, doses: tuple[PreviousDose, ...]) -> date | None:
    """Return the day of the kept exposure, or None once a dose has been given since."""
    if kept.pepv is None:
        if "R10" in kept.reasons:
            raise ValueError("a kept decision with R10 must carry its pepv")
        return None
    exposed_on = kept.assessed_on - timedelta(days=kept.pepv.day)
    return None if any(dose.given_on >= exposed_on for dose in doses) else exposed_on


def _was_smallpox_vaccinated(kept: Decision) -> bool:
    ppv_of_one_dose = (
        kept.indication is not Indication.PEPV
        and kept.course is not None
        and kept.course.doses == 1
    )
    return ppv_of_one_dose or not SAYS_SMALLPOX_VACCINATED.isdisjoint(kept.reasons)


def is_exposed(facts: Facts) -> bool:
    """Tell whether there is an exposure that no dose has answered."""
    return facts.exposed_on is not None


def exposure_day(facts: Facts) -> int | None:
    """Return the days since the exposure, day 0 being its calendar day, or None."""
    return None if facts.exposed_on is None else (facts.on - facts.exposed_on).days


def is_immunosuppressed(facts: Facts) -> bool:
    """Tell whether the answer is a plain yes: "unsure" has no effect but in A2."""
    return facts.said.immunosuppressed is Immunosuppressed.YES


def is_one_dose_person(facts: Facts) -> bool:
    """Tell whether one dose is enough: smallpox-vaccinated and not immunosuppressed."""
    return facts.smallpox_vaccinated and facts.said.immunosuppressed is Immunosuppressed.NO


def ppv_number(facts: Facts) -> int:
    """Return how many doses a PPV course has."""
    return 1 if is_one_dose_person(facts) else 2


def is_complete(facts: Facts) -> bool:
    """COMPLETE: enough doses are counted, whatever their indication."""
    return len(facts.doses) >= ppv_number(facts)


def has_only_dose_for(facts: Facts, indication: Indication) -> bool:
    """Tell whether exactly one dose is counted and was given for this indication."""
    return len(facts.doses) == 1 and facts.doses[0].indication is indication


def pepv_course_continues(facts: Facts) -> bool:
    """Tell whether dose 2 of a PEPV course is due."""
    return (
        not is_exposed(facts)
        and has_only_dose_for(facts, Indication.PEPV)
        and facts.continuing_risk
        and not is_one_dose_person(facts)
    )


def ppv_course_continues(facts: Facts) -> bool:
    """Tell whether dose 2 of a PPV course is due."""
    return (
        not is_exposed(facts)
        and has_only_dose_for(facts, Indication.PPV)
        and not is_one_dose_person(facts)
    )
