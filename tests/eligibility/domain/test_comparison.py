"""What differs between two decisions about one case."""

from eligibility.domain.comparison import Difference, differences
from eligibility.domain.contract import decision_mapping
from tests.eligibility.domain.cases import VACCINATED_AGAINST_SMALLPOX, decided, kim, martin

MARTIN = decision_mapping(decided(martin()))


def test_equal_decisions_do_not_differ() -> None:
    assert differences(MARTIN, dict(MARTIN)) == []


def test_the_name_of_the_rule_set_is_no_difference() -> None:
    assert differences(MARTIN, {**MARTIN, "guideline": "another"}) == []


def test_a_course_is_compared_part_by_part() -> None:
    one_dose = decision_mapping(decided(martin(**VACCINATED_AGAINST_SMALLPOX)))

    found = differences(MARTIN, one_dose)

    assert Difference("course.doses", 2, 1) in found
    assert [difference.field for difference in found] == ["course.doses", "reasons", "advice"]


def test_a_course_that_is_gone_is_shown_whole() -> None:
    found = differences(MARTIN, decision_mapping(decided(kim())))

    assert Difference("course", MARTIN["course"], None) in found
    assert found[0] == Difference("outcome", "eligible", "not_offered")
