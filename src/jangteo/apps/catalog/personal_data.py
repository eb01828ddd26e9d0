"""What this app holds about people: who brought a price list in or changed a price."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from jangteo.apps.catalog.models import PriceChange, PriceImport, PriceImportRow
from jangteo.platform.personal_data import Erased, Held, Section, Whose, register

PRICES = Held(
    what_ko="가격표와 값을 고친 기록",
    what_en="Price lists and changes of prices",
    why_ko="값이 왜 그런지 답하고 되돌리려고 가지고 있어요(계약 이행).",
    why_en="To answer why a price is what it is and to undo it (performance of a contract).",
    kept_ko="가게의 기록으로 남고, 계정을 지우면 이름과 번호는 빠져요",
    kept_en="stays as the stall's record; a deletion takes name and number out",
)


class CatalogHolder:
    """See `jangteo.platform.personal_data.Holder`."""

    name = "catalog"
    columns: Mapping[str, Held] = {
        **{
            f"catalog.{field}": PRICES
            for field in (
                "PriceChange.by",
                "PriceImport.by",
                "PriceImport.file_name",
                "PriceImportRow.cells",
                "PriceImportRow.proposals",
                "PriceImportRow.name",
                "PriceImportRow.reason_ko",
                "PriceImportRow.reason_en",
            )
        }
    }

    def download(self, whose: Whose) -> list[Section]:
        """Price lists she brought in, prices she changed."""
        if not whose.person_id:
            return []
        lists = PriceImport.objects.filter(by_id=whose.person_id).order_by("id")
        changes = PriceChange.objects.filter(by_id=whose.person_id).select_related("offer")
        return [
            Section(
                key="prices",
                title_ko=PRICES.what_ko,
                title_en=PRICES.what_en,
                why_ko=PRICES.why_ko,
                why_en=PRICES.why_en,
                rows=[
                    *(
                        {"kind": "price_list", "file": row.file_name, "at": row.read_at.isoformat()}
                        for row in lists
                    ),
                    *(
                        {
                            "kind": "price",
                            "goods": row.offer.name,
                            "after_krw": row.after_krw,
                            "at": row.at.isoformat(),
                        }
                        for row in changes.order_by("id").iterator(chunk_size=1000)
                    ),
                ],
            )
        ]

    def waits_for(self, whose: Whose) -> list[str]:
        """Nothing of its own."""
        return []

    def erase(self, whose: Whose, now: datetime) -> list[Erased]:
        """Her name and number leave the price lists she brought in; prices and goods are the stall's."""
        if not whose.person_id:
            return []
        count = 0
        mine = PriceImport.objects.filter(by_id=whose.person_id)
        for one in mine:
            clean = whose.scrub(one.file_name)
            if clean != one.file_name:
                count += PriceImport.objects.filter(pk=one.pk).update(file_name=clean)
        rows = PriceImportRow.objects.filter(price_import__in=mine)
        for row in rows.iterator(chunk_size=1000):
            fields = {
                "cells": json.loads(whose.scrub(json.dumps(row.cells, ensure_ascii=False))),
                "proposals": json.loads(whose.scrub(json.dumps(row.proposals, ensure_ascii=False))),
                "name": whose.scrub(row.name),
                "reason_ko": whose.scrub(row.reason_ko),
                "reason_en": whose.scrub(row.reason_en),
            }
            if any(getattr(row, key) != value for key, value in fields.items()):
                count += PriceImportRow.objects.filter(pk=row.pk).update(**fields)
        return [
            Erased(
                went_ko="가격표에 적힌 이름과 번호",
                went_en="name and number in price lists",
                count=count,
            )
        ]


register(CatalogHolder())
