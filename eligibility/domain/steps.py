"""The questions asked at home, one a page, and the answers of the contract that they fill in.

Nobody is asked about fever (R31) or a lasting local reaction (R34) at home: the visit asks.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from eligibility.domain.answers import Answers, Contact, Exposure, PreviousDose


class Step(StrEnum):
    """A question; the value is its place in the address and never changes.

    Addresses stay in the browser's history, so none names the disease, the vaccine or a group.
    """

    DATE_OF_BIRTH = "fodselsdato"
    SYMPTOMS = "symptomer"
    EXPOSED = "smitte"
    EXPOSED_ON = "smittedato"
    CONTACT = "kontakt"
    ALLERGIES = "allergi"
    HAD_MPOX = "tidligere-sykdom"
    PREVIOUS_DOSES = "tidligere"
    MPOX_AFTER_DOSE = "senere-sykdom"
    SMALLPOX_EVIDENCE = "barndom"
    IMMUNOSUPPRESSED = "immunforsvar"
    CONTINUING_RISK = "fremover"
    OCCUPATION = "arbeid"
    GENDER = "kjonn"
    SEX_WITH_MEN = "partnere"
    ON_PREP = "forebygging"
    HIV_POSITIVE = "oppfolging"
    SELLS_SEX_TO_MEN = "betaling"
    RISK_BEHAVIOURS = "vaner"
    STI_LAST_24_MONTHS = "prover"
    PREGNANCY = "graviditet"
    SKIN = "hud"


class Pregnancy(StrEnum):
    """What can be ticked at Step.PREGNANCY; the values are the contract's keys."""

    PREGNANT = "pregnant"
    BREASTFEEDING = "breastfeeding"


class Skin(StrEnum):
    """What can be ticked at Step.SKIN; the values are the contract's keys."""

    KELOID_TENDENCY = "keloid_tendency"
    ATOPIC_ECZEMA = "atopic_eczema"


# One answer each: bool, date, an enumeration of answers.py, a frozenset of one, or earlier doses.
StepValue = bool | date | StrEnum | frozenset[Any] | tuple[PreviousDose, ...]
PartialAnswers = Mapping[Step, StepValue]

FIELD_OF: MappingProxyType[Step, str] = MappingProxyType(
    {
        Step.DATE_OF_BIRTH: "date_of_birth",
        Step.SYMPTOMS: "mpox_symptoms",
        Step.ALLERGIES: "allergies",
        Step.HAD_MPOX: "had_mpox",
        Step.PREVIOUS_DOSES: "previous_doses",
        Step.MPOX_AFTER_DOSE: "mpox_after_dose",
        Step.SMALLPOX_EVIDENCE: "smallpox_evidence",
        Step.IMMUNOSUPPRESSED: "immunosuppressed",
        Step.CONTINUING_RISK: "continuing_risk",
        Step.OCCUPATION: "occupation",
        Step.GENDER: "gender",
        Step.SEX_WITH_MEN: "sex_with_men",
        Step.ON_PREP: "on_prep",
        Step.HIV_POSITIVE: "hiv_positive",
        Step.SELLS_SEX_TO_MEN: "sells_sex_to_men",
        Step.RISK_BEHAVIOURS: "risk_behaviours",
        Step.STI_LAST_24_MONTHS: "sti_last_24_months",
    }
)
TICKED_AT = (Step.PREGNANCY, Step.SKIN)


def answers_of(given: PartialAnswers, *, assessed_on: date) -> Answers:
    """Return the answers that steps fill in; what was not asked has the contract's default.

    Needs the date of birth. An exposure without a day or kind yet is of the day itself, "other".
    """
    values: dict[str, Any] = {
        field: given[step] for step, field in FIELD_OF.items() if step in given
    }
    for step in TICKED_AT:
        ticked: Any = given.get(step, frozenset())
        values.update((str(field), True) for field in ticked)
    if given.get(Step.EXPOSED):
        exposed_on: Any = given.get(Step.EXPOSED_ON, assessed_on)
        contact: Any = given.get(Step.CONTACT, Contact.OTHER)
        values["exposure"] = Exposure(exposed_on, contact)
    return Answers(assessed_on=assessed_on, **values)
