"""What an idempotency key stood for, so that it is not taken for something else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="order",
            name="request_digest",
            field=models.CharField(blank=True, default="", max_length=64),
        )
    ]
