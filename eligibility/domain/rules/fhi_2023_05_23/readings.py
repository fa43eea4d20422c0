"""Our readings where the article is silent and a clinician decides: A1-A3, A5, A6, A8, A9, A12."""

from eligibility.domain.answers import Allergy, Immunosuppressed, Indication
from eligibility.domain.rules.fhi_2023_05_23.doses import r26_minor
from eligibility.domain.rules.fhi_2023_05_23.facts import (
    Facts,
    has_only_dose_for,
    is_exposed,
    pepv_course_continues,
)


def a1_pregnant_not_exposed(facts: Facts) -> bool:
    """A1: pregnant, not exposed, any indication."""
    return facts.said.pregnant and not is_exposed(facts) and facts.indication is not None


def a2_smallpox_vaccinated_and_unsure(facts: Facts) -> bool:
    """A2: smallpox-vaccinated and immunosuppressed "unsure", which never shortens a course."""
    return facts.smallpox_vaccinated and facts.said.immunosuppressed is Immunosuppressed.UNSURE


def a3_smallpox_evidence_but_born_later(facts: Facts) -> bool:
    """A3: born 1976-01-01 or later with smallpox evidence."""
    return facts.late_smallpox_evidence


def a5_minor_with_an_indication(facts: Facts) -> bool:
    """A5: under 18, not exposed, with an indication."""
    return r26_minor(facts) and not is_exposed(facts) and facts.indication is not None


def a6_other_allergy(facts: Facts) -> bool:
    """A6: any other allergy than R30's."""
    return Allergy.OTHER in facts.said.allergies


def a8_undocumented_dose_abroad(facts: Facts) -> bool:
    """A8: a dose abroad without documentation; it is not counted."""
    return facts.undocumented_dose


def a9_pepv_course_begun_abroad(facts: Facts) -> bool:
    """A9: the one counted dose was PEPV, abroad, and the PEPV course continues.

    R41: «Kontakt lege i Norge for vurdering av videre vaksinasjon».
    """
    return pepv_course_continues(facts) and facts.doses[0].abroad


def a12_pepv_dose_then_a_group(facts: Facts) -> bool:
    """A12: one counted dose, PEPV, continuing risk denied, yet a PPV group fits."""
    return (
        has_only_dose_for(facts, Indication.PEPV)
        and not facts.continuing_risk
        and facts.group is not None
    )
