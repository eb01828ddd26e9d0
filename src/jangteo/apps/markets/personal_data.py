"""What this app holds about people: the face of a stall's owner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jangteo.apps.markets.models import Stall
from jangteo.platform.personal_data import Erased, Held, Section, Whose, register

OWNER = Held(
    what_ko="가게 주인",
    what_en="A stall's owner",
    why_ko="누구에게 사는지 알려 드리려고 보여 줘요(전자상거래법 제20조, 계약 이행). 나이대는 공정성을 살피는 데만 써요.",
    why_en="To tell shoppers whom they buy from (E-commerce Act Art. 20). The age group serves fairness reports only.",
    kept_ko="주인이 지우거나 바꿀 때까지",
    kept_en="until the owner deletes or changes it",
)


class MarketsHolder:
    """See `jangteo.platform.personal_data.Holder`."""

    name = "markets"
    columns: Mapping[str, Held] = {
        f"markets.Stall.{field}": OWNER for field in ("owner_name", "owner_age", "phone", "picture")
    }

    def download(self, whose: Whose) -> list[Section]:
        """What her stalls say of her."""
        stalls = Stall.objects.filter(pk__in=whose.stall_ids).order_by("pk")
        return [
            OWNER.section(
                key="stall",
                rows=[
                    {
                        "stall": stall.name,
                        "owner": stall.owner_name,
                        "age_group": stall.owner_age,
                        "phone": stall.phone,
                    }
                    for stall in stalls
                ],
            )
        ]

    def waits_for(self, whose: Whose) -> list[str]:
        """Nothing of its own."""
        return []

    def erase(self, whose: Whose, now: datetime) -> list[Erased]:
        """Name, age group, number and picture of stalls she owns alone; the stall itself is the market's."""
        stalls = Stall.objects.filter(pk__in=whose.stall_ids)
        shown = stalls.exclude(owner_name="", owner_age="", phone="", picture="")
        count = shown.update(owner_name="", owner_age="", phone="", picture="")
        return [
            Erased(went_ko="가게에 적힌 주인 정보", went_en="owner shown on a stall", count=count)
        ]


register(MarketsHolder())
