"""How many questions may still come: at most so many, as the answers decide.

The longest way on from any answers is that of one of a few people, who between them are asked
everything. Tests walk the questionnaire at random and find no longer one.
"""

from datetime import date
from types import MappingProxyType

from eligibility.domain.answers import (
    Contact,
    Gender,
    Immunosuppressed,
    Indication,
    Occupation,
    PreviousDose,
    RiskBehaviour,
    SmallpoxEvidence,
)
from eligibility.domain.questionnaire import path
from eligibility.domain.steps import PartialAnswers, Step, StepValue

_DAY = date(2000, 1, 1)


def _dose(indication: Indication, *, documented: bool = True) -> tuple[PreviousDose, ...]:
    return (PreviousDose(_DAY, indication, abroad=not documented, documented=documented),)


# Asked all about groups, and about the dose: nothing stops, and group 3 is found last.
_LONGEST: MappingProxyType[Step, StepValue] = MappingProxyType(
    {
        Step.DATE_OF_BIRTH: _DAY,
        Step.SYMPTOMS: False,
        Step.EXPOSED: False,
        Step.EXPOSED_ON: _DAY,
        Step.CONTACT: Contact.OTHER,
        Step.ALLERGIES: frozenset(),
        Step.HAD_MPOX: False,
        Step.PREVIOUS_DOSES: (),
        Step.MPOX_AFTER_DOSE: False,
        Step.SMALLPOX_EVIDENCE: SmallpoxEvidence.NONE,
        Step.IMMUNOSUPPRESSED: Immunosuppressed.YES,
        Step.CONTINUING_RISK: False,
        Step.OCCUPATION: Occupation.NONE,
        Step.GENDER: Gender.MAN,
        Step.SEX_WITH_MEN: True,
        Step.ON_PREP: False,
        Step.HIV_POSITIVE: False,
        Step.SELLS_SEX_TO_MEN: False,
        Step.RISK_BEHAVIOURS: frozenset({RiskBehaviour.CASUAL_SEX}),
        Step.STI_LAST_24_MONTHS: frozenset(),
        Step.PREGNANCY: frozenset(),
        Step.SKIN: frozenset(),
    }
)
_CHANGES: tuple[dict[Step, StepValue], ...] = (
    {Step.EXPOSED: True},
    {Step.EXPOSED: True, Step.PREVIOUS_DOSES: _dose(Indication.PPV, documented=False)},
    {},
    {Step.PREVIOUS_DOSES: _dose(Indication.PPV)},
    {Step.PREVIOUS_DOSES: _dose(Indication.PEPV)},
    {Step.PREVIOUS_DOSES: _dose(Indication.PEPV), Step.CONTINUING_RISK: True},
    {Step.SELLS_SEX_TO_MEN: True},
    {Step.GENDER: Gender.TRANS, Step.SEX_WITH_MEN: False},
    {Step.OCCUPATION: Occupation.LIVE_VIRUS_LAB},
)
_PEOPLE: tuple[PartialAnswers, ...] = tuple({**_LONGEST, **changes} for changes in _CHANGES)


def most_questions(given: PartialAnswers) -> int:
    """Return how many questions there can be in all, those answered included."""
    return max(len(path({**person, **given})) for person in _PEOPLE)
