"""What travels with a case: only what was ticked, encrypted, and gone once the case is over."""

from dataclasses import fields

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from appointments.services.case_contents import FACTS, GROUP_ANSWERS, what_to_send
from clinics.domain.roles import Role
from clinics.sessions import SessionStore
from eligibility.domain.answers import Answers
from eligibility.domain.steps import Step
from eligibility.models import ReviewCase
from eligibility.services import cases
from tests.appointments.cases.way import PREGNANT
from tests.factories import BEFORE, BORN, actor_of, make_doctor

GROUP_KEYS = {key for keys in GROUP_ANSWERS.values() for key in keys}
# Values that only group answers have, in the contract's words and in ours.
TELLING = (
    "trans",
    "sex_with_men",
    "hiv_positive",
    "on_prep",
    "sells_sex",
    "casual_sex",
    "risk_behaviours",
    "syphilis",
    "sti_last",
)


def raw_rows() -> str:
    """Everything in the tables that patients' data are in, as the database stores it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ "
            "'^(eligibility|patients|appointments|audit|notifications|django_session)'"
        )
        tables = [table for (table,) in cursor.fetchall()]
        assert {"eligibility_reviewcase", "eligibility_decision", "django_session"} <= set(tables)
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row for (row,) in cursor.fetchall()]
    # A session is packed, not encrypted.
    rows += [str(SessionStore().decode(session.session_data)) for session in Session.objects.all()]
    return "\n".join(rows)


def send(alice, **more):
    alice.answers(**PREGNANT, prover="syphilis").prove_contact()
    alice.send(note="Jeg er lege", **more)
    return ReviewCase.objects.get()


def test_no_group_answer_is_kept_unless_it_is_ticked(alice, clinic):
    case = send(alice)
    assert not GROUP_KEYS & set(case.sent)
    assert case.sent["pregnant"] is True
    assert {"allergies", "immunosuppressed", "previous_doses"} <= set(case.sent)


def test_only_what_is_ticked_travels(alice, clinic):
    case = send(alice, answers=["oppfolging", "prover"])
    assert GROUP_KEYS & set(case.sent) == {"hiv_positive", "sti_last_24_months"}
    assert case.sent["sti_last_24_months"] == ["syphilis"]


@pytest.mark.parametrize("ticked", [[], [step.value for step in GROUP_ANSWERS]])
def test_nothing_of_it_lies_in_clear_in_any_row(alice, clinic, ticked):
    send(alice, answers=ticked)
    stored = raw_rows()
    assert not [word for word in TELLING if word in stored]
    assert "Jeg er lege" not in stored


def test_what_was_sent_is_gone_once_the_case_is_decided(alice, clinic):
    case = send(alice, answers=[step.value for step in GROUP_ANSWERS])
    assert set(case.sent) >= GROUP_KEYS
    lund = actor_of(make_doctor(clinic=clinic), clinic, Role.CLINICIAN)
    cases.claim(case_id=case.pk, by=lund, now=BEFORE)
    cases.refuse(case_id=case.pk, reason="Nei", by=lund, now=BEFORE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sent, note FROM eligibility_reviewcase")
        assert cursor.fetchall() == [(None, None)]


def test_what_was_sent_is_gone_once_it_is_withdrawn(alice, clinic):
    send(alice, answers=[step.value for step in GROUP_ANSWERS])
    alice.post(alice.path + "trekk/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sent, note FROM eligibility_reviewcase")
        assert cursor.fetchall() == [(None, None)]


def test_nothing_in_valkey_tells_it_without_the_browsers_key(alice, clinic, valkey):
    send(alice, answers=[step.value for step in GROUP_ANSWERS])
    for key in valkey.keys("draft:*"):
        if valkey.type(key) == b"string":
            assert not [word for word in TELLING if word.encode() in valkey.get(key)]


def test_every_answer_either_always_travels_or_is_ticked_or_never_does():
    known = set(FACTS) | set(GROUP_ANSWERS)
    # Who is born when is the patient's; symptoms lead to no case; an exposure has its own two.
    assert set(Step) - known == {Step.DATE_OF_BIRTH, Step.SYMPTOMS, Step.EXPOSED}
    assert not set(FACTS) & set(GROUP_ANSWERS)
    keys = {key for keys in [*FACTS.values(), *GROUP_ANSWERS.values()] for key in keys}
    assert keys <= {field.name for field in fields(Answers)}


def test_a_tick_sends_no_answer_that_was_not_given():
    answers = Answers(date_of_birth=BORN, assessed_on=BEFORE.date())
    assert what_to_send(answers, [Step.ALLERGIES], [Step.HIV_POSITIVE]) == {"allergies": []}
