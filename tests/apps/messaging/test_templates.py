"""What people read: the market's name first, the amounts and hours right, one link."""

from __future__ import annotations

import ast
import inspect
from datetime import UTC, datetime

from jangteo.apps.messaging import templates

AT = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
LINK = "https://m.example/o/1"


def test_an_order_text_says_amount_and_hour() -> None:
    text = templates.order_received(
        market="달빛시장",
        number="1121-0042",
        total_krw=23300,
        promised_at=AT,
        link=LINK,
        language="ko",
    )
    assert text.template == "order_received"
    assert text.body.startswith("[달빛시장] ")
    assert "23,300원" in text.body
    assert "오후 3:30" in text.body
    assert "주문 1121-0042를 받았어요" in text.body
    assert text.body.endswith("\n" + LINK)


def test_a_stall_order_names_two_things_and_counts_the_rest() -> None:
    def body(*lines: str) -> str:
        return templates.stall_order(
            stall="순자네", lines=lines, ready_by=AT, link=LINK, language="ko"
        ).body

    assert "대파 1단, 오후" in body("대파 1단")
    assert "대파 1단, 무 2개, 오후" in body("대파 1단", "무 2개")
    assert "대파 1단, 무 2개 외 2가지, 오후" in body("대파 1단", "무 2개", "배추", "쪽파")


def test_a_refund_and_a_question_promise_no_charge() -> None:
    gone = templates.line_cancelled(
        market="달빛시장", number="1", item="고등어", refund_krw=6000, link=LINK, language="ko"
    )
    assert "주문 1에서 고등어를 드리지 못하게 됐어요. 6,000원을 돌려 드렸어요." in gone.body
    asked = templates.substitution_question(
        market="달빛시장",
        item="대파",
        instead="쪽파",
        answer_by=AT,
        link=LINK,
        language="ko",
    )
    assert "대파가 떨어졌어요. 쪽파로 드릴까요? 돈은 더 받지 않아요" in asked.body


def test_texts_that_open_a_session_are_marked_secret() -> None:
    """A template whose link signs in must be emptied after sending: those of accounts, no others."""
    functions = [
        node.name
        for node in ast.parse(inspect.getsource(templates)).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    that_open_no_session = {
        "order_received",
        "order_ready",
        "order_out",
        "line_cancelled",
        "order_cancelled",
        "substitution_question",
        "stall_order",
        "objection_answered",
    }
    assert set(functions) - that_open_no_session == templates.SECRET
