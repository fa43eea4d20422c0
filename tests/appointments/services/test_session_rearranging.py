"""A session changed, moved or cancelled with people in it: nobody loses a place or is forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appointments.domain.rearranging import Rearranging
from appointments.domain.session_changes import Wish
from appointments.models import Appointment, Displaced
from appointments.selectors.displaced import lacking_a_time
from appointments.services.booking import book, cancel, rebook
from appointments.services.day import check_in
from appointments.services.displaced import decline, told
from appointments.services.holding import hold
from appointments.services.session_changes import ClosesTooEarlyError, SessionEndedError
from appointments.services.session_impact import (
    AlreadyBegunError,
    NothingChangedError,
    OpensInThePastError,
    PeopleHaveComeError,
    TooShortNoticeError,
    preview,
    shape_of,
)
from appointments.services.session_rearranging import PreviewStaleError, apply
from appointments.services.sessions import SessionOverError, SessionsOverlapError
from audit.domain import Actor
from audit.models import AuditEntry
from notifications.models import Message
from tests.factories import (
    BEFORE,
    DAY,
    OPENING,
    actor_of,
    at,
    make_booking,
    make_patient,
    make_session,
    make_staff,
    slot_at,
)
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
NOW = OPENING - timedelta(days=3)
NEXT_WEEK = OPENING + timedelta(days=7)


def change(session, **shape):
    return Wish(Rearranging.CHANGE, replace(shape_of(session), **shape))


def move(session, starts_at):
    return Wish(Rearranging.MOVE, replace(shape_of(session), starts_at=starts_at))


def cancelled(session):
    return Wish(Rearranging.CANCEL, shape_of(session))


def do(session, wish, now=NOW, by=SYSTEM):
    """See what it does, then do it; integrity holds after it."""
    seen = preview(session_id=session.pk, wish=wish, now=now)
    done = apply(session_id=session.pk, wish=wish, fingerprint=seen.fingerprint, by=by, now=now)
    session.refresh_from_db()
    assert_integrity(now=now)
    return done


def again(appointment):
    appointment.refresh_from_db()
    return appointment


def messages_of(appointment):
    found = Message.objects.filter(subject_id=appointment.pk).exclude(
        kind__in=["booked", "reminder_week", "day_before"]
    )
    return sorted(found.values_list("kind", flat=True))


def test_given_fewer_stations_then_the_earliest_booked_stays_and_the_other_is_moved_and_told():
    session = make_session()
    second = make_booking(session=session, clock="17.00", now=BEFORE + timedelta(hours=2))
    first = make_booking(session=session, clock="17.00", now=BEFORE + timedelta(hours=1))
    do(session, change(session, stations=1))
    assert again(first).slot.starts_at == at("17.00")
    assert (first.seat, first.sequence, messages_of(first)) == (1, 0, ["reminder"])
    assert again(second).slot.starts_at in {at("16.50"), at("17.10")}
    assert second.sequence == 1
    assert messages_of(second) == ["moved_by_clinic", "reminder", "reminder"]
    row = Displaced.objects.get()
    assert (row.appointment, row.was_at, row.became_at) == (
        second,
        at("17.00"),
        second.slot.starts_at,
    )
    assert not row.to_call


def test_given_a_shorter_day_then_those_outside_it_move_to_the_nearest_time_that_is_left():
    session = make_session()
    early = make_booking(session=session, clock="16.00")
    late = make_booking(session=session, clock="19.50")
    wish = change(session, starts_at=at("17.00"), ends_at=at("19.00"))
    do(session, wish)
    assert again(early).slot.starts_at == at("17.00")
    assert again(late).slot.starts_at == at("18.50")
    assert session.slots.filter(capacity=0).count() == 12


def test_a_day_that_is_made_longer_again_uses_the_times_it_had():
    session = make_session()
    do(session, change(session, ends_at=at("18.00")))
    do(session, change(session, ends_at=at("19.00"), stations=1))
    assert session.slots.filter(capacity=1).count() == 18
    assert session.slots.filter(capacity=0).count() == 6


def test_given_the_day_is_moved_then_everybody_keeps_the_distance_from_its_opening():
    session = make_session()
    booked = [make_booking(session=session, clock=clock) for clock in ("16.00", "16.30", "18.10")]
    moved_to = OPENING + timedelta(days=1, minutes=30)
    do(session, move(session, moved_to))
    assert (session.date, session.starts_at) == (DAY + timedelta(days=1), moved_to)
    assert session.ends_at == moved_to + timedelta(hours=4)
    assert session.cutoff_at < moved_to
    assert [again(one).slot.starts_at - moved_to for one in booked] == [
        timedelta(minutes=minutes) for minutes in (0, 30, 130)
    ]
    assert all("moved_by_clinic" in messages_of(one) for one in booked)


def test_given_the_day_is_moved_by_less_than_its_length_then_two_can_change_places():
    session = make_session(stations=1)
    one, other = (make_booking(session=session, clock=clock) for clock in ("16.00", "16.10"))
    do(session, move(session, OPENING + timedelta(minutes=10)))
    assert again(one).slot.starts_at == at("16.10")
    assert again(other).slot.starts_at == at("16.20")


def test_given_the_day_is_cancelled_then_people_go_to_the_clinics_other_days():
    session, other = make_session(), make_session(starts_at=NEXT_WEEK)
    booked = [make_booking(session=session, clock=clock) for clock in ("16.00", "16.00", "18.00")]
    Appointment.objects.update(movable_bands=["morning"])
    do(session, cancelled(session))
    assert session.state == "cancelled"
    assert {tuple(again(one).movable_bands) for one in booked} == {()}
    assert {again(one).slot.session_id for one in booked} == {other.pk}
    assert all(one.status == "booked" and one.sequence == 1 for one in booked)
    assert not lacking_a_time([session.clinic_id], now=NOW)


def test_given_no_other_place_then_nobody_is_forgotten():
    session = make_session()
    lost = make_booking(session=session)
    do(session, cancelled(session))
    assert again(lost).status == "cancelled"
    assert messages_of(lost) == ["cancelled_by_clinic", "reminder"]
    [row] = lacking_a_time([session.clinic_id], now=NOW)
    assert row.appointment == lost
    later = make_session(starts_at=NEXT_WEEK)
    book(
        patient_id=lost.patient_id,
        decision_id=lost.decision_id,
        slot_id=slot_at(later, "17.00").pk,
        route=lost.route,
        dose_number=1,
        not_before=None,
        by=SYSTEM,
        now=NOW,
    )
    assert not lacking_a_time([session.clinic_id], now=NOW)


def test_one_who_cannot_be_sent_a_message_is_called_though_there_is_a_new_time():
    session, _other = make_session(), make_session(starts_at=NEXT_WEEK)
    nurse = actor_of(make_staff())
    booked = make_booking(session=session, patient=make_patient(contact_by="none"))
    do(session, cancelled(session))
    [row] = lacking_a_time([session.clinic_id], now=NOW)
    assert row.became_at == again(booked).slot.starts_at
    assert messages_of(booked) == []
    told(displaced_id=row.pk, by=nurse, now=NOW)
    told(displaced_id=row.pk, by=nurse, now=NOW)
    assert not lacking_a_time([session.clinic_id], now=NOW)
    assert AuditEntry.objects.filter(action="displaced.told").count() == 1


def test_one_who_wants_no_other_time_is_not_called_any_more():
    session = make_session()
    make_booking(session=session)
    do(session, cancelled(session))
    [row] = lacking_a_time([session.clinic_id], now=NOW)
    decline(displaced_id=row.pk, by=actor_of(make_staff()), now=NOW)
    assert not lacking_a_time([session.clinic_id], now=NOW)


def test_a_second_dose_never_comes_before_its_first_day():
    session = make_session(starts_at=NEXT_WEEK)
    day = session.date - timedelta(days=1)
    booked = make_booking(session=session, dose_number=2, not_before=day, now=BEFORE)
    make_session(starts_at=NEXT_WEEK - timedelta(days=2))
    do(session, move(session, NEXT_WEEK - timedelta(days=3)))
    assert again(booked).status == "cancelled"


def test_given_fewer_vials_than_promised_then_those_who_booked_last_go_elsewhere():
    session = make_session(window_minutes=30)
    first = make_booking(session=session, clock="16.00")
    last = make_booking(session=session, clock="19.00", now=BEFORE + timedelta(hours=1))
    other = make_session(starts_at=NEXT_WEEK)
    do(session, change(session, vials=1))
    assert again(first).slot.starts_at == at("16.00")
    assert again(last).slot.session_id in {session.pk, other.pk}
    assert session.vials_allotted == 1


def test_what_is_half_agreed_on_ends_with_it():
    session = make_session()
    held = hold(
        slot_id=slot_at(session, "17.00").pk,
        browser_hash="ab" * 32,
        route="intradermal",
        dose_number=1,
        not_before=None,
        now=NOW,
    )
    assert preview(session_id=session.pk, wish=cancelled(session), now=NOW).held == 1
    do(session, cancelled(session))
    assert again(held).status == "expired"


@pytest.mark.parametrize("meanwhile", ["books", "cancels", "moves"])
def test_what_happened_since_the_preview_is_shown_before_anything_is_done(meanwhile):
    session = make_session()
    booked = make_booking(session=session, clock="17.00")
    wish = cancelled(session)
    seen = preview(session_id=session.pk, wish=wish, now=NOW)
    if meanwhile == "books":
        make_booking(session=session, clock="18.00")
    elif meanwhile == "cancels":
        cancel(appointment_id=booked.pk, by=SYSTEM, now=NOW)
    else:
        slot = slot_at(session, "18.00")
        rebook(appointment_id=booked.pk, slot_id=slot.pk, by=SYSTEM, now=NOW)
    with pytest.raises(PreviewStaleError):
        apply(session_id=session.pk, wish=wish, fingerprint=seen.fingerprint, by=SYSTEM, now=NOW)
    session.refresh_from_db()
    assert session.state == "open"
    now_seen = preview(session_id=session.pk, wish=wish, now=NOW)
    assert now_seen.fingerprint != seen.fingerprint


def test_on_the_day_those_who_have_come_stay_and_those_whose_time_would_be_earlier_are_called():
    session = make_session()
    nurse = actor_of(make_staff())
    came = make_booking(session=session, clock="16.10")
    check_in(appointment_id=came.pk, by=nurse, now=at("16.05"))
    late = make_booking(session=session, clock="19.50")
    do(session, change(session, ends_at=at("18.00")), now=at("16.20"))
    assert again(came).status == "arrived"
    assert again(late).status == "cancelled"
    assert [row.appointment for row in lacking_a_time([session.clinic_id], now=at("16.20"))] == [
        late
    ]


def refused(session, wish, error, now=NOW):
    with pytest.raises(error):
        preview(session_id=session.pk, wish=wish, now=now)


def test_what_cannot_be_done_is_refused_before_anything_is_shown():
    session = make_session()
    make_booking(session=session, clock="19.00")
    refused(session, change(session), NothingChangedError)
    refused(session, change(session, ends_at=at("16.05")), ClosesTooEarlyError)
    refused(session, move(session, NOW - timedelta(days=1)), OpensInThePastError)
    refused(session, move(session, NOW + timedelta(hours=3)), TooShortNoticeError)
    refused(session, cancelled(session), AlreadyBegunError, now=at("16.00"))
    refused(session, move(session, NEXT_WEEK), AlreadyBegunError, now=at("16.00"))
    refused(session, change(session, ends_at=at("17.00")), ClosesTooEarlyError, now=at("17.30"))
    refused(session, change(session, stations=1), SessionOverError, now=at("20.00"))
    make_session(starts_at=NEXT_WEEK)
    refused(session, move(session, NEXT_WEEK), SessionsOverlapError)
    came = make_booking(session=session, clock="19.50")
    check_in(appointment_id=came.pk, by=actor_of(make_staff()), now=at("16.30"))
    refused(session, change(session, ends_at=at("19.00")), PeopleHaveComeError, now=at("16.40"))


def test_a_draft_is_changed_on_its_own_page_and_a_cancelled_day_not_at_all():
    draft = make_session(opened=False)
    refused(draft, cancelled(draft), SessionEndedError)
    session = make_session(starts_at=NEXT_WEEK)
    do(session, cancelled(session))
    refused(session, change(session, stations=1), SessionEndedError)


def test_a_preview_asks_the_database_the_same_however_many_people_and_days(
    django_assert_max_num_queries,
):
    session = make_session()
    for clock in ("16.00", "16.10", "18.00"):
        make_booking(session=session, clock=clock)
    for weeks in (1, 2, 3):
        make_session(starts_at=OPENING + timedelta(days=7 * weeks))
    with django_assert_max_num_queries(8):
        preview(session_id=session.pk, wish=cancelled(session), now=NOW)
    seen = preview(session_id=session.pk, wish=cancelled(session), now=NOW)
    with django_assert_max_num_queries(36):
        apply(
            session_id=session.pk,
            wish=cancelled(session),
            fingerprint=seen.fingerprint,
            by=SYSTEM,
            now=NOW,
        )
