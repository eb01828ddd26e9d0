"""A second payment of one order: it is booked, and goes back whole."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_entries_sum_to_zero")]
    operations = [
        migrations.AlterField(
            model_name="payment",
            name="state",
            field=models.CharField(
                choices=[
                    ("started", "Started"),
                    ("confirming", "Confirming"),
                    ("approved", "Approved"),
                    ("declined", "Declined"),
                    ("twice", "Twice"),
                ],
                default="started",
                max_length=12,
            ),
        )
    ]
