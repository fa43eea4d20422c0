"""R10-R15, R21, R28, A10: possible exposure, the window and the deadline."""

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest

from eligibility.domain.answers import Answers, Contact, Exposure, Immunosuppressed, Occupation
from eligibility.domain.decision import Outcome, Pepv, Route, Window
from tests.eligibility.domain.cases import (
    CHILD,
    ON,
    VACCINATED_AGAINST_SMALLPOX,
    decided,
    dose,
    exposed,
    kim,
    pepv_dose,
)

YES = Immunosuppressed.YES


def test_r10_an_exposed_person_is_assessed_by_a_doctor() -> None:
    decision = decided(kim(exposure=exposed()))

    assert decision.outcome is Outcome.CLINICIAN_REVIEW
    assert {"R10", "R21"} <= set(decision.reasons)


@pytest.mark.parametrize(
    ("rule_id", "contact", "day", "holds"),
    [
        ("R11", Contact.SEXUAL, 0, True),
        ("R11", Contact.HOUSEHOLD, 4, True),
        ("R11", Contact.HOUSEHOLD, 5, False),
        ("R11", Contact.OTHER, 1, False),
    ],
)
def test_r11_likely_contact_on_day_0_to_4(
    rule_id: str, contact: Contact, day: int, holds: bool
) -> None:
    reasons = decided(kim(exposure=exposed(day, contact))).reasons

    assert (rule_id in reasons) is holds


@pytest.mark.parametrize(
    ("rule_id", "answers", "day", "holds"),
    [
        ("R12", {"date_of_birth": CHILD}, 14, True),
        ("R12", {"date_of_birth": date(2018, 6, 2)}, 3, True),
        ("R12", {"date_of_birth": date(2018, 6, 1)}, 3, False),
        ("R12", {"pregnant": True}, 0, True),
        ("R12", {"immunosuppressed": YES}, 14, True),
        ("R12", {"immunosuppressed": YES}, 15, False),
        ("R12", {"immunosuppressed": Immunosuppressed.UNSURE}, 3, False),
        ("R12", {}, 3, False),
    ],
)
def test_r12_high_risk_of_severe_disease_to_day_14(
    rule_id: str, answers: dict[str, Any], day: int, holds: bool
) -> None:
    reasons = decided(kim(**answers, exposure=exposed(day))).reasons

    assert (rule_id in reasons) is holds


@pytest.mark.parametrize(
    ("day", "window"),
    [
        (0, Window.DAY_0_TO_4),
        (4, Window.DAY_0_TO_4),
        (5, Window.DAY_5_TO_14),
        (14, Window.DAY_5_TO_14),
        (15, Window.PASSED),
    ],
)
@pytest.mark.parametrize(("pregnant", "last_day"), [(False, 4), (True, 14)])
def test_r13_the_window_follows_the_day_and_the_deadline_the_risk(
    day: int, window: Window, pregnant: bool, last_day: int
) -> None:
    decision = decided(kim(exposure=exposed(day), pregnant=pregnant))

    deadline = ON - timedelta(days=day) + timedelta(days=last_day)
    assert decision.pepv == Pepv(day=day, window=window, deadline=deadline)


def test_r14_there_is_no_place_for_who_the_index_case_was() -> None:
    assert [field.name for field in fields(Exposure)] == ["exposed_on", "contact"]
    assert not [field.name for field in fields(Answers) if "index" in field.name]


@pytest.mark.parametrize(
    ("rule_id", "occupation", "holds"),
    [
        ("R15", Occupation.EXPOSED_HEALTH_WORKER, True),
        ("R15", Occupation.OTHER_HEALTH_WORKER, True),
        ("R15", Occupation.LIVE_VIRUS_LAB, False),
    ],
)
def test_r15_an_exposed_health_worker_is_assessed_like_others(
    rule_id: str, occupation: Occupation, holds: bool
) -> None:
    decision = decided(kim(exposure=exposed(), occupation=occupation))

    assert (rule_id in decision.reasons) is holds
    assert decision.outcome is Outcome.CLINICIAN_REVIEW
    assert rule_id not in decided(kim(occupation=occupation)).reasons


def test_r21_pepv_is_a_full_dose_under_the_skin() -> None:
    course = decided(kim(exposure=exposed())).course

    assert course is not None
    assert (course.route, str(course.volume_ml)) == (Route.SUBCUTANEOUS, "0.5")
    assert course.doses == 1


def test_r28_pregnant_and_exposed_is_an_individual_assessment_without_a1() -> None:
    decision = decided(kim(exposure=exposed(), pregnant=True))

    assert "R28" in decision.reasons
    assert "A1" not in decision.reasons
    assert "R28" not in decided(kim(pregnant=True)).reasons


@pytest.mark.parametrize(
    ("rule_id", "day", "pregnant", "holds"),
    [
        ("A10", 4, False, False),
        ("A10", 5, False, True),
        ("A10", 5, True, False),
        ("A10", 14, True, False),
        ("A10", 15, True, True),
    ],
)
def test_a10_a_passed_deadline_is_still_a_review(
    rule_id: str, day: int, pregnant: bool, holds: bool
) -> None:
    decision = decided(kim(exposure=exposed(day), pregnant=pregnant))

    assert (rule_id in decision.reasons) is holds
    assert decision.outcome is Outcome.CLINICIAN_REVIEW


@pytest.mark.parametrize(
    ("who", "answers", "doses"),
    [
        ("without continuing risk", {}, 1),
        ("with continuing risk", {"continuing_risk": True}, 2),
        ("one-dose person", {**VACCINATED_AGAINST_SMALLPOX, "continuing_risk": True}, 1),
        (
            "smallpox-vaccinated, immunosuppressed",
            {**VACCINATED_AGAINST_SMALLPOX, "continuing_risk": True, "immunosuppressed": YES},
            2,
        ),
        ("after one dose, whatever the risk", {"previous_doses": (dose(),)}, 2),
    ],
)
def test_the_pepv_course(who: str, answers: dict[str, Any], doses: int) -> None:
    course = decided(kim(**answers, exposure=exposed())).course

    assert course is not None
    assert course.doses == doses


@pytest.mark.parametrize(
    "answers",
    [
        {"previous_doses": (dose(80), dose(40))},
        {**VACCINATED_AGAINST_SMALLPOX, "previous_doses": (pepv_dose(),)},
    ],
)
def test_an_exposed_person_with_all_doses_is_reviewed_without_a_course(
    answers: dict[str, Any],
) -> None:
    decision = decided(kim(**answers, exposure=exposed()))

    assert decision.outcome is Outcome.CLINICIAN_REVIEW
    assert decision.course is None
