"""What a server's environment says of mail and SMS: taken as meant, or refused with the name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from mpoxclinic.message_settings import SINCH, email_settings, sms_settings

CHECKOUT = Path(__file__).resolve().parents[2]
MAIL = {"MPOX_EMAIL_HOST": "mail.example.no", "MPOX_FROM_EMAIL": "Time <time@example.no>"}
SMS = {
    "MPOX_SMS_GATEWAY": "sinch",
    "MPOX_SINCH_PLAN": "plan",
    "MPOX_SINCH_TOKEN": "token",
    "MPOX_SINCH_WEBHOOK_SECRET": "secret",
}


@pytest.mark.parametrize(
    ("security", "port", "starttls", "tls"),
    [("starttls", 587, True, False), ("tls", 465, False, True)],
)
def test_a_mail_server_is_talked_to_encrypted(security, port, starttls, tls):
    found = email_settings(MAIL | {"MPOX_EMAIL_SECURITY": security})
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (
        port,
        starttls,
        tls,
    )
    assert found["DEFAULT_FROM_EMAIL"] == "Time <time@example.no>"


def test_a_server_on_this_machine_may_be_talked_to_in_the_clear():
    found = email_settings(MAIL | {"MPOX_EMAIL_HOST": "localhost", "MPOX_EMAIL_SECURITY": "none"})
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == (25, False)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"MPOX_EMAIL_HOST": ""}, "MPOX_EMAIL_HOST is not set"),
        ({"MPOX_FROM_EMAIL": ""}, "MPOX_FROM_EMAIL is not set"),
        ({"MPOX_FROM_EMAIL": "Time"}, "MPOX_FROM_EMAIL is no e-mail address"),
        ({"MPOX_EMAIL_SECURITY": "ssl"}, "MPOX_EMAIL_SECURITY must be"),
        ({"MPOX_EMAIL_SECURITY": "none"}, "MPOX_EMAIL_SECURITY may be none only"),
        ({"MPOX_EMAIL_PORT": "smtp"}, "MPOX_EMAIL_PORT must be a number"),
        ({"MPOX_EMAIL_PORT": "70000"}, "MPOX_EMAIL_PORT must be a number"),
        ({"MPOX_EMAIL_TIMEOUT": "60"}, "MPOX_EMAIL_TIMEOUT must be a number from 1 to 20"),
        ({"MPOX_EMAIL_USER": "time"}, "MPOX_EMAIL_USER and MPOX_EMAIL_PASSWORD must both"),
        ({"MPOX_EMAIL_PASSWORD": "x"}, "MPOX_EMAIL_USER and MPOX_EMAIL_PASSWORD must both"),
    ],
)
def test_what_is_wrong_about_mail_is_named(wrong, named):
    with pytest.raises(ImproperlyConfigured, match=named):
        email_settings(MAIL | wrong)


def test_sinch_is_known_by_its_name_and_lies_in_europe():
    found = sms_settings(SMS)
    assert (found["SMS_GATEWAY"], found["SMS_SENDER"]) == (SINCH, "Time")
    assert found["SINCH_URL"] == "https://eu.sms.api.sinch.com"


def test_another_gateway_needs_nothing_of_sinch():
    assert sms_settings({"MPOX_SMS_GATEWAY": "ours.Gateway"}) == {
        "SMS_GATEWAY": "ours.Gateway",
        "SMS_SENDER": "Time",
    }


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"MPOX_SMS_GATEWAY": ""}, "MPOX_SMS_GATEWAY is not set"),
        ({"MPOX_SINCH_PLAN": ""}, "MPOX_SINCH_PLAN is not set"),
        ({"MPOX_SINCH_TOKEN": ""}, "MPOX_SINCH_TOKEN is not set"),
        ({"MPOX_SINCH_WEBHOOK_SECRET": ""}, "MPOX_SINCH_WEBHOOK_SECRET is not set"),
        ({"MPOX_SINCH_URL": "http://eu.sms.api.sinch.com"}, "MPOX_SINCH_URL must begin"),
        ({"MPOX_SMS_SENDER": "Timebestilling"}, "MPOX_SMS_SENDER has more than 11"),
        ({"MPOX_SMS_SENDER": "Time 1!"}, "MPOX_SMS_SENDER must be letters"),
    ],
)
def test_what_is_wrong_about_sms_is_named(wrong, named):
    with pytest.raises(ImproperlyConfigured, match=named):
        sms_settings(SMS | wrong)


def test_a_server_that_lacks_one_does_not_start_and_says_which():
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MPOX_")}
    environment = kept | {
        "MPOX_SECRET_KEY": "abcdefghijklm" * 4,
        "MPOX_FIELD_KEYS": "nopqrstuvwxyz" * 4,
        "MPOX_LOOKUP_KEYS": "ABCDEFGHIJKLM" * 4,
        "MPOX_AUDIT_KEYS": "NOPQRSTUVWXYZ" * 4,
        "MPOX_HOSTS": "example.no",
        "MPOX_PUBLIC_URL": "https://example.no",
        "DATABASE_URL": "postgresql:///none",
        "REDIS_URL": "redis://none",
        **MAIL,
    }
    started = [
        subprocess.run(
            [sys.executable, "-c", "import mpoxclinic.settings as s; print(s.EMAIL_PORT)"],
            cwd=CHECKOUT,
            env=environment | more,
            capture_output=True,
            text=True,
            check=False,
        )
        for more in (SMS, SMS | {"MPOX_SINCH_TOKEN": ""})
    ]
    assert started[0].stdout.strip() == "587", started[0].stderr
    assert "ImproperlyConfigured: MPOX_SINCH_TOKEN is not set" in started[1].stderr
