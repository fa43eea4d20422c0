"""Find the links that lead to a subject, to end them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0005_person_merge_and_notes")]

    operations = [
        migrations.AddIndex(
            model_name="linktoken",
            index=models.Index(fields=["subject_id", "purpose"], name="link_by_subject"),
        ),
    ]
