"""Whoever gets a copy of everything stored reads no name, number, address or note in it.

A clinic's whole day is made, with log-ins, messages, changes in the admin, a task, a kept form and
drafts. What the encrypted columns hold, and who works there, is then looked for in every table and
in Valkey, in all the shapes that it might have slipped out in. A control finds each when planted.
"""

import base64
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from clinics.models import Staff
from clinics.services.staffing import enrol_totp
from encryption.fields import encrypt
from encryption.integrity import encrypted_fields
from notifications.models import SweepRun
from notifications.services.delivery import deliver_due
from notifications.tasks import deliver_due as task
from patients.domain.contact import Contact
from patients.services import drafts
from patients.services.codes import send_code
from tests.access.logins import SECRET, log_in
from tests.access.objects import make_staff
from tests.care.dayboard.pages import of_person
from tests.clinics.cast import PASSWORD
from tests.integrity.world import NOW, make_world
from tests.journeys.remains import kept_in_valkey, readings
from tests.patients.people import alice

pytestmark = pytest.mark.django_db

# Codes of a few words, which stand for other things in other columns.
CODES = {"priority_group", "setting", "flags", "language", "previous_doses", "sent"}
NAMES = ("Ingfrid", "Tveitereid", "Vilja Skogstrand", "Bjarte Havnås")
# What tells nothing without a key: ciphertexts, hashes and keys of rows.
OPAQUE = re.compile(
    r"gAAAA[\w-]{60,}=*|\b(?:[0-9a-f]{40}|[0-9a-f]{64})\b|argon2[^\s\"]+|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
)


def texts_in(value: Any) -> Iterator[str]:
    """Give the texts in a value, however deep."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_in(inner)
    elif isinstance(value, str | date):
        yield str(value)


def known_texts() -> set[str]:
    """Return all that the encrypted columns hold."""
    known = set(NAMES)
    for model in apps.get_models():
        for field in encrypted_fields(model):
            if field.name in CODES:
                continue
            for value in model._default_manager.values_list(field.name, flat=True):
                known.update(texts_in(value))
    # Short ones are initials, kinds of ID and the like; "national" is a word of a column.
    long = {text for text in known if len(text) >= 6 and "_" not in text} - {"national"}
    # Of days, those of births only: the others are everywhere.
    return {text for text in long if not re.match(r"20[12]\d-\d\d-\d\d", text)}


def _pattern(shape: str) -> str:
    """Return a pattern for a shape; a text in JSON in a text in JSON has two backslashes."""
    return re.escape(shape.lower()).replace(r"\\", r"\\+")


def shapes_of(text: str) -> dict[str, re.Pattern[str]]:
    """Return the shapes in which a text may have slipped out, each with how it is found."""
    plain = {"as it is": text, "without spaces": re.sub(r"[\s+-]", "", text)}
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        year, month, day = text.split("-")
        plain |= {"reversed": f"{day}.{month}.{year}", "in a row": f"{day}{month}{year}"}
    if text.startswith("+47"):
        plain["without country"] = text[3:]
    raw = text.encode()
    packed = {"hex": raw.hex(), "url": quote(text), "json": json.dumps(text).strip('"')}
    for shift in range(3):
        # Wherever it begins in what was encoded, the middle of it is the same.
        whole = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        packed[f"base64 {shift}"] = whole[shift + 1 + shift // 2 : -2]
    found = {
        name: re.compile(rf"(?<![^\W_]){_pattern(shape)}(?![^\W_])")
        for name, shape in plain.items()
    }
    found |= {
        name: re.compile(_pattern(shape)) for name, shape in packed.items() if len(shape) >= 10
    }
    return found


def everything_stored() -> dict[str, str]:
    """Return each table, and Valkey, as one text in lower case."""
    stored = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"""SELECT string_agg(t::text, E'\n') FROM "{table}" t""")
            stored[table] = cursor.fetchone()[0] or ""
    valkey = [text for one in kept_in_valkey() for text in (*readings(one.value), str(one.value))]
    stored["valkey"] = "\n".join(valkey)
    return {place: OPAQUE.sub(" ", text).lower() for place, text in stored.items()}


def found_in(stored: dict[str, str], shapes: dict[str, dict[str, re.Pattern[str]]]) -> list[str]:
    """List where a text was found, and in which shape."""
    return [
        f"{text!r} {shape} in {place}"
        for place, everything in stored.items()
        for text, patterns in shapes.items()
        for shape, pattern in patterns.items()
        if pattern.search(everything)
    ]


def live_a_day(client: Client) -> None:
    """Make a day at a clinic, and all that is kept on the way."""
    world = make_world()
    patient = alice(
        given_name="Ingfrid",
        family_name="Tveitereid",
        birth_date=date(1987, 11, 23),
        phone="+47 48 76 54 32",
        email="Ingfrid.Tveitereid@example.org",
        contact_by="both",
    )
    boss = make_staff("root", superuser=True)
    nurse = Staff.objects.create_user(
        "vilja.skogstrand@example.org", PASSWORD, name="Vilja Skogstrand", is_staff=True
    )
    enrol_totp(nurse, SECRET)
    Authenticator.objects.create(
        user=nurse, type="webauthn", data={"name": encrypt("Vilja Skogstrands telefon")}
    )
    # With a password, wrong and right; with an address that nobody has; and in the admin.
    for login, password in (
        (nurse.email, "x"),
        ("nobody@example.org", "x"),
        (nurse.email, PASSWORD),
    ):
        client.post(reverse("account_login"), {"login": login, "password": password})
    log_in(Client(), nurse)
    admin = log_in(Client(), boss)
    empty = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    admin.post(
        reverse("admin:clinics_staff_change", args=[nurse.pk]),
        {"email": "bjarte.havnas@example.org", "name": "Bjarte Havnås", **empty},
    )
    # A form that was sent when the session had ended, a draft, a code, messages and a task.
    desk = log_in(Client(), nurse)
    desk.cookies["last_user"] = ""
    lost = of_person("person", world.an("arrived"))
    desk.get(lost)
    desk.session.flush()
    desk.post(lost, {"note": "Ingfrid Tveitereid ringte", "form_of": str(nurse.pk)})
    drafts.save(drafts.new_key(), "x", {"name": "Ingfrid Tveitereid", "phone": patient.phone})
    contact = Contact("email", patient.email)
    send_code(contact=contact, browser="b" * 64, language="nb", now=NOW, address="192.0.2.1")
    deliver_due(now=lambda: NOW)
    task.apply_async(retry=False)


def test_a_copy_of_everything_tells_nobodys_name(client: Client, valkey: Any) -> None:
    live_a_day(client)
    known = known_texts()
    shapes = {text: shapes_of(text) for text in known}
    stored = everything_stored()

    assert {*NAMES, "+4748765432", "1987-11-23", "Ingfrid.Tveitereid@example.org"} <= known
    assert len(known) > 40
    assert sum(map(len, shapes.values())) > 300
    places = {"django_session", "django_admin_log", "mfa_authenticator", "notifications_message"}
    for place in (*places, "patients_onetimecode", "audit_auditentry", "valkey"):
        assert stored[place].strip(), f"nothing stands in {place}"
    found = found_in(stored, shapes)
    assert found == [], "\n".join(found)
    assert not EmailAddress.objects.exists()

    _planted_is_found(valkey, shapes)


def _planted_is_found(valkey: Any, shapes: dict[str, dict[str, re.Pattern[str]]]) -> None:
    """The control: each shape of some texts is found where it was put."""
    name, mail, phone = "Tveitereid", "Ingfrid.Tveitereid@example.org", "+4748765432"
    planted = {
        "as it is": f"hos {name.upper()}, kl. 9",
        "without spaces": "skrev VILJASKOGSTRAND",
        "without country": "ring 48765432",
        "reversed": "f. 23.11.1987",
        "in a row": "23111987 12345",
        "hex": mail.encode().hex(),
        "url": f"?e={quote('Bjarte Havnås')}",
        "json": json.dumps({"n": "Bjarte Havnås"}),
        "base64 0": base64.b64encode(mail.encode()).decode(),
        "base64 1": base64.b64encode(b"x" + mail.encode()).decode(),
        "base64 2": base64.b64encode(b"ab" + mail.encode()).decode(),
    }
    for shape, text in planted.items():
        run = SweepRun.objects.create(name=f"planted {shape}", fault=text, started_at=NOW)
        found = found_in(everything_stored(), shapes)
        assert any(f" {shape} in notifications_sweeprun" in one for one in found), shape
        run.delete()
    valkey.set("planted", phone)
    assert f"{phone!r} as it is in valkey" in found_in(everything_stored(), shapes)
