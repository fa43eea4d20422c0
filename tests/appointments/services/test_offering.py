"""A free time is offered to the next in line, who has until the deadline to take it."""

from datetime import time, timedelta

import pytest

from appointments.domain.status import Status
from appointments.domain.waiting import OfferState, SkipReason, WaitEnd
from appointments.models import Appointment, Offer, OfferSkip, WaitingEntry
from appointments.services.booking import cancel
from appointments.services.holding import expire_holds
from appointments.services.offers import OfferOverError, answer, lapse_offers, offer_free_times
from appointments.services.waiting import leave
from audit.domain import Actor
from notifications.models import Message
from tests.factories import (
    BEFORE,
    OPENING,
    make_booking,
    make_clinic,
    make_session,
    make_wait,
)
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db


def full_session(**kwargs):
    """Make a session with one place, which somebody has."""
    session = make_session(stations=1, hours=0.5, slot_minutes=30, **kwargs)
    return session, make_booking(session=session)


def say(offer, *, yes, now=None):
    return answer(
        offer_id=offer.pk,
        accept=yes,
        by=Actor.patient(offer.entry.patient_id),
        now=now or offer.made_at + timedelta(minutes=5),
    )


def free(booking, now=BEFORE):
    cancel(appointment_id=booking.pk, by=Actor.system(), now=now)


def test_nothing_is_offered_while_nothing_is_free():
    full_session()
    make_wait()
    assert offer_free_times(now=BEFORE) == 0


def test_a_time_that_becomes_free_is_held_for_the_next_in_line():
    session, booking = full_session()
    entry = make_wait()
    free(booking)
    assert offer_free_times(now=BEFORE) == 1
    offer = Offer.objects.get()
    assert (offer.entry, offer.session, offer.state) == (entry, session, OfferState.OPEN)
    assert offer.appointment.status == Status.HELD
    assert offer.appointment.held_until == offer.answer_by
    assert offer.answer_by - BEFORE == timedelta(hours=4)
    assert Message.objects.filter(kind="time_offered", subject_id=offer.pk).count() == 1
    assert offer_free_times(now=BEFORE) == 0
    assert_integrity(now=BEFORE)


def test_a_cancelled_time_is_offered_as_soon_as_it_is_cancelled(django_capture_on_commit_callbacks):
    _session, booking = full_session()
    make_wait()
    with django_capture_on_commit_callbacks(execute=True):
        free(booking)
    assert Offer.objects.count() == 1


def test_the_priority_group_then_the_time_waited_decides():
    make_clinic(groups=(1, 2, 3))
    _session, booking = full_session()
    third = make_wait(now=BEFORE - timedelta(days=3))
    second_later = make_wait(now=BEFORE - timedelta(days=1), on_prep=True, hiv_positive=False)
    free(booking)
    offer_free_times(now=BEFORE)
    groups = {entry.pk: entry.decision.priority_group for entry in WaitingEntry.objects.all()}
    assert groups[second_later.pk] < groups[third.pk]
    assert Offer.objects.get().entry_id == second_later.pk


def test_who_cannot_come_then_is_passed_over_with_a_reason():
    _session, booking = full_session()
    other_day = make_wait(now=BEFORE - timedelta(days=2), weekdays=[(OPENING.weekday() + 1) % 7])
    chosen = make_wait(now=BEFORE - timedelta(days=1))
    free(booking)
    offer_free_times(now=BEFORE)
    assert Offer.objects.get().entry == chosen
    skip = OfferSkip.objects.get()
    assert (skip.entry, skip.reason) == (other_day, SkipReason.OTHER_DAY)


def test_yes_books_the_time_and_ends_the_wait():
    _session, booking = full_session()
    entry = make_wait()
    free(booking)
    offer_free_times(now=BEFORE)
    offer = say(Offer.objects.get(), yes=True)
    entry.refresh_from_db()
    appointment = offer.appointment
    appointment.refresh_from_db()
    assert (appointment.status, appointment.patient_id) == (Status.BOOKED, entry.patient_id)
    assert entry.end == WaitEnd.BOOKED
    assert Message.objects.filter(kind="booked", subject_id=appointment.pk).exists()
    assert_integrity(now=BEFORE)


def test_no_frees_the_time_and_the_next_is_asked_at_once(django_capture_on_commit_callbacks):
    _session, booking = full_session()
    first, second = make_wait(), make_wait(now=BEFORE + timedelta(minutes=1))
    free(booking)
    now = BEFORE + timedelta(hours=1)
    offer_free_times(now=now)
    with django_capture_on_commit_callbacks(execute=True):
        say(Offer.objects.get(), yes=False)
    assert list(Offer.objects.order_by("made_at").values_list("entry", "state")) == [
        (first.pk, "declined"),
        (second.pk, "open"),
    ]
    first.refresh_from_db()
    assert first.ended_at is None


def test_an_offer_that_nobody_answers_lapses_and_the_next_is_asked(
    django_capture_on_commit_callbacks,
):
    _session, booking = full_session()
    make_wait(now=BEFORE - timedelta(days=1))
    second = make_wait()
    free(booking)
    offer_free_times(now=BEFORE)
    late = Offer.objects.get().answer_by
    expire_holds(now=late)
    with django_capture_on_commit_callbacks(execute=True):
        assert lapse_offers(now=late) == 1
    assert lapse_offers(now=late) == 0
    assert Offer.objects.get(state="open").entry == second
    assert_integrity(now=late)


def test_an_answer_after_the_deadline_is_refused_swept_or_not():
    _session, booking = full_session()
    make_wait()
    free(booking)
    offer_free_times(now=BEFORE)
    offer = Offer.objects.get()
    with pytest.raises(OfferOverError) as refused:
        say(offer, yes=True, now=offer.answer_by)
    assert refused.value.state is OfferState.LAPSED
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 0


def test_a_second_yes_is_told_that_it_is_done():
    _session, booking = full_session()
    make_wait()
    free(booking)
    offer_free_times(now=BEFORE)
    offer = say(Offer.objects.get(), yes=True)
    with pytest.raises(OfferOverError) as refused:
        say(offer, yes=True)
    assert refused.value.state is OfferState.ACCEPTED


def test_who_has_a_later_time_moves_from_it():
    clinic = make_clinic()
    _session, early = full_session(clinic=clinic)
    later = make_session(clinic=clinic, starts_at=OPENING + timedelta(days=7))
    mine = make_booking(session=later)
    make_wait(clinic=clinic, decision=mine.decision)
    free(early)
    offer_free_times(now=BEFORE)
    say(Offer.objects.get(), yes=True)
    mine.refresh_from_db()
    assert mine.slot_id == early.slot_id
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 1
    assert_integrity(now=BEFORE)


def test_a_time_that_is_not_earlier_than_ones_own_is_not_offered():
    clinic = make_clinic()
    early = make_session(clinic=clinic)
    mine = make_booking(session=early)
    make_session(clinic=clinic, starts_at=OPENING + timedelta(days=7))
    make_wait(clinic=clinic, decision=mine.decision)
    early.slots.exclude(pk=mine.slot_id).delete()
    assert offer_free_times(now=BEFORE) == 0


def test_leaving_the_list_ends_the_offer_too():
    _session, booking = full_session()
    entry = make_wait()
    free(booking)
    offer_free_times(now=BEFORE)
    assert leave(entry_id=entry.pk, by=Actor.system(), now=BEFORE) == 1
    offer = Offer.objects.select_related("appointment").get()
    assert (offer.state, offer.appointment.status) == (OfferState.WITHDRAWN, Status.EXPIRED)


def test_booking_oneself_ends_the_wait_and_the_offer():
    clinic = make_clinic()
    _session, booking = full_session(clinic=clinic)
    entry = make_wait(clinic=clinic)
    free(booking)
    offer_free_times(now=BEFORE)
    other = make_session(clinic=clinic, starts_at=OPENING + timedelta(days=1))
    make_booking(session=other, decision=entry.decision)
    assert Offer.objects.get().state == OfferState.WITHDRAWN
    entry.refresh_from_db()
    assert entry.end == WaitEnd.BOOKED


def test_at_night_the_message_waits_for_the_morning():
    _session, booking = full_session()
    make_wait()
    night = BEFORE.replace(hour=23)
    free(booking, now=night)
    offer_free_times(now=night)
    offer = Offer.objects.get()
    message = Message.objects.get(kind="time_offered")
    assert message.due_at.astimezone(BEFORE.tzinfo).time() == time(8)
    assert offer.answer_by == message.due_at + timedelta(hours=4)


def test_there_are_never_more_offers_than_free_places():
    make_session(stations=1, hours=1, slot_minutes=30)
    for _ in range(5):
        make_wait()
    offer_free_times(now=BEFORE)
    assert Offer.objects.filter(state="open").count() == 2
    assert_integrity(now=BEFORE)
