"""The application's own database role may add to the access log and never change it."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

from audit.domain import Actor
from audit.models import AuditEntry
from audit.services import record
from tests.conftest import owner_parameters

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OWNER, APPLICATION = (settings.DATABASES[alias]["USER"] for alias in ("owner", "default"))


@pytest.fixture
def entry(db: None) -> AuditEntry:
    record(action="patient.opened", by=Actor.staff(7, clinic_id=3), now=NOW)
    return AuditEntry.objects.get()


def assert_refused(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert isinstance(refused.value.__cause__, InsufficientPrivilege)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET reason = 'nothing to see'",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_auditentry",
        "UPDATE audit_seal SET mac = ''",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_seal",
        "ALTER TABLE audit_seal DROP COLUMN mac",
        "DROP TABLE audit_auditentry",
        "ALTER TABLE audit_auditentry DROP COLUMN actor_id",
        "CREATE TRIGGER t BEFORE INSERT ON audit_auditentry EXECUTE FUNCTION f()",
        (
            "INSERT INTO audit_auditentry SELECT * FROM audit_auditentry"
            " ON CONFLICT (id) DO UPDATE SET reason = 'x'"
        ),
        f"SET ROLE {OWNER}",
    ],
    ids=lambda statement: statement[:30],
)
def test_the_application_is_refused_every_way_to_change_the_log(
    entry: AuditEntry, statement: str
) -> None:
    before = AuditEntry.objects.values().get()
    assert_refused(statement)
    assert AuditEntry.objects.values().get() == before


def test_the_application_cannot_give_itself_the_right(entry: AuditEntry) -> None:
    with connection.cursor() as cursor:
        # PostgreSQL only warns of a right that cannot be granted; nothing must come of it.
        cursor.execute("GRANT UPDATE ON audit_auditentry TO CURRENT_USER")
    assert_refused("UPDATE audit_auditentry SET reason = 'nothing to see'")


def test_models_are_refused_too(entry: AuditEntry) -> None:
    entry.reason = "nothing to see"
    with pytest.raises(ProgrammingError), transaction.atomic():
        entry.save()
    with pytest.raises(ProgrammingError), transaction.atomic():
        entry.delete()


@pytest.mark.django_db
def test_the_application_is_neither_owner_nor_superuser() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == (APPLICATION, APPLICATION)
        cursor.execute(
            "SELECT rolsuper, rolcreaterole, rolbypassrls FROM pg_roles"
            " WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'audit_auditentry'")
        assert cursor.fetchone() == (OWNER,)
    assert OWNER != APPLICATION


@pytest.mark.django_db(transaction=True)
def test_control_the_owner_could_change_it() -> None:
    record(action="patient.opened", by=Actor.staff(7, clinic_id=3), now=NOW)
    with psycopg.connect(**owner_parameters()) as owner:
        owner.execute("UPDATE audit_auditentry SET reason = 'changed'")
    assert AuditEntry.objects.get().reason == "changed"
