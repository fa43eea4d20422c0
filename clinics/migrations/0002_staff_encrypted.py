"""Encrypt who staff are, their passkeys' names and their sessions, and empty what told of them."""

from typing import Any

import django.core.validators
from django.db import migrations, models

import encryption.fields
from encryption.fields import decrypt, encrypt
from encryption.keys import keyed_hash


def _rows(cursor: Any, statement: str) -> list[Any]:
    cursor.execute(statement)
    rows: list[Any] = cursor.fetchall()
    return rows


def encrypt_staff(_apps: Any, schema_editor: Any) -> None:
    """Encrypt every name and address, and hash the address for look-up."""
    with schema_editor.connection.cursor() as cursor:
        for pk, email, name in _rows(cursor, "SELECT id, email, name FROM clinics_staff"):
            hashed = keyed_hash("staff_email", email.lower())
            cursor.execute(
                "UPDATE clinics_staff SET email = %s, name = %s, email_hash = %s WHERE id = %s",
                [encrypt(email), encrypt(name), hashed, pk],
            )


def decrypt_staff(_apps: Any, schema_editor: Any) -> None:
    """Put names and addresses back in clear."""
    with schema_editor.connection.cursor() as cursor:
        for pk, email, name in _rows(cursor, "SELECT id, email, name FROM clinics_staff"):
            cursor.execute(
                "UPDATE clinics_staff SET email = %s, name = %s WHERE id = %s",
                [decrypt(email), decrypt(name), pk],
            )


def encrypt_passkeys(apps: Any, schema_editor: Any) -> None:
    """Encrypt the names of passkeys."""
    _rename_passkeys(apps, schema_editor, encrypt)


def decrypt_passkeys(apps: Any, schema_editor: Any) -> None:
    """Put the names of passkeys back in clear."""
    _rename_passkeys(apps, schema_editor, decrypt)


def _rename_passkeys(apps: Any, schema_editor: Any, written: Any) -> None:
    authenticators = _all(apps, schema_editor, "mfa", "Authenticator")
    for passkey in authenticators.filter(type="webauthn"):
        passkey.data["name"] = written(passkey.data["name"])
        passkey.save(update_fields=["data"])


def _all(apps: Any, schema_editor: Any, app: str, model: str) -> Any:
    return apps.get_model(app, model).objects.using(schema_editor.connection.alias).all()


def empty_what_told(apps: Any, schema_editor: Any) -> None:
    """End all sessions, whose rows were in clear, and take names out of the admin's log."""
    _all(apps, schema_editor, "sessions", "Session").delete()
    _all(apps, schema_editor, "account", "EmailAddress").delete()
    _all(apps, schema_editor, "admin", "LogEntry").update(
        object_repr=models.functions.Coalesce("object_id", models.Value("")), change_message=""
    )


class Migration(migrations.Migration):
    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("clinics", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="staff",
            name="email_hash",
            field=models.CharField(editable=False, max_length=64, null=True),
        ),
        migrations.AlterField(
            model_name="staff",
            name="email",
            field=encryption.fields.EncryptedCharField(
                max_length=254,
                validators=[django.core.validators.EmailValidator()],
                verbose_name="e-postadresse",
            ),
        ),
        migrations.AlterField(
            model_name="staff",
            name="name",
            field=encryption.fields.EncryptedCharField(max_length=120, verbose_name="navn"),
        ),
        migrations.RunPython(encrypt_staff, decrypt_staff),
        migrations.RunPython(encrypt_passkeys, decrypt_passkeys),
        migrations.RunPython(empty_what_told, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="staff",
            name="email_hash",
            field=models.CharField(editable=False, max_length=64, unique=True),
        ),
    ]
