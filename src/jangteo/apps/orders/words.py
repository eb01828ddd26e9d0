"""The words people read for states of orders, parts and lines."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "placed": ("결제를 기다리는 중", "waiting for payment"),
    "paid": ("준비 중", "being prepared"),
    "ready": ("준비 끝", "ready"),
    "out": ("배달 중", "on its way"),
    "done": ("전달 끝", "handed over"),
    "cancelled": ("취소됨", "cancelled"),
    "expired": ("시간이 지나 닫힘", "expired"),
    "waiting": ("결제를 기다리는 중", "waiting for payment"),
    "ringing": ("가게 확인 중", "waiting for the stall"),
    "accepted": ("가게에서 준비 중", "being prepared by the stall"),
    "arrived": ("모으는 곳 도착", "at the hub"),
    "ordered": ("주문함", "ordered"),
    "confirmed": ("준비됨", "confirmed"),
    "asking": ("손님께 여쭙는 중", "asking you"),
    "substituted": ("다른 상품으로 바뀜", "replaced"),
}


def state_words(state: str, language: str) -> str:
    """A state's code as words, Korean unless ``language`` is English."""
    korean, english = WORDS.get(state, (state, state))
    return english if language.startswith("en") else korean
