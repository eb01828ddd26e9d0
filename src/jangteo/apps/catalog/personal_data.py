"""What this app holds about people: who brought in a price list, changed a price or an item, had a text written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jangteo.apps.catalog.models import (
    PriceChange,
    PriceImport,
    PriceImportRow,
    PriceListUpload,
    StallDesk,
    TextRun,
    WrittenText,
)
from jangteo.platform.personal_data import Erased, Held, Section, Whose, register

PRICES = Held(
    what_ko="가격표와 값을 고친 기록",
    what_en="Price lists and changes of prices",
    why_ko="값이 왜 그런지 답하고 되돌리려고 가지고 있어요(계약 이행).",
    why_en="To answer why a price is what it is and to undo it (performance of a contract).",
    kept_ko="가게의 기록으로 남고, 계정을 지우면 이름과 번호는 빠져요",
    kept_en="stays as the stall's record; a deletion takes name and number out",
)
TEXTS = Held(
    what_ko="가게를 위해 쓴 글",
    what_en="Texts written for a stall",
    why_ko="가게에 보이는 글과 그 앞 판을 되돌릴 수 있게 가지고 있어요(계약 이행).",
    why_en="The texts shown and their earlier versions, to go back to (performance of a contract).",
    kept_ko="가게의 기록으로 남고, 계정을 지우면 이름과 번호는 빠져요",
    kept_en="stays as the stall's record; a deletion takes name and number out",
)
BUSINESS = Held(
    what_ko="가게의 사업자 정보",
    what_en="A stall's business details",
    why_ko="파는 사람을 알리는 것은 법의 의무예요(전자상거래법 제10조, 제13조).",
    why_en="The law asks sellers to say who they are (E-commerce Act Art. 10, 13).",
    kept_ko="주인이 지우거나 바꿀 때까지",
    kept_en="until the owner deletes or changes it",
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
                "PriceListUpload.file_name",
                "PriceListUpload.data",
                "PriceImportRow.cells",
                "PriceImportRow.proposals",
                "PriceImportRow.name",
                "PriceImportRow.reason_ko",
                "PriceImportRow.reason_en",
                "ItemVersion.by",
                "ItemChange.by",
                "ItemChange.reason",
                "ItemChange.undone_by",
                "MatchAnswer.line",
            )
        },
        **{f"catalog.WrittenText.{field}": TEXTS for field in ("by", "text", "facts", "problems")},
        "catalog.StallDesk.story": TEXTS,
        "catalog.StallDesk.story_en": TEXTS,
        "catalog.TextRun.by": TEXTS,
        "catalog.TextRun.left": TEXTS,
        "catalog.StallDesk.business": BUSINESS,
    }

    def download(self, whose: Whose) -> list[Section]:
        """Price lists she brought in, prices she changed."""
        if not whose.person_id:
            return []
        lists = PriceImport.objects.filter(by_id=whose.person_id).order_by("id")
        changes = PriceChange.objects.filter(by_id=whose.person_id).select_related("offer")
        return [
            *_texts(whose),
            PRICES.section(
                key="prices",
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
            ),
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
        # kept for seconds until a worker has read them; nothing of her is left to be read afterwards
        count += PriceListUpload.objects.filter(price_import__in=mine).delete()[0]
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
            ),
            *_erase_texts(whose),
        ]


def _texts(whose: Whose) -> list[Section]:
    """Texts of her stalls and what they say of the business."""
    texts = WrittenText.objects.filter(stall_id__in=whose.stall_ids).order_by("id")
    desks = StallDesk.objects.filter(stall_id__in=whose.stall_ids).order_by("id")
    found = (
        ("texts", TEXTS, [{"text": row.text, "at": row.at.isoformat()} for row in texts]),
        ("business", BUSINESS, [dict(row.business) for row in desks if row.business]),
    )
    return [
        held.section(
            key=key,
            rows=rows,
        )
        for key, held, rows in found
    ]


def _erase_texts(whose: Whose) -> list[Erased]:
    """Her name and number leave texts; the business details of stalls she owns alone go."""
    count = 0
    for row in WrittenText.objects.filter(by_id=whose.person_id).iterator(chunk_size=1000):
        fields: dict[str, Any] = {
            "text": whose.scrub(row.text),
            "facts": json.loads(whose.scrub(json.dumps(row.facts, ensure_ascii=False))),
            "problems": json.loads(whose.scrub(json.dumps(row.problems, ensure_ascii=False))),
        }
        if any(getattr(row, key) != value for key, value in fields.items()):
            count += WrittenText.objects.filter(pk=row.pk).update(**fields)
    desks = StallDesk.objects.filter(stall_id__in=whose.stall_ids).exclude(business={})
    stories = StallDesk.objects.filter(stall_id__in=whose.stall_ids)
    for desk in stories.exclude(story="", story_en=""):
        told = {"story": whose.scrub(desk.story), "story_en": whose.scrub(desk.story_en)}
        if told != {"story": desk.story, "story_en": desk.story_en}:
            count += StallDesk.objects.filter(pk=desk.pk).update(**told)
    # a review on its way to be answered goes unread
    TextRun.objects.filter(by_id=whose.person_id).exclude(left=[]).update(
        state=TextRun.State.CANCELLED, left=[]
    )
    return [
        Erased(went_ko="쓴 글에 적힌 이름과 번호", went_en="name and number in texts", count=count),
        Erased(
            went_ko="가게의 사업자 정보",
            went_en="a stall's business details",
            count=desks.update(business={}),
        ),
    ]


register(CatalogHolder())
