"""A wrong record is voided, and what hangs on it follows; or the right one takes its place."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from appointments.domain.status import Move, Status
from appointments.models import Appointment, WaitingEntry
from appointments.services.moves import move
from appointments.services.waiting import leave
from audit.domain import Actor
from audit.models import AuditEntry
from care.services.recording import record_given
from care.services.vaccination import rescreen_for, vaccinate
from care.services.voiding import NotYoursToVoidError, correct_dose, void_dose, what_follows
from clinics.domain.roles import Role
from notifications.models import Message
from tests.factories import (
    DAY,
    OPENING,
    Day,
    actor_of,
    at,
    day_answers,
    make_arrival,
    make_booking,
    make_day,
    make_dose,
    make_session,
    make_staff,
    make_vial,
    make_wait,
)
from tests.invariants import assert_integrity
from vaccinations.models import Dose, Vial
from vaccinations.services.recording import ReasonWantedError
from vaccinations.services.vials import close_as_empty, discard
from vaccinations.services.voiding import AlreadyVoidedError, VoidReasonMissingError

pytestmark = pytest.mark.django_db
GIVEN_AT, NOW = at("17.42"), at("17.50")
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def day() -> Day:
    day = make_day()
    make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=28))
    return day


@pytest.fixture
def lead(day: Day) -> Actor:
    staff = make_staff(Role.LEAD, clinic=day.clinic, name="Lena Leder")
    return Actor.staff(staff.pk, clinic_id=day.clinic.pk, role=Role.LEAD)


@pytest.fixture
def vial(day: Day) -> Vial:
    return make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))


def vaccinated(day: Day, vial: Vial, clock: str = "17.40") -> Appointment:
    waiting = make_arrival(session=day.session, clock=clock, by=day.nurse)
    assert waiting.patient
    decision = rescreen_for(
        appointment_id=waiting.pk, answers=day_answers(waiting.patient), by=day.by, now=at("17.41")
    )
    give(day, waiting, vial, decision.pk)
    waiting.refresh_from_db()
    return waiting


def give(day: Day, waiting: Appointment, vial: Vial, decision: UUID, now: Any = GIVEN_AT) -> None:
    vaccinate(
        appointment_id=waiting.pk,
        decision_id=decision,
        vial_id=vial.pk,
        site=Dose.Site.LEFT_ARM,
        by=day.by,
        now=now,
    )


def void(visit: Appointment, by: Actor, now: Any = NOW, reason: str = "Feil person") -> Dose:
    assert visit.dose_id
    return void_dose(dose_id=visit.dose_id, reason=reason, by=by, now=now)


def correct(visit: Appointment, vial: Vial, by: Actor, **what: Any) -> Dose:
    assert visit.dose
    told: dict[str, Any] = {
        "reason": "Feil arm",
        "route": Dose.Route.INTRADERMAL,
        "volume_ml": Decimal("0.1"),
        "site": Dose.Site.RIGHT_ARM,
        "given_at": visit.dose.given_at,
        "vaccinator_id": visit.dose.vaccinator_id,
        "deviation_reason": "",
        "now": NOW,
    }
    return correct_dose(dose_id=visit.dose.pk, vial_id=vial.pk, by=by, **(told | what))


def test_given_a_wrong_record_the_same_day_when_voided_then_the_visit_waits_again(
    day: Day, vial: Vial
) -> None:
    visit = vaccinated(day, vial)

    voided = void(visit, day.by)

    visit.refresh_from_db()
    assert (visit.status, visit.dose, visit.ended_at) == ("arrived", None, None)
    assert (voided.voided_at, voided.voided_by, voided.void_reason) == (
        NOW,
        day.nurse,
        "Feil person",
    )
    assert AuditEntry.objects.filter(action="dose.voided", object_id=voided.pk).exists()
    place = Appointment.objects.get(dose_number=2)
    assert place.status == Status.BOOKED, "dose 1 can still be given today"
    assert_integrity(now=NOW)


def test_given_a_voided_record_when_the_dose_is_given_then_it_is_given_as_planned(
    day: Day, vial: Vial
) -> None:
    visit = vaccinated(day, vial)
    void(visit, day.by)
    assert visit.decision_id

    give(day, visit, vial, visit.decision_id, now=at("18.00"))

    assert Dose.objects.filter(voided_at=None).count() == 1
    assert Appointment.objects.filter(dose_number=2, status="booked").count() == 1
    assert_integrity(now=at("18.00"))


def test_given_a_later_day_when_voided_then_the_visit_ends_and_the_next_place_is_cancelled(
    day: Day, vial: Vial, lead: Actor
) -> None:
    visit = vaccinated(day, vial)
    discard(
        vial_id=vial.pk, clinic_id=day.clinic.pk, reason="end_of_day", by=day.by, now=at("20.00")
    )

    void(visit, lead, now=TOMORROW)

    visit.refresh_from_db()
    assert (visit.status, visit.dose, visit.ended_at) == ("turned_away", None, TOMORROW)
    place = Appointment.objects.get(dose_number=2)
    assert place.status == Status.CANCELLED
    assert Message.objects.filter(subject_id=place.pk, kind="next_dropped").exists()
    assert_integrity(now=TOMORROW)


def test_given_it_was_voided_on_a_later_day_when_it_was_given_after_all_then_it_is_recorded(
    day: Day, vial: Vial, lead: Actor
) -> None:
    visit = vaccinated(day, vial)
    void(visit, lead, now=TOMORROW)

    record_given(
        appointment_id=visit.pk,
        vial_id=vial.pk,
        route=Dose.Route.INTRADERMAL,
        volume_ml=Decimal("0.1"),
        site=Dose.Site.LEFT_ARM,
        given_at=GIVEN_AT,
        vaccinator_id=day.nurse.pk,
        reason="Var riktig likevel",
        by=lead,
        now=TOMORROW,
    )

    visit.refresh_from_db()
    assert visit.status == Status.VACCINATED
    assert_integrity(now=TOMORROW)


def test_an_open_vial_has_the_dose_again(day: Day, vial: Vial) -> None:
    visit = vaccinated(day, vial)
    void(visit, day.by)
    vial.refresh_from_db()
    assert (vial.closed_at, vial.discarded, vial.not_obtainable) == (None, 0, 0)


def test_a_vial_that_closed_with_its_last_dose_is_open_again_within_its_window(
    day: Day, vial: Vial
) -> None:
    visit = vaccinated(day, vial)
    for _ in range(4):
        make_dose(vial=vial, by=day.nurse, now=GIVEN_AT)
    void(visit, day.by)
    vial.refresh_from_db()
    assert vial.closed_at is None
    assert_integrity(now=NOW)


def test_after_its_window_what_was_left_in_it_is_waste(day: Day, vial: Vial) -> None:
    visit = vaccinated(day, vial)
    for _ in range(4):
        make_dose(vial=vial, by=day.nurse, now=GIVEN_AT)
    void(visit, day.by, now=vial.use_before)
    vial.refresh_from_db()
    assert (vial.discarded, vial.discard_reason) == (1, "window_ended")
    assert_integrity(now=vial.use_before)


@pytest.mark.parametrize("put_down_as", ["discarded", "not_obtainable"])
def test_what_was_not_drawn_went_where_the_rest_of_the_vial_went(
    day: Day, vial: Vial, put_down_as: str
) -> None:
    visit = vaccinated(day, vial)
    if put_down_as == "discarded":
        discard(vial_id=vial.pk, clinic_id=day.clinic.pk, reason="broken", by=day.by, now=NOW)
    else:
        close_as_empty(vial_id=vial.pk, clinic_id=day.clinic.pk, by=day.by, now=NOW)
    void(visit, day.by)
    vial.refresh_from_db()
    assert getattr(vial, put_down_as) == 5
    assert vial.closed_at == NOW
    assert_integrity(now=NOW)


def test_a_record_is_voided_once_and_with_a_reason(day: Day, vial: Vial) -> None:
    visit = vaccinated(day, vial)
    with pytest.raises(VoidReasonMissingError):
        void(visit, day.by, reason="  ")
    void(visit, day.by)
    with pytest.raises(AlreadyVoidedError):
        void(visit, day.by, reason="En gang til")
    assert AuditEntry.objects.filter(action="dose.voided").count() == 1


def test_a_colleagues_record_and_yesterdays_are_the_leads_to_void(
    day: Day, vial: Vial, lead: Actor
) -> None:
    visit = vaccinated(day, vial)
    colleague = actor_of(make_staff(clinic=day.clinic, name="Ola Gran"), day.clinic)
    with pytest.raises(NotYoursToVoidError):
        void(visit, colleague)
    with pytest.raises(NotYoursToVoidError):
        void(visit, day.by, now=TOMORROW)
    assert void(visit, lead, now=TOMORROW).voided_by_id == int(lead.id)


def test_a_dose_two_that_was_wrong_leaves_the_first_alone(day: Day, lead: Actor) -> None:
    earlier = OPENING - timedelta(days=30)
    first = make_dose(vial=make_vial(clinic=day.clinic, by=day.nurse, now=earlier), now=earlier)
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))
    visit = make_arrival(
        session=day.session, patient=first.patient, dose_number=2, clock="17.40", by=day.nurse
    )
    decision = rescreen_for(
        appointment_id=visit.pk, answers=day_answers(first.patient), by=day.by, now=at("17.41")
    )
    give(day, visit, vial, decision.pk)
    visit.refresh_from_db()

    void(visit, lead)

    first.refresh_from_db()
    assert first.voided_at is None
    assert_integrity(now=NOW)


def test_the_right_record_takes_the_wrong_ones_place_in_one_go(day: Day, vial: Vial) -> None:
    visit = vaccinated(day, vial)
    wrong = visit.dose
    assert wrong

    right = correct(visit, vial, day.by)

    visit.refresh_from_db()
    wrong.refresh_from_db()
    assert (visit.status, visit.dose, right.replaces) == ("vaccinated", right, wrong)
    assert (wrong.voided_at, wrong.void_reason) == (NOW, "Feil arm")
    assert (right.site, right.deviation, right.within_limits) == ("right_upper_arm", "", True)
    assert Appointment.objects.filter(dose_number=2, status="booked").count() == 1
    assert_integrity(now=NOW)


def test_corrected_to_another_vial_both_accounts_are_right(day: Day, vial: Vial) -> None:
    other = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.35"))
    visit = vaccinated(day, vial)
    discard(vial_id=vial.pk, clinic_id=day.clinic.pk, reason="broken", by=day.by, now=NOW)

    correct(visit, other, day.by, reason="Feil glass")

    vial.refresh_from_db()
    assert (vial.discarded, other.doses.count()) == (5, 1)
    assert_integrity(now=NOW)


def test_corrected_within_a_closed_vial_nothing_deviates(day: Day, vial: Vial) -> None:
    visit = vaccinated(day, vial)
    discard(vial_id=vial.pk, clinic_id=day.clinic.pk, reason="end_of_day", by=day.by, now=NOW)
    right = correct(visit, vial, day.by)
    vial.refresh_from_db()
    assert (right.deviation, vial.discarded) == ("", 4)
    assert_integrity(now=NOW)


def test_the_day_of_the_dose_was_another_so_dose_twos_place_follows(
    day: Day, vial: Vial, lead: Actor
) -> None:
    make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=35))
    visit = vaccinated(day, vial)
    place = Appointment.objects.get(dose_number=2)
    assert place.date == DAY + timedelta(days=28)

    correct(
        visit,
        vial,
        lead,
        given_at=GIVEN_AT + timedelta(days=1),
        deviation_reason="Gitt dagen etter",
        now=TOMORROW,
    )

    place.refresh_from_db()
    assert place.date == DAY + timedelta(days=35)
    assert_integrity(now=TOMORROW)


def test_when_the_right_record_is_refused_the_wrong_one_stands(day: Day, vial: Vial) -> None:
    visit = vaccinated(day, vial)
    with pytest.raises(ReasonWantedError):
        correct(visit, vial, day.by, volume_ml=Decimal("0.2"))
    visit.refresh_from_db()
    assert visit.status == Status.VACCINATED
    assert visit.dose
    assert visit.dose.voided_at is None
    assert_integrity(now=NOW)


def record_wrongly(visit: Appointment, day: Day, vial: Vial, now: Any = NOW) -> None:
    """Record a dose on somebody who is not here: it was a colleague's wrong line."""
    record_given(
        appointment_id=visit.pk,
        vial_id=vial.pk,
        route=Dose.Route.INTRADERMAL,
        volume_ml=Decimal("0.1"),
        site=Dose.Site.LEFT_ARM,
        given_at=GIVEN_AT,
        vaccinator_id=day.nurse.pk,
        reason="Glemt",
        by=day.by,
        now=now,
    )
    visit.refresh_from_db()


def not_here(visit: Appointment) -> tuple[object, ...]:
    return visit.dose, visit.arrived_at, visit.id_seen_by, visit.fee, visit.arrival_assumed


@pytest.mark.parametrize("days_ahead", [0, 7], ids=["today", "next week"])
def test_recorded_on_somebody_who_is_expected_and_voided_they_are_expected_again(
    day: Day, vial: Vial, days_ahead: int
) -> None:
    session = day.session
    if days_ahead:
        session = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=days_ahead))
    visit = make_booking(session=session)
    record_wrongly(visit, day, vial)
    assert visit.dose
    assert what_follows(visit, now=NOW).is_expected

    void(visit, day.by)

    visit.refresh_from_db()
    assert (visit.status, visit.ended_at) == ("booked", None)
    assert not_here(visit) == (None, None, None, "", False)
    assert_integrity(now=NOW)


def test_recorded_on_somebody_who_had_not_come_and_voided_after_the_day_they_have_missed_it(
    day: Day, vial: Vial, lead: Actor
) -> None:
    visit = make_booking(session=day.session, clock="17.00")
    move(visit, Move.MISS, ended_at=at("17.30"))
    record_wrongly(visit, day, vial)
    place = Appointment.objects.get(dose_number=2)
    assert what_follows(visit, now=TOMORROW).was_missed

    void(visit, lead, now=TOMORROW)

    visit.refresh_from_db()
    place.refresh_from_db()
    assert (visit.status, visit.ended_at) == ("no_show", TOMORROW)
    assert not_here(visit) == (None, None, None, "", False)
    assert place.status == Status.BOOKED, "as for others who did not come, for two days"
    assert_integrity(now=TOMORROW)


def test_recorded_on_the_wrong_person_and_corrected_nobody_has_seen_them_come_still(
    day: Day, vial: Vial
) -> None:
    visit = make_booking(session=day.session)
    record_wrongly(visit, day, vial)

    correct(visit, vial, day.by, given_at=at("17.45"), deviation_reason="Glemt")

    visit.refresh_from_db()
    assert (visit.arrival_assumed, visit.arrived_at) == (True, at("17.45"))
    void(visit, day.by)
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED
    assert_integrity(now=NOW)


def test_who_waited_for_the_dose_before_it_was_recorded_waits_again_in_the_same_place(
    day: Day, vial: Vial
) -> None:
    visit = make_booking(session=day.session)
    entry = make_wait(clinic=day.clinic, decision=visit.decision)
    record_wrongly(visit, day, vial)
    correct(visit, vial, day.by, deviation_reason="Glemt")
    visit.refresh_from_db()
    assert what_follows(visit, now=NOW).waits_again

    void(visit, day.by)

    again = WaitingEntry.objects.get()
    assert (again.pk, again.joined_at) == (entry.pk, entry.joined_at)
    assert (again.ended_at, again.end) == (None, "")
    assert_integrity(now=NOW)


def test_who_left_the_list_before_the_dose_does_not_wait_again(day: Day, vial: Vial) -> None:
    visit = make_booking(session=day.session)
    entry = make_wait(clinic=day.clinic, decision=visit.decision)
    leave(entry_id=entry.pk, by=day.by, now=NOW)
    record_wrongly(visit, day, vial)
    void(visit, day.by)
    assert WaitingEntry.objects.get().end == "left"


@pytest.mark.parametrize(
    ("ended", "called"), [(Move.TURN_AWAY, True), (Move.MISS, False)], ids=["came", "never came"]
)
def test_another_time_that_was_cancelled_with_the_record_is_told_of(
    day: Day, vial: Vial, lead: Actor, ended: Move, called: bool
) -> None:
    visit = make_booking(session=day.session, clock="17.00")
    if ended is Move.TURN_AWAY:
        move(visit, Move.CHECK_IN, arrived_at=at("17.00"), id_seen_by_id=day.nurse.pk)
    move(visit, ended, ended_at=at("17.30"))
    later = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))
    other = make_booking(session=later, patient=visit.patient, now=at("17.35"))
    record_wrongly(visit, day, vial)
    follows = what_follows(visit, now=TOMORROW)
    assert (follows.lost, follows.is_called) == (other, called)

    void(visit, lead, now=TOMORROW)

    visit.refresh_from_db()
    other.refresh_from_db()
    assert (other.status, visit.call_back) == ("cancelled", called)
    assert_integrity(now=TOMORROW)
