from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vaccinations", "0003_received_vials_to_ledger")]

    operations = [migrations.RemoveField(model_name="lot", name="vials_received")]
