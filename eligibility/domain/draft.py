"""A half-finished questionnaire as JSON, for as long as it waits for its next answer."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from eligibility.domain.answers import Contact
from eligibility.domain.contract import json_of
from eligibility.domain.contract_fields import (
    ANSWER_FIELDS,
    Readers,
    choice_of,
    choices_of,
    read_bool,
    read_date,
)
from eligibility.domain.faults import FaultLog
from eligibility.domain.steps import FIELD_OF, PartialAnswers, Pregnancy, Skin, Step, StepValue

READERS: Readers = MappingProxyType(
    {
        **{step.value: ANSWER_FIELDS[field] for step, field in FIELD_OF.items()},
        Step.EXPOSED.value: read_bool,
        Step.EXPOSED_ON.value: read_date,
        Step.CONTACT.value: choice_of(Contact),
        Step.PREGNANCY.value: choices_of(Pregnancy),
        Step.SKIN.value: choices_of(Skin),
    }
)


def draft_json(given: PartialAnswers) -> dict[str, Any]:
    """Return the answers so far as a JSON-like mapping from the steps' addresses."""
    return {step.value: json_of(value) for step, value in given.items()}


def draft_from_json(raw: Mapping[str, object]) -> dict[Step, StepValue]:
    """Return the answers that `draft_json` wrote.

    What cannot be read (a newer version asks differently) is left out and so asked again.
    """
    given: dict[Step, StepValue] = {}
    for step in Step:
        if step in raw:
            log = FaultLog(0)
            value: Any = READERS[step.value](raw[step], step, log)
            if not log.faults:
                given[step] = value
    return given
