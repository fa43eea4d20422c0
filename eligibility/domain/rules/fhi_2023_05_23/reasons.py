"""The table of all rules that a decision can name as a reason, besides those about groups."""

from collections.abc import Callable
from types import MappingProxyType

from eligibility.domain.rules.fhi_2023_05_23 import doses, exposure, readings, stops
from eligibility.domain.rules.fhi_2023_05_23.facts import Facts

Rule = Callable[[Facts], bool]

RULES: MappingProxyType[str, Rule] = MappingProxyType(
    {
        "R10": exposure.r10_close_contact,
        "R11": exposure.r11_likely_infection_day_0_to_4,
        "R12": exposure.r12_high_risk_day_0_to_14,
        "R15": exposure.r15_exposed_health_worker,
        "R16": doses.r16_ppv_without_smallpox_vaccine,
        "R18": doses.r18_ppv_smallpox_vaccinated,
        "R19": doses.r19_smallpox_vaccinated_and_immunosuppressed,
        "R20": doses.r20_mpox_after_dose,
        "R21": doses.r21_pepv_full_dose_under_the_skin,
        "R22": doses.r22_pepv_dose_2,
        "R23": doses.r23_pepv_one_dose_is_enough,
        "R25": doses.r25_keloid_tendency,
        "R26": doses.r26_minor,
        "R27": doses.r27_minor_under_the_skin,
        "R28": exposure.r28_pregnant_and_exposed,
        "R30": stops.r30_allergy,
        "R31": stops.r31_fever,
        "R32": stops.r32_symptoms,
        "R33": stops.r33_had_mpox,
        "R34": stops.r34_local_reaction_persists,
        "A1": readings.a1_pregnant_not_exposed,
        "A2": readings.a2_smallpox_vaccinated_and_unsure,
        "A3": readings.a3_smallpox_evidence_but_born_later,
        "A5": readings.a5_minor_with_an_indication,
        "A6": readings.a6_other_allergy,
        "A8": readings.a8_undocumented_dose_abroad,
        "A9": readings.a9_pepv_course_begun_abroad,
        "A10": exposure.a10_deadline_passed,
        "A12": readings.a12_pepv_dose_then_a_group,
        "COMPLETE": doses.complete,
    }
)


def rules_that_fire(facts: Facts) -> frozenset[str]:
    """Return the ids of all rules in RULES that hold."""
    return frozenset(rule_id for rule_id, rule in RULES.items() if rule(facts))
