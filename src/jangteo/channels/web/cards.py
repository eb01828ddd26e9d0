"""Labels asked for by a form, as the file a phone can print: the stall's page and the office's share this."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpResponse, QueryDict

from jangteo.apps.catalog.publishing.labels import Label, make_label
from jangteo.apps.catalog.publishing.labels_pdf import SIZES, labels_pdf
from jangteo.apps.catalog.publishing.labels_zpl import Printer, labels_zpl
from jangteo.apps.catalog.publishing.listed import Listed
from jangteo.engines.gs1 import Gs1Error
from jangteo.platform.errors import InvalidInput

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_COPIES = 200
#: Python refuses to read numbers of some thousand digits
_MOST_DIGITS = 12


def printed(asked: QueryDict, offers: Sequence[Listed], today: date) -> HttpResponse:
    """``offer`` (ids), ``size`` (of `SIZES` or "zpl"), ``copies``, ``packed``, ``lot``, ``weight``, ``own`` (a number of
    the stall's own), ``font``. Raises `InvalidInput`, `TooManyLabels`, `PaperFontMissing`.
    """
    wanted = set(asked.getlist("offer"))
    chosen = [one for one in offers if str(one.offer_id) in wanted]
    if not chosen:
        raise InvalidInput(
            field="offer", ko="찍을 물건을 골라 주세요.", en="Choose goods to print."
        )
    copies = _number(asked, "copies", 1, _MOST_COPIES) or 1
    labels = [(_label(one, asked, today), copies) for one in chosen]
    size = asked.get("size", "")
    if size == "zpl":
        font = asked.get("font", "").strip()
        printer = Printer(font=font) if font else Printer()
        return HttpResponse(
            labels_zpl(labels, printer),
            content_type="application/octet-stream",
            headers={"Content-Disposition": 'attachment; filename="labels.zpl"'},
        )
    if size not in SIZES:
        raise InvalidInput(field="size", ko="크기를 골라 주세요.", en="Choose a size.")
    return HttpResponse(
        labels_pdf(labels, size),
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="price-cards.pdf"'},
    )


def _label(one: Listed, asked: QueryDict, today: date) -> Label:
    try:
        return make_label(
            one,
            packed_on=today if asked.get("packed") else None,
            lot=asked.get("lot", "").strip(),
            weight_g=_number(asked, "weight", 1, 999_999),
            in_store=bool(asked.get("own")),
        )
    except Gs1Error:
        raise InvalidInput(
            field="lot",
            ko="묶음 번호는 영문과 숫자 20자까지예요.",
            en="A lot number has up to 20 Latin letters and digits.",
        ) from None


def _number(asked: QueryDict, name: str, least: int, most: int) -> int | None:
    text = asked.get(name, "").replace(",", "").strip()
    if not text:
        return None
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    if not (is_number and least <= int(text) <= most):
        raise InvalidInput(
            field=name,
            ko=f"{least:,}부터 {most:,} 사이의 수를 적어 주세요.",
            en=f"Enter a number from {least:,} to {most:,}.",
        )
    return int(text)
