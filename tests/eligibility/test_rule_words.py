"""Every rule has plain words, in three languages, that can be read to the person it is about."""

import re

import pytest
from django.utils import translation

from eligibility.domain.rules import rule_sets
from eligibility.rule_words import WORDS_OF_SET, RuleWords, words_of

# The table has no R5.
IDS = [
    *(f"R{number}" for number in range(1, 51) if number != 5),
    *(f"A{number}" for number in range(1, 14)),
    "COMPLETE",
]
LANGUAGES = ["nb", "nn", "en"]
# Words of the trade that a reader should not need to know.
TRADE = re.compile(
    r"\b(PPV|PEPV|MSM|intradermal\w*|subkutan\w*|subcutaneous\w*|indikasjon\w*|kontraindi\w*)\b",
    re.IGNORECASE,
)


def said(words: RuleWords) -> str:
    return f"{words.title} {words.text} {words.reading}"


@pytest.mark.parametrize("rule_id", IDS)
def test_the_rule_has_a_title_and_one_to_four_sentences(rule_id: str) -> None:
    words = words_of(rule_id)

    assert 0 < len(str(words.title)) <= 75
    assert str(words.text).endswith(".")
    assert 1 <= len(re.findall(r"[.!?](?= |$)", str(words.text))) <= 5


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule_id", IDS)
def test_the_words_need_no_knowledge_of_the_trade(rule_id: str, language: str) -> None:
    with translation.override(language):
        assert not TRADE.search(said(words_of(rule_id)))


@pytest.mark.parametrize("rule_id", IDS)
def test_the_words_differ_from_language_to_language(rule_id: str) -> None:
    texts = set()
    for language in LANGUAGES:
        with translation.override(language):
            texts.add(str(words_of(rule_id).text))

    assert len(texts) == len(LANGUAGES)


def test_every_rule_set_of_the_code_has_words_and_no_others() -> None:
    assert set(WORDS_OF_SET) == {rule_set.name for rule_set in rule_sets()}


def test_a_rule_that_is_not_there_has_no_words() -> None:
    with pytest.raises(KeyError):
        words_of("R5")
