"""The demo's front door, and what keeps its known passwords at home."""

import pytest
import redis
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from audit.domain import Actor
from clinics.checks import demo_logins_stay_in_the_demo, demo_stays_on_loopback
from clinics.domain.roles import Role
from clinics.models import Clinic, Staff
from clinics.services.demo_logins import DEMO_PASSWORD, demo_logins, seconds_left
from clinics.services.staffing import DemoLoginError, add_staff, enrol_totp
from tests.access.logins import SECRET
from tests.clinics.cast import NOW, app_code


@pytest.fixture
def demo_nurse(clinic: Clinic) -> Staff:
    staff = add_staff(
        email="kari@demo.invalid",
        name="Kari Nes",
        password=DEMO_PASSWORD,
        roles=[(clinic, Role.LEAD)],
        by=Actor.system(),
        now=NOW,
    )
    enrol_totp(staff, SECRET)
    return staff


@time_machine.travel(NOW, tick=False)
def test_the_demo_page_shows_what_logs_a_newcomer_in(
    client: Client, demo_nurse: Staff, clinic: Clinic, valkey: redis.Redis
) -> None:
    page = client.get(reverse("clinics:dev")).content.decode()

    for shown in [demo_nurse.email, DEMO_PASSWORD, app_code(SECRET, NOW), clinic.name]:
        assert shown in page
    client.post(reverse("account_login"), {"login": demo_nurse.email, "password": DEMO_PASSWORD})
    code = demo_logins(now=NOW)[0].code
    entered = client.post(reverse("mfa_authenticate"), {"code": code})
    assert entered.status_code == 302
    assert client.session["_auth_user_id"] == str(demo_nurse.pk)


def test_the_demo_page_shows_demo_logins_only(
    client: Client, nurse: Staff, demo_nurse: Staff
) -> None:
    assert nurse.email not in client.get(reverse("clinics:dev")).content.decode()


def test_the_demo_page_says_how_to_load_a_demo(client: Client, db: None) -> None:
    assert "load_demo" in client.get(reverse("clinics:dev")).content.decode()


def test_the_demo_page_does_not_exist_elsewhere(client: Client, settings: Settings) -> None:
    settings.DEMO = False

    assert client.get(reverse("clinics:dev")).status_code == 404


def test_codes_are_shown_in_the_demo_only(settings: Settings, demo_nurse: Staff) -> None:
    settings.DEMO = False

    with pytest.raises(DemoLoginError):
        demo_logins(now=NOW)


def test_the_next_code_follows_when_this_one_ends(demo_nurse: Staff) -> None:
    [login] = demo_logins(now=NOW)

    assert seconds_left(NOW) == 25
    assert login.code == app_code(SECRET, NOW)
    assert login.next_code == app_code(SECRET, NOW.replace(second=30))


def test_a_demo_login_without_an_app_has_no_code(demo_nurse: Staff) -> None:
    demo_nurse.authenticator_set.all().delete()

    assert [login.code for login in demo_logins(now=NOW)] == [""]


@pytest.mark.parametrize(
    ("demo", "debug", "hosts", "found"),
    [
        (True, True, ["127.0.0.1", "localhost", "[::1]"], []),
        (True, True, ["127.0.0.1", "time.example.org"], ["clinics.E001"]),
        (False, True, ["time.example.org"], ["clinics.E001"]),
        (False, False, ["time.example.org"], []),
    ],
)
def test_the_demo_does_not_start_for_other_hosts(
    settings: Settings, demo: bool, debug: bool, hosts: list[str], found: list[str]
) -> None:
    settings.DEMO, settings.DEBUG, settings.ALLOWED_HOSTS = demo, debug, hosts

    assert [error.id for error in demo_stays_on_loopback()] == found


def test_a_database_with_demo_logins_is_refused_outside_the_demo(
    demo_nurse: Staff, settings: Settings
) -> None:
    def found() -> list[str | None]:
        return [error.id for error in demo_logins_stay_in_the_demo(databases=["default"])]

    assert found() == []
    settings.DEMO = False
    assert found() == ["clinics.E002"]
    demo_nurse.delete()
    assert found() == []
