"""What a server does not start with, and that one that starts passes Django's own inspection."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from clinics.domain.demo import DEMO_DOMAIN
from mpoxclinic.key_settings import DEMO_KEY, refuse_demo_hosts, refuse_weak_keys
from mpoxclinic.startup import refuse_unsafe_start
from tests.access.objects import make_staff

ASKED = """
import json, django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("check", deploy=True, fail_level="WARNING")
answer = Client().get("/robots.txt", secure=True, headers={"host": "time.example.no"})
plain = Client().get("/robots.txt", headers={"host": "time.example.no"})
print(json.dumps({
    "debug": settings.DEBUG,
    "middleware": settings.MIDDLEWARE[0],
    "hsts": answer.headers["Strict-Transport-Security"],
    "csp": answer.headers["Content-Security-Policy"],
    "plain": [plain.status_code, plain.headers["Location"]],
}))
"""


def production(**changes: str) -> dict[str, str]:
    """The environment of a server, with nothing of the demo's."""
    ours = ("MPOX_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "mpoxclinic.settings",
        "MPOX_SECRET_KEY": secrets.token_urlsafe(48),
        "MPOX_FIELD_KEYS": f"{secrets.token_urlsafe(48)},{secrets.token_urlsafe(48)}",
        "MPOX_LOOKUP_KEYS": secrets.token_urlsafe(48),
        "MPOX_AUDIT_KEYS": secrets.token_urlsafe(48),
        "MPOX_HOSTS": "time.example.no",
        "MPOX_PUBLIC_URL": "https://time.example.no",
        "MPOX_FROM_EMAIL": "Timebestilling <time@example.no>",
        "MPOX_EMAIL_HOST": "mail.example.no",
        "MPOX_SMS_GATEWAY": "notifications.gateways.FileSmsGateway",
        "DATABASE_URL": "postgresql:///none",
        "REDIS_URL": "redis://none",
        **changes,
    }


def start(script: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=configured.BASE_DIR,
        env=production(**changes),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_server_passes_the_inspection_of_deployments(tmp_path: Path) -> None:
    done = start(ASKED, MPOX_VAR=str(tmp_path))

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["debug"] is False
    assert told["middleware"] == "mpoxclinic.hardening.HostCookieMiddleware"
    assert told["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert "upgrade-insecure-requests" in told["csp"]
    assert told["plain"] == [301, "https://time.example.no/robots.txt"]


def test_a_server_with_a_demo_s_key_does_not_start_and_does_not_say_the_key(
    tmp_path: Path,
) -> None:
    key = DEMO_KEY + secrets.token_urlsafe(48)
    done = start("import mpoxclinic.settings", MPOX_LOOKUP_KEYS=key, MPOX_VAR=str(tmp_path))

    assert done.returncode == 1
    assert "MPOX_LOOKUP_KEYS was made for a demo" in done.stderr
    assert key not in done.stderr


def test_weak_keys_are_refused_by_name(tmp_path: Path) -> None:
    def good() -> str:
        return secrets.token_urlsafe(48)

    old = good()
    (tmp_path / "mpox_lookup_keys").write_text(old)
    shared = good()
    refused = {
        "MPOX_SECRET_KEY": (good()[:49], "shorter than 50"),
        "MPOX_FIELD_KEYS": (good()[:42], "shorter than 43"),
        "MPOX_LOOKUP_KEYS": ("abcdefghi" * 6, "repeats"),
    }
    for name, (value, why) in refused.items():
        with pytest.raises(ImproperlyConfigured, match=f"{name} .*{why}") as told:
            refuse_weak_keys({name: [value]}, demo_keys=tmp_path)
        assert value not in str(told.value)
    with pytest.raises(ImproperlyConfigured, match=r"MPOX_LOOKUP_KEYS was made for a demo"):
        refuse_weak_keys({"MPOX_LOOKUP_KEYS": [old]}, demo_keys=tmp_path)
    keys = {"MPOX_SECRET_KEY": [shared], "MPOX_FIELD_KEYS": [good(), shared]}
    with pytest.raises(ImproperlyConfigured, match=r"MPOX_FIELD_KEYS is equal to MPOX_SECRET_KEY"):
        refuse_weak_keys(keys, demo_keys=tmp_path)

    keys = {"MPOX_SECRET_KEY": [good()], "MPOX_FIELD_KEYS": [good(), good()]}
    refuse_weak_keys(keys, demo_keys=tmp_path / "none")


def test_the_demo_does_not_start_for_other_hosts() -> None:
    loopback = configured.LOOPBACK
    refuse_demo_hosts(loopback, loopback)
    for host in ("time.example.no", "*", ".example.no", "0.0.0.0", "192.0.2.7"):
        with pytest.raises(ImproperlyConfigured, match="loopback only"):
            refuse_demo_hosts([*loopback, host], loopback)


def test_a_server_with_a_demo_s_logins_does_not_start(db: None, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = settings.LOOPBACK
    refuse_unsafe_start()
    settings.DEMO = settings.DEBUG = False
    refuse_unsafe_start()
    staff = make_staff("kari")
    staff.email = f"kari{DEMO_DOMAIN}"
    staff.save()

    with pytest.raises(ImproperlyConfigured, match="demo logins"):
        refuse_unsafe_start()

    settings.DEMO = True
    settings.ALLOWED_HOSTS = ["time.example.no"]
    with pytest.raises(ImproperlyConfigured, match="loopback only"):
        refuse_unsafe_start()
