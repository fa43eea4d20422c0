"""When an SMS arrived, as its provider says."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_message_texts")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="delivered_at",
            field=models.DateTimeField(null=True, verbose_name="framme"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=Q(delivered_at=None) | Q(state="sent"),
                name="message_delivered_was_sent",
            ),
        ),
    ]
