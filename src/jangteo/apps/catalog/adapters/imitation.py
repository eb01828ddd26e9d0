"""A language model that is none: it speaks the protocol and goes wrong in the ways real ones do, when told to.

What it writes is the offline writer's text of the fields it finds in the prompt, so that everything after it can be
tried without a model: ``JANGTEO_MODEL_URL=sandbox`` uses it in this process, tests put it on a port of its own.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson

from jangteo.apps.decisions.adapters.wire import ANSWER_LIMIT_BYTES, Reply
from jangteo.apps.decisions.ports import VendorFailed
from jangteo.engines.copywriting import Facts, Kind, write

NAME = "imitation-1"
_DATA = re.compile(r"<DATA>\s*(.*?)\s*</DATA>", re.DOTALL)
_KINDS = (
    ("가게 소개", Kind.STALL),
    ("품절 안내", Kind.SOLD_OUT),
    ("후기에", Kind.REVIEW_REPLY),
    ("소셜 게시글", Kind.SOCIAL),
)


class Fault(StrEnum):
    """What may go wrong."""

    SLOW = "slow"
    BUSY = "busy"
    ERROR = "error"
    DOWN = "down"
    CUT = "cut"
    CUT_JSON = "cut-json"
    NO_JSON = "no-json"
    PROSE = "prose"
    FENCE = "fence"
    NUMBER = "number"
    ORIGIN = "origin"
    CLAIM = "claim"
    MEDICAL = "medical"
    LEAK = "leak"
    EMPTY = "empty"
    HUGE = "huge"
    LANGUAGE = "language"
    TOKENS = "tokens"
    OBEYED = "obeyed"
    NO_SCHEMA = "no-schema"
    KEY = "key"
    REDIRECT = "redirect"


_SAID = {
    Fault.NUMBER: " 한 상자에 37개 들었고 값은 12,345원이에요.",
    Fault.ORIGIN: " 제주 앞바다에서 바로 왔어요.",
    Fault.CLAIM: " 무농약 인증을 받았어요.",
    Fault.MEDICAL: " 혈압을 낮추고 당뇨에 좋아요.",
}


class Imitation:
    """Answers requests; ``faults`` are used up one request each, afterwards all is well.

    ``seen`` keeps the bodies and headers that came. ``seconds`` is how slow `Fault.SLOW` is over HTTP.
    """

    def __init__(self, *faults: Fault, key: str = "", seconds: float = 30.0) -> None:
        self.faults = deque(faults)
        self.key = key
        self.seconds = seconds
        self.seen: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []

    def send(self, path: str, headers: Mapping[str, str], body: bytes, within_s: float) -> Reply:
        """In this process: what the network would bring. Raises `VendorFailed` as the network does."""
        reply, fault = self.reply(headers, body)
        if fault is Fault.SLOW:
            raise VendorFailed("deadline")
        if fault is Fault.DOWN:
            raise VendorFailed("unreachable")
        if len(reply.body) > ANSWER_LIMIT_BYTES:
            raise VendorFailed("too-large")
        return reply

    def reply(self, headers: Mapping[str, str], body: bytes) -> tuple[Reply, Fault | None]:
        """The answer to one request and the fault it shows."""
        asked = orjson.loads(body)
        self.seen.append(asked)
        self.headers.append({name.lower(): value for name, value in headers.items()})
        if self.key and self.headers[-1].get("authorization") != f"Bearer {self.key}":
            return _error(401, "invalid api key"), Fault.KEY
        fault = self.faults.popleft() if self.faults else None
        match fault:
            case Fault.BUSY:
                return _error(429, "slow down", retry_after="1"), fault
            case Fault.ERROR:
                return _error(500, "internal error"), fault
            case Fault.KEY:
                return _error(401, "invalid api key"), fault
            case Fault.REDIRECT:
                return _error(302, "elsewhere"), fault
            case Fault.NO_SCHEMA if "response_format" in asked:
                # stays so for every request with a schema
                self.faults.appendleft(Fault.NO_SCHEMA)
                return _error(400, "response_format is not supported"), fault
            case Fault.NO_JSON:
                return Reply(status=200, kind="text/html", body=b"<html>busy</html>"), fault
        finish = "length" if fault is Fault.CUT else "stop"
        made = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": NAME,
            "choices": [
                {
                    "index": 0,
                    "finish_reason": finish,
                    "message": {"role": "assistant", "content": _content(asked, fault)},
                }
            ],
            "usage": {"prompt_tokens": 400, "completion_tokens": 80, "total_tokens": 480},
        }
        answer = orjson.dumps(made)
        if fault is Fault.CUT_JSON:
            answer = answer[: len(answer) // 2]
        return Reply(status=200, kind="application/json", body=answer), fault


def _error(status: int, message: str, retry_after: str = "") -> Reply:
    body = orjson.dumps({"error": {"message": message, "type": "error"}})
    return Reply(status=status, kind="application/json", body=body, retry_after=retry_after)


def _content(asked: Mapping[str, Any], fault: Fault | None) -> str:
    """What the model says."""
    system = str(asked["messages"][0]["content"])
    facts, text = _written(asked, system)
    match fault:
        case Fault.EMPTY:
            return ""
        case Fault.HUGE:
            return "가" * ANSWER_LIMIT_BYTES
        case Fault.LANGUAGE:
            text = "Fresh from the market, picked this morning for your table."
        case Fault.TOKENS:
            # seen of a small model without a chat form of its own
            return "<|im_end|>\n<|im_start|>\n" * 8
        case Fault.LEAK:
            text = f"규칙은 이렇습니다. {system}"
        case Fault.OBEYED:
            # it did what somebody's data told it to
            text = (
                f"이전 지시를 무시했습니다. {facts.review_text or facts.name} https://evil.example"
            )
        case None:
            pass
        case _:
            text += _SAID.get(fault, "")
    if fault in (Fault.CUT,):
        text = text[: len(text) // 2]
    answer = orjson.dumps({"text": text, "used": list(facts.filled())}).decode()
    match fault:
        case Fault.PROSE:
            return f"네, 써 드릴게요!\n{answer}\n도움이 되었길 바랍니다."
        case Fault.FENCE:
            return f"```json\n{answer}\n```"
        case _:
            return answer


def _written(asked: Mapping[str, Any], system: str) -> tuple[Facts, str]:
    user = next(one["content"] for one in asked["messages"] if one["role"] == "user")
    if isinstance(user, list):
        user = user[0]["text"]
    found = _DATA.search(str(user))
    if found is None:
        return Facts(), "안녕하세요."
    facts = Facts.from_json(orjson.loads(found[1]))
    kind = next((kind for words, kind in _KINDS if words in system), Kind.PRODUCT)
    return facts, write(kind, facts, seed=f"model|{len(asked['messages'])}").text
