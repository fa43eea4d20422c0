"""Doses told of: a nurse says what shows each of them, and the service demands it (R40, R41)."""

from datetime import timedelta

import pytest

from appointments.models import Appointment
from care.services.vaccination import rescreen_for
from eligibility.domain.answers import Indication, PreviousDose
from eligibility.domain.papers import Papers
from eligibility.models import Decision
from eligibility.services.decisions import told_doses_of
from eligibility.services.rescreening import PapersNotAskedForError
from tests.factories import (
    DAY,
    OPENING,
    Day,
    at,
    day_answers,
    make_arrival,
    make_day,
    make_dose,
    make_vial,
)

pytestmark = pytest.mark.django_db
NOW = at("17.42")
SIXTY_DAYS_AGO = DAY - timedelta(days=60)


@pytest.fixture
def day() -> Day:
    return make_day()


def told(*, abroad: bool = True, documented: bool = True, days_ago: int = 60) -> PreviousDose:
    return PreviousDose(DAY - timedelta(days=days_ago), Indication.PPV, abroad, documented)


def arrived(day: Day, *doses: PreviousDose) -> Appointment:
    return make_arrival(session=day.session, clock="17.40", previous_doses=doses, dose_number=2)


def ask(day: Day, waiting: Appointment, papers: dict[int, Papers]) -> Decision:
    assert waiting.patient
    return rescreen_for(
        appointment_id=waiting.pk,
        answers=day_answers(waiting.patient),
        papers=papers,
        by=day.by,
        now=NOW,
    )


def test_given_a_told_dose_when_nobody_asked_for_papers_then_the_service_refuses(day: Day) -> None:
    waiting = arrived(day, told())

    with pytest.raises(PapersNotAskedForError):
        ask(day, waiting, {})

    waiting.refresh_from_db()
    assert waiting.decision
    assert waiting.decision.source == Decision.Source.SELF


def test_given_two_told_doses_when_one_is_asked_about_then_the_service_refuses(day: Day) -> None:
    waiting = arrived(day, told(days_ago=90, documented=False), told())
    with pytest.raises(PapersNotAskedForError):
        ask(day, waiting, {0: Papers.SEEN})


def test_given_papers_seen_then_the_dose_counts_and_what_was_found_is_kept(day: Day) -> None:
    decision = ask(day, arrived(day, told()), {0: Papers.SEEN})

    assert decision.outcome == "eligible"
    assert decision.course["next_dose"] == 2
    assert [one.papers for one in told_doses_of(decision)] == [Papers.SEEN]


def test_given_no_papers_then_the_dose_is_not_counted_and_a_clinician_decides(day: Day) -> None:
    decision = ask(day, arrived(day, told()), {0: Papers.NONE})

    assert decision.outcome == "clinician_review"
    assert "A8" in decision.reasons
    assert decision.course["next_dose"] == 1
    kept = told_doses_of(decision)[0]
    assert (kept.papers, kept.dose.documented) == (Papers.NONE, False)


def test_given_a_dose_in_norway_without_papers_then_it_counts_all_the_same(day: Day) -> None:
    decision = ask(day, arrived(day, told(abroad=False)), {0: Papers.NONE})

    assert decision.outcome == "eligible"
    assert decision.course["next_dose"] == 2


def test_given_a_wrong_answer_about_papers_when_corrected_then_nothing_is_left_of_it(
    day: Day,
) -> None:
    waiting = arrived(day, told())
    ask(day, waiting, {0: Papers.NONE})

    decision = ask(day, waiting, {0: Papers.SEEN})

    assert decision.outcome == "eligible"
    assert "A8" not in decision.reasons


def test_given_a_told_dose_that_is_the_one_we_gave_then_it_counts_once(day: Day) -> None:
    waiting = arrived(day, told(abroad=False, days_ago=41))
    earlier = OPENING - timedelta(days=40)
    make_dose(patient=waiting.patient, vial=make_vial(clinic=day.clinic, now=earlier), now=earlier)

    decision = ask(day, waiting, {0: Papers.OURS})

    assert decision.outcome == "eligible"
    assert decision.course["next_dose"] == 2


def test_given_a_told_dose_on_the_day_we_gave_one_then_it_counts_once(day: Day) -> None:
    waiting = arrived(day, told(abroad=False, days_ago=40))
    earlier = OPENING - timedelta(days=40)
    make_dose(patient=waiting.patient, vial=make_vial(clinic=day.clinic, now=earlier), now=earlier)

    assert ask(day, waiting, {0: Papers.SEEN}).course["next_dose"] == 2
