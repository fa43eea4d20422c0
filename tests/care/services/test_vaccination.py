"""Giving a dose: what follows from it, and that every refusal leaves nothing changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.selectors.dose_two import dose_two_to_place
from appointments.services.day import undo_check_in
from appointments.services.moves import ChangedMeanwhileError
from audit.models import AuditEntry
from care.services.vaccination import (
    NotRescreenedError,
    PlanChangedError,
    Step,
    Vaccinated,
    rescreen_for,
    step_of,
    vaccinate,
)
from clinics.domain.calendar import oslo_date
from eligibility.domain.answers import Indication, PreviousDose
from eligibility.domain.decision import Outcome
from eligibility.domain.papers import Papers
from notifications.models import Message
from tests.factories import (
    DAY,
    OPENING,
    Day,
    at,
    day_answers,
    make_arrival,
    make_day,
    make_dose,
    make_session,
    make_vial,
    oslo,
)
from vaccinations.domain.limits import Limit
from vaccinations.models import Dose, Lot, Vial
from vaccinations.services.doses import LotBlockedError, OutsideLimitsError
from vaccinations.services.vials import VialClosedError, close_as_empty

pytestmark = pytest.mark.django_db
NOW = at("17.42")
IN_FOUR_WEEKS = OPENING + timedelta(days=28)


@pytest.fixture
def day() -> Day:
    return make_day()


@pytest.fixture
def vial(day: Day) -> Vial:
    return make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))


@pytest.fixture
def waiting(day: Day) -> Appointment:
    return make_arrival(session=day.session, clock="17.40", by=day.nurse)


def ask(day: Day, waiting: Appointment, now: Any = NOW, **answers: object) -> UUID:
    assert waiting.patient
    return rescreen_for(
        appointment_id=waiting.pk,
        answers=day_answers(waiting.patient, **answers),
        papers={0: Papers.SEEN},
        by=day.by,
        now=now,
    ).pk


def give(day: Day, waiting: Appointment, vial: Vial, decision: UUID, now: Any = NOW) -> Vaccinated:
    return vaccinate(
        appointment_id=waiting.pk,
        decision_id=decision,
        vial_id=vial.pk,
        site=Dose.Site.LEFT_ARM,
        by=day.by,
        now=now,
    )


def rows() -> dict[str, object]:
    """Everything that giving a dose changes."""
    return {
        "appointments": list(Appointment.objects.order_by("pk").values()),
        "doses": Dose.objects.count(),
        "vials": list(Vial.objects.order_by("pk").values()),
        "messages": Message.objects.count(),
        "audit": AuditEntry.objects.count(),
    }


def test_given_no_to_everything_when_vaccinated_then_dose_appointment_and_vial_follow(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    done = give(day, waiting, vial, ask(day, waiting))

    waiting.refresh_from_db()
    assert waiting.status == Status.VACCINATED
    assert waiting.dose == done.dose
    assert waiting.ended_at == NOW
    dose = Dose.objects.get()
    assert (dose.route, str(dose.volume_ml), dose.dose_number) == ("intradermal", "0.10", 1)
    assert (dose.vaccinator, dose.patient_id, dose.within_limits) == (
        day.nurse,
        waiting.patient_id,
        True,
    )
    assert (dose.lot_number, dose.lot_expires_on, dose.use_before) == (
        day.lot.number,
        day.lot.expires_on,
        vial.use_before,
    )
    assert AuditEntry.objects.filter(action="dose.given", patient_id=waiting.patient_id).exists()


def test_given_an_open_day_in_four_weeks_when_vaccinated_then_dose_two_has_a_place_there(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=27))
    make_session(clinic=day.clinic, starts_at=IN_FOUR_WEEKS)

    done = give(day, waiting, vial, ask(day, waiting))

    place = done.next_appointment
    assert place is not None
    assert (place.status, place.dose_number, place.patient_id) == ("booked", 2, waiting.patient_id)
    assert place.date >= DAY + timedelta(days=28)
    assert place.not_before == DAY + timedelta(days=28)
    assert place.slot.starts_at == oslo(oslo_date(IN_FOUR_WEEKS), "17.40"), "same time of day"
    assert Message.objects.filter(subject_id=place.pk, kind="next_booked").exists()
    assert Message.objects.filter(subject_id=place.pk, kind="reminder").exists()
    assert not dose_two_to_place([day.clinic.pk]).exists()


def test_given_no_open_day_when_vaccinated_then_the_person_is_on_the_list_for_dose_two(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=27))

    done = give(day, waiting, vial, ask(day, waiting))

    assert done.dose_two_due
    assert done.next_appointment is None
    assert list(dose_two_to_place([day.clinic.pk])) == [done.dose]


def test_given_a_dose_before_when_vaccinated_then_it_was_the_last_and_nothing_more_is_placed(
    day: Day, vial: Vial
) -> None:
    make_session(clinic=day.clinic, starts_at=IN_FOUR_WEEKS)
    waiting = make_arrival(
        session=day.session,
        clock="17.40",
        previous_doses=(
            PreviousDose(
                given_on=DAY - timedelta(days=60),
                indication=Indication.PPV,
                abroad=False,
                documented=True,
            ),
        ),
        dose_number=2,
    )

    done = give(day, waiting, vial, ask(day, waiting))

    assert done.dose.dose_number == 2
    assert done.dose.previous_dose_on == DAY - timedelta(days=60)
    assert not done.dose_two_due
    assert done.next_appointment is None
    assert not dose_two_to_place([day.clinic.pk]).exists()


def test_given_keloid_today_when_vaccinated_then_a_whole_vial_is_given_under_the_skin(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    done = give(day, waiting, vial, ask(day, waiting, keloid_tendency=True))

    vial.refresh_from_db()
    assert (done.dose.route, str(done.dose.volume_ml)) == ("subcutaneous", "0.5")
    assert vial.closed_at == NOW


Arrange = Callable[[Day, Vial, Appointment], tuple[UUID, Any]]


def _not_asked(day: Day, vial: Vial, waiting: Appointment) -> tuple[UUID, Any]:
    assert waiting.decision_id
    return waiting.decision_id, NOW


def _asked_yesterday(day: Day, vial: Vial, waiting: Appointment) -> tuple[UUID, Any]:
    return ask(day, waiting, now=NOW - timedelta(days=1)), NOW


def _fever(day: Day, vial: Vial, waiting: Appointment) -> tuple[UUID, Any]:
    return ask(day, waiting, fever_over_38=True), NOW


def _asked_again_by_a_colleague(day: Day, vial: Vial, waiting: Appointment) -> tuple[UUID, Any]:
    seen = ask(day, waiting)
    ask(day, waiting, keloid_tendency=True)
    return seen, NOW


def _window_ended(day: Day, vial: Vial, waiting: Appointment) -> tuple[UUID, Any]:
    return ask(day, waiting), vial.use_before


def _lot_recalled(day: Day, vial: Vial, waiting: Appointment) -> tuple[UUID, Any]:
    Lot.objects.filter(pk=vial.lot_id).update(state=Lot.State.RECALLED)
    return ask(day, waiting), NOW


def _lot_expired(day: Day, vial: Vial, waiting: Appointment) -> tuple[UUID, Any]:
    Lot.objects.filter(pk=vial.lot_id).update(expires_on=DAY - timedelta(days=1))
    return ask(day, waiting), NOW


def _vial_closed(day: Day, vial: Vial, waiting: Appointment) -> tuple[UUID, Any]:
    close_as_empty(vial_id=vial.pk, clinic_id=day.clinic.pk, by=day.by, now=NOW)
    return ask(day, waiting), NOW


def _part_used_for_a_whole_vial_dose(
    day: Day, vial: Vial, waiting: Appointment
) -> tuple[UUID, Any]:
    make_dose(vial=vial, by=day.nurse, now=at("17.35"))
    return ask(day, waiting, keloid_tendency=True), NOW


def _dose_three_weeks_ago(day: Day, vial: Vial, waiting: Appointment) -> tuple[UUID, Any]:
    earlier = OPENING - timedelta(days=21)
    make_dose(
        patient=waiting.patient,
        vial=make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=earlier),
        by=day.nurse,
        now=earlier,
    )
    return ask(day, waiting), NOW


def _check_in_undone(day: Day, vial: Vial, waiting: Appointment) -> tuple[UUID, Any]:
    decision = ask(day, waiting)
    undo_check_in(appointment_id=waiting.pk, by=day.by, now=NOW)
    return decision, NOW


@pytest.mark.parametrize(
    ("arrange", "refusal", "limits"),
    [
        (_not_asked, NotRescreenedError, None),
        (_asked_yesterday, NotRescreenedError, None),
        (_fever, NotRescreenedError, None),
        (_asked_again_by_a_colleague, PlanChangedError, None),
        (_window_ended, OutsideLimitsError, [Limit.WINDOW]),
        (_lot_recalled, LotBlockedError, None),
        (_lot_expired, OutsideLimitsError, [Limit.LOT_EXPIRED]),
        (_vial_closed, VialClosedError, None),
        (_part_used_for_a_whole_vial_dose, OutsideLimitsError, [Limit.NOT_ENOUGH_LEFT]),
        (_dose_three_weeks_ago, OutsideLimitsError, [Limit.INTERVAL]),
        (_check_in_undone, ChangedMeanwhileError, None),
    ],
)
def test_given_a_reason_not_to_when_vaccinated_then_it_is_refused_and_nothing_has_changed(
    day: Day,
    vial: Vial,
    waiting: Appointment,
    arrange: Arrange,
    refusal: type[Exception],
    limits: list[Limit] | None,
) -> None:
    make_session(clinic=day.clinic, starts_at=IN_FOUR_WEEKS)
    decision, now = arrange(day, vial, waiting)
    before = rows()

    with pytest.raises(refusal) as refused:
        give(day, waiting, vial, decision, now)

    if limits is not None:
        assert refused.value.limits == limits  # type: ignore[attr-defined]
    assert rows() == before


def test_given_the_dose_was_given_when_given_again_then_there_is_still_one(
    day: Day, vial: Vial, waiting: Appointment
) -> None:
    decision = ask(day, waiting)
    give(day, waiting, vial, decision)
    before = rows()

    with pytest.raises(ChangedMeanwhileError) as refused:
        give(day, waiting, vial, decision)

    assert refused.value.now_status == Status.VACCINATED
    assert rows() == before


def test_given_a_wrong_answer_when_asked_again_then_the_correction_starts_from_the_booking(
    day: Day,
) -> None:
    dose_one = PreviousDose(
        given_on=DAY - timedelta(days=40), indication=Indication.PEPV, abroad=False, documented=True
    )
    waiting = make_arrival(
        session=day.session, dose_number=2, previous_doses=(dose_one,), continuing_risk=True
    )
    ask(day, waiting, mpox_symptoms=True)  # drops the course, and with it the continuing risk
    ask(day, waiting)

    waiting.refresh_from_db()
    assert waiting.decision
    assert waiting.decision.outcome == Outcome.ELIGIBLE
    assert waiting.decision.course["doses"] == 2
    assert step_of(waiting.decision, NOW) == Step.GIVE


def test_given_a_dose_that_counts_too_early_when_asked_then_the_next_step_is_to_look(
    day: Day,
) -> None:
    waiting = make_arrival(session=day.session)
    _dose_three_weeks_ago(day, make_vial(clinic=day.clinic, lot=day.lot, now=NOW), waiting)

    waiting.refresh_from_db()
    assert waiting.decision
    assert waiting.decision.outcome == Outcome.ELIGIBLE
    assert step_of(waiting.decision, NOW) == Step.REVIEW


def test_given_answers_at_the_visit_when_asked_then_group_and_indication_stay_as_booked(
    day: Day, waiting: Appointment
) -> None:
    booked = waiting.decision
    assert booked
    ask(day, waiting)

    waiting.refresh_from_db()
    assert waiting.decision
    assert waiting.decision.source == "rescreen"
    assert waiting.decision.priority_group == booked.priority_group == "3"
    assert waiting.decision.indication == booked.indication


def test_given_the_re_screen_when_the_person_is_not_waiting_then_it_is_refused(
    day: Day, waiting: Appointment
) -> None:
    undo_check_in(appointment_id=waiting.pk, by=day.by, now=NOW)
    assert waiting.patient
    answers = replace(day_answers(waiting.patient), fever_over_38=True)

    with pytest.raises(ChangedMeanwhileError):
        rescreen_for(appointment_id=waiting.pk, answers=answers, by=day.by, now=NOW)
