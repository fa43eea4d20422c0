"""Standby people are called for a dose left in an open vial, never more than it has doses for."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from appointments.domain.status import Status
from appointments.domain.waiting import OfferKind, OfferState, SkipReason
from appointments.models import Offer, OfferSkip, WaitingEntry
from appointments.selectors.places import policy_of
from appointments.selectors.standby import vial_for_standby
from appointments.services.lateness import say_late, say_on_time
from appointments.services.offers import OfferOverError, answer, lapse_offers
from appointments.services.standby import invite_ahead, invite_standby
from appointments.services.standby_withdrawals import withdraw_unmeetable
from audit.domain import Actor
from notifications.models import Message
from tests.factories import (
    BEFORE,
    OPENING,
    at,
    make_booking,
    make_clinic,
    make_dose,
    make_patient,
    make_session,
    make_vial,
    make_wait,
)
from tests.invariants import assert_integrity
from vaccinations.services.vials import close_as_empty, discard

pytestmark = pytest.mark.django_db
NOW = at("17.00")


def vial_with(given):
    """Open a session and a vial at 16.30, of which some doses were given."""
    session = make_session()
    vial = make_vial(now=at("16.30"))
    for _ in range(given):
        make_dose(vial=vial, patient=make_patient(), now=at("16.40"))
    return session, vial


def invite(session, vial, number=5, now=NOW):
    return invite_standby(
        session_id=session.pk, vial_id=vial.pk, number=number, by=Actor.system(), now=now
    )


def say(offer, *, yes, now=NOW):
    return answer(offer_id=offer.pk, accept=yes, by=Actor.patient(offer.entry.patient_id), now=now)


def test_as_many_are_invited_as_doses_are_almost_certainly_left():
    session, vial = vial_with(given=2)
    for _ in range(4):
        make_wait(wants_time=False, eta_minutes=30)
    offers = invite(session, vial)
    # A third and a fourth dose are in the vial with 95 %; a fifth with 75 % only.
    assert len(offers) == 2
    assert all(one.answer_by == NOW + timedelta(minutes=10) for one in offers)
    assert all(one.come_by == NOW + timedelta(minutes=40) for one in offers)
    assert Message.objects.filter(kind="standby_offered").count() == 2
    assert invite(session, vial) == []
    assert_integrity(now=NOW)


def test_towards_closing_a_dose_of_the_vials_to_come_is_left_over_too():
    session = make_session(window_minutes=60)
    vial = make_vial(now=at("19.05"))
    for _ in range(4):
        make_dose(vial=vial, patient=make_patient(), now=at("19.06"))
    for clock in ("19.30", "19.40", "19.50"):
        make_booking(session=session, clock=clock)
    make_wait(wants_time=False, eta_minutes=30)
    assert len(invite(session, vial, now=at("19.10"))) == 1


def test_who_is_half_an_hour_late_is_no_longer_counted_on():
    session, vial = vial_with(given=4)
    make_booking(session=session, clock="16.20")
    make_wait(wants_time=False, eta_minutes=30)
    sure = replace(policy_of(session), standby_conf=0.7)
    session.policy = sure.snapshot()
    session.save(update_fields=["policy"])
    assert invite(session, vial, now=at("16.45")) == []
    assert len(invite(session, vial, now=at("16.51"))) == 1


def test_booked_people_who_may_need_the_dose_come_first():
    session, vial = vial_with(given=2)
    for clock in ("17.30", "17.40", "17.50"):
        make_booking(session=session, clock=clock)
    make_wait(wants_time=False, eta_minutes=30)
    assert invite(session, vial) == []


def test_who_was_told_to_come_later_is_counted_on_until_then():
    session, vial = vial_with(given=2)
    make_booking(session=session, clock="17.30")
    said = {"session_id": session.pk, "by": Actor.system()}
    say_late(**said, minutes=60, now=NOW)
    say_on_time(**said, now=at("17.01"))
    session.refresh_from_db()

    found = vial_for_standby(session, vial.pk, now=at("18.10"))

    assert found is not None
    assert found.expected == 1


def test_who_is_too_far_away_or_not_to_be_disturbed_is_passed_over():
    session, vial = vial_with(given=2)
    far = make_wait(wants_time=False, eta_minutes=90, now=BEFORE)
    quiet = make_wait(
        wants_time=False,
        eta_minutes=20,
        quiet=(time(16), time(18)),
        now=BEFORE + timedelta(minutes=1),
    )
    near = make_wait(wants_time=False, eta_minutes=20, now=BEFORE + timedelta(minutes=2))
    [offer] = invite(session, vial, number=1)
    assert offer.entry == near
    reasons = dict(OfferSkip.objects.values_list("entry", "reason"))
    assert reasons == {far.pk: SkipReason.TOO_FAR, quiet.pk: SkipReason.QUIET}


def test_yes_puts_the_person_on_the_days_list_without_a_seat():
    session, vial = vial_with(given=2)
    entry = make_wait(wants_time=False, eta_minutes=30)
    [offer] = invite(session, vial, number=1)
    said = say(offer, yes=True)
    appointment = said.appointment
    assert (appointment.status, appointment.standby, appointment.seat) == (
        Status.BOOKED,
        True,
        None,
    )
    assert appointment.slot.starts_at <= offer.come_by
    assert appointment.patient_id == entry.patient_id
    assert_integrity(now=NOW)


def test_no_lets_the_next_be_asked_at_once(django_capture_on_commit_callbacks):
    session, vial = vial_with(given=3)
    make_wait(wants_time=False, eta_minutes=30)
    second = make_wait(wants_time=False, eta_minutes=30, now=BEFORE + timedelta(minutes=1))
    [offer] = invite(session, vial, number=1)
    with django_capture_on_commit_callbacks(execute=True):
        say(offer, yes=False)
    assert Offer.objects.get(state="open").entry == second


def test_silence_lets_the_next_be_asked(django_capture_on_commit_callbacks):
    session, vial = vial_with(given=3)
    make_wait(wants_time=False, eta_minutes=30)
    second = make_wait(wants_time=False, eta_minutes=30, now=BEFORE + timedelta(minutes=1))
    [offer] = invite(session, vial, number=1)
    with django_capture_on_commit_callbacks(execute=True):
        lapse_offers(now=offer.answer_by)
    assert Offer.objects.get(state="open").entry == second


def test_yes_to_a_vial_that_is_empty_by_then_is_refused_calmly():
    session, vial = vial_with(given=3)
    make_wait(wants_time=False, eta_minutes=30)
    [offer] = invite(session, vial, number=1)
    close_as_empty(vial_id=vial.pk, clinic_id=vial.clinic_id, by=_nurse(vial), now=NOW)
    with pytest.raises(OfferOverError) as refused:
        say(offer, yes=True)
    assert refused.value.state is OfferState.WITHDRAWN
    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN


def test_an_invitation_for_a_vial_that_is_discarded_is_taken_back():
    session, vial = vial_with(given=3)
    make_wait(wants_time=False, eta_minutes=30)
    invite(session, vial, number=1)
    discard(vial_id=vial.pk, clinic_id=vial.clinic_id, reason="broken", by=_nurse(vial), now=NOW)
    assert withdraw_unmeetable(now=NOW) == 1
    assert withdraw_unmeetable(now=NOW) == 0
    assert Offer.objects.get().state == OfferState.WITHDRAWN


def test_who_said_yes_is_told_only_when_no_other_vial_has_a_dose():
    session, vial = vial_with(given=3)
    entry = make_wait(wants_time=False, eta_minutes=30)
    [offer] = invite(session, vial, number=1)
    said = say(offer, yes=True)
    other = make_vial(now=at("16.50"))
    discard(vial_id=vial.pk, clinic_id=vial.clinic_id, reason="broken", by=_nurse(vial), now=NOW)
    assert withdraw_unmeetable(now=NOW) == 0
    offer.refresh_from_db()
    assert offer.vial == other
    discard(vial_id=other.pk, clinic_id=vial.clinic_id, reason="broken", by=_nurse(vial), now=NOW)
    assert withdraw_unmeetable(now=NOW) == 1
    said.appointment.refresh_from_db()
    assert said.appointment.status == Status.CANCELLED
    assert Message.objects.filter(kind="standby_withdrawn", subject_id=offer.pk).exists()
    waits = WaitingEntry.objects.get(ended_at=None)
    assert (waits.patient_id, waits.joined_at) == (entry.patient_id, entry.joined_at)
    assert_integrity(now=NOW)


def test_who_said_yes_is_kept_while_a_vial_will_be_opened_for_others():
    session, vial = vial_with(given=3)
    make_wait(wants_time=False, eta_minutes=30)
    [offer] = invite(session, vial, number=1)
    say(offer, yes=True)
    make_booking(session=session, clock="19.00")
    discard(vial_id=vial.pk, clinic_id=vial.clinic_id, reason="broken", by=_nurse(vial), now=NOW)
    assert withdraw_unmeetable(now=NOW) == 0


def test_the_day_before_people_are_invited_to_come_with_the_last_of_a_vial():
    session = make_session()
    for clock in ("17.00", "17.10", "17.30"):
        make_booking(session=session, clock=clock)
    for _ in range(3):
        make_wait(wants_time=False, eta_minutes=30)
    eve = OPENING - timedelta(days=1)
    offers = invite_ahead(session_id=session.pk, number=2, by=Actor.system(), now=eve)
    assert [one.kind for one in offers] == [OfferKind.STANDBY_AHEAD] * 2
    assert {one.come_by for one in offers} == {at("17.30")}
    assert invite_ahead(session_id=session.pk, number=2, by=Actor.system(), now=eve) == []
    said = say(offers[0], yes=True, now=eve + timedelta(minutes=3))
    assert said.appointment.slot.starts_at == at("17.30")
    assert_integrity(now=eve)


def test_who_has_another_time_gives_it_up_for_the_dose_today():
    clinic = make_clinic()
    session, vial = vial_with(given=3)
    later = make_session(clinic=clinic, starts_at=OPENING + timedelta(days=7))
    mine = make_booking(session=later)
    make_wait(decision=mine.decision, wants_time=False, eta_minutes=30)
    [offer] = invite(session, vial, number=1)
    said = say(offer, yes=True)
    assert said.appointment == mine
    mine.refresh_from_db()
    assert (mine.standby, mine.seat, mine.date) == (True, None, session.date)
    assert_integrity(now=NOW)


def _nurse(vial):
    return Actor.staff(vial.opened_by_id, clinic_id=vial.clinic_id, role="vaccinator")
