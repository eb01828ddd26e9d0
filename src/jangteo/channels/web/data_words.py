"""Somebody's data as a page: plain words for the names in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jangteo.apps.accounts.phones import shown_phone
from jangteo.channels.ui.filters import clock, day, won
from jangteo.platform.personal_data import Section

#: rows of a section on the page; the file has them all
SHOWN = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainSection:
    """One part of the page."""

    key: str
    title: str
    why: str
    #: each row as (word, value) pairs
    rows: tuple[tuple[tuple[str, str], ...], ...]
    #: rows that are in the file only
    more: int


def _words() -> dict[str, str]:
    return {
        "about": _("무엇에 대한 것"),
        "address": _("주소"),
        "after_krw": _("바뀐 값"),
        "age_group": _("나이대"),
        "amount_krw": _("금액"),
        "answer": _("답"),
        "answer_by": _("답할 날"),
        "approved_at": _("결제된 때"),
        "asked_at": _("물은 때"),
        "at": _("때"),
        "authenticator_app": _("인증 앱"),
        "closed_at": _("끝난 때"),
        "company": _("회사"),
        "decided_at": _("정한 때"),
        "done": _("어떻게 쓰였나"),
        "file": _("파일"),
        "given": _("받은 수량"),
        "given_at": _("받은 때"),
        "goods": _("상품"),
        "happened": _("지나온 일"),
        "if_sold_out": _("떨어졌을 때"),
        "joined_at": _("처음 들어온 때"),
        "kind": _("종류"),
        "label": _("이름표"),
        "language": _("쓰는 말"),
        "last_sign_in": _("마지막으로 들어온 때"),
        "last_used": _("마지막으로 쓴 때"),
        "market": _("시장"),
        "method": _("결제 방법"),
        "name": _("이름"),
        "number": _("번호"),
        "order": _("주문"),
        "owner": _("주인"),
        "paid_at": _("낸 때"),
        "password_set": _("비밀번호를 정했나"),
        "personal": _("나에게 맞췄나"),
        "phone": _("전화번호"),
        "placed_at": _("주문한 때"),
        "provider": _("누가"),
        "purpose": _("무엇을"),
        "quantity": _("수량"),
        "reason": _("까닭"),
        "receipt": _("영수증"),
        "refunded_krw": _("돌려받은 돈"),
        "refunds": _("환불"),
        "request": _("부탁"),
        "revoked_at": _("거둔 때"),
        "role": _("역할"),
        "saw": _("본 것"),
        "since": _("언제부터"),
        "stall": _("가게"),
        "started_at": _("시작한 때"),
        "state": _("상태"),
        "text": _("글"),
        "total_krw": _("모두"),
        "unit": _("단위"),
        "unit_price_krw": _("하나의 값"),
        "until": _("언제까지"),
        "way": _("받는 법"),
        "what": _("무엇을 정했나"),
        "where": _("어디서"),
        "why": _("왜"),
        "yes": _("허락"),
    }


#: of no use to a reader; the file has them
_HIDDEN = frozenset(
    {"id", "capability", "proposal", "wording", "why_en", "decision", "happened", "saw", "about"}
)


def _values() -> dict[str, str]:
    """Words a machine writes, as people say them. A name is left as it is."""
    return {
        "personal": _("나에게 맞춘 추천"),
        "vendors": _("추천을 만드는 업체에 알리기"),
        "marketing": _("광고 문자"),
        "marketing_night": _("밤 광고 문자"),
        "me": _("내 정보"),
        "shop": _("시장 화면"),
        "sign-in": _("들어올 때"),
        "erasure": _("지울 때"),
        "placed": _("결제를 기다림"),
        "paid": _("준비하는 중"),
        "ready": _("다 모임"),
        "out": _("배달하는 중"),
        "done": _("끝남"),
        "cancelled": _("취소됨"),
        "expired": _("결제하지 않아 끝남"),
        "pickup": _("찾아가기"),
        "delivery": _("배달"),
        "approved": _("결제됨"),
        "declined": _("거절됨"),
        "built-in": _("장터에 들어 있는 프로그램"),
        "baseline": _("정해진 차례"),
        "model": _("장터가 쓰는 언어 모델"),
        "auto": _("바로 쓰임"),
        "observed": _("AI가 정하지 않음"),
        "proposed": _("사람의 답을 기다림"),
        "accepted": _("사람이 받아들임"),
        "edited": _("사람이 고침"),
        "rejected": _("사람이 물리침"),
        "objection": _("이의"),
        "complaint": _("불만"),
        "sandbox": _("연습 결제"),
        "ko": "한국어",
        "en": "English",
        "open": _("답을 기다림"),
        "upheld": _("그대로 둠"),
        "changed": _("바로잡음"),
        "device": _("기기"),
        "passkey": _("패스키"),
        "api_token": _("접근 토큰"),
        "stall_owner": _("가게 주인"),
        "proxy": _("도우미"),
        "office": _("상인회"),
        "agency": _("기관"),
        "system": _("운영자"),
        "delivered": _("도착함"),
        "sent": _("보냄"),
        "queued": _("보내는 중"),
        "failed": _("보내지 못함"),
        "sold": _("팔림"),
        "order_received": _("주문 받음"),
        "order_ready": _("다 모임"),
        "sign_in": _("인증번호"),
        "objection_answered": _("이의에 답함"),
    }


#: whose values are a machine's words
_CODED = frozenset(
    {"purpose", "where", "state", "way", "provider", "done", "kind", "role", "language"}
)


def plain_sections(sections: Sequence[Section]) -> list[PlainSection]:
    """The sections of a download as they are read, in the visitor's language."""
    english = (get_language() or "ko").startswith("en")
    words, values = _words(), _values()
    return [
        PlainSection(
            key=section.key,
            title=section.title_en if english else section.title_ko,
            why=section.why_en if english else section.why_ko,
            rows=tuple(_pairs(row, words, values, english) for row in section.rows[:SHOWN]),
            more=max(len(section.rows) - SHOWN, 0),
        )
        for section in sections
    ]


def _pairs(
    row: Mapping[str, Any], words: Mapping[str, str], values: Mapping[str, str], english: bool
) -> tuple[tuple[str, str], ...]:
    shown = dict(row)
    if english and shown.get("why_en"):
        shown["why"] = shown["why_en"]
    if shown.get("phone"):
        shown["phone"] = shown_phone(shown["phone"])
    if isinstance(shown.get("goods"), list):
        shown["goods"] = [
            f"{one['name']} {one['unit']} × {one['quantity']}" for one in shown["goods"]
        ]
    for key, value in row.items():
        if key.endswith("_krw") and isinstance(value, int):
            shown[key] = won(value)
    for key in _CODED & shown.keys():
        shown[key] = values.get(shown[key], shown[key])
    return tuple(
        (words.get(key, key), text)
        for key, value in shown.items()
        if key not in _HIDDEN and (text := _text(value))
    )


def _text(value: Any) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return _("예") if value else _("아니요")
    if isinstance(value, Mapping):
        return " ".join(filter(None, (_text(inner) for inner in value.values())))
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, (_text(inner) for inner in value)))
    if isinstance(value, str) and len(value) > 18 and value[4:5] == "-" and value[10:11] == "T":
        moment = datetime.fromisoformat(value)
        return f"{day(moment, year=True)} {clock(moment)}"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)
