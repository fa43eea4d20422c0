"""Review cases, broken by hand."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from eligibility.models import Decision, ReviewCase, ReviewCaseEvent
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import NOW, World

A_DAY = timedelta(days=1)


def a_case(state: str) -> ReviewCase:
    case = ReviewCase.objects.filter(state=state).order_by("pk").first()
    assert case
    return case


def somebody_elses(case: ReviewCase) -> Decision:
    free = Decision.objects.filter(answered_case=None).exclude(patient_id=case.patient_id)
    return free.order_by("pk")[0]


@corrupts("case.words", past="case_known_kind")
def a_case_of_no_kind(world: World) -> str:
    return change(a_case("open"), kind="other")


@corrupts("case.words", past="case_known_state case_closed_iff_ended case_nothing_sent_once_ended")
def a_case_in_limbo(world: World) -> str:
    return change(a_case("open"), state="limbo")


@corrupts("case.one_waiting", past="case_one_waiting_per_patient")
def two_cases_wait(world: World) -> Any:
    one, other = a_case("open"), a_case("claimed")
    change(other, patient=one.patient_id, decision=one.decision_id)
    return {str(one.pk), str(other.pk)}


@corrupts("case.taken", past="case_claimed_iff_taken")
def taken_by_nobody(world: World) -> str:
    return change(a_case("claimed"), claimed_by=None, claimed_at=None)


@corrupts("case.taken", past="case_claimed_iff_taken")
def open_and_taken(world: World) -> str:
    return change(a_case("open"), claimed_by=world.day.nurse, claimed_at=NOW)


@corrupts("case.taken", past="case_claimed_by_somebody")
def taken_at_no_time(world: World) -> str:
    return change(a_case("claimed"), claimed_at=None)


@corrupts("case.signed", past="case_signed_iff_decided")
def decided_without_a_number(world: World) -> str:
    return change(a_case("approved"), hpr_number="")


@corrupts("case.signed", past="case_signed_iff_decided")
def signed_and_undecided(world: World) -> str:
    return change(a_case("withdrawn"), hpr_number="9000011")


@corrupts("case.answer")
def answered_with_another_patients_decision(world: World) -> str:
    case = a_case("refused")
    return change(case, outcome=somebody_elses(case))


@corrupts("case.answer")
def refused_with_a_yes(world: World) -> str:
    case = a_case("refused")
    Decision.objects.filter(pk=case.outcome_id).update(
        outcome="eligible", course=a_case("open").decision.course
    )
    return str(case.pk)


@corrupts("case.found")
def found_for_another_patient(world: World) -> str:
    case = a_case("open")
    return change(case, decision=somebody_elses(case))


@corrupts("case.found")
def after_an_exposure_that_was_none(world: World) -> str:
    case = a_case("open")
    Decision.objects.filter(pk=case.decision_id).update(indication="ppv")
    return str(case.pk)


@corrupts("case.sent_dropped", past="case_nothing_sent_once_ended")
def still_there_after_the_answer(world: World) -> str:
    return change(a_case("refused"), sent={"pregnant": True})


@corrupts("case.sent_dropped", past="case_nothing_sent_once_ended")
def the_note_is_still_there(world: World) -> str:
    return change(a_case("approved"), note="Ring.")


@corrupts("case.sent_dropped", past="case_closed_iff_ended")
def withdrawn_and_not_over(world: World) -> str:
    return change(a_case("withdrawn"), closed_at=None)


@corrupts("case.exposure_dropped")
def a_refused_persons_exposure(world: World) -> str:
    like = a_case("open")
    return change(
        a_case("refused"),
        exposed_on=like.exposed_on,
        prevents_until=like.prevents_until,
        deadline=like.deadline,
    )


@corrupts("case.exposure_dropped")
def an_exposure_of_last_month(world: World) -> str:
    case = a_case("approved")
    assert case.exposed_on
    return change(
        case,
        exposed_on=case.exposed_on - 30 * A_DAY,
        prevents_until=F("prevents_until") - 30 * A_DAY,
        deadline=F("deadline") - 30 * A_DAY,
    )


@corrupts("case.days")
def a_day_4_that_is_day_5(world: World) -> str:
    return change(a_case("open"), prevents_until=F("prevents_until") + A_DAY)


@corrupts("case.days", past="case_days_of_an_exposure")
def days_without_an_exposure(world: World) -> str:
    case = a_case("open")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE eligibility_reviewcase SET exposed_on = NULL WHERE id = %s", [case.pk]
        )
    return str(case.pk)


@corrupts("case.events")
def opened_by_magic(world: World) -> str:
    case = a_case("open")
    ReviewCaseEvent.objects.filter(case=case).delete()
    return str(case.pk)


@corrupts("case.events")
def ended_by_magic(world: World) -> str:
    case = a_case("withdrawn")
    ReviewCaseEvent.objects.filter(case=case, action="withdraw").delete()
    return str(case.pk)
