"""The browser that was deleted with somebody is found again after an older backup came back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_guests_are_named_by_chance")]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="guest_mark",
            field=models.CharField(blank=True, max_length=64),
        )
    ]
