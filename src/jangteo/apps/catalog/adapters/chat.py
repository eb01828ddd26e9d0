"""The chat-completions protocol that OpenAI published and llama.cpp, Ollama, vLLM and most services speak.

Requests and answers as plain values; who carries them is somebody else's business (`model`).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from jangteo.apps.catalog.ports import Message, ModelAnswer, ModelFailed
from jangteo.apps.decisions.adapters.wire import Reply

PATH = "/chat/completions"
#: little enough that a writer repeats itself rather than invents
TEMPERATURE = 0.4


def request_body(
    messages: Sequence[Message],
    *,
    model: str,
    most_tokens: int,
    schema: Mapping[str, Any] | None,
) -> bytes:
    """Exactly what leaves. Servers of a single model ignore the name, so an empty one becomes "default"."""
    body: dict[str, Any] = {
        "model": model or "default",
        "messages": [_turn(message) for message in messages],
        "temperature": TEMPERATURE,
        "max_tokens": most_tokens,
        "stream": False,
    }
    if schema is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": dict(schema)},
        }
    return orjson.dumps(body)


def _turn(message: Message) -> dict[str, Any]:
    if not message.picture:
        return {"role": message.role, "content": message.text}
    address = f"data:{_media_type(message.picture)};base64,{base64.b64encode(message.picture).decode('ascii')}"
    return {
        "role": message.role,
        "content": [
            {"type": "text", "text": message.text},
            {"type": "image_url", "image_url": {"url": address}},
        ],
    }


def _media_type(picture: bytes) -> str:
    if picture.startswith(b"\x89PNG"):
        return "image/png"
    return "image/webp" if picture[8:12] == b"WEBP" else "image/jpeg"


def read_answer(reply: Reply) -> ModelAnswer:
    """The first choice of a 200 answer. Raises `ModelFailed`: status-<n>, nonsense, cut, empty."""
    if reply.status != 200:
        raise ModelFailed(f"status-{reply.status}")
    try:
        found = orjson.loads(reply.body)
        choice = found["choices"][0]
        text = choice["message"]["content"]
    except (orjson.JSONDecodeError, KeyError, IndexError, TypeError):
        raise ModelFailed("nonsense") from None
    if text is not None and not isinstance(text, str):
        raise ModelFailed("nonsense")
    if choice.get("finish_reason") == "length":
        raise ModelFailed("cut")
    # PostgreSQL keeps no NUL character
    text = (text or "").replace("\x00", "").strip()
    if not text:
        raise ModelFailed("empty")
    usage = found.get("usage")
    tokens = usage.get("total_tokens") if isinstance(usage, dict) else None
    model = found.get("model")
    return ModelAnswer(
        text=text,
        model=_name(model) if isinstance(model, str) else "",
        tokens=tokens if isinstance(tokens, int) else None,
    )


def _name(model: str) -> str:
    """A server's own word for its model: one line; of a file only its name."""
    return "".join(c for c in model.rsplit("/", 1)[-1] if c.isprintable())[:80]


def wait_s(retry_after: str, turn: int, now: datetime | None = None) -> float:
    """Seconds until the next try: what the server says (seconds or an HTTP date), otherwise 0.5, 1, 2 ..."""
    usual = 0.5 * 2.0**turn
    if not retry_after:
        return usual
    if retry_after.isdecimal():
        return float(retry_after[:6])
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return usual
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())
