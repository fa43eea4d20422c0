"""What the tests of eligibility share."""

import pytest

from eligibility import rule_words
from eligibility.domain.rules import RuleSet, registry
from tests.eligibility.invented import FIRST, INVENTED, WORDS


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> RuleSet:
    """Put the invented rule set into the code, as its package and its lines would."""
    monkeypatch.setattr(registry, "RULE_SETS", (FIRST, INVENTED))
    first_words = rule_words.WORDS_OF_SET[FIRST.name]
    monkeypatch.setitem(
        rule_words.WORDS_OF_SET,
        INVENTED.name,
        {**first_words, "R51": WORDS},  # type: ignore[arg-type]
    )
    return INVENTED
