"""An ended day: nothing new begins on it, and what happened can still be put right."""

from datetime import timedelta

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment, DayClosing, Offer
from appointments.services.closing import DayNotReadyError
from appointments.services.day import DayEndedError
from appointments.services.lateness import say_late
from appointments.services.observing import ReactionUnderWayError, release
from appointments.services.standby import invite_standby
from care.services.arrivals import undo_arrival
from care.services.closing import end_day
from care.services.reactions import start_anaphylaxis
from care.services.vaccination import rescreen_for, vaccinate
from care.services.vials import reopen
from care.services.voiding import correct_dose, void_dose, what_follows
from clinics.domain.roles import Role
from tests.care.services.test_walk_in import come
from tests.factories import (
    Day,
    actor_of,
    at,
    day_answers,
    make_arrival,
    make_day,
    make_staff,
    make_vial,
)
from tests.factories.visits import make_vaccinated
from tests.invariants import assert_integrity
from vaccinations.models import Dose, Vial
from vaccinations.services.vials import close_as_empty

pytestmark = pytest.mark.django_db
GIVEN, NOW = at("17.42"), at("17.55")


@pytest.fixture
def day() -> Day:
    return make_day()


@pytest.fixture
def lead(day: Day):
    return actor_of(make_staff(Role.LEAD, clinic=day.clinic), day.clinic, Role.LEAD)


@pytest.fixture
def vial(day: Day) -> Vial:
    return make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.37"))


def end(day: Day) -> None:
    DayClosing.objects.create(session=day.session, closed_at=NOW, closed_by=day.nurse, numbers={})


def void(came: Appointment, lead) -> None:
    void_dose(dose_id=came.dose_id, reason="Feil person", by=lead, now=NOW)
    came.refresh_from_db()


def test_a_delay_is_not_told_of_an_ended_day(day):
    end(day)
    with pytest.raises(DayEndedError):
        say_late(session_id=day.session.pk, minutes=30, by=day.by, now=NOW)


def test_nobody_is_invited_to_an_ended_day(day, vial):
    end(day)
    asked = {"session_id": day.session.pk, "vial_id": vial.pk, "number": 1}
    assert invite_standby(**asked, by=day.by, now=NOW) == []
    assert not Offer.objects.exists()


def test_a_vial_is_not_opened_again_on_an_ended_day(day, vial):
    close_as_empty(vial_id=vial.pk, clinic_id=day.clinic.pk, by=day.by, now=NOW)
    end(day)
    with pytest.raises(DayEndedError):
        reopen(session=day.session, vial_id=vial.pk, by=day.by, now=NOW + timedelta(minutes=1))
    vial.refresh_from_db()
    assert vial.closed_at is not None


def test_no_dose_is_begun_on_an_ended_day(day, vial):
    came = make_arrival(session=day.session, clock="17.40", by=day.nurse)
    asked = rescreen_for(
        appointment_id=came.pk, answers=day_answers(came.patient), by=day.by, now=GIVEN
    )
    end(day)
    with pytest.raises(DayEndedError):
        vaccinate(
            appointment_id=came.pk,
            decision_id=asked.pk,
            vial_id=vial.pk,
            site=Dose.Site.LEFT_ARM,
            by=day.by,
            now=NOW,
        )
    assert not Dose.objects.exists()


def test_a_record_voided_after_the_end_leaves_nobody_waiting_and_no_vial_open(day, vial, lead):
    came = make_vaccinated(day, vial=vial)
    Vial.objects.filter(pk=vial.pk).update(
        closed_at=NOW, discarded=0, not_obtainable=0
    )  # closed with its last dose
    end(day)
    foreseen = what_follows(Appointment.objects.get(pk=came.pk), now=NOW)
    void(came, lead)
    vial.refresh_from_db()
    assert (foreseen.visit_waits, foreseen.vial_opens) == (False, False)
    assert came.status == Status.TURNED_AWAY
    assert vial.closed_at is not None
    assert (vial.discarded, vial.discard_reason) == (5, Vial.DiscardReason.END_OF_DAY)


def test_a_record_is_not_voided_while_a_reaction_goes_on(day, lead):
    came = make_vaccinated(day)
    sheet = start_anaphylaxis(appointment_id=came.pk, by=day.by, now=at("17.50"))
    with pytest.raises(ReactionUnderWayError) as refused:
        void(came, lead)
    assert refused.value.reaction_id == sheet.pk
    came.refresh_from_db()
    assert came.status == Status.VACCINATED
    assert came.dose.voided_at is None


def test_who_was_under_observation_waits_again_with_nothing_of_it_left(day, lead):
    came = make_vaccinated(day)
    void(came, lead)
    assert (came.status, came.observe_until, came.released_at) == (Status.ARRIVED, None, None)
    assert_integrity(now=NOW)


def test_who_was_let_go_stays_so_when_the_record_is_corrected(day, lead):
    came = make_vaccinated(day)
    release(appointment_id=came.pk, by=day.by, now=at("17.50"), early=True)
    dose = came.dose
    correct_dose(
        dose_id=dose.pk,
        reason="Feil arm",
        vial_id=dose.vial_id,
        route=dose.route,
        volume_ml=dose.volume_ml,
        site=Dose.Site.RIGHT_ARM,
        given_at=dose.given_at,
        vaccinator_id=dose.vaccinator_id,
        deviation_reason="",
        by=lead,
        now=NOW,
    )
    came.refresh_from_db()
    assert (came.status, came.released_at) == (Status.VACCINATED, at("17.50"))
    assert came.dose_id != dose.pk
    assert_integrity(now=NOW)


def test_a_walk_in_that_is_taken_back_is_expected_by_nobody(day, vial):
    came = come(day)
    undo_arrival(appointment_id=came.pk, by=day.by, now=NOW)
    came.refresh_from_db()
    assert (came.status, came.arrived_at) == (Status.CANCELLED, None)
    assert_integrity(now=NOW)
    assert come(day, now=NOW).pk != came.pk


def test_end_day_is_refused_while_somebody_waits_after_a_voided_record(day, lead):
    came = make_vaccinated(day)
    void(came, lead)
    with pytest.raises(DayNotReadyError, match="waiting"):
        end_day(session_id=day.session.pk, cases_told=False, by=day.by, now=NOW)
