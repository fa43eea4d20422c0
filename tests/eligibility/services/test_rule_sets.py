"""Putting a rule set in force from a day on, taking it back, and deciding by it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from audit.domain import Actor
from audit.models import AuditEntry
from eligibility import models
from eligibility.domain.answers import Gender, RiskBehaviour
from eligibility.domain.rules import RuleSet, UnknownRuleSetError
from eligibility.domain.steps import Step
from eligibility.models import RuleSetInForce
from eligibility.services import rule_sets
from eligibility.services.decisions import as_domain
from eligibility.services.rescreening import rescreen_at_visit
from eligibility.services.rule_sets import (
    AlreadyInForceError,
    DayTakenError,
    InThePastError,
    NotAheadError,
    NotValidYetError,
    put_in_force,
    rule_set_in_force,
    take_back,
)
from eligibility.services.screening import answer, screened
from patients.services import drafts
from tests.conftest import owner_parameters
from tests.eligibility.invented import FIRST, HOLDS_FROM, INVENTED
from tests.factories import BEFORE, BORN, DAY, day_answers, make_decision, make_patient, make_staff
from tests.invariants import assert_integrity, broken_invariants

TODAY = BEFORE.date()
PATIENCE = 2  # seconds


@pytest.fixture
def nora(db: None) -> Actor:
    """Nora administers all clinics."""
    return Actor.staff(make_staff(name="Nora").pk, clinic_id=None)


def put_invented(nora: Actor, **other: object) -> RuleSetInForce:
    arguments = {"rule_set": INVENTED.name, "from_date": DAY, "by": nora, "now": BEFORE}
    return put_in_force(**(arguments | other))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_without_any_row_the_first_rule_set_is_in_force(invented: RuleSet) -> None:
    assert rule_set_in_force(DAY) is FIRST


def test_from_its_day_on_the_one_put_in_force_decides(invented: RuleSet, nora: Actor) -> None:
    put_invented(nora)

    assert rule_set_in_force(DAY - timedelta(days=1)) is FIRST
    assert rule_set_in_force(DAY) is INVENTED
    assert rule_set_in_force(DAY + timedelta(days=500)) is INVENTED
    assert_integrity(now=BEFORE)


def test_it_can_begin_today(invented: RuleSet, nora: Actor) -> None:
    put_invented(nora, from_date=TODAY)

    assert rule_set_in_force(TODAY) is INVENTED
    assert_integrity(now=BEFORE)


def test_who_did_it_is_recorded(invented: RuleSet, nora: Actor) -> None:
    row = put_invented(nora)
    take_back(entry_id=row.pk, by=nora, now=BEFORE + timedelta(minutes=1))

    put, back = AuditEntry.objects.filter(action__startswith="rule_set.").order_by("pk")
    assert (put.action, put.actor_id) == ("rule_set.put_in_force", nora.id)
    assert put.reason == f"{INVENTED.name} {DAY}"
    assert (back.action, back.reason) == ("rule_set.taken_back", put.reason)


def test_the_rule_set_costs_one_query(
    invented: RuleSet, nora: Actor, django_assert_num_queries: Callable[[int], object]
) -> None:
    put_invented(nora)

    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        rule_set_in_force(DAY)


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"from_date": TODAY - timedelta(days=1)}, InThePastError),
        ({"rule_set": FIRST.name}, AlreadyInForceError),
        ({"rule_set": "fhi-1999"}, UnknownRuleSetError),
        (
            {"now": BEFORE.replace(year=2025), "from_date": HOLDS_FROM - timedelta(days=1)},
            NotValidYetError,
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    other: dict[str, object], refusal: type[Exception], invented: RuleSet, nora: Actor
) -> None:
    with pytest.raises(refusal):
        put_invented(nora, **other)

    assert not RuleSetInForce.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="rule_set.").exists()


def test_a_day_has_one_rule_set(invented: RuleSet, nora: Actor) -> None:
    put_invented(nora)

    with pytest.raises(DayTakenError):
        put_invented(nora, rule_set=FIRST.name)


def test_what_is_ahead_can_be_taken_back_and_put_again(invented: RuleSet, nora: Actor) -> None:
    row = put_invented(nora)
    take_back(entry_id=row.pk, by=nora, now=BEFORE)

    assert rule_set_in_force(DAY) is FIRST
    put_invented(nora)
    assert rule_set_in_force(DAY) is INVENTED
    assert [row.revision for row in RuleSetInForce.objects.all()] == [3, 2, 1]
    assert_integrity(now=BEFORE)


@pytest.mark.parametrize("days_after", [0, 1])
def test_what_has_begun_stays(days_after: int, invented: RuleSet, nora: Actor) -> None:
    row = put_invented(nora)
    then = BEFORE + (DAY - TODAY) + timedelta(days=days_after)

    with pytest.raises(NotAheadError):
        take_back(entry_id=row.pk, by=nora, now=then)


def test_nothing_is_taken_back_twice(invented: RuleSet, nora: Actor) -> None:
    row = put_invented(nora)
    back = take_back(entry_id=row.pk, by=nora, now=BEFORE)

    for entry in (row, back):
        with pytest.raises(NotAheadError):
            take_back(entry_id=entry.pk, by=nora, now=BEFORE)


def test_what_has_begun_is_replaced_by_the_old_one_from_another_day(
    invented: RuleSet, nora: Actor
) -> None:
    put_invented(nora, from_date=TODAY)
    put_invented(nora, rule_set=FIRST.name, from_date=TODAY + timedelta(days=1))

    assert rule_set_in_force(DAY) is FIRST
    assert_integrity(now=BEFORE)


def test_one_that_is_gone_from_the_code_is_a_clear_error(nora: Actor) -> None:
    """The row stays when a later version of the code has lost the rule set."""
    RuleSetInForce.objects.create(
        rule_set="fhi-2025-02-01", from_date=TODAY, revision=1, put_by_id=nora.id, put_at=BEFORE
    )

    with pytest.raises(UnknownRuleSetError, match="no rule set 'fhi-2025-02-01'"):
        rule_set_in_force(DAY)
    assert broken_invariants(now=BEFORE) == {"rule_set.known"}


@pytest.mark.usefixtures("valkey")
def test_a_screening_is_decided_and_recorded_by_the_one_in_force(
    invented: RuleSet, nora: Actor
) -> None:
    put_invented(nora)
    martin = drafts.new_key()
    for step, value in {
        Step.DATE_OF_BIRTH: BORN,
        Step.SYMPTOMS: False,
        Step.EXPOSED: False,
        Step.PREVIOUS_DOSES: (),
        Step.OCCUPATION: "none",
        Step.GENDER: Gender.MAN,
        Step.SEX_WITH_MEN: True,
        Step.ON_PREP: True,
        Step.ALLERGIES: frozenset[RiskBehaviour](),
        Step.HAD_MPOX: False,
        Step.SMALLPOX_EVIDENCE: "none",
        Step.IMMUNOSUPPRESSED: "no",
        Step.PREGNANCY: frozenset[RiskBehaviour](),
        Step.SKIN: frozenset[RiskBehaviour](),
    }.items():
        answer(martin, step, value)  # type: ignore[arg-type]

    before, after = screened(martin, now=BEFORE), screened(martin, now=BEFORE + (DAY - TODAY))

    assert before is not None
    assert before.decision.guideline == FIRST.name
    assert after is not None
    assert after.decision.guideline == INVENTED.name


def test_the_visit_is_decided_and_recorded_by_the_one_in_force_that_day(
    invented: RuleSet, nora: Actor
) -> None:
    patient = make_patient()
    kept = make_decision(patient=patient, now=BEFORE)
    put_invented(nora)

    def asked(now: object) -> models.Decision:
        return rescreen_at_visit(
            kept,
            answers=day_answers(patient),
            doses=[],
            by=nora,
            now=now,  # type: ignore[arg-type]
        )

    assert kept.rule_set == FIRST.name
    assert asked(BEFORE + timedelta(days=1)).rule_set == FIRST.name
    on_the_day = asked(BEFORE + (DAY - TODAY))
    assert on_the_day.rule_set == INVENTED.name
    assert as_domain(on_the_day).outcome == "clinician_review"


def test_the_application_can_change_no_row(invented: RuleSet, nora: Actor) -> None:
    put_invented(nora)

    for change in (
        lambda: RuleSetInForce.objects.update(rule_set=FIRST.name),
        lambda: RuleSetInForce.objects.all().delete(),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


def together(*tasks: Callable[[], object]) -> list[str]:
    """Run tasks at the same moment on connections of their own; return the names of what came."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], object]) -> str:
        connection.ensure_connection()
        try:
            start.wait(timeout=30)
            return type(task()).__name__
        except Exception as error:  # noqa: BLE001
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return sorted(pool.map(run, tasks))


@pytest.fixture
def linger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first who has read what was put wait for the second to have read it too."""
    read, second = [], Event()
    really = rule_sets.put_so_far

    def read_and_linger() -> object:
        found = really()
        read.append(1)
        if len(read) > 1:
            second.set()
        second.wait(timeout=PATIENCE)
        return found

    monkeypatch.setattr(rule_sets, "put_so_far", read_and_linger)


@pytest.fixture
def _no_constraint() -> Iterator[None]:
    name, table = "one_rule_set_a_day", "eligibility_rulesetinforce"
    with psycopg.connect(**owner_parameters(), autocommit=True) as owner:
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield
        owner.execute(f"DELETE FROM {table}")
        owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (from_date, revision)")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("linger")
def test_of_two_who_put_one_for_the_same_day_one_is_told(invented: RuleSet, nora: Actor) -> None:
    came = together(lambda: put_invented(nora), lambda: put_invented(nora))

    assert came == ["DayTakenError", "RuleSetInForce"]
    assert RuleSetInForce.objects.count() == 1
    assert AuditEntry.objects.filter(action="rule_set.put_in_force").count() == 1
    assert_integrity(now=BEFORE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("linger", "_no_constraint")
def test_control_without_the_constraint_both_are_written(invented: RuleSet, nora: Actor) -> None:
    """Shows that the race is real: the constraint is what stops it."""
    came = together(lambda: put_invented(nora), lambda: put_invented(nora))

    assert came == ["RuleSetInForce", "RuleSetInForce"]
    assert "rule_set.revisions" in broken_invariants(now=BEFORE)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_back_one_is_told(
    invented: RuleSet, nora: Actor, request: pytest.FixtureRequest
) -> None:
    row = put_invented(nora)
    request.getfixturevalue("linger")

    came = together(*[lambda: take_back(entry_id=row.pk, by=nora, now=BEFORE)] * 2)

    assert came == ["NotAheadError", "RuleSetInForce"]
    assert_integrity(now=BEFORE)
