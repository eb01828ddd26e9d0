"""What experiments can measure of stalls' visibility."""

from __future__ import annotations

from collections.abc import Mapping

from jangteo.apps.decisions.metrics import Metric, Window, register
from jangteo.apps.decisions.units import ASKED, measured

#: of stalls with the same number of goods the one that opened later counts as smaller
_SMALL = """
small as materialized (
  select stall_id from (
    select s.id as stall_id, count(*) over () as stalls,
           row_number() over (order by count(o.id), s.id desc) as place
      from markets_stall s
      join catalog_offer o on o.stall_id = s.id and o.market_id = s.market_id and o.state not in ('hidden', 'draft')
     where s.market_id = %(market)s
     group by s.id
  ) as ranked where place <= stalls / 2
)"""
_EXPOSURE = """
with {asked}, {small}
select asked.unit, sum(weight) filter (where stall in (select stall_id from small)) / sum(weight)
  from asked
  join decisions_decision d on d.market_id = %(market)s and {same_unit}
   and d.at >= asked.since and d.at < %(until)s and d.at >= %(since)s
   and (%(experiment)s::bigint is null or d.experiment_id = %(experiment)s)
 cross join lateral (
   select (shown.value #>> '{{}}')::bigint as stall, ln(2) / ln(1 + shown.place) as weight
     from jsonb_array_elements(d.shown_stalls) with ordinality as shown (value, place)
 ) as seen
 group by asked.unit
"""
_SAME_UNIT = {
    "shopper": "d.subject = asked.unit::uuid",
    "stall": "'stall:' || d.stall_id = asked.unit",
    "day": "((d.at at time zone 'Asia/Seoul')::date)::text = asked.unit",
}


def _exposure(window: Window) -> Mapping[str, float]:
    return measured(
        window, _EXPOSURE.format(asked=ASKED, small=_SMALL, same_unit=_SAME_UNIT[window.unit])
    )


SMALL_STALL_EXPOSURE = register(
    Metric(
        key="small-stall-exposure",
        name_ko="작은 가게 노출",
        name_en="Exposure of small stalls",
        about_ko=(
            "보여 준 자리 가운데 작은 가게가 받은 눈길의 몫이에요. 작은 가게는 내놓은 상품 수로 아래 절반이고,"
            " 눈길은 앞자리일수록 커요(자리 k는 1/log2(1+k))."
        ),
        about_en=(
            "The share of attention that small stalls got among the places shown. Small stalls are the lower half"
            " by number of goods on offer; attention falls with the place (1/log2(1+k) for place k)."
        ),
        measure="share",
        better="up",
        units=frozenset({"shopper", "stall", "day"}),
        is_mandatory_guardrail=True,
        values=_exposure,
    )
)
