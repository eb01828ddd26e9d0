"""A guest is named in the ledger of consents by a random value that an erasure makes nobody's."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_consent_consentchange_erasure")]

    operations = [
        migrations.RenameField(
            model_name="consentchange", old_name="guest_digest", new_name="guest_ref"
        ),
        migrations.AddField(
            model_name="consent", name="ref", field=models.UUIDField(default=uuid.uuid4)
        ),
        migrations.AddField(
            model_name="erasure", name="calls", field=models.JSONField(default=list)
        ),
    ]
