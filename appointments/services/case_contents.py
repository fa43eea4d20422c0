"""What travels with a case to the clinician who decides it.

Health facts do, always: nobody can decide without them, and a decision keeps its own of them. The
answers that put people into groups travel only where the person ticks them, one by one.
"""

from collections.abc import Collection, Iterable
from types import MappingProxyType
from typing import Any

from eligibility.domain.answers import Answers
from eligibility.domain.contract import answers_mapping
from eligibility.domain.steps import Step

# The contract's keys that a question fills in.
FACTS: MappingProxyType[Step, tuple[str, ...]] = MappingProxyType(
    {
        Step.EXPOSED_ON: ("exposure",),
        Step.CONTACT: ("exposure",),
        Step.ALLERGIES: ("allergies",),
        Step.HAD_MPOX: ("had_mpox",),
        Step.PREVIOUS_DOSES: ("previous_doses",),
        Step.MPOX_AFTER_DOSE: ("mpox_after_dose",),
        Step.SMALLPOX_EVIDENCE: ("smallpox_evidence",),
        Step.IMMUNOSUPPRESSED: ("immunosuppressed",),
        Step.CONTINUING_RISK: ("continuing_risk",),
        Step.OCCUPATION: ("occupation",),
        Step.PREGNANCY: ("pregnant", "breastfeeding"),
        Step.SKIN: ("keloid_tendency", "atopic_eczema"),
    }
)
GROUP_ANSWERS: MappingProxyType[Step, tuple[str, ...]] = MappingProxyType(
    {
        Step.GENDER: ("gender",),
        Step.SEX_WITH_MEN: ("sex_with_men",),
        Step.ON_PREP: ("on_prep",),
        Step.HIV_POSITIVE: ("hiv_positive",),
        Step.SELLS_SEX_TO_MEN: ("sells_sex_to_men",),
        Step.RISK_BEHAVIOURS: ("risk_behaviours",),
        Step.STI_LAST_24_MONTHS: ("sti_last_24_months",),
    }
)


def facts_asked(walked: Iterable[Step]) -> list[Step]:
    """Return the questions whose answers always travel, in the order they were asked."""
    return [step for step in walked if step in FACTS]


def group_answers_asked(walked: Iterable[Step]) -> list[Step]:
    """Return the questions whose answers travel only if ticked, in the order they were asked."""
    return [step for step in walked if step in GROUP_ANSWERS]


def what_to_send(
    answers: Answers, walked: Collection[Step], ticked: Collection[Step]
) -> dict[str, Any]:
    """Return the answers that travel, by the contract's keys; one that was not asked does not.

    ``ticked`` are the questions on groups whose answers the person chose to send.
    """
    keys = {key for step in facts_asked(walked) for key in FACTS[step]}
    keys |= {
        key for step in group_answers_asked(walked) if step in ticked for key in GROUP_ANSWERS[step]
    }
    return {key: value for key, value in answers_mapping(answers).items() if key in keys}
