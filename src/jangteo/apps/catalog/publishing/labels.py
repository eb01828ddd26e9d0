"""One price card or label: what stands on it, its barcode and its QR, before it is paper or a printer's commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jangteo.apps.catalog.errors import TooManyLabels
from jangteo.apps.catalog.publishing.block import amount_text, label_block
from jangteo.apps.catalog.publishing.kinds import LabelKind
from jangteo.apps.catalog.publishing.listed import Listed
from jangteo.apps.catalog.publishing.texts import one_line
from jangteo.engines.gs1 import (
    Element,
    build_link,
    element_string,
    is_gtin,
    is_restricted,
    restricted_gtin13,
    variable_measure,
    yymmdd,
)
from jangteo.platform.config import config

#: at once; a market prints 300 cards of a morning
MOST = 2000
#: on a card, in this order; the name, the amount and the price have places of their own
_SHOWN = (
    "원산지",
    "종류·등급·부위",
    "이력번호",
    "알 껍데기 표시",
    "소비기한",
    "보관 방법",
    "알레르기 유발물질",
)
_KEPT = {"room": "실온", "chilled": "냉장 0~10℃", "frozen": "냉동 -18℃ 이하"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """What is printed. ``gs1`` is empty for goods that are not weighed out or have no GTIN."""

    name: str
    unit: str
    price_krw: int
    #: "100g당 560원" or ""
    per_100: str
    lines: tuple[tuple[str, str], ...]
    seller: str
    #: 13 digits with their check digit, or ""
    ean13: str
    qr: str
    gs1: tuple[Element, ...] = ()


def make_label(
    listed: Listed,
    *,
    packed_on: date | None = None,
    lot: str = "",
    weight_g: int | None = None,
    in_store: bool = False,
) -> Label:
    """The label of one offer.

    ``packed_on`` turns days of use into a date. ``weight_g``: of this piece of weighed goods; its price is made of it
    (halves rounded up). ``in_store``: goods without a GTIN get a number of restricted circulation that means something
    in this stall only. Raises `Gs1Error` for a lot that no symbol can hold.
    """
    use_by = (
        packed_on + timedelta(days=listed.use_by_days)
        if packed_on and listed.use_by_days and not listed.use_by_text
        else None
    )
    if lot:
        element_string([Element(ai="10", value=lot)])
    price = listed.price_krw
    weighed = weight_g if listed.is_weighed else None
    if weighed:
        price = (price * weighed * 2 + 100) // 200
    gs1 = _elements(listed, weighed, price, use_by, lot)
    return Label(
        name=one_line(listed.name, 40),
        unit=f"{weighed:,}g" if weighed else _unit(listed),
        price_krw=price,
        per_100=_per_100(listed),
        lines=_lines(listed, use_by, packed_on, lot),
        seller=one_line(f"{listed.seller.trade_name} · {listed.market_name}", 40),
        ean13=_ean13(listed, price if weighed else None, in_store=in_store, has_gs1=bool(gs1)),
        qr=_qr(listed, use_by, lot),
        gs1=gs1,
    )


def check_count(copies: Sequence[int]) -> None:
    """Raises `TooManyLabels`."""
    if sum(copies) > MOST:
        raise TooManyLabels(most=MOST)


def _unit(listed: Listed) -> str:
    return "100g" if listed.is_weighed else one_line(amount_text(listed) or listed.unit, 30)


def _per_100(listed: Listed) -> str:
    if listed.per_100_krw is None or listed.is_weighed:
        return ""
    return f"100{listed.per_100_unit}당 {listed.per_100_krw:,}원"


def _lines(
    listed: Listed, use_by: date | None, packed_on: date | None, lot: str
) -> tuple[tuple[str, str], ...]:
    told = dict(label_block(listed))
    told["보관 방법"] = listed.storage_note or _KEPT[listed.storage] if "보관 방법" in told else ""
    if use_by:
        told["소비기한"] = f"{use_by:%Y.%m.%d}까지"
    rows = [(heading, told.get(heading, "")) for heading in _SHOWN]
    if packed_on:
        rows.append(("포장일", f"{packed_on:%Y.%m.%d}"))
    rows.append(("묶음", lot))
    short = {"알레르기 유발물질": "알레르기", "보관 방법": "보관", "종류·등급·부위": "종류"}
    return tuple((short.get(h, h), one_line(text, 60)) for h, text in rows if text)


def _ean13(listed: Listed, price: int | None, *, in_store: bool, has_gs1: bool) -> str:
    if has_gs1:
        return ""
    if listed.gtin.startswith("0") and is_gtin(listed.gtin) and not listed.is_weighed:
        return listed.gtin[1:]
    fits = listed.offer_id <= 99_999 and (price or 0) <= 999_999
    return restricted_gtin13(listed.offer_id, price) if in_store and fits else ""


def _elements(
    listed: Listed, weight_g: int | None, price: int, use_by: date | None, lot: str
) -> tuple[Element, ...]:
    """(01) with indicator 9, (3103) kg, (17), (3920) won, (10): of a weighed piece with a GTIN."""
    if not weight_g or not is_gtin(listed.gtin) or is_restricted(listed.gtin):
        return ()
    made = [
        Element(ai="01", value=variable_measure(listed.gtin)),
        Element(ai="3103", value=f"{weight_g:06d}"),
    ]
    if use_by:
        made.append(Element(ai="17", value=yymmdd(use_by)))
    made.append(Element(ai="3920", value=str(price)))
    if lot:
        made.append(Element(ai="10", value=lot))
    return tuple(made)


def _qr(listed: Listed, use_by: date | None, lot: str) -> str:
    """A GS1 Digital Link of this installation where there is a GTIN, else the page of the goods."""
    if not is_gtin(listed.gtin) or is_restricted(listed.gtin):
        return listed.page_url
    told = {"17": yymmdd(use_by)} if use_by and listed.kind is not LabelKind.GOODS else {}
    return build_link(config().effective_public_url(), listed.gtin, lot=lot, attributes=told)
