"""/healthz for machines, and the page for people."""

import socket
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from care.dayboard.views.board import VERSION
from mpoxclinic.celery import app
from mpoxclinic.sweep_health import DELIVERY, sweeps
from mpoxclinic.sweep_words import SWEEPS
from notifications.models import Message, MessageText, SweepRun
from notifications.services.sweeps import recorded
from tests.access.logins import log_in
from tests.care.dayboard.pages import of_session, text
from tests.factories import Day, at, make_booking, make_clinic, make_day, make_patient, make_staff
from tests.outage.test_restarting import database_away

NOW = at("16.42")
FROM_ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}
TASKS = {entry["task"] for entry in app.conf.beat_schedule.values()}


@pytest.fixture
def swept(db: None) -> Any:
    """Every sweep has just gone well; the clock stands still."""
    with time_machine.travel(NOW, tick=False):
        for name in TASKS:
            SweepRun.objects.create(
                name=name,
                started_at=NOW - timedelta(seconds=5),
                ended_at=NOW - timedelta(seconds=4),
                last_ok_at=NOW - timedelta(seconds=5),
                ok=True,
            )
        yield


@pytest.fixture
def nurse(swept: None, client: Client) -> tuple[Client, Day]:
    day = make_day()
    return log_in(client, day.nurse), day


def forget(day: Day, *, minutes: int, **given: object) -> Message:
    """Leave a message unsent that should have gone so long ago."""
    booked = make_booking(session=day.session, patient=make_patient(given_name="Alice"))
    Message.objects.filter(subject_id=booked.pk).delete()
    return Message.objects.create(
        kind="reminder",
        channel="sms",
        subject_id=booked.pk,
        clinic=given.get("clinic", day.clinic),
        due_at=NOW - timedelta(minutes=minutes),
        created_at=NOW - timedelta(days=1),
    )


def test_all_is_well(swept: None, client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert "no-store" in response["Cache-Control"]
    assert response.json() == {
        "status": "ok",
        "database": True,
        "valkey": True,
        "last_sweep_seconds": 5,
        "overdue_sweeps": [],
        "failed_sweeps": [],
        "waiting": 0,
        "due": 0,
        "oldest_due_seconds": None,
        "late": 0,
        "failed_last_hour": 0,
    }


def test_another_machine_sees_one_word_unless_it_brings_the_token(
    swept: None, client: Client, settings: Settings
) -> None:
    def asked(**headers: str) -> set[str]:
        return set(client.get("/healthz", headers=headers, **FROM_ELSEWHERE).json())  # type: ignore[arg-type]

    assert asked() == {"status"}
    assert asked(Authorization="Bearer ") == {"status"}
    settings.HEALTH_TOKEN = "the-token"
    assert asked() == {"status"}
    assert asked(Authorization="Bearer another") == {"status"}
    assert "waiting" in asked(Authorization="Bearer the-token")
    # What a proxy on this machine passes on comes from elsewhere.
    assert set(client.get("/healthz", headers={"X-Forwarded-For": "192.0.2.7"}).json()) == {
        "status"
    }


def test_late_messages_are_a_word_and_with_require_a_503(swept: None, client: Client) -> None:
    forget(make_day(), minutes=11)
    response = client.get("/healthz")
    assert (response.status_code, response.json()["status"]) == (200, "late")
    assert (response.json()["late"], response.json()["oldest_due_seconds"]) == (1, 660)
    assert client.get("/healthz?require=sending").status_code == 503
    assert "Alice" not in response.content.decode()


def test_without_a_worker_it_is_late(swept: None, client: Client) -> None:
    stopped = NOW - timedelta(minutes=3)
    SweepRun.objects.filter(name=DELIVERY).update(last_ok_at=stopped)
    answer = client.get("/healthz").json()
    assert (answer["status"], answer["overdue_sweeps"]) == ("late", [DELIVERY])


def test_people_see_whose_own_words_cannot_be_sent(nurse: tuple[Client, Day]) -> None:
    client, day = nurse
    assert "Egne ord som ikke brukes" not in text(client.get(reverse("health")))
    MessageText.objects.create(
        kind="booked",
        language="nn",
        revision=1,
        sms="Hei {namn_som_er_borte}",
        changed_at=NOW,
        changed_by=day.nurse,
    )
    said = text(client.get(reverse("health")))
    assert "Egne ord som ikke brukes" in said
    assert "Bekreftelse på time, norsk (nynorsk)" in said


def test_before_anything_ever_ran_it_answers(client: Client, db: None) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "late")
    assert answer.json()["last_sweep_seconds"] is None


def test_it_is_down_without_valkey(
    client: Client, db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/nobody-listens.sock"
    response = client.get("/healthz")
    assert (response.status_code, response.json()["status"]) == (503, "down")
    assert (response.json()["database"], response.json()["valkey"]) == (True, False)


def test_it_is_down_when_valkey_is_silent(
    client: Client, db: None, settings: Settings, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(f"{tmp_path}/silent.sock")
        silent.listen()
        settings.REDIS_URL = f"unix://{tmp_path}/silent.sock"

        assert client.get("/healthz").status_code == 503


@pytest.mark.django_db(transaction=True)
def test_it_is_down_without_the_database(client: Client, tmp_path: Path) -> None:
    with database_away(tmp_path):
        response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "down", "database": False, "valkey": True}


def test_every_sweep_has_a_name_in_words() -> None:
    assert set(SWEEPS) == TASKS


def test_a_sweep_is_overdue_when_it_was_missed_three_times_and_for_two_minutes(
    swept: None,
) -> None:
    def overdue(*, minutes: float) -> set[str]:
        SweepRun.objects.update(last_ok_at=NOW - timedelta(minutes=minutes))
        return {one.task for one in sweeps(now=NOW) if one.overdue}

    assert overdue(minutes=1.9) == set()
    assert overdue(minutes=2.1) == {DELIVERY, "appointments.tasks.finish_due_repairs"}
    assert "appointments.tasks.expire_holds" in overdue(minutes=3.1)
    assert overdue(minutes=3 * 24 * 60 + 1) == TASKS


def test_in_a_new_installation_a_sweep_has_its_time_before_it_is_overdue(db: None) -> None:
    def overdue(*, minutes: int) -> set[str]:
        return {one.task for one in sweeps(now=NOW + timedelta(minutes=minutes)) if one.overdue}

    assert overdue(minutes=0) == TASKS  # nothing follows the schedule
    with recorded(DELIVERY, now=lambda: NOW):
        pass
    hourly = "appointments.tasks.expire_waits"
    assert overdue(minutes=1) == set()
    assert "appointments.tasks.expire_holds" in overdue(minutes=4)
    assert hourly not in overdue(minutes=179)
    assert hourly in overdue(minutes=181)


def test_people_are_told_that_all_is_well(nurse: tuple[Client, Day]) -> None:
    shown = text(nurse[0].get(reverse("health")))
    assert "Meldinger sendes som de skal" in shown
    assert "Ingen meldinger har gått galt den siste timen." in shown
    assert "Sende meldinger Gikk sist bra torsdag 26. november kl. 16.41." in shown


def test_people_are_told_what_is_wrong_and_what_to_do(nurse: tuple[Client, Day]) -> None:
    client, day = nurse
    forget(day, minutes=30)
    Message.objects.create(
        kind="booked",
        channel="email",
        subject_id=uuid4(),
        due_at=NOW,
        created_at=NOW,
        ended_at=NOW - timedelta(minutes=5),
        state="failed",
        fate="refused",
    )
    SweepRun.objects.filter(name=DELIVERY).update(
        ok=False, fault="LookupError at x.py:1", last_ok_at=NOW - timedelta(hours=1)
    )
    shown = text(client.get(reverse("health")))
    assert "1 melding skulle vært sendt torsdag 26. november kl. 16.12. Ring dem" in shown
    assert "Sende meldinger feilet sist henger etter" in shown
    assert "LookupError at x.py:1" in shown
    assert "Bekreftelse på time: 1. Mottakeren finnes ikke" in shown


def test_the_alarm_stands_on_every_page_for_those_whose_clinic_it_is(
    nurse: tuple[Client, Day],
) -> None:
    client, day = nurse
    pages = [
        reverse("desk:home"),
        reverse("desk:waiting", args=[day.clinic.slug]),
        of_session("board", day.session),
        of_session("open_vial", day.session),
    ]
    alarm = "Meldinger blir ikke sendt. Den eldste skulle gått kl. 16.32. Ring dem det haster for."
    message = forget(day, minutes=9)
    for page in pages:
        assert "Meldinger blir ikke sendt" not in text(client.get(page))

    Message.objects.filter(pk=message.pk).update(due_at=NOW - timedelta(minutes=10))

    for page in pages:
        shown = client.get(page)
        assert text(shown).count(alarm) == 1, page
        assert f"/ansatt/{day.clinic.slug}/meldinger/?vis=forsinket" in shown.content.decode()
    elsewhere = make_clinic(slug="majorstua", name="Majorstua")
    Message.objects.update(clinic=elsewhere)
    assert "Meldinger blir ikke sendt" not in text(client.get(pages[0]))


def test_a_planner_is_not_led_to_a_page_that_is_not_theirs(swept: None, client: Client) -> None:
    day = make_day()
    forget(day, minutes=30)
    log_in(client, make_staff("admin", clinic=day.clinic))
    assert "Meldinger blir ikke sendt" not in text(client.get(reverse("desk:home")))


def test_an_open_board_is_told_within_a_minute_and_costs_nothing_more(
    nurse: tuple[Client, Day], django_assert_num_queries: Any
) -> None:
    client, day = nurse
    forget(day, minutes=9)
    page = client.get(of_session("board", day.session))
    address = f"{of_session('live', day.session)}?{VERSION}={page.context['version']}"
    assert client.get(address).status_code == 204

    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        live = client.get(address)

    assert live.status_code == 200
    assert "Meldinger blir ikke sendt. Den eldste skulle gått kl. 16.33." in text(live)
