"""Which information this person should see: R13, R17, R24, R29, R35-R37, R39, R40, R42-R50.

The rules say "as they apply"; each function's docstring is our reading of when. "A dose is ahead"
means that the decision has a course: the person is eligible, waits, or a clinician is to decide.
Nobody without a dose ahead is told how a dose is given or to bring ID.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from eligibility.domain.decision import Course, Outcome, Route
from eligibility.domain.rules.fhi_2023_05_23.doses import r20_mpox_after_dose, r26_minor
from eligibility.domain.rules.fhi_2023_05_23.facts import (
    Facts,
    is_complete,
    is_exposed,
    is_immunosuppressed,
)

A_DOSE_IS_POSSIBLE = frozenset({Outcome.ELIGIBLE, Outcome.DEFER, Outcome.CLINICIAN_REVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What is decided already when advice is chosen."""

    facts: Facts
    outcome: Outcome
    course: Course | None


def _dose_ahead(ruling: Ruling) -> bool:
    return ruling.course is not None


def _vaccinated_or_to_be(ruling: Ruling) -> bool:
    return _dose_ahead(ruling) or ruling.facts.earlier_dose


def r13_effect_after_exposure(ruling: Ruling) -> bool:
    """R13: exposed people who may still get a dose, also after the window: it says why."""
    return is_exposed(ruling.facts) and ruling.outcome in A_DOSE_IS_POSSIBLE


def r17_a_late_second_dose_counts(ruling: Ruling) -> bool:
    """R17: those whose next dose is dose 2, before day 28 as well: they may come later."""
    return ruling.course is not None and ruling.course.next_dose == 2


def r24_in_the_upper_arm(ruling: Ruling) -> bool:
    """R24: everybody with a dose ahead."""
    return _dose_ahead(ruling)


def r29_breastfeeding(ruling: Ruling) -> bool:
    """R29: those who breastfeed and have a dose ahead."""
    return _dose_ahead(ruling) and ruling.facts.said.breastfeeding


def r35_atopic_eczema(ruling: Ruling) -> bool:
    """R35: those with atopic eczema and a dose ahead."""
    return _dose_ahead(ruling) and ruling.facts.said.atopic_eczema


def r36_health_worker_at_risk(ruling: Ruling) -> bool:
    """R36: pregnant or immunosuppressed (yes) health workers, whatever the outcome."""
    facts = ruling.facts
    return facts.health_worker and (facts.said.pregnant or is_immunosuppressed(facts))


def r37_bring_id(ruling: Ruling) -> bool:
    """R37: everybody with a dose ahead."""
    return _dose_ahead(ruling)


def r39_it_matters_that_you_come(ruling: Ruling) -> bool:
    """R39: everybody with a dose ahead."""
    return _dose_ahead(ruling)


def r40_vaccinated_abroad(ruling: Ruling) -> bool:
    """R40: everybody with an earlier dose abroad, whatever the outcome."""
    return ruling.facts.dose_abroad


def r42_unexpected_reactions(ruling: Ruling) -> bool:
    """R42: everybody who has had a dose or has one ahead."""
    return _vaccinated_or_to_be(ruling)


def r43_vaccine_failure(ruling: Ruling) -> bool:
    """R43: those who had mpox confirmed after a dose (R20)."""
    return r20_mpox_after_dose(ruling.facts)


def r44_protection_after_dose_2(ruling: Ruling) -> bool:
    """R44: those with a two-dose course ahead, and those who are COMPLETE (no booster)."""
    two_doses_ahead = ruling.course is not None and ruling.course.doses == 2
    return two_doses_ahead or is_complete(ruling.facts)


def r45_intradermal_reactions(ruling: Ruling) -> bool:
    """R45: those whose dose ahead is intradermal."""
    return ruling.course is not None and ruling.course.route is Route.INTRADERMAL


def r46_symptoms_after_a_dose(ruling: Ruling) -> bool:
    """R46: everybody who has had a dose or has one ahead."""
    return _vaccinated_or_to_be(ruling)


def r47_side_effects(ruling: Ruling) -> bool:
    """R47: everybody with a dose ahead."""
    return _dose_ahead(ruling)


def r48_keep_other_precautions(ruling: Ruling) -> bool:
    """R48: everybody who has had a dose or has one ahead."""
    return _vaccinated_or_to_be(ruling)


def r49_pregnant_or_minor(ruling: Ruling) -> bool:
    """R49: pregnant people and those under 18 who were exposed or have a dose ahead."""
    concerned = ruling.facts.said.pregnant or r26_minor(ruling.facts)
    return concerned and (_dose_ahead(ruling) or is_exposed(ruling.facts))


def r50_limited_experience(ruling: Ruling) -> bool:
    """R50: everybody with a dose ahead."""
    return _dose_ahead(ruling)


ADVICE: MappingProxyType[str, Callable[[Ruling], bool]] = MappingProxyType(
    {
        "R13": r13_effect_after_exposure,
        "R17": r17_a_late_second_dose_counts,
        "R24": r24_in_the_upper_arm,
        "R29": r29_breastfeeding,
        "R35": r35_atopic_eczema,
        "R36": r36_health_worker_at_risk,
        "R37": r37_bring_id,
        "R39": r39_it_matters_that_you_come,
        "R40": r40_vaccinated_abroad,
        "R42": r42_unexpected_reactions,
        "R43": r43_vaccine_failure,
        "R44": r44_protection_after_dose_2,
        "R45": r45_intradermal_reactions,
        "R46": r46_symptoms_after_a_dose,
        "R47": r47_side_effects,
        "R48": r48_keep_other_precautions,
        "R49": r49_pregnant_or_minor,
        "R50": r50_limited_experience,
    }
)


def advice_for(ruling: Ruling) -> tuple[str, ...]:
    """Return, sorted, the ids of the information that this person should see."""
    return tuple(sorted(rule_id for rule_id, applies in ADVICE.items() if applies(ruling)))
