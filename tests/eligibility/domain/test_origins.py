"""Each rule set says where its rules come from; the first one quotes the article word for word."""

import re
from pathlib import Path

import pytest

from eligibility.domain.rules import RuleSet, rule_sets
from eligibility.domain.rules.origin import Chapter, Origin
from tests.eligibility.domain.cases import RULE_SET
from tests.eligibility.domain.test_rule_ids import IDS

RULES = Path(__file__).parents[3] / "eligibility" / "domain" / "rules" / "fhi_2023_05_23"
READINGS = [f"A{number}" for number in range(1, 14)]


def in_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


ARTICLE = in_one_line((Path(__file__).parent / "fhi-2023-05-23.txt").read_text())


def stands_in_the_article(quote: str) -> bool:
    """Tell whether the parts of a quote stand in the article in this order."""
    parts = [re.escape(part.strip()) for part in in_one_line(quote).split("[...]")]
    return re.search(".*?".join(parts), ARTICLE) is not None


def test_every_rule_and_reading_is_listed_once() -> None:
    listed = [origin.rule_id for origin in RULE_SET.origins]

    assert len(listed) == len(set(listed))
    assert set(listed) == {*IDS, *READINGS, "COMPLETE"}


@pytest.mark.parametrize("origin", RULE_SET.origins, ids=lambda origin: origin.rule_id)
def test_the_heading_and_the_quote_stand_in_the_article(origin: Origin) -> None:
    assert origin.is_reading is (origin.rule_id in {*READINGS, "COMPLETE"})
    assert stands_in_the_article(origin.heading)
    assert stands_in_the_article(origin.quote)
    assert bool(origin.heading) is bool(origin.quote)


def test_what_the_rules_quote_stands_in_the_article() -> None:
    """The functions quote their line as well, in «», so that they read like the article."""
    quotes = [
        quote.replace("\n", " ")
        for path in RULES.glob("*.py")
        for quote in re.findall(r"«([^»]+)»", path.read_text())
    ]

    assert len(quotes) > 25
    assert [quote for quote in quotes if not stands_in_the_article(quote)] == []


@pytest.mark.parametrize("rules", rule_sets(), ids=lambda rules: rules.name)
def test_a_rule_set_lists_its_chapters_one_after_another(rules: RuleSet) -> None:
    chapters = [origin.chapter for origin in rules.origins]

    assert chapters == sorted(chapters, key=list(Chapter).index)
    assert set(chapters) == set(Chapter)
