"""A clinician's yes with a time: both, or neither."""

from datetime import timedelta

import pytest

from appointments.models import Appointment
from appointments.services.booking import AlreadyBookedError
from appointments.services.seats import SlotUnavailableError
from care.services.review import approve_and_book, soonest_places
from clinics.domain.roles import Role
from eligibility.domain.answers import Indication, PreviousDose
from eligibility.models import Decision
from eligibility.services import cases
from eligibility.services.decisions import course_of
from notifications.models import Message
from tests.factories import (
    DAY,
    actor_of,
    at,
    make_booking,
    make_case,
    make_clinic,
    make_day,
    make_doctor,
    make_session,
    oslo,
    slot_at,
)
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db

NOW = at("16.35")


@pytest.fixture
def day():
    return make_day()


@pytest.fixture
def lund(day):
    return actor_of(make_doctor(clinic=day.clinic), role=Role.CLINICIAN)


def taken(lund, **case):
    made = make_case(now=at("15.00"), **case)
    cases.claim(case_id=made.pk, by=lund, now=at("15.30"))
    return made


def answer(case, slot, lund, **changed):
    fields = {"course": course_of(case.decision), "interval_override_days": None, "reason": ""}
    return approve_and_book(
        case_id=case.pk, slot_id=slot.pk, by=lund, now=NOW, **{**fields, **changed}
    )


def test_the_soonest_time_is_in_the_session_that_is_under_way(day, lund):
    make_session(clinic=day.clinic, starts_at=oslo(DAY + timedelta(days=1), "09.00"))

    (_session, first), *_rest = soonest_places(taken(lund, exposed_on=DAY), now=NOW)

    assert first.starts_at == at("16.40")
    assert not first.shares_vial


def test_a_time_that_shares_a_vial_says_so_when_the_dose_goes_into_the_skin(day, lund):
    make_booking(session=day.session, clock="17.00")
    into_the_skin, under_it = taken(lund), taken(lund, keloid_tendency=True, pregnant=True)

    assert any(place.shares_vial for _, place in soonest_places(into_the_skin, now=NOW))
    assert not any(place.shares_vial for _, place in soonest_places(under_it, now=NOW))


def test_a_booked_yes_tells_the_person_once(day, lund):
    case = taken(lund, exposed_on=DAY)

    booked = answer(case, slot_at(day.session, "16.50"), lund)

    assert booked.decision.source == Decision.Source.CLINICIAN
    kinds = Message.objects.filter(due_at__lte=NOW).values_list("kind", flat=True)
    assert list(kinds) == ["booked"]
    assert_integrity(now=NOW)


def test_without_the_time_nothing_is_decided(day, lund):
    case = taken(lund, exposed_on=DAY)
    elsewhere = make_session(clinic=make_clinic(slug="ullern"), starts_at=at("18.00"))

    for slot in (slot_at(day.session, "16.30"), slot_at(elsewhere, "18.00")):
        with pytest.raises(SlotUnavailableError):
            answer(case, slot, lund)

    case.refresh_from_db()
    assert (case.state, Decision.objects.count()) == ("claimed", 1)
    assert not Appointment.objects.exists()
    assert not Message.objects.exists()


def test_somebody_with_a_time_for_the_dose_is_not_given_another(day, lund):
    case = taken(lund)
    make_booking(session=day.session, patient=case.patient, clock="18.00", now=at("15.00"))

    with pytest.raises(AlreadyBookedError):
        answer(case, slot_at(day.session, "17.00"), lund)

    case.refresh_from_db()
    assert case.state == "claimed"


@pytest.mark.parametrize(("days_after", "settled"), [(4, False), (5, True)])
def test_booked_for_after_the_deadline_the_visit_need_not_ask_about_it(
    day, lund, days_after, settled
):
    case = taken(lund, exposed_on=DAY)
    later = make_session(
        clinic=day.clinic, starts_at=oslo(DAY + timedelta(days=days_after), "09.00")
    )

    booked = answer(case, slot_at(later, "09.00"), lund)

    assert ("A10" in booked.decision.reasons) is settled


def test_a_shorter_interval_lets_dose_2_be_booked_sooner(day, lund):
    told = PreviousDose(DAY - timedelta(days=20), Indication.PPV, abroad=False, documented=True)
    case = taken(lund, previous_doses=(told,), pregnant=True)
    later = make_session(clinic=day.clinic, starts_at=oslo(DAY + timedelta(days=1), "09.00"))
    slot = slot_at(later, "09.00")

    booked = answer(case, slot, lund, interval_override_days=21, reason="Reiser bort.")

    assert (booked.dose_number, booked.not_before) == (2, DAY + timedelta(days=1))
    assert booked.decision.interval_override_days == 21
    assert booked.decision.course["min_interval_days"] == 28
    assert_integrity(now=NOW)
