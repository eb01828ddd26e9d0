"""The log becomes a table partitioned by month, and a started experiment's design cannot change any more."""

from django.db import migrations

PARTITIONED = """
create table decisions_decision_parts (like decisions_decision including defaults) partition by range (at);
drop table decisions_decision;
alter table decisions_decision_parts rename to decisions_decision;
alter table decisions_decision
    add constraint decisions_decision_pkey primary key (id, at),
    add constraint decisions_decision_market foreign key (market_id) references markets_market (id)
        deferrable initially deferred;
create index decision_market on decisions_decision (market_id, capability, at);
create index decision_subject on decisions_decision (subject, at) where subject is not null;
create index decision_experiment on decisions_decision (experiment_id, at) where experiment_id is not null;
create table decisions_decision_default partition of decisions_decision default;

create table decisions_decisionevent_parts (like decisions_decisionevent including defaults)
    partition by range (decided_at);
drop table decisions_decisionevent;
alter table decisions_decisionevent_parts rename to decisions_decisionevent;
alter table decisions_decisionevent
    add constraint decisions_decisionevent_pkey primary key (id, decided_at),
    add constraint decisions_decisionevent_market foreign key (market_id) references markets_market (id)
        deferrable initially deferred;
create index decisionevent_decision on decisions_decisionevent (decision_id);
create table decisions_decisionevent_default partition of decisions_decisionevent default;

alter table decisions_decision_default enable row level security;
alter table decisions_decision_default force row level security;
alter table decisions_decisionevent_default enable row level security;
alter table decisions_decisionevent_default force row level security;
"""

LOCK = """
create function jangteo_keep_design() returns trigger language plpgsql as $$
begin
    if old.locked_at is not null and (
        new.capability, new.unit, new.arms, new.holdout_bp, new.primary_metric, new.direction, new.guardrails,
        new.analysis, new.alpha_bp, new.smallest_effect_pct, new.pre_days, new.starts_at, new.ends_at, new.salt,
        new.design_digest, new.locked_at, new.market_id
    ) is distinct from (
        old.capability, old.unit, old.arms, old.holdout_bp, old.primary_metric, old.direction, old.guardrails,
        old.analysis, old.alpha_bp, old.smallest_effect_pct, old.pre_days, old.starts_at, old.ends_at, old.salt,
        old.design_digest, old.locked_at, old.market_id
    ) then
        raise exception 'the design of experiment % is locked', old.slug using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger jangteo_keep_design before update on decisions_experiment
    for each row execute function jangteo_keep_design();
"""

UNLOCK = """
drop trigger jangteo_keep_design on decisions_experiment;
drop function jangteo_keep_design();
"""


class Migration(migrations.Migration):
    dependencies = [("decisions", "0001_initial")]
    operations = [
        migrations.RunSQL(PARTITIONED, reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(LOCK, reverse_sql=UNLOCK),
    ]
