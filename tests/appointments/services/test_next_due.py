"""The sweep that reminds of dose 2, and what becomes of its messages until they are sent."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments.models import NextAnswer
from appointments.selectors import next_due as selector
from appointments.services import next_due
from appointments.services.booking import cancel
from appointments.services.next_answers import say_not_needed, settle, take_back
from appointments.services.next_due import remind_of_next
from audit.domain import Actor
from care.services.merging import merge
from clinics.domain.roles import Role
from eligibility.domain.answers import SmallpoxEvidence
from notifications.models import Message
from notifications.services.preparing import prepare
from patients.services.stops import start_messages, stop_messages
from tests.factories import (
    OPENING,
    actor_of,
    at,
    make_booking,
    make_clinic,
    make_decision,
    make_dose,
    make_lot,
    make_patient,
    make_session,
    make_staff,
    make_vial,
)
from tests.factories.reactions import make_reaction, make_told
from vaccinations.domain.reactions import Kind, Outcome
from vaccinations.models import Dose, Vial
from vaccinations.services.reactions import correct_reaction
from vaccinations.services.voiding import void

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
NOON = at("12.00")
DAY_28, DAY_35 = NOON + 28 * A_DAY, NOON + 35 * A_DAY


def has_had_one(now: datetime = OPENING, **patient: Any) -> Dose:
    """Make somebody who had dose 1 and is to have two."""
    alice = make_patient(now=now - 7 * A_DAY, **patient)
    make_decision(patient=alice, now=now - 7 * A_DAY)
    return make_dose(patient=alice, now=now)


def later_vial(now: datetime) -> Vial:
    """Open a vial of a lot that lasts so long."""
    lot = make_lot(clinic=make_clinic(), number="9Z99", expires_on=now.date() + A_DAY)
    return make_vial(lot=lot, now=now)


def codes(**of: Any) -> list[str]:
    """Return which reminders were written, oldest first."""
    rows = Message.objects.filter(kind="next_due", **of).order_by("created_at", "channel")
    return [occasion.partition(":")[0] for occasion in rows.values_list("occasion", flat=True)]


def why_not(now: datetime) -> list[str]:
    """Ask of every reminder that waits whether it is due; return the reasons against it."""
    waiting = Message.objects.filter(kind="next_due", state=Message.State.WAITING)
    return [reason for _message, reason in prepare(list(waiting), now=now).not_due]


def test_swept_every_hour_for_half_a_year_each_occasion_is_written_once():
    dose = has_had_one()
    for day in range(190):
        for hour in (0, 4):
            remind_of_next(now=NOON + day * A_DAY + timedelta(hours=hour))
    assert codes(subject_id=dose.patient_id) == ["d28", "d35", "d60", "m3", "m4", "m5", "m6"]


@pytest.mark.parametrize(
    ("contact_by", "channels"), [("sms", 1), ("email", 1), ("both", 2), ("none", 0)]
)
def test_it_goes_by_the_channels_that_the_person_wants(contact_by, channels):
    has_had_one(email="alice@example.org", contact_by=contact_by)
    assert remind_of_next(now=DAY_28) == min(channels, 1)
    assert len(codes()) == channels


def test_a_sweep_that_was_down_for_weeks_writes_the_newest_occasion_only():
    has_had_one()
    remind_of_next(now=NOON + 70 * A_DAY)
    remind_of_next(now=NOON + 70 * A_DAY + timedelta(hours=1))
    assert codes() == ["d60"]


def _booked(dose: Dose) -> None:
    session = make_session(starts_at=OPENING + 40 * A_DAY, now=OPENING)
    decision = make_decision(patient=dose.patient, now=OPENING)
    make_booking(session=session, decision=decision, dose_number=2, now=OPENING)


def _given(dose: Dose) -> None:
    later = OPENING + 28 * A_DAY
    make_dose(patient=dose.patient, vial=later_vial(later), dose_number=2, now=later)


def _voided(dose: Dose) -> None:
    lead = make_staff(Role.LEAD)
    Dose.objects.filter(pk=dose.pk).update(voided_at=OPENING, voided_by=lead)


def _failed(dose: Dose) -> None:
    by = actor_of(make_staff())
    make_reaction(dose, by=by, now=OPENING + A_DAY, kind=Kind.FAILURE)


def _reacts(dose: Dose) -> None:
    by = actor_of(make_staff())
    make_reaction(dose, by=by, now=OPENING + A_DAY, outcome=Outcome.NOT_RECOVERED)


def _one_is_enough(dose: Dose) -> None:
    dose.patient.birth_date = dose.patient.birth_date.replace(year=1970)
    make_decision(
        patient=dose.patient, now=OPENING + A_DAY, smallpox_evidence=SmallpoxEvidence.SCAR
    )


def _says_elsewhere(dose: Dose) -> None:
    say_not_needed(
        patient_id=dose.patient_id,
        clinic_id=dose.vial.clinic_id,
        said=NextAnswer.Said.ELSEWHERE,
        by=Actor.patient(dose.patient_id),
        now=OPENING + A_DAY,
    )


def _stops(dose: Dose) -> None:
    me = Actor.patient(dose.patient_id)
    stop_messages(patient_id=dose.patient_id, by=me, now=OPENING + A_DAY, reason="link")


@pytest.mark.parametrize(
    ("so", "reason"),
    [
        (_booked, "booked"),
        (_given, "given"),
        (_voided, "no_dose"),
        (_failed, "mpox"),
        (_reacts, "reaction"),
        (_one_is_enough, "complete"),
        (_says_elsewhere, "answered"),
        (_stops, "stopped"),
    ],
)
def test_what_ends_or_pauses_it_before_the_sweep_and_after(so, reason):
    dose = has_had_one()
    remind_of_next(now=DAY_28)
    assert why_not(DAY_28) == []
    so(dose)

    assert why_not(DAY_28) == [reason]
    remind_of_next(now=DAY_35)
    assert codes() == ["d28"]


def test_who_has_begun_again_is_reminded_on_the_next_occasion():
    dose = has_had_one()
    _stops(dose)
    remind_of_next(now=DAY_28)
    me = Actor.patient(dose.patient_id)
    start_messages(patient_id=dose.patient_id, by=me, now=DAY_35, reason="link")
    remind_of_next(now=DAY_35)
    assert codes() == ["d35"]


def test_a_message_that_waited_until_a_newer_one_came_is_not_sent():
    has_had_one()
    remind_of_next(now=DAY_28)
    remind_of_next(now=DAY_35)
    assert why_not(DAY_35) == ["newer"]


def test_after_the_reaction_has_gone_the_reminder_is_written():
    dose = has_had_one()
    by = actor_of(make_staff())
    lasting = make_reaction(dose, by=by, now=OPENING + A_DAY, outcome=Outcome.NOT_RECOVERED)
    remind_of_next(now=DAY_28)
    assert codes() == []
    correct_reaction(reaction_id=lasting.pk, told=make_told(dose.given_at), by=by, now=DAY_28)
    remind_of_next(now=DAY_28 + A_DAY)
    assert codes() == ["d28"]


def test_a_place_that_is_lost_waits_for_the_next_occasion():
    dose = has_had_one()
    _booked(dose)
    [booked] = dose.patient.appointments.all()
    cancel(appointment_id=booked.pk, by=Actor.system(), now=NOON + 30 * A_DAY)
    remind_of_next(now=NOON + 31 * A_DAY)
    assert codes() == []
    remind_of_next(now=DAY_35)
    assert codes() == ["d35"]


def test_what_the_person_says_holds_until_staff_have_looked_and_changes_nothing_else():
    dose, nurse = has_had_one(), make_staff()
    _says_elsewhere(dose)
    remind_of_next(now=DAY_28)
    assert codes() == []
    answer = NextAnswer.objects.get()
    by = actor_of(nurse)

    assert settle(answer_id=answer.pk, holds=True, by=by, now=DAY_28)
    remind_of_next(now=DAY_28)
    assert codes() == []
    assert not settle(answer_id=answer.pk, holds=True, by=by, now=DAY_28)
    assert settle(answer_id=answer.pk, holds=False, by=by, now=DAY_28)
    remind_of_next(now=DAY_28)
    assert codes() == ["d28"]
    assert Dose.objects.count() == 1
    assert dose.patient.decisions.count() == 1


def test_what_was_said_can_be_taken_back_until_somebody_has_looked():
    dose = has_had_one()
    me = Actor.patient(dose.patient_id)
    _says_elsewhere(dose)
    assert take_back(patient_id=dose.patient_id, by=me, now=DAY_28)
    remind_of_next(now=DAY_28)
    assert codes() == ["d28"]
    answer = NextAnswer.objects.get()
    assert not settle(answer_id=answer.pk, holds=True, by=actor_of(make_staff()), now=DAY_28)
    assert not take_back(patient_id=dose.patient_id, by=me, now=DAY_28)


def test_a_dose_recorded_anew_for_the_same_visit_is_not_reminded_of_twice():
    dose, lead = has_had_one(), make_staff(Role.LEAD)
    remind_of_next(now=DAY_28)
    void(dose_id=dose.pk, reason="Feil arm", by=actor_of(lead, role=Role.LEAD), now=DAY_28)
    Dose.objects.filter(pk=dose.pk).update(voided_at=DAY_28, voided_by=lead)
    make_dose(patient=dose.patient, vial=dose.vial, now=OPENING + timedelta(minutes=5))
    remind_of_next(now=DAY_28 + timedelta(hours=1))
    assert codes() == ["d28"]


def test_a_first_dose_after_one_that_was_voided_is_reminded_of_from_the_start():
    dose = has_had_one()
    remind_of_next(now=DAY_28)
    _voided(dose)
    later = OPENING + 50 * A_DAY
    make_dose(patient=dose.patient, vial=later_vial(later), now=later)
    remind_of_next(now=later + 28 * A_DAY)
    assert codes() == ["d28", "d28"]


def test_a_duplicate_that_was_reminded_is_not_reminded_again_as_the_row_that_is_kept():
    dose = has_had_one(given_name="Alice", family_name="Ås")
    kept = make_patient(given_name="Alice", family_name="Ås")
    make_booking(session=make_session(starts_at=OPENING + 2 * A_DAY), patient=kept)
    remind_of_next(now=DAY_28)
    lead = actor_of(make_staff(Role.LEAD), role=Role.LEAD)
    cancel(appointment_id=kept.appointments.get().pk, by=lead, now=OPENING)
    merge(keep_id=kept.pk, drop_id=dose.patient_id, reason="told", by=lead, now=DAY_28)
    remind_of_next(now=DAY_28 + timedelta(hours=2))
    assert codes() == ["d28"]
    remind_of_next(now=DAY_35)
    assert codes(subject_id=kept.pk) == ["d35"]


def test_a_sweep_asks_as_much_of_three_people_as_of_thirty():
    counts = []
    vial = None
    for people in (3, 27):
        for _ in range(people):
            one = make_patient()
            make_decision(patient=one)
            if vial is None or vial.doses.count() == 5:
                vial = make_vial(now=OPENING)
            make_dose(patient=one, vial=vial)
        Message.objects.filter(kind="next_due").delete()
        with CaptureQueriesContext(connection) as queries:
            remind_of_next(now=DAY_28)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_on_a_day_of_rest_it_waits_for_the_next_working_day(settings):
    settings.SMS_GATEWAY = "tests.notifications.carriers.CountingSmsGateway"
    sunday = at("12.00") + 31 * A_DAY
    assert sunday.strftime("%A") == "Sunday"
    has_had_one(now=OPENING + 3 * A_DAY)
    assert remind_of_next(now=sunday) == 1
    [waiting] = Message.objects.filter(kind="next_due")
    assert waiting.state == Message.State.WAITING


def _two_sweeps_at_once(monkeypatch: pytest.MonkeyPatch) -> Counter[UUID]:
    """Let both read that nothing was written before either writes; count what each person got."""
    for _ in range(5):
        has_had_one()
    both_have_read = Barrier(2, timeout=20)

    def read_then_wait(people: Any) -> Any:
        found = selector.written_to(people)
        both_have_read.wait()
        return found

    monkeypatch.setattr(next_due, "written_to", read_then_wait)

    def sweep(_: int) -> int:
        try:
            return remind_of_next(now=DAY_28)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(sweep, range(2))) == [5, 5]
    return Counter(Message.objects.filter(kind="next_due").values_list("subject_id", flat=True))


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_write_each_reminder_once(monkeypatch):
    assert sorted(_two_sweeps_at_once(monkeypatch).values()) == [1] * 5


@pytest.mark.django_db(transaction=True)
def test_without_the_occasion_that_makes_it_unique_both_would_write(monkeypatch):
    monkeypatch.setattr(next_due, "occasion_of", lambda code, dose: str(uuid4()))
    assert sorted(_two_sweeps_at_once(monkeypatch).values()) == [2] * 5
