"""What follows when a day is changed under people: their next appointment, and those who wait."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appointments.domain.rearranging import Rearranging
from appointments.domain.session_changes import Wish
from appointments.models import Offer
from appointments.services.dose_two import book_ahead
from appointments.services.offers import offer_free_times
from appointments.services.session_impact import preview, shape_of
from appointments.services.session_rearranging import apply
from audit.domain import Actor
from notifications.models import Message
from tests.factories import BEFORE, DAY, OPENING, make_booking, make_session, make_wait, slot_at
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
NOW = OPENING - timedelta(days=3)


def do(session, what, **shape):
    wish = Wish(what, replace(shape_of(session), **shape))
    seen = preview(session_id=session.pk, wish=wish, now=NOW)
    apply(session_id=session.pk, wish=wish, fingerprint=seen.fingerprint, by=SYSTEM, now=NOW)
    assert_integrity(now=NOW)


def test_given_a_day_moved_a_week_then_dose_two_moves_too_and_the_person_is_told_of_both():
    session = make_session()
    later = [make_session(starts_at=OPENING + timedelta(days=days)) for days in (28, 42)]
    first, other = (make_booking(session=session, clock=clock) for clock in ("17.00", "17.10"))
    second = book_ahead(
        appointment_id=first.pk, slot_id=slot_at(later[0], "17.00").pk, by=SYSTEM, now=BEFORE
    )

    do(session, Rearranging.MOVE, starts_at=OPENING + timedelta(days=7))

    for one in (first, second, other):
        one.refresh_from_db()
    assert first.date == other.date == DAY + timedelta(days=7)
    assert second.date == DAY + timedelta(days=42)
    assert second.not_before == DAY + timedelta(days=35)
    kinds = Message.objects.filter(subject_id=second.pk).values_list("kind", flat=True)
    assert "next_changed" in set(kinds)


def test_given_a_day_cancelled_then_what_was_offered_of_it_is_taken_back():
    session = make_session()
    make_wait()
    offer_free_times(now=NOW)
    offer = Offer.objects.get()
    assert offer.session_id == session.pk

    do(session, Rearranging.CANCEL)

    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert offer.appointment is not None
    assert offer.appointment.status == "expired"
