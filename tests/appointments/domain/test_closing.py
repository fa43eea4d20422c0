"""What stands in the way of ending a day."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.domain.closing import DayFacts, Hindrance, hindrances

NUMBERS = [one.name for one in fields(DayFacts) if one.name not in {"begun", "cases_told"}]
FACTS = st.builds(
    DayFacts,
    begun=st.booleans(),
    cases_told=st.booleans(),
    **{name: st.integers(min_value=0, max_value=3) for name in NUMBERS},
)


def test_a_day_with_nothing_left_may_be_ended() -> None:
    assert hindrances(DayFacts()) == ()


@pytest.mark.parametrize("name", NUMBERS)
def test_each_thing_left_stands_in_the_way_by_itself(name: str) -> None:
    assert hindrances(replace(DayFacts(), **{name: 1})) == (Hindrance(name),)


def test_cases_stand_in_the_way_until_the_clinician_knows() -> None:
    assert hindrances(DayFacts(cases=2)) == (Hindrance.CASES,)
    assert hindrances(DayFacts(cases=2, cases_told=True)) == ()


@given(FACTS)
def test_a_day_may_be_ended_just_when_nothing_is_left(facts: DayFacts) -> None:
    undone = [getattr(facts, name) for name in NUMBERS if name != "cases"]
    clear = facts.begun and not any(undone) and (not facts.cases or facts.cases_told)

    assert (hindrances(facts) == ()) is clear


@given(FACTS, st.sampled_from(NUMBERS))
def test_doing_one_thing_never_brings_another(facts: DayFacts, name: str) -> None:
    done = hindrances(replace(facts, **{name: 0}))

    assert set(done) == set(hindrances(facts)) - {Hindrance(name)}
    assert list(done) == sorted(done, key=list(Hindrance).index)
