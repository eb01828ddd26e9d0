"""Standard products: reference data that all markets share. Anybody may read them; no price, stall or person is in them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from jangteo.apps.catalog.items import card, current
from jangteo.apps.catalog.items.queries import item_by_code, search
from jangteo.apps.catalog.models import Item, ItemVersion
from jangteo.apps.catalog.standard import open_fields
from jangteo.channels.api.problems import Problem

router = Router(tags=["items"])
Failure = {frozenset({404, 422}): Problem}
Code = Annotated[str, Path(pattern=r"^[Jj][Tt]\d{9}$")]
#: versions given of one item
MOST_VERSIONS = 100

FieldValue = str | int | bool | list[str]


class ItemSource(Schema):
    """Where a field comes from: read from a line, typed by a person. Never whose line or which person."""

    source: str
    #: 0 to 1
    confidence: float


class ItemOut(Schema):
    """A standard product; the fields and their units are described with `jangteo dataset`."""

    code: str
    #: the product this one was merged into, or the same code
    current_code: str
    #: active, merged or retired
    state: str
    version: int
    name: str
    title: str
    gtin: str
    gpc_brick: str
    category: str
    category_path: list[str]
    is_variable_measure: bool
    fields: dict[str, FieldValue]


class ItemVersionOut(Schema):
    """What the product was from `at` on."""

    version: int
    what: str
    at: datetime
    name: str
    category: str
    fields: dict[str, FieldValue]


class ItemDetailOut(ItemOut):
    """With the source of each field and its versions, the newest first."""

    sources: dict[str, ItemSource]
    versions: list[ItemVersionOut] = Field(max_length=MOST_VERSIONS)


def _item(item: Item) -> dict[str, Any]:
    shown = card(item)
    return {
        "code": item.code,
        "current_code": current(item).code if item.merged_into_id else item.code,
        "state": item.state,
        "version": item.version,
        "name": item.name,
        "title": shown.title,
        "gtin": item.gtin or "",
        "gpc_brick": item.gpc_brick,
        "category": item.category_slug,
        "category_path": list(shown.category),
        "is_variable_measure": item.is_variable_measure,
        "fields": open_fields(item.fields, is_packed=bool(item.gtin)),
    }


@router.get(
    "/items",
    response={200: list[ItemOut], **Failure},
    summary="Standard products by words or barcode",
)
def items(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=120, pattern=r"^[^\x00]*$")] = "",
    gtin: Annotated[str, Query(pattern=r"^(\d{8}|\d{12,14})?$")] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> list[dict[str, Any]]:
    """With ``gtin`` the product of that barcode, with ``q`` the likeliest first; with neither none."""
    wanted = gtin or q.strip()
    return [_item(one) for one in search(wanted, limit)] if wanted else []


@router.get(
    "/items/{code}", response={200: ItemDetailOut, **Failure}, summary="One standard product"
)
def item(request: HttpRequest, code: Code) -> dict[str, Any]:
    """With its versions; a merged product is still there and names the one it became."""
    found = item_by_code(code)
    versions = ItemVersion.objects.filter(item=found).order_by("-version")[:MOST_VERSIONS]
    shown = _item(found)
    return shown | {
        "sources": {
            key: {
                "source": str(one.get("source") or "unknown"),
                "confidence": float(one.get("confidence") or 0),
            }
            for key, one in found.provenance.items()
            if key in shown["fields"]
        },
        "versions": [
            {
                "version": row.version,
                "what": row.what,
                "at": row.at,
                "name": row.name,
                "category": row.category_slug,
                "fields": open_fields(row.fields, is_packed=bool(row.fields.get("gtin"))),
            }
            for row in versions
        ],
    }
