"""What everybody is told before the dose: the words of the rules that apply to the person."""

from collections.abc import Mapping
from types import MappingProxyType

from eligibility.models import Decision
from eligibility.rule_words import WORDS_OF_SET, RuleWords

# In the order it is said: what is normal, what is not, when it works.
TO_TELL = ("R47", "R45", "R42", "R46", "R44", "R48", "R35", "R49", "R50")


def to_tell(decision: Decision) -> list[RuleWords]:
    """Return what a person of this decision is told, in the order it is said."""
    words: Mapping[str, RuleWords] = WORDS_OF_SET.get(decision.rule_set, MappingProxyType({}))
    return [words[rule] for rule in TO_TELL if rule in decision.advice and rule in words]
