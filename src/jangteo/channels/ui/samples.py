"""Made-up goods, stalls and an order for the style guide."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

PICTURES = (
    Path(__file__).resolve().parents[4] / "node_modules" / "@lobehub" / "fluent-emoji-3d" / "assets"
)

# name, won, unit, stall, picture, origin, grams, marks, won before, sold out
_GOODS: list[
    tuple[str, int, str, str, str | None, str, int | None, tuple[str, ...], int | None, bool]
] = [
    (
        "알배기배추",
        4500,
        "1포기",
        "순자네 채소",
        "1f96c",
        "강원 평창",
        900,
        ("fresh",),
        None,
        False,
    ),
    ("흙당근", 3000, "한 바구니", "순자네 채소", "1f955", "제주 구좌", 800, (), None, False),
    (
        "손질 생물 고등어",
        7900,
        "2마리",
        "바다수산",
        "1f41f",
        "부산",
        600,
        ("chilled",),
        None,
        False,
    ),
    (
        "한돈 앞다리살 수육용",
        9800,
        "한 근",
        "형제축산",
        "1f969",
        "국내산",
        600,
        ("chilled",),
        None,
        False,
    ),
    ("아오리 사과", 8000, "5개", "청과 김씨", "1f34e", "경북 청송", 1250, ("today",), 10000, False),
    ("꿀고구마", 6000, "1.5kg", "청과 김씨", "1f360", "전남 해남", 1500, ("fresh",), None, False),
    ("깐마늘", 5000, "300g", "순자네 채소", "1f9c4", "경남 창녕", 300, (), None, False),
    ("동물복지 유정란", 7500, "10알", "방앗간 달걀집", "1f95a", "충북 괴산", None, (), None, True),
    ("생표고버섯", 6500, "400g", "버섯할배", "1f344", "충남 청양", 400, ("fresh",), None, False),
    (
        "냉동 흰다리새우",
        15900,
        "900g",
        "바다수산",
        "1f990",
        "베트남",
        900,
        ("frozen",),
        None,
        False,
    ),
    ("햇양파", 3500, "한 망", "순자네 채소", "1f9c5", "전남 무안", 1500, (), None, False),
    ("오늘 무친 파래무침", 4000, "200g", "손맛반찬", None, "국내산", 200, ("today",), 5000, False),
]


def _picture(code: str | None) -> str | None:
    return f"/ui/picture/{code}" if code else None


def context() -> dict[str, Any]:
    """What the style guide shows; picture addresses suppose it is served at ``/ui``."""
    now = datetime(2026, 11, 21, 15, 20, tzinfo=ZoneInfo("Asia/Seoul"))
    goods = [
        SimpleNamespace(
            name=name,
            price_krw=price,
            unit=unit,
            stall=stall,
            image=_picture(code),
            origin=origin,
            weight_g=weight,
            marks=marks,
            was_krw=was,
            sold_out=out,
            id=number,
        )
        for number, (name, price, unit, stall, code, origin, weight, marks, was, out) in enumerate(
            _GOODS, 1
        )
    ]
    return {
        "market": SimpleNamespace(
            name="괴산시장",
            association="괴산시장 상인회",
            representative="이정호",
            business_number="000-00-00000",
            mail_order_number="제0000-충북괴산-000호",
            address="충북 괴산군 괴산읍",
            phone="043-000-0000",
        ),
        "home_url": "/ui/",
        "search_url": "/ui/",
        "basket_url": "/ui/",
        "account_url": "/ui/",
        "basket_count": 3,
        "when": now,
        "goods": goods,
        "stalls": [
            {
                "name": "순자네 채소",
                "known_for": "새벽에 떼 온 푸성귀, 다듬어 드려요",
                "is_open": True,
                "hours": "저녁 7시까지",
                "place": "가운데 골목 12호",
                "since": 1987,
                "image": _picture("1f96c"),
            },
            {
                "name": "바다수산",
                "known_for": "부산에서 올라온 생선, 손질 무료",
                "is_open": True,
                "hours": "저녁 8시까지",
                "place": "남문 3호",
                "since": 2004,
                "image": _picture("1f41f"),
            },
            {
                "name": "손맛반찬",
                "known_for": "그날 무쳐 그날 파는 반찬 스무 가지",
                "is_open": False,
                "hours": "내일 아침 9시부터",
                "place": "가운데 골목 7호",
                "since": 1995,
                "image": None,
            },
        ],
        "north": [
            {"name": n, "url": "#", "is_open": o, "here": h}
            for n, o, h in (
                ("순자네 채소", True, True),
                ("형제축산", True, False),
                ("손맛반찬", False, False),
                ("청과 김씨", True, False),
                ("방앗간 달걀집", True, False),
                ("국밥골목", True, False),
            )
        ],
        "south": [
            {"name": n, "url": "#", "is_open": o, "here": False}
            for n, o in (
                ("바다수산", True),
                ("버섯할배", True),
                ("기름집", False),
                ("떡방앗간", True),
                ("두부마을", True),
            )
        ],
        "steps": [
            {
                "say": "주문을 받았어요.",
                "at": now - timedelta(minutes=42),
                "state": "done",
                "more": "",
            },
            {
                "say": "네 가게 중 세 곳이 준비를 마쳤어요.",
                "at": now - timedelta(minutes=18),
                "state": "done",
                "more": "",
            },
            {
                "say": "바다수산에서 고등어를 손질하고 있어요.",
                "at": None,
                "state": "now",
                "more": "10분쯤 더 걸려요.",
            },
            {
                "say": "한 봉지에 모아 오후 5시까지 가져다 드려요.",
                "at": None,
                "state": "next",
                "more": "",
            },
        ],
        "till": [
            {"label": "이번 주 판 것", "amount_krw": 842_000, "kind": "", "hint": "주문 61건"},
            {
                "label": "돌려준 돈",
                "amount_krw": -12_500,
                "kind": "minus",
                "hint": "시금치 품절 1건",
            },
            {"label": "카드 수수료", "amount_krw": -9_280, "kind": "minus", "hint": "1.1 %"},
            {"label": "배달 보탬", "amount_krw": -18_300, "kind": "minus", "hint": "건마다 300원"},
            {"label": "들어올 돈", "amount_krw": 801_920, "kind": "total", "hint": "11월 25일(수)"},
        ],
        "columns": [
            {"key": "name", "label": "물건", "num": False, "head": True},
            {"key": "stall", "label": "가게", "num": False, "head": False},
            {"key": "left", "label": "남은 것", "num": True, "head": False},
            {"key": "sold", "label": "오늘 판 것", "num": True, "head": False},
        ],
        "rows": [
            {"name": "알배기배추", "stall": "순자네 채소", "left": "18포기", "sold": "24포기"},
            {"name": "손질 생물 고등어", "stall": "바다수산", "left": "6마리", "sold": "31마리"},
            {"name": "한돈 앞다리살", "stall": "형제축산", "left": "11근", "sold": "19근"},
        ],
    }
