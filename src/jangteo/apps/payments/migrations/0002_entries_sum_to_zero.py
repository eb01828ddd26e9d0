"""The database itself refuses a transaction of the books whose entries do not sum to zero."""

from django.db import migrations

FORWARD = """
create function payments_entries_sum_to_zero() returns trigger language plpgsql as $$
begin
    if (select sum(amount_krw) from payments_ledgerentry where transaction_id = new.transaction_id) <> 0 then
        raise exception 'entries of transaction % do not sum to zero', new.transaction_id
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger entries_sum_to_zero after insert on payments_ledgerentry
    deferrable initially deferred for each row execute function payments_entries_sum_to_zero();
"""
BACK = """
drop trigger entries_sum_to_zero on payments_ledgerentry;
drop function payments_entries_sum_to_zero();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
