"""An experiment knows its length and planned information before it starts; its final look keeps the rows it is from."""

from django.db import migrations, models

FIELDS = (
    "capability, unit, arms, holdout_bp, primary_metric, direction, guardrails, analysis, alpha_bp,"
    " smallest_effect_pct, pre_days, starts_at, ends_at, salt, design_digest, locked_at, market_id"
)
MORE = ", slug, title, title_en, horizon_days, planned_unit_days"


def _keep(fields: str) -> str:
    new = ", ".join(f"new.{field.strip()}" for field in fields.split(","))
    old = ", ".join(f"old.{field.strip()}" for field in fields.split(","))
    return f"""
create or replace function jangteo_keep_design() returns trigger language plpgsql as $$
begin
    if old.locked_at is not null and ({new}) is distinct from ({old}) then
        raise exception 'the design of experiment % is locked', old.slug using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("decisions", "0002_partitions_and_lock")]
    operations = [
        migrations.AddField(
            model_name="experiment",
            name="horizon_days",
            field=models.IntegerField(default=28),
        ),
        migrations.AddField(
            model_name="experiment",
            name="planned_unit_days",
            field=models.FloatField(default=0),
        ),
        migrations.AddField(
            model_name="experimentresult",
            name="rows",
            field=models.BinaryField(default=b""),
        ),
        migrations.RunSQL(_keep(FIELDS + MORE), reverse_sql=_keep(FIELDS)),
    ]
