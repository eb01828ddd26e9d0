"""The certificate on paper: one A4 page with the result, how it was measured, and how to check it.

The same facts give the same bytes: no time of making, no random name stands in the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from jangteo.apps.programme.errors import CertificateFontMissing
from jangteo.apps.programme.findings import formal
from jangteo.platform.config import config

REGULAR, BOLD = "Pretendard", "Pretendard-Bold"
_FILES = {REGULAR: "Pretendard-Regular.ttf", BOLD: "Pretendard-Bold.ttf"}
_INK, _QUIET, _LINE, _BRAND = (
    HexColor("#2a1f18"),
    HexColor("#66564a"),
    HexColor("#d8cbb7"),
    HexColor("#ac3b12"),
)
_WIDTH, _HEIGHT = A4
_LEFT = 24 * mm
_RIGHT = _WIDTH - 24 * mm


def certificate_pdf(facts: Mapping[str, Any], *, verify_url: str, digest: str) -> bytes:
    """The page of these facts (see `certificates.facts_of`). ``verify_url`` stands on it as text and as QR.

    Raises `CertificateFontMissing`.
    """
    for name, file in _FILES.items():
        _register(name, config().paper_fonts_dir / file)
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(f"실증 결과 확인서 {facts['code']}")
    canvas.setAuthor(str(facts["market"]))
    canvas.setSubject(str(facts["title"]))
    _frame(canvas)
    y = _head(canvas, facts)
    y = _rows(canvas, _what(facts), y)
    y = _result(canvas, facts, y)
    _rows(canvas, _how(facts), y)
    _foot(canvas, facts, verify_url, digest)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


@lru_cache(maxsize=4)
def _register(name: str, path: Path) -> None:
    if not path.is_file():
        raise CertificateFontMissing(path=str(path))
    registerFont(TTFont(name, str(path)))


def _frame(canvas: Canvas) -> None:
    canvas.setStrokeColor(_BRAND)
    canvas.setLineWidth(1.4)
    canvas.rect(13 * mm, 13 * mm, _WIDTH - 26 * mm, _HEIGHT - 26 * mm)
    canvas.setLineWidth(0.4)
    canvas.rect(14.4 * mm, 14.4 * mm, _WIDTH - 28.8 * mm, _HEIGHT - 28.8 * mm)


def _head(canvas: Canvas, facts: Mapping[str, Any]) -> float:
    y = _HEIGHT - 34 * mm
    canvas.setFillColor(_INK)
    canvas.setFont(BOLD, 25)
    canvas.drawCentredString(_WIDTH / 2, y, "실증 결과 확인서")
    y -= 7.5 * mm
    canvas.setFillColor(_QUIET)
    canvas.setFont(REGULAR, 10.5)
    canvas.drawCentredString(
        _WIDTH / 2, y, "Certificate of a measured pilot in a traditional market"
    )
    y -= 6 * mm
    canvas.drawCentredString(_WIDTH / 2, y, f"No. {facts['code']}")
    return y - 10 * mm


def _what(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        ("시장", _both(facts["market"], facts["market_en"])),
        ("회사", _both(facts["company"], facts["company_en"]) + f" ({facts['business_number']})"),
        ("실증", facts["title"]),
        ("맡은 일", facts["capability_ko"]),
        ("기간", f"{facts['first_day']} ~ {facts['last_day']} ({facts['days']}일)"),
    ]


def _how(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [
        ("견준 방법", facts["design_ko"]),
        ("주 지표", f"{facts['metric_ko']} · {facts['interval_ko']}"),
        ("안전 지표", formal(" / ".join(facts["guardrails_ko"])) or "없음"),
        ("나눔 점검", formal(facts["ratio_ko"])),
    ]
    return rows


def _both(korean: str, english: str) -> str:
    return f"{korean} · {english}" if english and english != korean else korean


def _rows(canvas: Canvas, rows: Sequence[tuple[str, str]], y: float) -> float:
    for label, text in rows:
        lines = simpleSplit(text, REGULAR, 10.5, _RIGHT - _LEFT - 30 * mm)
        canvas.setFont(BOLD, 10.5)
        canvas.setFillColor(_QUIET)
        canvas.drawString(_LEFT, y, label)
        canvas.setFont(REGULAR, 10.5)
        canvas.setFillColor(_INK)
        for line in lines:
            canvas.drawString(_LEFT + 30 * mm, y, line)
            y -= 5.6 * mm
        canvas.setStrokeColor(_LINE)
        canvas.setLineWidth(0.5)
        canvas.line(_LEFT, y + 1.8 * mm, _RIGHT, y + 1.8 * mm)
        y -= 3.4 * mm
    return y


def _result(canvas: Canvas, facts: Mapping[str, Any], y: float) -> float:
    korean = simpleSplit(facts["sentence_formal_ko"], BOLD, 15, _RIGHT - _LEFT - 12 * mm)
    english = simpleSplit(facts["sentence_en"], REGULAR, 9.5, _RIGHT - _LEFT - 12 * mm)
    height = (9 + 7.2 * len(korean) + 5 * len(english)) * mm
    canvas.setFillColor(HexColor("#fbe8da"))
    canvas.roundRect(_LEFT, y - height + 3 * mm, _RIGHT - _LEFT, height, 3 * mm, stroke=0, fill=1)
    y -= 6 * mm
    canvas.setFillColor(_INK)
    canvas.setFont(BOLD, 15)
    for line in korean:
        canvas.drawCentredString(_WIDTH / 2, y, line)
        y -= 7.2 * mm
    canvas.setFillColor(_QUIET)
    canvas.setFont(REGULAR, 9.5)
    for line in english:
        canvas.drawCentredString(_WIDTH / 2, y, line)
        y -= 5 * mm
    return y - 8 * mm


def _foot(canvas: Canvas, facts: Mapping[str, Any], verify_url: str, digest: str) -> None:
    size = 30 * mm
    base = 24 * mm
    _qr(canvas, verify_url, _RIGHT - size, base, size)
    canvas.setFillColor(_INK)
    y = base + size - 3 * mm
    canvas.setFont(BOLD, 10.5)
    canvas.drawString(_LEFT, y, f"{facts['issued_on']}  {facts['market']}")
    canvas.setFont(REGULAR, 9)
    canvas.setFillColor(_QUIET)
    for line in (
        "설계는 시작하기 전에 잠겼고, 결과는 좋든 나쁘든 그대로 공개됐습니다.",
        f"이 종이가 맞는지 보려면: {verify_url}",
        f"약속 {facts['terms_digest'][:32]}…",
        f"설계 {facts['design_digest'][:32]}…",
        f"자료 {facts['rows_digest'][:32]}…",
    ):
        y -= 4.7 * mm
        canvas.drawString(_LEFT, y, line)
    canvas.setFont(REGULAR, 7)
    canvas.drawString(_LEFT, y - 4.7 * mm, f"확인서 SHA-256 {digest}")


def _qr(canvas: Canvas, text: str, x: float, y: float, size: float) -> None:
    matrix = segno.make(text, error="m", micro=False).matrix
    cell = size / len(matrix)
    canvas.setFillColor(_INK)
    for row, bits in enumerate(matrix):
        for column, bit in enumerate(bits):
            if bit:
                canvas.rect(
                    x + column * cell, y + size - (row + 1) * cell, cell, cell, stroke=0, fill=1
                )
