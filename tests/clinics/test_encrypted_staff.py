"""Who staff are, their sessions and their traces in the admin lie encrypted, and all works."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, transaction
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from clinics.models import Clinic, Membership, Staff
from clinics.passkeys import AddPasskeyForm
from clinics.sessions import SessionStore, stored_key
from encryption.fields import encrypt
from tests.access.logins import log_in
from tests.access.objects import make_staff


def stored(table: str) -> str:
    """Return all that stands in a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
        return cursor.fetchone()[0] or ""


def test_staff_are_found_by_their_address_and_the_table_tells_neither_it_nor_the_name(
    nurse: Staff, clinic: Clinic, settings: object
) -> None:
    old = settings.LOOKUP_HASH_KEYS
    for keys in (old, ["a new key of thirty-two bytes or more", *old]):
        settings.LOOKUP_HASH_KEYS = keys
        for typed in ("kari@example.org", "KARI@example.org"):
            assert Staff.objects.by_email(typed) == nurse
            assert Staff.objects.get(email__iexact=typed) == nurse
            assert Staff.objects.get_by_natural_key(typed) == nurse
            assert Membership.objects.get(staff__email=typed, clinic=clinic).staff == nurse
        assert Staff.objects.by_email("ola@example.org") is None
        assert Staff.objects.by_email("") is None
        assert not Staff.objects.exclude(email="kari@example.org").exists()
    for refused in ({"email__endswith": ".org"}, {"name": "Kari Nes"}, {"name__icontains": "K"}):
        with pytest.raises(FieldError):
            Staff.objects.get(**refused)
    told = stored("clinics_staff").lower()
    assert "kari" not in told
    assert "nes" not in told.split()
    settings.LOOKUP_HASH_KEYS = old
    with pytest.raises(IntegrityError), transaction.atomic():
        Staff.objects.create(email="KARI@example.org", name="Another")


def test_a_session_goes_on_from_request_to_request_and_its_row_tells_nothing(
    client: Client, nurse: Staff, clinic: Clinic
) -> None:
    log_in(client, nurse)
    key = client.session.session_key
    assert client.get(reverse("mfa_index")).status_code == 200
    row = Session.objects.get()
    assert row.session_key == stored_key(key) != key
    told = stored("django_session")
    assert key not in told
    assert nurse.email not in told
    # Django's own encoding begins so; this one opens with our key alone.
    assert row.session_data.startswith("gAAAA")
    assert SessionStore().decode(row.session_data)["_auth_user_id"] == str(nurse.pk)

    # What stands in the table is no key, and what is not ours is no session.
    thief = Client()
    thief.cookies["sessionid"] = row.session_key
    assert thief.get(reverse("mfa_index")).status_code == 302
    assert SessionStore().decode("forged") == {}
    assert SessionStore().decode(Session.objects.encode({"_auth_user_id": "1"})) == {}

    client.post(reverse("account_logout"))
    assert not Session.objects.filter(pk=row.pk).exists()


def test_the_admin_lists_by_name_finds_by_parts_and_its_log_names_nobody(
    client: Client, clinic: Clinic
) -> None:
    boss = make_staff("root", superuser=True)
    for name in ("Åse Dahl", "berit Aas", "Anders Berg"):
        Staff.objects.create(email=f"{name.split()[0].lower()}@example.org", name=name)
    log_in(client, boss)
    address = reverse("admin:clinics_staff_changelist")

    def listed(**query: str) -> list[str]:
        return [one.name for one in client.get(address, query).context["cl"].result_list]

    assert listed() == ["Anders Berg", "berit Aas", "root", "Åse Dahl"]
    assert listed(q="BERIT") == ["berit Aas"]
    assert listed(q="dahl åse") == ["Åse Dahl"]
    assert listed(q="anders@") == ["Anders Berg"]
    assert listed(q="nobody") == []
    found = client.get(
        reverse("admin:autocomplete"),
        {"term": "ås", "app_label": "clinics", "model_name": "membership", "field_name": "staff"},
    )
    assert [one["text"] for one in found.json()["results"]] == ["Åse Dahl"]

    one = Staff.objects.by_email("anders@example.org")
    empty = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0"}
    role = {
        "memberships-0-clinic": clinic.pk,
        "memberships-0-role": "lead",
        "memberships-0-valid_from": "2026-05-01",
    }
    change = reverse("admin:clinics_staff_change", args=[one.pk])
    taken = client.post(change, {"email": "BERIT@example.org", "name": "A", **empty})
    assert "email" in taken.context["adminform"].form.errors
    posted = client.post(
        change, {"email": "Anders.Ny@example.org", "name": "Anders Ny", **empty, **role}
    )
    assert posted.status_code == 302
    assert Staff.objects.by_email("anders.ny@example.org") == one
    assert Staff.objects.by_email("anders@example.org") is None
    assert LogEntry.objects.exists()
    told = stored("django_admin_log")
    for word in ("Anders", "anders", "Ny", "root", "lead"):
        assert word not in told, word
    assert client.get(reverse("admin:clinics_staff_history", args=[one.pk])).status_code == 200


def test_the_name_of_a_passkey_is_encrypted_and_shown(nurse: Staff) -> None:
    form = AddPasskeyForm({"name": "Karis telefon"}, user=nurse)
    form.is_valid()
    kept = form.cleaned_data["name"]
    assert "Karis" not in kept
    shown = Template("{% load passkeys %}{{ name|opened }}").render(Context({"name": kept}))
    assert shown == "Karis telefon"
    assert AddPasskeyForm({"name": ""}, user=nurse).is_valid() is False  # no credential


def test_those_who_were_there_before_are_encrypted_and_can_be_put_back(
    client: Client, nurse: Staff
) -> None:
    migration = import_module("clinics.migrations.0002_staff_encrypted")
    at = SimpleNamespace(connection=connection)
    passkey = Authenticator.objects.create(
        user=nurse, type="webauthn", data={"name": encrypt("Telefon"), "credential": {"id": "x"}}
    )
    client.force_login(nurse)
    LogEntry.objects.create(user=nurse, object_repr="Kari Nes", action_flag=1, change_message="x")

    migration.decrypt_staff(apps, at)
    migration.decrypt_passkeys(apps, at)
    assert "Kari Nes" in stored("clinics_staff")
    assert "Telefon" in stored("mfa_authenticator")
    migration.encrypt_staff(apps, at)
    migration.encrypt_passkeys(apps, at)
    migration.empty_what_told(apps, at)

    assert "Kari" not in stored("clinics_staff") + stored("django_admin_log")
    assert "Telefon" not in stored("mfa_authenticator")
    passkey.refresh_from_db()
    assert passkey.data["credential"] == {"id": "x"}
    assert Staff.objects.by_email("kari@example.org").name == "Kari Nes"
    assert not Session.objects.exists()
