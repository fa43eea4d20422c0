"""The demo loads at any moment, also over an older one, and shows everything there is to see."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from appointments.domain.reminding import Reminder
from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession
from appointments.selectors.dose_two import dose_two_to_place
from care.dayboard.board import board_of
from care.services.vaccination import Step
from clinics.domain.calendar import OSLO, oslo_date
from clinics.models import Clinic, Staff
from eligibility.models import Decision, ReviewCase
from mpoxclinic.demo.holidays import is_holiday
from mpoxclinic.demo.loading import load_demo
from mpoxclinic.demo.sessions import BEGAN, under_way
from notifications.models import Message
from patients.domain.id_numbers import parse_id_number
from patients.models import Patient
from tests.demo.invariants import (
    assert_intervals_hold,
    assert_nothing_is_left_of_the_past,
    assert_one_person_has_one_place,
    assert_seats_hold,
    assert_vials_hold,
)
from tests.demo.moments import MOMENTS, oslo
from vaccinations.models import Dose, InUseWindow, Vial

Load = Callable[[datetime], None]
AT_ANY = pytest.mark.parametrize("now", MOMENTS.values(), ids=MOMENTS)
OVER_AN_OLDER_ONE = (
    "a regular evening",
    "just before midnight",
    "the night with two 02.30",
    "29 February",
    "Christmas Eve",
)
NOW = MOMENTS["a regular evening"]
MINUTES_20 = timedelta(minutes=20)
MOST_QUERIES_OF_A_SECOND_RUN = 60


def assert_all_holds(now: datetime) -> None:
    assert_seats_hold()
    assert_vials_hold(now)
    assert_intervals_hold()
    assert_nothing_is_left_of_the_past(now)
    assert_one_person_has_one_place()


def assert_a_session_is_under_way(now: datetime) -> ClinicSession:
    session = under_way(Clinic.objects.get(slug="nydalen"), now=now)
    assert session is not None
    board = board_of(session, now=now)
    assert board.is_today
    assert [shown.minutes_left for shown in board.vials] == [17, 111]
    assert [person.minutes for person in board.waiting] == [14, 11, 8, 4, 1]
    steps = [person.step for person in board.waiting]
    assert steps[1:3] == [Step.GIVE, Step.REVIEW]
    assert steps.count(Step.ASK) == 3
    assert board.expected_count >= 8
    in_observation = [
        one
        for one in board.people
        if one.status == Status.VACCINATED and one.ended_at and now - one.ended_at < MINUTES_20
    ]
    assert len(in_observation) == 1
    return session


def assert_everybody_is_synthetic() -> None:
    patients = list(Patient.objects.all())
    numbers = [p.id_number for p in patients if p.id_number]
    assert len(set(numbers)) == len(numbers) >= 30
    for number in numbers:
        assert 81 <= int(number[2:4]) <= 92
        parse_id_number(number, allow_synthetic=True)
    assert {p.id_kind for p in patients} >= {"none", "national", "d_number"}
    assert any(p.id_seen_at for p in patients)
    addresses = [p.email for p in patients if p.email]
    assert all(address.endswith("@pasient.demo.invalid") for address in addresses)


def assert_holidays_are_kept(now: datetime) -> None:
    """Only the session under way, and the one in two days, are whenever they are."""
    at_any_time = [oslo_date(now - BEGAN), oslo_date(now), oslo_date(now + timedelta(days=2))]
    days = set(ClinicSession.objects.exclude(date__in=at_any_time).values_list("date", flat=True))
    assert days
    assert not [day for day in days if is_holiday(day)]


def assert_messages_are_sent_due_and_to_come(now: datetime) -> None:
    waiting = Message.objects.filter(state="waiting")
    due = waiting.filter(due_at__lte=now)
    assert {"booked", "next_booked"} <= set(due.values_list("kind", flat=True))
    assert 3 <= due.count() <= 16
    assert waiting.filter(due_at__gt=now).exists()
    sent = Message.objects.filter(state="sent")
    kinds = {"booked", "next_booked", *Reminder, "cancelled", "aftercare"}
    assert set(sent.values_list("kind", flat=True)) == kinds
    assert not sent.filter(due_at__gt=now).exists()
    assert not sent.filter(channel="sms", provider_reference="").exists()
    skipped = Message.objects.filter(state="skipped")
    assert set(skipped.values_list("kind", "fate")) <= {
        ("times_opened", "placed"),
        *((reminder, "not_booked") for reminder in Reminder),
    }


def assert_a_second_run_writes_nothing(load: Load, now: datetime) -> None:
    with CaptureQueriesContext(connection) as queries:
        load(now)
    reads = ("SELECT", "SAVEPOINT", "RELEASE")
    wrote = [q["sql"] for q in queries if not q["sql"].startswith(reads)]
    assert wrote == []
    assert len(queries) < MOST_QUERIES_OF_A_SECOND_RUN


@AT_ANY
def test_it_loads_into_an_empty_database_at_any_moment(load: Load, now: datetime) -> None:
    load(now)

    assert_all_holds(now)
    assert_a_session_is_under_way(now)
    assert set(Appointment.objects.values_list("status", flat=True)) == set(Status)
    assert 55 <= Patient.objects.count() <= 90
    assert_everybody_is_synthetic()
    assert_holidays_are_kept(now)
    assert_messages_are_sent_due_and_to_come(now)
    assert_a_second_run_writes_nothing(load, now + timedelta(minutes=4))


@pytest.mark.parametrize("name", OVER_AN_OLDER_ONE)
def test_it_loads_over_an_older_demo_and_adds_a_session_for_today(load: Load, name: str) -> None:
    now = MOMENTS[name]
    load(now - timedelta(days=9, hours=5))
    people, doses = Patient.objects.count(), set(Dose.objects.values_list("pk", flat=True))

    load(now)

    assert_all_holds(now)
    assert_a_session_is_under_way(now)
    assert Patient.objects.count() > people
    assert doses < set(Dose.objects.values_list("pk", flat=True))
    assert_a_second_run_writes_nothing(load, now + timedelta(minutes=4))


@pytest.mark.parametrize("later", [timedelta(weeks=5), timedelta(days=200)])
def test_it_loads_over_a_demo_of_any_age(load: Load, later: timedelta) -> None:
    load(NOW)

    load(NOW + later)

    assert_all_holds(NOW + later)
    assert_a_session_is_under_way(NOW + later)


def test_later_the_same_day_a_new_session_follows_the_one_that_is_over(load: Load) -> None:
    morning, evening = oslo(2026, 11, 25, 8, 0), oslo(2026, 11, 25, 18, 0)
    load(morning)

    load(evening)

    assert_all_holds(evening)
    assert_a_session_is_under_way(evening)
    letters = Vial.objects.filter(clinic__slug="nydalen", day=evening.date())
    assert sorted(letters.values_list("letter", flat=True)) == list("ABCDEF")


def test_it_shows_what_there_is_to_see(load: Load) -> None:
    load(NOW)

    assert_the_clinics_are_of_each_kind()
    assert_people_of_every_kind_are_there()
    assert_the_past_has_yields_waste_and_no_shows()
    assert_staff_were_there_before_the_first_evening()


def assert_the_clinics_are_of_each_kind() -> None:
    monthly, weekly, hospital = (
        Clinic.objects.get(slug=slug) for slug in ("fjelldal", "nydalen", "fjordby")
    )
    days = list(monthly.sessions.order_by("date").values_list("date", flat=True))
    assert {day.weekday() for day in days} == {3}
    assert len({(day.year, day.month) for day in days}) == len(days) >= 4
    assert {g for s in hospital.sessions.all() for g in s.offered_groups} == {1}
    for session in monthly.sessions.all():
        opens, closes = session.starts_at.astimezone(OSLO), session.ends_at.astimezone(OSLO)
        assert (opens.hour, closes.hour) == (16, 20)
    assert "300 kroner" in monthly.fee
    assert "300 kroner" in weekly.fee
    assert {clinic.observation_minutes for clinic in Clinic.objects.all()} == {20}
    assert set(InUseWindow.objects.values_list("minutes", "is_demo")) == {(120, True)}


def assert_people_of_every_kind_are_there() -> None:
    patients = list(Patient.objects.all())
    assert {p.contact_by for p in patients} == {"sms", "email", "both", "none"}
    assert {p.language for p in patients} == {"nb", "nn", "en"}
    assert any("Ŋ" in p.name and "Š" in p.name for p in patients)
    assert any(len(p.name) > 90 for p in patients)
    assert any(len(p.name) <= 3 for p in patients)
    assert {d.priority_group for d in Decision.objects.all()} >= {"1", "2", "3"}
    assert Appointment.objects.filter(route="subcutaneous", status="booked").exists()
    assert Dose.objects.filter(route="subcutaneous").exists()
    assert Appointment.objects.filter(dose_number=2, status="booked").exists()
    assert dose_two_to_place(Clinic.objects.values_list("pk", flat=True)).exists()
    cases = ReviewCase.objects.select_related("decision").order_by("opened_at")
    assert [(c.kind, c.window, c.high_risk, c.state) for c in cases] == [
        ("review", "", False, "open"),
        ("pepv", "5-14", True, "open"),
        ("review", "", False, "open"),
        ("pepv", "0-4", False, "open"),
    ]
    assert [{"A6", "A8", "R12", "R11"} & set(c.decision.reasons) for c in cases] == [
        {"A6"},
        {"R12"},
        {"A8"},
        {"R11"},
    ]
    assert all(c.sent for c in cases)


def assert_the_past_has_yields_waste_and_no_shows() -> None:
    past = Vial.objects.filter(day__lt=NOW.date())
    assert past.order_by("day")[0].day < NOW.date() - timedelta(days=70)
    whole = past.filter(discarded=0, doses__route="intradermal")
    yields = {5 - vial.not_obtainable for vial in whole}
    assert yields <= {3, 4, 5}
    assert {5, 4} <= yields
    assert {"end_of_day", "broken"} <= set(past.values_list("discard_reason", flat=True))
    drawn = Dose.objects.filter(vial__in=past, route="intradermal").count()
    thrown = sum(past.values_list("discarded", flat=True))
    assert 0.1 < thrown / (thrown + drawn) < 0.4
    assert Appointment.objects.filter(status="no_show", date__lt=NOW.date()).count() >= 3


@pytest.mark.django_db(transaction=True)
def test_it_is_the_same_each_time(valkey: redis.Redis) -> None:
    def told() -> list[tuple[Any, ...]]:
        rows = Appointment.objects.exclude(patient=None).select_related("patient", "slot")
        return sorted((row.slot.starts_at, row.seat, row.status, row.patient.name) for row in rows)

    runs = []
    for _ in range(2):
        with transaction.atomic():
            load_demo(now=NOW)
            runs.append(told())
            transaction.set_rollback(True)

    assert runs[0] == runs[1]
    assert len(runs[0]) > 80


def assert_staff_were_there_before_the_first_evening() -> None:
    first = ClinicSession.objects.order_by("starts_at")[0].date
    for staff in Staff.objects.prefetch_related("memberships"):
        assert all(held.valid_from < first for held in staff.memberships.all())


def test_what_somebody_did_meanwhile_stays(load: Load) -> None:
    load(NOW)
    clinic = Clinic.objects.get(slug="nydalen")
    clinic.directions = "Rett fram."
    clinic.save()
    waiting = set(Message.objects.filter(state="waiting").values_list("pk", flat=True))

    load(NOW + timedelta(days=3))

    clinic.refresh_from_db()
    assert clinic.directions == "Rett fram."
    assert set(Message.objects.filter(state="waiting").values_list("pk", flat=True)) >= waiting


def test_it_is_refused_outside_the_demo(settings: Any, db: None) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="MPOX_DEMO=1"):
        call_command("load_demo")
    assert not Clinic.objects.exists()


def test_loading_sends_nothing(load: Load, outbox_dir: Path) -> None:
    load(NOW)

    assert not outbox_dir.exists()
