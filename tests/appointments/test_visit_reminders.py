"""What people are told after a visit, or one they missed: once, in time, not when it is idle."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import override_settings

from appointments.domain.session_states import SessionMove
from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession, NextAnswer
from appointments.services.next_answers import say_not_needed
from appointments.services.no_shows import note_no_shows
from appointments.services.sessions import move_session, plan_series
from appointments.services.taking_back import expect_again
from audit.domain import Actor
from care.services.voiding import correct_dose, void_dose, what_follows
from clinics.domain.roles import Role
from notifications.models import Message
from notifications.services.delivery import deliver_due
from notifications.services.registry import kind_named
from patients.models import Patient
from tests.appointments.test_reminders import FORBIDDEN, LINK
from tests.factories import (
    DAY,
    OPENING,
    Day,
    actor_of,
    at,
    make_booking,
    make_day,
    make_decision,
    make_dose,
    make_patient,
    make_session,
    make_staff,
    oslo,
)
from tests.factories.visits import make_vaccinated
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db(transaction=True)
NEXT_MORNING = oslo(DAY + timedelta(days=1), "10.00")
EVENING = at("20.00")
FOUR_WEEKS = OPENING + timedelta(days=28)


@pytest.fixture(autouse=True)
def _mail_in_memory():
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        yield


@pytest.fixture
def day() -> Day:
    return make_day()


def messages(kind: str) -> list[tuple[str, str]]:
    return list(Message.objects.filter(kind=kind).values_list("state", "fate"))


def sent(kind: str, now: datetime) -> tuple[str, str]:
    """Send all that is due and return what became of the one message of a kind."""
    deliver_due(now=lambda: now)
    [found] = messages(kind)
    return found


# A missed time.


def miss(day: Day, language: str = "nb", *, now: datetime | None = None) -> Appointment:
    alice = make_patient(email="alice@example.org", contact_by="email", language=language)
    booked = make_booking(session=day.session, patient=alice, clock="17.00")
    Message.objects.all().delete()
    [missed] = note_no_shows(
        session_id=day.session.pk, appointment_ids=[booked.pk], by=day.by, now=now or at("19.50")
    )
    return missed


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "det går fint å komme en annen dag"),
        ("nn", "det går fint å kome ein annan dag"),
        ("en", "you are welcome another day"),
    ],
)
def test_who_missed_a_time_is_offered_another_the_next_morning(day, language, words):
    miss(day, language)
    assert sent("missed", NEXT_MORNING - timedelta(seconds=1)) == ("waiting", "")
    assert sent("missed", NEXT_MORNING) == ("sent", "")
    [message] = mail.outbox
    assert words in message.body
    assert LINK.search(message.body)
    assert not FORBIDDEN.search(LINK.sub("", f"{message.subject} {message.body}"))


def test_who_was_noted_as_missing_by_mistake_hears_nothing(day):
    missed = miss(day)
    expect_again(appointment_id=missed.pk, by=day.by, now=at("19.55"))
    assert sent("missed", NEXT_MORNING) == ("skipped", "not_missed")


def test_noted_twice_it_is_told_once(day):
    missed = miss(day)
    expect_again(appointment_id=missed.pk, by=day.by, now=at("19.52"))
    note_no_shows(
        session_id=day.session.pk, appointment_ids=[missed.pk], by=day.by, now=at("19.55")
    )
    assert sent("missed", NEXT_MORNING) == ("sent", "")
    assert len(mail.outbox) == 1


def test_a_day_ended_late_tells_the_morning_after_it_was_noted(day):
    miss(day, now=at("12.00") + timedelta(days=2))
    assert Message.objects.get(kind="missed").due_at == NEXT_MORNING + timedelta(days=2)


def test_who_has_booked_again_hears_nothing(day):
    missed = miss(day)
    later = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))
    make_booking(session=later, decision=missed.decision, now=at("20.00"))
    assert sent("missed", NEXT_MORNING) == ("skipped", "booked_again")


def test_who_had_the_dose_elsewhere_hears_nothing(day):
    missed = miss(day)
    make_dose(patient=missed.patient, now=at("19.55"))
    assert sent("missed", NEXT_MORNING) == ("skipped", "given")


def test_who_must_not_have_it_by_a_newer_decision_hears_nothing(day):
    missed = miss(day)
    make_decision(patient=missed.patient, now=at("20.00"), had_mpox=True)
    assert sent("missed", NEXT_MORNING) == ("skipped", "not_offered")


# After a dose.


def advise(day: Day, language: str = "nb") -> Appointment:
    alice = make_patient(email="alice@example.org", contact_by="email", language=language)
    visit = make_vaccinated(day, patient=alice)
    Message.objects.exclude(kind="aftercare").delete()
    return visit


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "går over innen en uke. Kontakt lege hvis"),
        ("nn", "går over innan ei veke. Kontakt lege om"),
        ("en", "passes within a week. Contact a doctor if"),
    ],
)
def test_who_had_a_dose_is_given_advice_the_same_evening(day, language, words):
    advise(day, language)
    assert sent("aftercare", EVENING - timedelta(seconds=1)) == ("waiting", "")
    assert sent("aftercare", EVENING) == ("sent", "")
    [message] = mail.outbox
    assert words in message.body
    assert LINK.search(message.body)
    assert not FORBIDDEN.search(LINK.sub("", f"{message.subject} {message.body}"))


def void(visit: Appointment, by: Actor, now: datetime) -> None:
    assert visit.dose
    void_dose(dose_id=visit.dose.pk, reason="Feil person", by=by, now=now)


def test_a_record_that_was_voided_before_the_evening_is_told_of_in_no_way(day):
    visit = advise(day)
    void(visit, day.by, at("17.50"))
    assert sent("aftercare", EVENING) == ("skipped", "not_given")
    assert messages("corrected") == []
    assert mail.outbox == []


def test_advice_that_comes_days_too_late_is_left_out(day):
    advise(day)
    assert sent("aftercare", EVENING + timedelta(days=2)) == ("skipped", "too_late")


# A corrected record.


@pytest.fixture
def lead(day) -> Actor:
    return actor_of(make_staff(Role.LEAD, clinic=day.clinic), day.clinic, Role.LEAD)


def test_a_record_voided_later_is_told_of_and_only_that_something_was_corrected(day, lead):
    visit = advise(day)
    deliver_due(now=lambda: EVENING)
    mail.outbox.clear()
    void(visit, lead, NEXT_MORNING)
    assert sent("corrected", NEXT_MORNING) == ("sent", "")
    [message] = mail.outbox
    assert "Ring oss på" in message.body
    assert "torsdag 26. november" in message.body
    assert not FORBIDDEN.search(LINK.sub("", f"{message.subject} {message.body}"))
    assert_integrity(now=NEXT_MORNING)


def test_a_record_put_right_in_one_go_is_told_of_once_and_gives_no_second_advice(day, lead):
    visit = advise(day)
    dose = visit.dose
    assert dose
    deliver_due(now=lambda: EVENING)
    correct_dose(
        dose_id=dose.pk,
        reason="Feil arm",
        vial_id=dose.vial_id,
        route=dose.route,
        volume_ml=dose.volume_ml,
        site="right_arm",
        given_at=dose.given_at,
        vaccinator_id=dose.vaccinator_id,
        deviation_reason="",
        by=lead,
        now=at("20.30"),
    )
    assert sent("corrected", at("20.30")) == ("sent", "")
    assert messages("aftercare") == [("sent", "")]


def test_while_the_visit_is_open_again_the_person_is_told_there(day):
    visit = advise(day)
    void(visit, day.by, at("20.00"))
    visit.refresh_from_db()
    assert visit.status == Status.ARRIVED
    assert sent("corrected", at("20.01")) == ("skipped", "here")


# Times for the next dose.


def lack(day: Day) -> Appointment:
    """A person with dose 1, and no open session for dose 2."""
    visit = make_vaccinated(day)
    Message.objects.all().delete()
    return visit


def open_times(day: Day, starts_at: datetime, now: datetime = NEXT_MORNING) -> ClinicSession:
    return make_session(clinic=day.clinic, starts_at=starts_at, now=now)


def test_who_lacks_a_place_is_told_once_when_times_open(day):
    lack(day)
    open_times(day, FOUR_WEEKS)
    open_times(day, FOUR_WEEKS + timedelta(days=1), NEXT_MORNING + timedelta(minutes=5))
    assert len(messages("times_opened")) == 1
    due = NEXT_MORNING + timedelta(minutes=30)
    assert sent("times_opened", due - timedelta(seconds=1)) == ("waiting", "")
    assert sent("times_opened", due) == ("sent", "")


def test_times_that_come_too_early_are_not_told_of(day):
    lack(day)
    open_times(day, FOUR_WEEKS - timedelta(days=1))
    assert messages("times_opened") == []


def test_another_week_they_are_told_again(day):
    lack(day)
    open_times(day, FOUR_WEEKS)
    open_times(day, FOUR_WEEKS + timedelta(days=1), NEXT_MORNING + timedelta(days=7))
    assert len(messages("times_opened")) == 2


def test_who_has_a_place_by_then_hears_nothing(day):
    visit = lack(day)
    later = open_times(day, FOUR_WEEKS)
    make_booking(session=later, decision=visit.decision, dose_number=2, now=NEXT_MORNING)
    assert sent("times_opened", NEXT_MORNING + timedelta(hours=1)) == ("skipped", "placed")


def test_who_says_that_it_is_not_needed_hears_nothing(day):
    visit = lack(day)
    open_times(day, FOUR_WEEKS)
    say_not_needed(
        patient_id=visit.patient_id,
        clinic_id=day.clinic.pk,
        said=NextAnswer.Said.values[0],
        by=Actor.patient(visit.patient_id),
        now=NEXT_MORNING,
    )
    assert sent("times_opened", NEXT_MORNING + timedelta(hours=1)) == ("skipped", "paused")


def test_their_link_leads_to_the_page_of_the_next_time(day):
    visit = lack(day)
    message = Message(kind="times_opened", channel="sms", subject_id=visit.pk)
    [context] = kind_named("times_opened").context([message], NEXT_MORNING).values()
    assert "/neste-time/l/" in context["link"]


def test_times_that_were_closed_again_are_not_told_of(day):
    lack(day)
    later = open_times(day, FOUR_WEEKS)
    move_session(session_id=later.pk, by_move=SessionMove.CLOSE, by=day.by, now=NEXT_MORNING)
    assert sent("times_opened", NEXT_MORNING + timedelta(hours=1)) == ("skipped", "no_times")


def test_a_series_that_is_made_open_tells_too(day):
    lack(day)
    days = [FOUR_WEEKS, FOUR_WEEKS + timedelta(days=7)]
    plan_series(
        series_id=None,
        clinic_id=day.clinic.pk,
        product_id=day.lot.product_id,
        openings=[(start, start + timedelta(hours=2)) for start in days],
        stations=1,
        slot_minutes=10,
        vials_allotted=2,
        offered_groups=[3],
        opened=True,
        by=day.by,
        now=NEXT_MORNING,
    )
    assert len(messages("times_opened")) == 1


@pytest.mark.parametrize("kind", ["missed", "aftercare", "corrected", "times_opened"])
def test_the_queries_of_a_kind_do_not_grow_with_its_messages(
    day, lead, kind, django_assert_max_num_queries
):
    visits = [make_vaccinated(day, clock=clock) for clock in ("17.40", "17.50", "18.00")]
    rows = [
        Message(kind=kind, channel="sms", subject_id=one.pk, due_at=OPENING, created_at=OPENING)
        for one in visits
    ]
    registered = kind_named(kind)
    with django_assert_max_num_queries(12):
        registered.still_due(rows, EVENING)
    with django_assert_max_num_queries(2):
        registered.recipient(rows)


@pytest.mark.parametrize("kind", ["missed", "aftercare", "corrected", "times_opened"])
def test_the_words_know_who_has_a_protected_address(day, kind):
    alice = make_patient(email="alice@example.org", contact_by="email")
    visit = make_vaccinated(day, patient=alice)
    message = Message(
        kind=kind, channel="email", subject_id=visit.pk, due_at=OPENING, created_at=OPENING
    )
    told = [kind_named(kind).context([message], EVENING)[message.pk]["protected"]]
    Patient.objects.filter(pk=alice.pk).update(protected_address=True)
    told += [kind_named(kind).context([message], EVENING)[message.pk]["protected"]]
    assert told == [False, True]


def test_before_a_record_is_voided_it_is_said_whether_the_person_is_told(day, lead):
    visit = advise(day)
    assert not what_follows(visit, now=at("17.50")).is_told
    assert not what_follows(visit, now=at("20.00")).is_told, "here, and told there"
    assert what_follows(visit, now=NEXT_MORNING).is_told
