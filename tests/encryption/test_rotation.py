"""Keys are changed while the site goes on: whatever stops it, nothing is lost and it is finished.

One small world, encrypted under old keys: people, staff, second factors, a session, a wish.
"""

import os
import signal
import subprocess
import sys
import time
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.domain import Actor
from clinics.models import Staff
from clinics.services.staffing import enrol_totp
from eligibility.models import GroupInterest
from eligibility.services.interests import note_interest
from encryption import rotation
from encryption.fields import decrypt, encrypt
from patients.domain.contact import Contact
from patients.models import Patient
from patients.selectors import numbered, patients_born, patients_by_contact
from patients.services.registration import IdentityTakenError, confirm_identity
from tests.access.logins import SECRET
from tests.factories import BEFORE, make_clinic, make_staff
from tests.invariants import assert_integrity
from tests.patients.people import NOW, SYNTHETIC, alice
from tests.processes import environment

OLD, NEW = "an old key of thirty-two bytes or more", "a new key of thirty-two bytes or more"
OLD_HASH, NEW_HASH = f"{OLD} to hash", f"{NEW} to hash"
PEOPLE = 12
MAIL = Contact("email", "Wish@example.org")
BY = Actor.system()


def keys(settings: Any, *fields: str) -> None:
    """Put keys in force, for values and for hashes."""
    settings.FIELD_ENCRYPTION_KEYS = list(fields)
    settings.LOOKUP_HASH_KEYS = [f"{one} to hash" for one in fields]


def run(*options: str) -> tuple[int, str]:
    """Run the command; return its exit status and what it said."""
    out = StringIO()
    try:
        call_command("rotate_keys", *options, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def client_of_old(db: None, settings: Any) -> Client:
    """A browser that is logged in, in a world whose rows are all under old keys."""
    keys(settings, OLD)
    for number in range(PEOPLE):
        alice(phone=f"4123456{number:x}" if number < 10 else f"412346{number}")
    seen = Patient.objects.order_by("created_at", "pk").first()
    confirm_identity(patient_id=seen.pk, id_kind="national", id_number=SYNTHETIC, by=BY, now=NOW)
    kari = make_staff(name="Kari Berg", email="kari@example.org")
    enrol_totp(kari, SECRET)
    RecoveryCodes.activate(kari)
    Authenticator.objects.create(user=kari, type="webauthn", data={"name": encrypt("Min nøkkel")})
    note_interest(clinic_id=make_clinic().pk, group=2, contact=MAIL, language="nb", now=BEFORE)
    client = Client()
    client.force_login(kari)
    return client


def test_old_keys_are_replaced_and_can_be_dropped(client_of_old: Client, settings: Any) -> None:
    keys(settings, NEW, OLD)
    # Everything is found while the rows are under the old keys, and nobody can be seen twice.
    number_of = numbered(SYNTHETIC)
    assert number_of.count() == 1
    assert patients_by_contact(Contact("sms", "+4741234560")).count() == 1
    other = Patient.objects.exclude(pk__in=number_of).first()
    with pytest.raises(IdentityTakenError):
        confirm_identity(
            patient_id=other.pk, id_kind="national", id_number=SYNTHETIC, by=BY, now=NOW
        )
    assert_integrity(now=BEFORE)

    status, said = run("--check")
    tables = ("patients_patient", "clinics_staff", "django_session", "mfa_authenticator")
    assert status == 1
    for table in (*tables, "eligibility_groupinterest"):
        assert f"{table}: " in said
    assert f"patients_patient: {PEOPLE} of {PEOPLE} under older keys" in said

    status, said = run("--dry-run")
    assert status == 1, "looking has changed nothing"
    assert run()[0] == 0
    assert run("--check") == (0, "Nothing needs an older key\n")

    keys(settings, NEW)
    assert_integrity(now=BEFORE)
    assert patients_by_contact(Contact("sms", "+4741234560")).count() == 1
    assert patients_born(other.birth_date).count() == PEOPLE
    assert Staff.objects.by_email("KARI@example.org").name == "Kari Berg"
    assert client_of_old.get(reverse("account_logout")).status_code == 200
    app = Authenticator.objects.get(type="totp")
    assert decrypt(app.data["secret"]) == SECRET
    assert len(Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()) == 10
    assert decrypt(Authenticator.objects.get(type="webauthn").data["name"]) == "Min nøkkel"
    again = note_interest(clinic_id=make_clinic().pk, group=3, contact=MAIL, language="nb", now=NOW)
    assert GroupInterest.objects.get() == again


def test_what_others_write_meanwhile_stays_and_what_no_key_opens_is_told(
    client_of_old: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys(settings, NEW, OLD)
    renewed = rotation._renewed
    moved: list[Any] = []

    def overtaken(table: rotation.Table, row: dict[str, Any]) -> dict[str, str]:
        # Between reading a row and writing it, its person moves to another address, and a
        # process that knew only the old key writes a third one.
        found = renewed(table, row)
        if table.model is Patient and len(moved) < 2:
            keys(settings, *([NEW, OLD] if moved else [OLD, NEW]))
            person = Patient.objects.get(pk=row[""])
            person.email = f"new{len(moved)}@example.org"
            person.save(update_fields=["email", "email_hash"])
            moved.append(person)
            keys(settings, NEW, OLD)
        return found

    monkeypatch.setattr(rotation, "_renewed", overtaken)
    assert run()[0] == 0
    keys(settings, NEW)
    for number, person in enumerate(moved):
        assert Patient.objects.get(pk=person.pk).email == f"new{number}@example.org"
        assert list(patients_by_contact(Contact("email", person.email))) == [person]
    assert len(moved) == 2
    assert_integrity(now=BEFORE)

    keys(settings, "a lost key of thirty-two bytes or more")
    enrol_totp(Staff.objects.select_related(None).only("pk").get(), SECRET)
    keys(settings, NEW)
    status, said = run()
    assert status == 1
    assert "mfa_authenticator: 1 that no key opens" in said
    assert "1 rows still need an older key: mfa_authenticator (1)" in said


@pytest.mark.django_db(transaction=True)
def test_killed_anywhere_it_is_begun_again_and_finishes(
    client_of_old: Client, settings: Any, tmp_path: Any
) -> None:
    keys(settings, NEW, OLD)
    patients = rotation.Table(Patient, ("phone",))

    def left() -> int:
        return rotation.rotate(patients, only_look=True).older

    # A person locked by somebody halfway: there it waits, and is killed.
    halfway = Patient.objects.order_by("pk")[PEOPLE // 2]
    command = [sys.executable, "manage.py", "rotate_keys"]

    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=halfway.pk)
        process = subprocess.Popen(
            command,
            cwd=configured.BASE_DIR,
            env=environment(tmp_path),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 90
        while left() > PEOPLE - PEOPLE // 2 and time.monotonic() < end:
            time.sleep(0.1)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert left() == PEOPLE - PEOPLE // 2

    assert run()[0] == 0
    assert run("--check")[0] == 0
    assert Session.objects.get().expire_date > timezone.now()
    keys(settings, NEW)
    assert_integrity(now=BEFORE)
    assert {one.given_name for one in Patient.objects.all()} == {"Alice"}
