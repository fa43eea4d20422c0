"""The rules in plain words, for patients and staff alike; each rule set has words of its own.

Where each comes from in the guideline, its `RuleSet.sources` tell; a rule that is not there is our
reading as a whole.
"""

from types import MappingProxyType

from eligibility.domain.rules.fhi_2023_05_23 import RULE_SET as FHI_2023_05_23
from eligibility.rule_words.doses import DOSES
from eligibility.rule_words.exposure import EXPOSURE
from eligibility.rule_words.groups import GROUPS
from eligibility.rule_words.process import PROCESS
from eligibility.rule_words.readings import READINGS
from eligibility.rule_words.stops import STOPS
from eligibility.rule_words.words import RuleWords

__all__ = ["WORDS_OF_SET", "RuleWords", "words_of"]

# A new set takes what it keeps from an older one and says the rest anew.
WORDS_OF_SET: dict[str, MappingProxyType[str, RuleWords]] = {
    FHI_2023_05_23.name: MappingProxyType(
        {**GROUPS, **EXPOSURE, **DOSES, **STOPS, **PROCESS, **READINGS}
    ),
}


def words_of(rule_id: str, rule_set: str = FHI_2023_05_23.name) -> RuleWords:
    """Return the words of a rule: R1-R50 but for R5, A1-A13 or COMPLETE.

    ``rule_set`` is the set that the decision names, as `Decision.guideline`. Raises KeyError for a
    rule without words there; the tests let no set of the code have one.
    """
    return WORDS_OF_SET[rule_set][rule_id]
