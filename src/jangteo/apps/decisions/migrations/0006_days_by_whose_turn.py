"""Days are counted by whose turn it was, so that a vendor that failed is named."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("decisions", "0005_who_was_asked")]

    operations = [
        migrations.AddField(
            model_name="decisionday",
            name="asked",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.RemoveConstraint(model_name="decisionday", name="decision_day_once"),
        migrations.AddConstraint(
            model_name="decisionday",
            constraint=models.UniqueConstraint(
                fields=("market", "day", "capability", "provider", "mode", "fallback", "asked"),
                name="decision_day_once",
            ),
        ),
    ]
