from typing import Any

from django.db import migrations, models

from encryption.keys import keyed_hash

CHUNK = 500


def hash_birth_dates(apps: Any, schema_editor: Any) -> None:
    """Give everybody the hash of their birth date."""
    people = apps.get_model("patients", "Patient").objects.using(schema_editor.connection.alias)
    unhashed = people.filter(birth_date_hash="").only("birth_date").order_by("pk")
    chunk = []
    for person in unhashed.iterator(chunk_size=CHUNK):
        person.birth_date_hash = keyed_hash("birth_date", person.birth_date.isoformat())
        chunk.append(person)
    people.bulk_update(chunk, ["birth_date_hash"], batch_size=CHUNK)


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0002_interpreter_and_protected_address"),
    ]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="birth_date_hash",
            field=models.CharField(
                blank=True, db_default="", db_index=True, default="", max_length=64
            ),
        ),
        migrations.RunPython(hash_birth_dates, migrations.RunPython.noop, elidable=True),
    ]
