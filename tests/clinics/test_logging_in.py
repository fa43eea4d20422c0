"""Logging in with password and code, through the real pages."""

from datetime import timedelta

import pytest
import redis
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from audit.domain import Actor
from clinics.domain.demo import DEMO_DOMAIN
from clinics.models import Staff
from clinics.services.staffing import enrol_totp, reset_second_factor
from tests.access.logins import SECRET
from tests.clinics.cast import NOW, PASSWORD, app_code

pytestmark = [
    pytest.mark.urls("tests.clinics.sample_pages"),
    pytest.mark.usefixtures("valkey"),
]


@pytest.fixture(autouse=True)
def _on_the_day(valkey: redis.Redis) -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def enrolled(nurse: Staff) -> Staff:
    enrol_totp(nurse, SECRET)
    return nurse


def give_password(client: Client, staff: Staff, password: str = PASSWORD) -> object:
    return client.post(
        reverse("account_login") + "?next=/staff/", {"login": staff.email, "password": password}
    )


def test_password_and_code_let_a_nurse_in(client: Client, enrolled: Staff) -> None:
    asked = give_password(client, enrolled)
    assert asked.headers["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get("/staff/").status_code == 302

    done = client.post(asked.headers["Location"], {"code": app_code(SECRET, NOW)})

    assert done.headers["Location"] == "/staff/"
    assert client.get("/staff/").status_code == 200


def test_logging_in_changes_the_session_s_key(client: Client, enrolled: Staff) -> None:
    session = client.session
    session["before"] = True
    session.save()
    key = session.session_key

    give_password(client, enrolled)
    client.post(reverse("mfa_authenticate"), {"code": app_code(SECRET, NOW)})

    assert client.session.session_key != key


def test_a_wrong_password_does_not_let_in(client: Client, enrolled: Staff) -> None:
    response = give_password(client, enrolled, "feil passord, dessverre")

    assert response.status_code == 200
    assert response.context["form"].errors
    assert client.get(reverse("mfa_authenticate")).headers["Location"] == reverse("account_login")


@pytest.mark.parametrize("late", [timedelta(minutes=5), timedelta(minutes=-5)])
def test_a_wrong_code_does_not_let_in(client: Client, enrolled: Staff, late: timedelta) -> None:
    give_password(client, enrolled)

    response = client.post(reverse("mfa_authenticate"), {"code": app_code(SECRET, NOW + late)})

    assert response.status_code == 200
    assert "code" in response.context["form"].errors
    assert client.get("/staff/").headers["Location"].startswith(reverse("account_login"))


def test_a_code_opens_once(client: Client, enrolled: Staff) -> None:
    code = app_code(SECRET, NOW)
    give_password(client, enrolled)
    client.post(reverse("mfa_authenticate"), {"code": code})
    other = Client()
    give_password(other, enrolled)

    response = other.post(reverse("mfa_authenticate"), {"code": code})

    assert "code" in response.context["form"].errors


def test_guessing_codes_is_stopped_even_before_the_right_one(
    client: Client, enrolled: Staff
) -> None:
    give_password(client, enrolled)
    right = app_code(SECRET, NOW)
    for guess in range(6):
        client.post(reverse("mfa_authenticate"), {"code": f"{(int(right) + guess + 1) % 10**6:06}"})

    response = client.post(reverse("mfa_authenticate"), {"code": right})

    assert "code" in response.context["form"].errors
    assert client.get("/staff/").status_code == 302


def test_a_new_nurse_sets_up_an_app_before_anything_else(client: Client, nurse: Staff) -> None:
    assert give_password(client, nurse).headers["Location"] == "/staff/"
    to_app = client.get("/staff/").headers["Location"]
    assert to_app.startswith(reverse("mfa_activate_totp"))
    to_password = client.get(to_app).headers["Location"]
    client.post(to_password, {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret

    client.post(reverse("mfa_activate_totp"), {"code": app_code(secret, NOW)})
    to_code = client.get("/staff/").headers["Location"]
    assert to_code.startswith(reverse("mfa_reauthenticate"))
    back = client.post(to_code, {"code": app_code(secret, NOW)})

    assert back.headers["Location"] == "/staff/"
    assert client.get("/staff/").status_code == 200


def test_after_a_reset_the_old_app_is_worth_nothing(client: Client, enrolled: Staff) -> None:
    reset_second_factor(staff=enrolled, by=Actor.system(), now=NOW)

    assert not Authenticator.objects.filter(user=enrolled).exists()
    assert give_password(client, enrolled).context["form"].errors, "nor is the password"
    assert client.get("/staff/").headers["Location"].startswith(reverse("account_login"))


def test_a_closed_account_does_not_log_in(client: Client, enrolled: Staff) -> None:
    Staff.objects.filter(pk=enrolled.pk).update(is_active=False)

    assert give_password(client, enrolled).headers["Location"] == reverse("account_inactive")
    assert client.get(reverse("mfa_authenticate")).headers["Location"] == reverse("account_login")


@pytest.mark.parametrize(
    ("demo", "address", "let_on"),
    [(True, "127.0.0.1", True), (True, "192.0.2.7", False), (False, "127.0.0.1", False)],
)
def test_a_demo_login_works_in_the_demo_on_the_same_machine_only(
    client: Client, enrolled: Staff, settings: object, demo: bool, address: str, let_on: bool
) -> None:
    enrolled.email = f"kari{DEMO_DOMAIN}"
    enrolled.save()
    settings.DEMO = demo

    response = client.post(
        reverse("account_login"),
        {"login": enrolled.email, "password": PASSWORD},
        REMOTE_ADDR=address,
    )

    due = reverse("mfa_authenticate" if let_on else "account_inactive")
    assert response.headers["Location"].startswith(due)
