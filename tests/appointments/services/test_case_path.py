"""Which answers lead to a clinician, where to, and by when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from appointments.services.case_path import places_for, window_of
from eligibility.domain.answers import Allergy, Contact, Exposure
from eligibility.domain.case_kinds import case_kind_of
from eligibility.domain.decision import Outcome
from eligibility.domain.rules import decide, newest_rule_set
from tests.factories import BEFORE, answers_of, make_clinic, make_patient, make_session

pytestmark = pytest.mark.django_db
TODAY = BEFORE.date()


def decided(days_ago=None, **answers):
    if days_ago is not None:
        answers["exposure"] = Exposure(TODAY - timedelta(days=days_ago), Contact.SEXUAL)
    return decide(answers_of(make_patient(), now=BEFORE, **answers), newest_rule_set())


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"days_ago": 0}, "pepv"),
        ({"days_ago": 30}, "pepv"),  # A10
        ({"days_ago": 1, "allergies": frozenset({Allergy.GENTAMICIN})}, "pepv"),  # R30
        ({"days_ago": 1, "had_mpox": True}, "pepv"),  # R33
        ({"days_ago": 1, "mpox_after_dose": True}, "pepv"),  # R20
        ({"days_ago": 1, "mpox_symptoms": True}, None),  # R32
        ({"pregnant": True}, "review"),  # A1
        ({"allergies": frozenset({Allergy.OTHER})}, "review"),  # A6
        ({}, None),
        ({"allergies": frozenset({Allergy.GENTAMICIN})}, None),
        ({"had_mpox": True}, None),
        ({"fever_over_38": True}, None),
        ({"sex_with_men": False}, None),
    ],
)
def test_who_is_a_clinicians_to_decide_on(answers, kind):
    assert case_kind_of(decided(**answers)) == kind


@pytest.mark.parametrize("outcome", Outcome)
def test_nobody_with_symptoms_and_nobody_eligible_becomes_a_case(outcome):
    exposed, unexposed = decided(days_ago=1), decided()
    settled = {Outcome.ELIGIBLE, Outcome.SEEK_CARE, Outcome.DEFER, Outcome.NOT_OFFERED}
    if outcome in settled:
        assert case_kind_of(replace(exposed, outcome=outcome)) is None
    if outcome != Outcome.CLINICIAN_REVIEW:
        assert case_kind_of(replace(unexposed, outcome=outcome)) is None


@pytest.mark.parametrize(
    ("days_ago", "more", "prevents", "is_open", "goes_on"),
    [
        (0, {}, True, True, False),
        (4, {}, True, True, False),
        (5, {}, False, False, False),
        (4, {"pregnant": True}, True, True, True),
        (5, {"pregnant": True}, False, True, True),
        (14, {"pregnant": True}, False, True, True),
        (15, {"pregnant": True}, False, False, True),
    ],
)
def test_both_days_count_until_they_are_over(days_ago, more, prevents, is_open, goes_on):
    window = window_of(decided(days_ago=days_ago, **more))
    assert (window.prevents, window.is_open, window.goes_on) == (prevents, is_open, goes_on)
    day_0 = TODAY - timedelta(days=days_ago)
    assert window.prevents_until == day_0 + timedelta(days=4)
    assert window.deadline == day_0 + timedelta(days=14 if more else 4)


def test_somebody_who_was_not_exposed_has_no_window():
    assert window_of(decided(pregnant=True)) is None


def test_the_clinics_of_the_setting_are_asked_and_all_where_it_has_none(
    django_assert_num_queries,
):
    late = make_clinic()
    make_session(clinic=late)
    soon = make_clinic(slug="snart", city="Ås")
    make_session(clinic=soon, starts_at=BEFORE + timedelta(hours=3))
    hospital = make_clinic(slug="sykehuset", kind="specialist", groups=(1,))
    exposed, reviewed = decided(days_ago=1), decided(pregnant=True)
    with django_assert_num_queries(2):
        assert [one.clinic for one in places_for(exposed, now=BEFORE)] == [soon, late, hospital]
    assert [one.clinic for one in places_for(reviewed, now=BEFORE)] == [soon, late]
    in_group_1 = decided(pregnant=True, hiv_positive=True)
    assert [one.clinic for one in places_for(in_group_1, now=BEFORE)] == [hospital]
    hospital.delete()
    assert [one.clinic for one in places_for(in_group_1, now=BEFORE)] == [soon, late]


def test_a_session_under_way_counts_as_open_and_one_that_is_over_does_not():
    clinic = make_clinic()
    make_session(clinic=clinic, starts_at=BEFORE - timedelta(hours=1))
    make_session(clinic=clinic, starts_at=BEFORE - timedelta(days=1))
    [place] = places_for(decided(days_ago=1), now=BEFORE)
    assert place.opens_at == BEFORE - timedelta(hours=1)
    assert place.opens_at.date() == date(2026, 11, 19)
