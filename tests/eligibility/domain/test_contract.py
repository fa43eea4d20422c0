"""The assessment contract: every fault is found and named, and JSON goes there and back."""

import json
from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from eligibility.domain.answers import Answers, Contact, Exposure, Gender, Indication, PreviousDose
from eligibility.domain.contract import (
    answers_from_mapping,
    answers_mapping,
    decision_mapping,
    read_cases,
)
from eligibility.domain.faults import ContractError, Fault, FaultCode
from tests.eligibility.domain.cases import any_answers, decided, exposed, kim, martin

TODAY = date(2024, 6, 1)
BORN = {"date_of_birth": "1990-05-05"}
EXPOSURE = {"exposed_on": "2024-05-30", "contact": "sexual"}
DOSE = {"given_on": "2024-01-01", "indication": "ppv", "abroad": False, "documented": True}

BOOLEANS = [
    "sex_with_men",
    "sells_sex_to_men",
    "hiv_positive",
    "on_prep",
    "pregnant",
    "breastfeeding",
    "fever_over_38",
    "mpox_symptoms",
    "had_mpox",
    "keloid_tendency",
    "atopic_eczema",
    "mpox_after_dose",
    "local_reaction_persists",
    "continuing_risk",
]
CHOICES = ["gender", "occupation", "immunosuppressed", "smallpox_evidence"]
LISTS = ["risk_behaviours", "sti_last_24_months", "allergies"]


def faults_of(raw: object) -> list[tuple[str, FaultCode]]:
    with pytest.raises(ContractError) as caught:
        answers_from_mapping(raw, today=TODAY)
    return [(fault.field, fault.code) for fault in caught.value.faults]


def test_defaults_are_those_of_the_contract() -> None:
    assert answers_from_mapping(BORN, today=TODAY) == Answers(
        date_of_birth=date(1990, 5, 5), assessed_on=TODAY
    )


def test_a_full_case_is_read() -> None:
    case = {**BORN, "gender": "man", "exposure": EXPOSURE, "previous_doses": [DOSE]}

    assert answers_from_mapping(case, today=TODAY) == Answers(
        date_of_birth=date(1990, 5, 5),
        assessed_on=TODAY,
        gender=Gender.MAN,
        exposure=Exposure(date(2024, 5, 30), Contact.SEXUAL),
        previous_doses=(PreviousDose(date(2024, 1, 1), Indication.PPV, False, True),),
    )


@pytest.mark.parametrize("field", BOOLEANS)
@pytest.mark.parametrize("value", [0, 1, "yes", "true", None, []])
def test_a_bool_is_nothing_else(field: str, value: object) -> None:
    assert faults_of({**BORN, field: value}) == [(field, FaultCode.WRONG_TYPE)]


@pytest.mark.parametrize("field", CHOICES)
@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("maybe", FaultCode.UNKNOWN_VALUE),
        ("", FaultCode.UNKNOWN_VALUE),
        (None, FaultCode.WRONG_TYPE),
        (True, FaultCode.WRONG_TYPE),
        (["none"], FaultCode.WRONG_TYPE),
    ],
)
def test_a_choice_is_one_of_its_values(field: str, value: object, code: FaultCode) -> None:
    assert faults_of({**BORN, field: value}) == [(field, code)]


@pytest.mark.parametrize("field", LISTS)
@pytest.mark.parametrize(
    ("value", "place", "code"),
    [
        ("syphilis", "", FaultCode.WRONG_TYPE),
        (None, "", FaultCode.WRONG_TYPE),
        ({}, "", FaultCode.WRONG_TYPE),
        (["measles"], "[0]", FaultCode.UNKNOWN_VALUE),
        ([3], "[0]", FaultCode.WRONG_TYPE),
    ],
)
def test_a_list_holds_its_values(field: str, value: object, place: str, code: FaultCode) -> None:
    assert faults_of({**BORN, field: value}) == [(field + place, code)]


@pytest.mark.parametrize("field", ["date_of_birth", "assessed_on"])
@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2023-02-29", FaultCode.IMPOSSIBLE_DATE),
        ("2023-2-3", FaultCode.IMPOSSIBLE_DATE),
        ("20230203", FaultCode.IMPOSSIBLE_DATE),
        ("2023-W05-5", FaultCode.IMPOSSIBLE_DATE),
        ("2023-02-03T00:00", FaultCode.IMPOSSIBLE_DATE),
        ("2023-02-03\n", FaultCode.IMPOSSIBLE_DATE),
        ("٢٠٢٣-٠٢-٠٣", FaultCode.IMPOSSIBLE_DATE),
        ("0000-01-01", FaultCode.IMPOSSIBLE_DATE),
        ("9999-12-31", FaultCode.IMPOSSIBLE_DATE),
        (20230203, FaultCode.WRONG_TYPE),
        (None, FaultCode.WRONG_TYPE),
    ],
)
def test_a_date_is_a_possible_iso_date(field: str, value: object, code: FaultCode) -> None:
    assert faults_of({**BORN, field: value}) == [(field, code)]


FAULTS: list[tuple[str, object, list[tuple[str, FaultCode]]]] = [
    ("not an object", 3, [("", FaultCode.NOT_AN_OBJECT)]),
    ("no birth", {}, [("date_of_birth", FaultCode.MISSING)]),
    ("unknown key", {**BORN, "age": 3}, [("age", FaultCode.UNKNOWN_KEY)]),
    ("index case", {**BORN, "index_case": "NN"}, [("index_case", FaultCode.UNKNOWN_KEY)]),
    ("exposure list", {**BORN, "exposure": []}, [("exposure", FaultCode.WRONG_TYPE)]),
    (
        "exposure half",
        {**BORN, "exposure": {"contact": "sexual"}},
        [("exposure.exposed_on", FaultCode.MISSING)],
    ),
    (
        "exposure with a name",
        {**BORN, "exposure": {**EXPOSURE, "who": "NN"}},
        [("exposure.who", FaultCode.UNKNOWN_KEY)],
    ),
    (
        "exposure with an unknown contact",
        {**BORN, "exposure": {**EXPOSURE, "contact": "work"}},
        [("exposure.contact", FaultCode.UNKNOWN_VALUE)],
    ),
    ("doses null", {**BORN, "previous_doses": None}, [("previous_doses", FaultCode.WRONG_TYPE)]),
    (
        "dose not an object",
        {**BORN, "previous_doses": [DOSE, "2024-01-01"]},
        [("previous_doses[1]", FaultCode.WRONG_TYPE)],
    ),
    (
        "dose empty",
        {**BORN, "previous_doses": [{}]},
        [
            (f"previous_doses[0].{key}", FaultCode.MISSING)
            for key in ("given_on", "indication", "abroad", "documented")
        ],
    ),
    (
        "dose with wrong types",
        {**BORN, "previous_doses": [{**DOSE, "abroad": 0, "indication": None}]},
        [
            ("previous_doses[0].indication", FaultCode.WRONG_TYPE),
            ("previous_doses[0].abroad", FaultCode.WRONG_TYPE),
        ],
    ),
    (
        "born after the assessment",
        {"date_of_birth": "2024-06-02"},
        [("date_of_birth", FaultCode.AFTER_ASSESSED_ON)],
    ),
    (
        "born after the assessment: nothing else is measured by it",
        {"date_of_birth": "2024-06-02", "exposure": EXPOSURE},
        [("date_of_birth", FaultCode.AFTER_ASSESSED_ON)],
    ),
    (
        "born before 1900",
        {"date_of_birth": "1899-12-31"},
        [("date_of_birth", FaultCode.BEFORE_1900)],
    ),
    (
        "exposed tomorrow",
        {**BORN, "exposure": {**EXPOSURE, "exposed_on": "2024-06-02"}},
        [("exposure.exposed_on", FaultCode.AFTER_ASSESSED_ON)],
    ),
    (
        "exposed before birth",
        {**BORN, "exposure": {**EXPOSURE, "exposed_on": "1990-05-04"}},
        [("exposure.exposed_on", FaultCode.BEFORE_BIRTH)],
    ),
    (
        "a dose tomorrow and one before birth",
        {
            **BORN,
            "previous_doses": [
                {**DOSE, "given_on": "2024-06-02"},
                {**DOSE, "given_on": "1990-05-04"},
            ],
        },
        [
            ("previous_doses[0].given_on", FaultCode.AFTER_ASSESSED_ON),
            ("previous_doses[1].given_on", FaultCode.BEFORE_BIRTH),
        ],
    ),
    (
        "an unknown contact does not hide an impossible order",
        {**BORN, "exposure": {"exposed_on": "2024-06-02", "contact": "work"}},
        [
            ("exposure.contact", FaultCode.UNKNOWN_VALUE),
            ("exposure.exposed_on", FaultCode.AFTER_ASSESSED_ON),
        ],
    ),
    (
        "several at once",
        {"date_of_birth": 3, "gender": "x", "pregnant": 1, "age": 1},
        [
            ("date_of_birth", FaultCode.WRONG_TYPE),
            ("gender", FaultCode.UNKNOWN_VALUE),
            ("pregnant", FaultCode.WRONG_TYPE),
            ("age", FaultCode.UNKNOWN_KEY),
        ],
    ),
]


@pytest.mark.parametrize(("what", "raw", "faults"), FAULTS)
def test_every_fault_of_a_case_is_named(
    what: str, raw: object, faults: list[tuple[str, FaultCode]]
) -> None:
    assert faults_of(raw) == faults


def test_the_day_itself_is_allowed_for_birth_exposure_and_dose() -> None:
    newborn = {
        "date_of_birth": "2024-06-01",
        "exposure": {**EXPOSURE, "exposed_on": "2024-06-01"},
        "previous_doses": [{**DOSE, "given_on": "2024-06-01"}],
    }

    assert answers_from_mapping(newborn, today=TODAY).date_of_birth == TODAY


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", "[1,]", b"\xff\xfe{", "[" * 100_000])
def test_what_is_not_json_is_refused_as_a_whole(text: str | bytes) -> None:
    with pytest.raises(ContractError) as caught:
        read_cases(text, today=TODAY)

    assert caught.value.faults == (Fault(None, "", FaultCode.NOT_JSON),)


@pytest.mark.parametrize("text", ["3", "null", '"x"', "true", "NaN"])
def test_json_that_is_no_case_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(ContractError) as caught:
        read_cases(text, today=TODAY)

    assert caught.value.faults == (Fault(None, "", FaultCode.NOT_CASES),)


def test_faults_of_all_cases_are_found_with_their_number_from_0() -> None:
    with pytest.raises(ContractError) as caught:
        read_cases(json.dumps([BORN, {}, 3, {**BORN, "gender": None}]), today=TODAY)

    assert caught.value.faults == (
        Fault(1, "date_of_birth", FaultCode.MISSING),
        Fault(2, "", FaultCode.NOT_AN_OBJECT),
        Fault(3, "gender", FaultCode.WRONG_TYPE),
    )


def test_a_key_given_twice_is_a_fault_also_inside() -> None:
    text = """{"date_of_birth": "1990-05-05", "pregnant": true, "pregnant": false,
        "exposure": {"exposed_on": "2024-05-01", "contact": "other", "contact": "sexual"}}"""

    with pytest.raises(ContractError) as caught:
        read_cases(text, today=TODAY)

    assert caught.value.faults == (
        Fault(0, "pregnant", FaultCode.REPEATED_KEY),
        Fault(0, "exposure.contact", FaultCode.REPEATED_KEY),
    )


def test_one_object_and_a_list_are_told_apart() -> None:
    assert read_cases(json.dumps(BORN), today=TODAY).is_list is False
    assert read_cases(json.dumps([BORN]), today=TODAY).is_list is True
    assert read_cases("[]", today=TODAY).answers == ()
    assert read_cases("\ufeff".encode() + json.dumps(BORN).encode(), today=TODAY).answers


@settings(deadline=None, max_examples=300)
@given(any_answers())
def test_answers_go_to_json_and_back(answers: Answers) -> None:
    text = json.dumps(answers_mapping(answers))

    assert read_cases(text, today=date(1999, 1, 1)).answers == (answers,)


def test_answers_are_written_with_every_key_of_the_contract() -> None:
    assert list(answers_mapping(kim())) == [field.name for field in fields(Answers)]


@settings(deadline=None, max_examples=100)
@given(any_answers())
def test_a_decision_is_written_with_the_keys_of_the_contract(answers: Answers) -> None:
    written = decision_mapping(decided(answers))

    assert json.loads(json.dumps(written)) == written
    assert list(written) == [
        "guideline",
        "outcome",
        "indication",
        "priority_group",
        "setting",
        "course",
        "pepv",
        "reasons",
        "advice",
        "flags",
    ]


def test_a_course_is_written_as_in_the_contract() -> None:
    written: dict[str, Any] = decision_mapping(decided(martin()))

    assert written["course"] == {
        "doses": 2,
        "route": "intradermal",
        "volume_ml": 0.1,
        "next_dose": 1,
        "min_interval_days": 28,
        "earliest_on": "2024-06-01",
    }
    assert (written["outcome"], written["indication"]) == ("eligible", "ppv")
    assert (written["priority_group"], written["setting"]) == (3, "municipal")
    assert written["pepv"] is None


def test_an_exposure_is_written_as_in_the_contract() -> None:
    written = decision_mapping(decided(kim(exposure=exposed(2))))

    assert written["pepv"] == {"day": 2, "window": "0-4", "deadline": "2024-06-03"}
    assert (written["priority_group"], written["setting"]) == (None, None)


def test_a_case_in_a_list_is_assessed_today_unless_it_says_when() -> None:
    [case] = read_cases('[{"date_of_birth": "1990-05-05"}]', today=TODAY).answers

    assert case.assessed_on == TODAY
