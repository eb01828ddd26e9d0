"""The metric of complaints: how often somebody objected to a decision or complained of one."""

from __future__ import annotations

from collections.abc import Mapping

from jangteo.apps.decisions.metrics import Metric, Window, register
from jangteo.apps.decisions.units import ASKED, measured

_OF_SHOPPERS = """
with {asked}
select asked.unit, count(*) from asked
  join decisions_objection o on o.market_id = %(market)s and o.subject = asked.unit::uuid
 where o.asked_at >= asked.since and o.asked_at < %(until)s
   and (%(experiment)s::bigint is null or o.experiment_id = %(experiment)s)
 group by asked.unit
"""
_OF_OTHERS = """
with {asked}
select asked.unit, count(*) from decisions_objection o
  join decisions_decision d on d.id = o.decision_id and d.at >= o.decided_at - interval '1 second'
       and d.at <= o.decided_at + interval '1 second' and d.market_id = o.market_id
  join asked on asked.unit = {unit}
 where o.market_id = %(market)s and o.asked_at >= asked.since and o.asked_at < %(until)s
   and (%(experiment)s::bigint is null or o.experiment_id = %(experiment)s)
 group by asked.unit
"""
_UNIT_OF = {
    "stall": "'stall:' || d.stall_id",
    "day": "((d.at at time zone 'Asia/Seoul')::date)::text",
}


def _values(window: Window) -> Mapping[str, float]:
    if window.unit == "shopper":
        return measured(window, _OF_SHOPPERS.format(asked=ASKED))
    return measured(window, _OF_OTHERS.format(asked=ASKED, unit=_UNIT_OF[window.unit]))


COMPLAINTS = register(
    Metric(
        key="complaints",
        name_ko="이의와 불만",
        name_en="Complaints",
        about_ko="이 실험의 결정에 이의를 제기하거나 불만을 남긴 횟수예요.",
        about_en="How often somebody objected to a decision of this experiment or complained of one.",
        measure="times",
        better="down",
        units=frozenset({"shopper", "stall", "day"}),
        is_mandatory_guardrail=True,
        values=_values,
    )
)
