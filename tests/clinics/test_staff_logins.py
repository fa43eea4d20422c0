"""Log-ins are rows: what is noted of one, what ends it, and that its end is at once."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from audit.domain import Actor
from audit.models import AuditEntry
from clinics.domain.browsers import browser_in_words
from clinics.domain.roles import Role
from clinics.models import Membership, Staff, StaffLogin
from clinics.services import logins
from clinics.services.staffing import (
    end_what_is_no_more_allowed,
    enrol_totp,
    reset_second_factor,
)
from tests.access.logins import SECRET, log_in
from tests.access.objects import make_staff
from tests.clinics.cast import NOW, PASSWORD
from tests.clinics.logins import (
    HOME,
    give_code,
    give_password,
    is_let_in,
    key_of,
    newest,
    with_key,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
BOSS = Actor.staff(7, clinic_id=None)
IDLE = timedelta(minutes=15)


@pytest.fixture(autouse=True)
def clock(settings: Settings) -> Iterator[time_machine.Traveller]:
    settings.STAFF_IDLE = IDLE
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def enrolled(nurse: Staff, clock: object) -> Staff:
    enrol_totp(nurse, SECRET)
    return nurse


def test_a_log_in_notes_how_and_in_what_browser_but_neither_key_nor_address(
    client: Client, enrolled: Staff
) -> None:
    give_password(client, enrolled)
    assert not StaffLogin.objects.exists(), "a password alone is no log-in"
    give_code(client)

    row = StaffLogin.objects.get()
    assert (row.method, row.browser) == ("totp", "Firefox, Windows")
    assert (row.started_at, row.last_seen_at, row.ended_at) == (NOW, NOW, None)
    stored = " ".join(str(value) for value in StaffLogin.objects.values_list()[0])
    assert key_of(client) not in stored
    assert "127.0.0.1" not in stored
    assert "140" not in stored


def test_a_session_gets_a_new_key_at_each_step_and_the_old_ones_are_dead(
    client: Client, enrolled: Staff, clock: time_machine.Traveller
) -> None:
    planted = client.session
    planted["planted"] = True
    planted.save()
    keys = [key_of(client)]

    give_password(client, enrolled)
    give_code(client)
    keys.append(key_of(client))
    clock.shift(60)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    keys.append(key_of(client))
    new = "et annet langt passord"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    changed = client.post(reverse("account_change_password"), fields)
    assert changed.status_code == 302, changed.context["form"].errors
    keys.append(key_of(client))

    assert len(set(keys)) == 4
    assert is_let_in(client)
    assert StaffLogin.objects.filter(ended_at=None).count() == 1, "it followed its session"
    assert [is_let_in(with_key(key)) for key in keys] == [False, False, False, True]


def test_logging_in_over_ones_own_ended_log_in_begins_a_new_one(
    client: Client, enrolled: Staff
) -> None:
    """The session still names the user when nobody has asked who it is."""
    client.force_login(enrolled)
    logins.end(newest(enrolled), why=StaffLogin.Ended.ADMIN, now=NOW)
    old = key_of(client)

    client.force_login(enrolled)

    assert key_of(client) != old
    assert StaffLogin.objects.filter(ended_at=None).count() == 1


def ends(staff: Staff, client: Client, clock: time_machine.Traveller) -> dict[str, Callable]:
    """Return everything that ends a log-in, by the reason it is noted with."""

    def close() -> None:
        Staff.objects.filter(pk=staff.pk).update(is_active=False)

    def close_in_the_admin() -> None:
        close()
        end_what_is_no_more_allowed(staff=staff, by=BOSS, now=NOW)

    def take_the_last_role() -> None:
        Membership.objects.filter(staff=staff).update(valid_until=NOW.date() - timedelta(days=1))
        end_what_is_no_more_allowed(staff=staff, by=BOSS, now=NOW)

    def set_password_elsewhere() -> None:
        staff.set_password("noe helt annet enn før")
        staff.save()

    def end(why: StaffLogin.Ended) -> Callable:
        return lambda: logins.end_logins(staff=staff, why=why, by=BOSS, now=NOW)

    return {
        "logged_out": lambda: client.post(reverse("account_logout")),
        "switched": lambda: client.post(reverse("account_switch_password")),
        "closed": close,
        "closed in the admin": close_in_the_admin,
        "no_role": take_the_last_role,
        "password": set_password_elsewhere,
        "factor": lambda: reset_second_factor(staff=staff, by=BOSS, now=NOW),
        "idle": lambda: clock.shift(IDLE),
        "too_long": lambda: clock.shift(django_settings.STAFF_LONGEST),
        "admin": end(StaffLogin.Ended.ADMIN),
        "owner": end(StaffLogin.Ended.OWNER),
    }


def test_whatever_ends_a_log_in_a_stolen_key_is_worth_nothing_from_then_on(
    clinic: object, clock: time_machine.Traveller
) -> None:
    reasons = list(ends(Staff(), Client(), clock))
    wrong = []
    for number, reason in enumerate(reasons):
        clock.move_to(NOW)
        staff = make_staff(f"ansatt{number}", (clinic, Role.VACCINATOR))
        client = log_in(Client(), staff)
        thief = with_key(key_of(client))
        assert is_let_in(thief), "the key is what lets in"

        ends(staff, client, clock)[reason]()

        refused = thief.get(HOME)
        row = StaffLogin.objects.get(staff=staff)
        if refused.status_code != 302 or row.ended_why != reason.partition(" ")[0]:
            wrong.append(f"{reason}: {refused.status_code} {row.ended_why!r}")
        if is_let_in(client):
            wrong.append(f"{reason}: the browser itself is still in")
    assert wrong == []
    assert len(reasons) == 11


def test_use_keeps_a_log_in_and_a_page_that_asks_by_itself_does_not(
    client: Client, nurse: Staff, clock: time_machine.Traveller
) -> None:
    log_in(client, nurse)
    for _minute in range(3):  # in use, each time just before the end
        clock.shift(IDLE - timedelta(seconds=1))
        assert is_let_in(client)
    begun = newest(nurse).last_seen_at

    for _poll in range(2):
        clock.shift(IDLE / 3)
        assert client.get(HOME, headers={"X-Polling": "1"}).status_code == 200
    assert newest(nurse).last_seen_at == begun, "nobody was at the machine"
    clock.shift(IDLE / 3)
    assert client.get(HOME, headers={"X-Polling": "1"}).status_code == 302
    assert newest(nurse).ended_why == "idle"


def test_a_log_in_is_noted_as_seen_once_a_minute_in_the_query_that_finds_the_user(
    client: Client, nurse: Staff, clock: time_machine.Traveller
) -> None:
    log_in(client, nurse)
    client.get(HOME)
    written = []
    for seconds in (0, 30, 29, 2, 30):
        clock.shift(seconds)
        with CaptureQueriesContext(connection) as asked:
            client.get(HOME)
        said = [each["sql"] for each in asked if "clinics_stafflogin" in each["sql"]]
        written.append(len([sql for sql in said if sql.startswith("UPDATE")]))
        assert len(said) - written[-1] == 1
        assert not [each for each in asked if 'FROM "clinics_staff" WHERE' in each["sql"]]
    assert written == [0, 0, 0, 1, 0]


def test_twelve_hours_are_the_end_however_busy_it_was(
    client: Client, nurse: Staff, clock: time_machine.Traveller, settings: Settings
) -> None:
    settings.STAFF_IDLE = timedelta(hours=5)
    log_in(client, nurse)
    for hours in (4, 4, 3.99):
        clock.shift(timedelta(hours=hours))
        assert is_let_in(client)
    assert Session.objects.get().expire_date > NOW + django_settings.STAFF_LONGEST
    clock.shift(timedelta(hours=0.01))

    assert not is_let_in(client)
    assert newest(nurse).ended_why == "too_long"


def test_a_page_can_ask_how_long_is_left_and_say_that_somebody_is_there(
    client: Client, nurse: Staff, clock: time_machine.Traveller
) -> None:
    address, asking = reverse("account_time_left"), {"X-Polling": "1"}
    assert client.get(address).json() == {"left": 0}
    log_in(client, nurse)
    clock.shift(IDLE - timedelta(seconds=50))
    told = client.get(address, headers=asking).json()
    assert (told["left"], told["user"]) == (50, str(nurse.pk))
    assert client.post(address, headers=asking).json()["left"] == 900
    clock.shift(IDLE)
    assert client.get(address, headers=asking).json() == {"left": 0}


def test_every_page_that_asks_by_itself_says_so() -> None:
    templates = Path(django_settings.BASE_DIR, "templates")
    tags = [
        tag
        for path in templates.rglob("*.html")
        for tag in re.findall(r"<[^<>]*hx-trigger=\"every[^<]*?>", path.read_text())
    ]
    assert len(tags) == 3
    assert [tag for tag in tags if "X-Polling" not in tag] == []


def test_a_role_holds_by_the_day_in_oslo_and_its_end_refuses_the_next_request(
    client: Client, clinic: object, elsewhere: object, clock: time_machine.Traveller
) -> None:
    lise = make_staff("lise", (elsewhere, Role.LEAD), (clinic, Role.LEAD))
    held = Membership.objects.get(staff=lise, clinic=clinic)
    held.valid_from = held.valid_until = NOW.date()
    held.save()
    page = reverse("desk:waiting", args=["storgata"])
    clock.move_to(datetime(2026, 5, 12, 21, 50, tzinfo=UTC))  # 23.50 in Oslo
    log_in(client, lise)
    assert client.get(page).status_code == 200
    clock.shift(660)  # 00.01, in the same log-in
    assert client.get(page).status_code == 404
    Membership.objects.filter(pk=held.pk).update(
        valid_from=NOW.date() + timedelta(days=2), valid_until=None
    )
    assert client.get(page).status_code == 404, "a role of tomorrow is none today"
    assert is_let_in(client), "the other clinic's stays"


def test_ones_own_log_ins_are_listed_and_ended(
    client: Client, nurse: Staff, clinic: object
) -> None:
    """At a fixed price, and nobody else's."""
    page = reverse("account_logins")
    other = make_staff("ola", (clinic, Role.VACCINATOR))
    theirs = log_in(Client(), other)
    log_in(client, nurse)
    with CaptureQueriesContext(connection) as few:
        assert "Du er ikke logget inn andre steder" in client.get(page).content.decode()
    elsewhere = [log_in(Client(), nurse) for _browser in range(4)]
    with CaptureQueriesContext(connection) as many:
        assert client.get(page).content.decode().count('name="login"') == 4
    assert len(many) == len(few)

    one = StaffLogin.objects.get(session_hash=logins.session_hash(key_of(elsewhere[0])))
    for what in (str(newest(other).pk), "tull", str(one.pk)):
        client.post(page, {"login": what})
    assert [is_let_in(each) for each in (*elsewhere, theirs)] == [False, True, True, True, True]
    told = client.post(page, {"others": "1"}, follow=True)
    assert "3 innlogginger er avsluttet." in told.content.decode()
    assert [is_let_in(each) for each in (*elsewhere, client, theirs)] == [*[False] * 4, True, True]
    recorded = AuditEntry.objects.filter(action="staff.logins_ended", reason="owner")
    assert recorded.count() == 2


def test_an_administrator_ends_all_of_a_colleagues_log_ins(client: Client, nurse: Staff) -> None:
    boss = make_staff("root", superuser=True)
    log_in(client, boss)
    theirs = [log_in(Client(), nurse) for _browser in range(2)]

    client.post(
        reverse("admin:clinics_staff_changelist"),
        {"action": "end_all_logins", "_selected_action": [nurse.pk]},
    )

    assert [is_let_in(each) for each in theirs] == [False, False]
    assert is_let_in(client)
    entry = AuditEntry.objects.get(action="staff.logins_ended")
    assert (entry.actor_id, entry.object_id) == (str(boss.pk), str(nurse.pk))


def test_browsers_are_named_by_two_words_that_their_owner_knows() -> None:
    said = {
        "": "",
        "curl/8": "",
        "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) Safari/605.1": "Safari, iPad",
        "Mozilla/5.0 (Windows NT 10.0) Chrome/138.0 Safari/537.36 Edg/138.0": "Edge, Windows",
        "Mozilla/5.0 (X11; CrOS x86_64 1) Chrome/138.0 Safari/537.36": "Chrome, Chromebook",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5) CriOS/138 Safari/604.1": "Chrome, iPhone",
    }
    assert {text: browser_in_words(text) for text in said} == said
