"""The paper a vendor takes home, its code, and what a code says afterwards."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pypdf import PdfReader

from jangteo.apps.decisions.log import digest
from jangteo.apps.programme.actions.withdraw_certificate import withdraw_certificate
from jangteo.apps.programme.certificate_pdf import _register, certificate_pdf
from jangteo.apps.programme.certificates import new_code, typed_code, verify
from jangteo.apps.programme.companies import business_number
from jangteo.apps.programme.errors import CertificateFontMissing, WrongPilotState
from jangteo.apps.programme.findings import formal
from jangteo.apps.programme.models import Certificate
from jangteo.platform.config import config
from jangteo.platform.errors import InvalidInput
from jangteo.platform.tenancy import market_scope
from tests.pilots import NUMBERS, Alliance, alliance, draw_alike
from tests.vendor_service import serving

URL = "https://jangteo.example/verify/ABCD-EFGH-JKMN"


@pytest.fixture
def facts() -> dict[str, Any]:
    return {
        "code": "ABCD-EFGH-JKMN",
        "market": "달빛시장",
        "market_en": "Moonlight Market",
        "company": "새벽에이아이",
        "company_en": "Saebyeok AI",
        "business_number": NUMBERS[0],
        "title": "첫 화면에 무엇을 둘까요 · 새벽에이아이",
        "capability_ko": "앞에 놓을 물건 고르기",
        "first_day": "2026-11-01",
        "last_day": "2026-11-29",
        "days": 28,
        "design_ko": "손님 4,120명을 무작위로 나눠 50\u00a0%는 이 AI, 나머지는 원래대로. 기간이 끝난 뒤 한 번 봄",
        "metric_ko": "매출",
        "interval_ko": "변화 +0.4\u00a0%, 95\u00a0% 구간 \u22121.8\u00a0% ~ +2.6\u00a0%",
        "guardrails_ko": ["환불: 정한 10\u00a0% 안에서 지켜졌어요"],
        "ratio_ko": "나뉜 수가 약속한 비율과 맞아요 (p = 0.41)",
        "sentence_formal_ko": "효과를 찾지 못했습니다. 매출을 5\u00a0% 넘게 바꿨다면 찾았을 것입니다.",
        "sentence_en": "No effect was found.",
        "terms_digest": "a" * 64,
        "design_digest": "b" * 64,
        "rows_digest": "c" * 64,
        "issued_on": "2026-11-30",
    }


def _text(paper: bytes) -> str:
    pages = PdfReader(io.BytesIO(paper)).pages
    assert len(pages) == 1
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [595, 842]
    return str(pages[0].extract_text())


def test_the_paper_says_in_korean_what_was_found_and_how_to_check_it(facts: dict[str, Any]) -> None:
    text = _text(certificate_pdf(facts, verify_url=URL, digest="d" * 64))
    for said in (
        "실증 결과 확인서",
        "달빛시장",
        "새벽에이아이",
        "효과를 찾지 못했습니다.",
        "2026-11-01 ~ 2026-11-29 (28일)",
        "95 % 구간",
        "환불: 정한 10 % 안에서 지켜졌습니다",
        "ABCD-EFGH-JKMN",
        URL,
        "d" * 64,
    ):
        assert said in text


def test_the_same_facts_are_the_same_bytes(facts: dict[str, Any]) -> None:
    first = certificate_pdf(facts, verify_url=URL, digest="d" * 64)
    assert certificate_pdf(facts, verify_url=URL, digest="d" * 64) == first
    other = facts | {"market": "햇빛시장"}
    assert certificate_pdf(other, verify_url=URL, digest="d" * 64) != first


def test_letters_that_are_not_there_are_said_with_the_remedy(
    facts: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _register.cache_clear()
    monkeypatch.setattr(config(), "paper_fonts_dir", tmp_path)
    with pytest.raises(CertificateFontMissing, match="npm ci"):
        certificate_pdf(facts, verify_url=URL, digest="d" * 64)


def test_codes_are_read_however_they_were_typed() -> None:
    code = new_code()
    assert typed_code(code) == code
    assert typed_code(f"  {code.lower().replace('-', ' ')} ") == code
    assert typed_code("ABCD-EFGH") == ""
    assert typed_code("ABCD-EFGH-JKM0") == ""
    assert len({new_code() for _ in range(200)}) == 200


@pytest.mark.parametrize("number", NUMBERS)
def test_published_business_numbers_are_right(number: str) -> None:
    assert business_number(number.replace("-", "")) == number


@pytest.mark.parametrize("wrong", ["220-81-62518", "1234567890", "000-00-00000", "22081625", "가"])
def test_wrong_business_numbers_are_refused(wrong: str) -> None:
    with pytest.raises(InvalidInput):
        business_number(wrong)


def test_paper_speaks_formally() -> None:
    assert formal("효과를 찾지 못했어요. 찾았을 거예요.") == (
        "효과를 찾지 못했습니다. 찾았을 것입니다."
    )


@pytest.fixture
def published(db: None, monkeypatch: pytest.MonkeyPatch) -> Alliance:
    draw_alike(monkeypatch)
    made = alliance()
    with serving() as (base_url, vendor):
        made.running(base_url, vendor)
        made.shop(6, cares=False)
        made.end()
    made.publish()
    return made


def test_a_certificate_is_valid_until_it_is_withdrawn_with_a_reason(published: Alliance) -> None:
    with market_scope(published.market_id):
        certificate = Certificate.objects.get()
    assert certificate.digest == digest(certificate.facts)
    assert verify(certificate.code).standing == "valid"
    with pytest.raises(InvalidInput):
        published.call(withdraw_certificate, published.office, why=" ")
    published.call(withdraw_certificate, published.office, why="자료에 잘못이 있었어요")
    found = verify(certificate.code.lower())
    assert found.standing == "withdrawn"
    assert found.certificate is not None
    assert found.certificate.withdrawn_why == "자료에 잘못이 있었어요"
    with pytest.raises(WrongPilotState):
        published.call(withdraw_certificate, published.office, why="또")


def test_a_certificate_whose_facts_were_edited_says_so(published: Alliance) -> None:
    with market_scope(published.market_id):
        certificate = Certificate.objects.get()
        with connection.cursor() as cursor:
            cursor.execute(
                "update programme_certificate set facts = jsonb_set(facts, '{verdict}', '\"effect up\"')"
            )
    assert verify(certificate.code).standing == "altered"


def test_an_unknown_code_is_unknown(db: None) -> None:
    assert verify("ABCD-EFGH-JKMN").standing == "unknown"
    assert verify("<script>").standing == "unknown"


def test_nobodys_name_stands_on_a_certificate(published: Alliance) -> None:
    with market_scope(published.market_id):
        written = str(Certificate.objects.get().facts)
    for name in ("정우진", "이정호", str(published.vendor_person.phone)):
        assert name not in written
