"""At night a dose is offered to those only who said that they may be asked then."""

from datetime import datetime, time, timedelta
from itertools import count

import pytest

from appointments.domain.waiting import SkipReason
from appointments.models import Offer, OfferSkip
from appointments.services.standby import invite_standby
from appointments.services.waiting import Wish, change
from audit.domain import Actor
from clinics.domain.calendar import OSLO
from notifications.models import Message
from notifications.services.delivery import deliver_due
from notifications.services.outbox import channels_of
from patients.models import Patient
from patients.services.stops import set_any_hour, stop_messages
from tests.factories import BEFORE, at, make_patient, make_session, make_vial, make_wait
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db(transaction=True)
LATE = at("21.30")
JOINED = count(1)


@pytest.fixture
def late_day():
    """A day that goes on until late, with a vial that was opened just now."""
    session = make_session(starts_at=at("18.00"), hours=5)
    return session, make_vial(now=at("20.45"))


def waits(*, any_hour, quiet=None, **contact):
    patient = make_patient(**({"phone": "+4740000007", "contact_by": "sms"} | contact))
    joined_at = BEFORE + timedelta(minutes=next(JOINED))  # who comes first stands first in line
    entry = make_wait(patient=patient, wants_time=False, eta_minutes=15, quiet=quiet, now=joined_at)
    by = Actor.patient(patient.pk)
    set_any_hour(patient_id=patient.pk, any_hour=any_hour, by=by, now=at("12.00"))
    return entry


def invite(day, now):
    session, vial = day
    by = Actor.system()
    return invite_standby(session_id=session.pk, vial_id=vial.pk, number=5, by=by, now=now)


def skips():
    return list(OfferSkip.objects.order_by("entry__joined_at").values_list("entry_id", "reason"))


def test_who_has_not_allowed_it_is_passed_over_with_the_reason(late_day):
    sleeps, awake = waits(any_hour=False), waits(any_hour=True)
    [offer] = invite(late_day, LATE)
    assert offer.entry_id == awake.pk
    assert skips() == [(sleeps.pk, SkipReason.NIGHT)]
    assert_integrity(now=LATE)


def test_who_has_allowed_it_is_told_at_once(late_day):
    waits(any_hour=True)
    [offer] = invite(late_day, LATE)
    deliver_due(now=lambda: LATE)
    assert Message.objects.values_list("state", flat=True).get(subject_id=offer.pk) == "sent"
    assert offer.answer_by > LATE


def test_by_day_everybody_is_asked(late_day):
    waits(any_hour=False)
    assert len(invite(late_day, at("20.50"))) == 1


@pytest.mark.parametrize(("clock", "asked"), [("20.56", 1), ("20.58", 0)])
def test_a_question_so_late_that_nobody_could_answer_by_day_is_not_asked(late_day, clock, asked):
    waits(any_hour=False)
    assert len(invite(late_day, at(clock))) == asked


def test_their_own_quiet_hours_hold_all_the_same(late_day):
    entry = waits(any_hour=True, quiet=(time(20), time(23)))
    assert invite(late_day, LATE) == []
    assert skips() in ([], [(entry.pk, SkipReason.QUIET)])


def test_who_has_stopped_offers_is_passed_over_with_the_reason(late_day):
    silent = waits(any_hour=True)
    reached = waits(any_hour=True, email="alice@example.org", contact_by="both")
    for entry, channels in ((silent, ["sms", "email"]), (reached, ["sms"])):
        stop_messages(
            patient_id=entry.patient_id,
            channels=channels,
            by=Actor.patient(entry.patient_id),
            now=at("12.00"),
            reason="link",
        )
    [offer] = invite(late_day, LATE)
    assert offer.entry_id == reached.pk
    assert skips() == [(silent.pk, SkipReason.STOPPED)]
    deliver_due(now=lambda: LATE)
    fates = Message.objects.filter(subject_id=offer.pk).values_list("channel", "state", "fate")
    assert set(fates) == {("sms", "skipped", "stopped"), ("email", "sent", "")}


def test_leave_is_given_and_taken_back_with_the_wish():
    entry = make_wait(wants_time=False, eta_minutes=15)
    about = {"weekdays": tuple(range(7)), "bands": (), "until": entry.until, "eta_minutes": 15}
    for any_hour in (True, False):
        wish = Wish(wants_time=False, standby=True, any_hour=any_hour, **about)
        by = Actor.patient(entry.patient_id)
        change(entry_id=entry.pk, wish=wish, by=by, now=at("12.00"))
        assert Patient.objects.get(pk=entry.patient_id).any_hour is any_hour


def test_no_offer_is_made_whose_message_would_wait_until_it_is_over(late_day):
    """Whatever the minute: who is asked is sent the question before the answer is due."""
    waits(any_hour=False)
    waits(any_hour=True)
    start = datetime.combine(LATE.astimezone(OSLO).date(), time(20, 50), OSLO)
    for minute in range(0, 60, 3):
        now = start + timedelta(minutes=minute)
        for offer in invite(late_day, now):
            deliver_due(now=lambda now=now: now + timedelta(seconds=10))
            sent = Message.objects.filter(subject_id=offer.pk, state="sent")
            assert sent.count() == len(channels_of(offer.entry.patient.contact_by))
    assert Offer.objects.exists()
