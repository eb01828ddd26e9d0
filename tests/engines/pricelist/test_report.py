"""The JSON form, and reasons that exist in both languages."""

from __future__ import annotations

import re

from jangteo.engines.pricelist import read_price_list, to_json
from jangteo.engines.pricelist.reasons import ASKED, FILES, IGNORED, REFUSED

LIST = "품명,단위,가격\n대파,단,2500\n양파,망,3~4천\n무,개,0\n\n".encode()


def test_the_exact_shape() -> None:
    assert to_json(read_price_list(LIST, "a.csv"), "en") == {
        "accepted": [
            {
                "sheet": None,
                "row": 2,
                "name": "대파",
                "price_krw": 2500,
                "unit": "1단",
                "net_g": None,
                "origin": None,
                "note": None,
            }
        ],
        "asked": [
            {
                "sheet": None,
                "row": 3,
                "name": "양파",
                "reason": "The price is a range.",
                "proposals": [
                    {"name": "양파", "unit": "1망", "price_krw": 3000},
                    {"name": "양파", "unit": "1망", "price_krw": 4000},
                ],
            }
        ],
        "refused": [{"sheet": None, "row": 4, "reason": "The price is 0 won."}],
        "ignored": [
            {"sheet": None, "row": 1, "reason": "This is the heading."},
            {"sheet": None, "row": 5, "reason": "The line is blank."},
        ],
        "file_error": None,
    }


def test_a_file_error_is_a_sentence_in_korean_by_default() -> None:
    assert to_json(read_price_list(b"%PDF-1.4", "a.xlsx"))["file_error"] == (
        "PDF 파일이에요. 원본 엑셀이나 CSV 파일을 올려 주세요."
    )


def test_every_reason_is_written_in_both_languages() -> None:
    for reason in (*ASKED.values(), *REFUSED.values(), *IGNORED.values()):
        assert re.search("[가-힣]", reason.ko)
        assert re.fullmatch(r"[ -~]+\.", reason.en) or reason.en.endswith("?")
        assert bool(reason.why_ko) == bool(reason.why_en)
    for problem in FILES.values():
        assert problem.ko.endswith("주세요.")
        assert re.fullmatch(r"[ -~]+\.", problem.en)
