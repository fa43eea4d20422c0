"""The shape of a decision as it is stored."""

import pytest

from eligibility.domain.kept import are_known, fits_outcome, is_course

COURSE = {
    "doses": 2,
    "route": "intradermal",
    "volume_ml": "0.1",
    "next_dose": 1,
    "min_interval_days": 28,
    "earliest_on": "2026-11-26",
}


def test_a_course_as_it_is_kept():
    assert is_course(COURSE)
    assert is_course({**COURSE, "route": "subcutaneous", "volume_ml": "0.5"})
    assert is_course({**COURSE, "volume_ml": "0.10"})


@pytest.mark.parametrize(
    "changes",
    [
        {"doses": 0},
        {"doses": 1, "next_dose": 2},
        {"doses": [2]},
        {"next_dose": "1"},
        {"route": "oral"},
        {"route": "subcutaneous"},
        {"volume_ml": "much"},
        {"volume_ml": None},
        {"min_interval_days": 27},
        {"earliest_on": "soon"},
        {"earliest_on": None},
        {"group": 3},
    ],
    ids=str,
)
def test_what_is_no_course(changes):
    assert not is_course({**COURSE, **changes})


def test_no_object_is_no_course():
    assert not is_course([])
    assert not is_course("intradermal")
    assert not is_course({name: value for name, value in COURSE.items() if name != "doses"})


@pytest.mark.parametrize(
    ("outcome", "with_one", "without"),
    [
        ("eligible", True, False),
        ("defer", True, False),
        ("clinician_review", True, True),
        ("not_needed", False, True),
        ("seek_care", False, True),
    ],
)
def test_which_outcomes_have_a_course(outcome, with_one, without):
    assert fits_outcome(COURSE, outcome) is with_one
    assert fits_outcome(None, outcome) is without


def test_words_of_the_rules_are_known_and_others_are_not():
    assert are_known(group="", setting="", flags=[])
    assert are_known(group="1", setting="specialist", flags=["pregnant", "other_allergy"])
    assert not are_known(group="4", setting="", flags=[])
    assert not are_known(group="1", setting="abroad", flags=[])
    assert not are_known(group="1", setting="", flags=["tall"])
    assert not are_known(group="1", setting="", flags=None)
