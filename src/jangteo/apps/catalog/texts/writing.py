"""Having a text written: by a language model where one is configured, checked, otherwise by the writer that ships with us.

A model takes seconds, so it is asked by a job and never inside a transaction; a second try is its last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

import structlog

from jangteo.apps.catalog.capabilities.write_text import (
    REVIEW,
    WRITE_TEXT,
    TextProposal,
    TextRequest,
    is_in,
    reason_of,
)
from jangteo.apps.catalog.ports import LanguageModel, Message, ModelFailed
from jangteo.apps.catalog.texts.facts import as_kept, engine_kind, used_facts
from jangteo.apps.decisions.decide import Decided, Ready, decide
from jangteo.engines.copywriting import Problems, Text, answer_schema, from_model, prompt

TRIES = 2
#: five Korean sentences and the form around them
MOST_TOKENS = 500

log = structlog.get_logger("jangteo.texts")


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A model's text that said what the fields do not."""

    text: str
    model: str
    problems: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What came of asking a model. ``ready`` None: the writer that ships with the product writes."""

    ready: Ready[TextProposal] | None
    refused: tuple[Refused, ...]
    #: why the model gave nothing, in machine words; "" when it answered
    failed: str = ""


def ask_model(model: LanguageModel, request: TextRequest) -> Asked:
    """Ask at most `TRIES` times, saying what was wrong. Never raises for a model; takes seconds.

    The instruction is Korean, so English is left to the writer that ships with us.
    """
    if request.language != "ko":
        return Asked(ready=None, refused=(), failed="language")
    facts = request.all_facts()
    kind = engine_kind(request.kind)
    schema = answer_schema(facts)
    messages = [
        Message(role="system" if one["role"] == "system" else "user", text=one["content"])
        for one in prompt(kind, facts)
    ]
    refused: list[Refused] = []
    started = monotonic()
    for _ in range(TRIES):
        try:
            answer = model.answer(messages, schema=schema, most_tokens=MOST_TOKENS)
        except ModelFailed as failed:
            log.warning("model failed", reason=failed.reason)
            return Asked(ready=None, refused=tuple(refused), failed=failed.reason)
        found = from_model(kind, facts, unwrapped(answer.text), competitors=request.others)
        if isinstance(found, Text):
            if not is_in(found.text, request.language):
                return Asked(ready=None, refused=tuple(refused), failed="wrong-language")
            return Asked(
                ready=_ready(request, found, answer.model, started), refused=tuple(refused)
            )
        refused.append(_refused(found, answer.model))
        messages = [
            *messages,
            Message(role="assistant", text=answer.text[:2000]),
            Message(role="user", text=found.retry),
        ]
    return Asked(ready=None, refused=tuple(refused))


def unwrapped(answer: str) -> str:
    """The JSON object with a ``text`` that small models wrap in words of their own; otherwise the answer as it is."""
    decoder = json.JSONDecoder()
    at = answer.find("{")
    while at >= 0:
        try:
            found, _end = decoder.raw_decode(answer, at)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and isinstance(found.get("text"), str):
            return json.dumps(found, ensure_ascii=False)
        at = answer.find("{", at + 1)
    return answer


def _ready(request: TextRequest, found: Text, model: str, started: float) -> Ready[TextProposal]:
    used = list(found.used)
    return Ready(
        proposal=TextProposal(text=found.text, used=used, is_reply=request.kind == REVIEW),
        version=model,
        reason=reason_of(used_facts(request.facts, used)),
        milliseconds=int((monotonic() - started) * 1000),
    )


def _refused(found: Problems, model: str) -> Refused:
    problems = [as_kept(one) for one in found.problems]
    return Refused(text=found.text[:2000], model=model, problems=problems)


def decide_text(
    request: TextRequest,
    *,
    market_id: int,
    stall_id: int,
    offer_id: int | None,
    now: datetime,
    ready: Ready[TextProposal] | None = None,
) -> Decided[TextProposal]:
    """One decision of `WRITE_TEXT`. Not inside a transaction: a vendor may be asked."""
    return decide(
        WRITE_TEXT,
        request,
        subject=None,
        market_id=market_id,
        now=now,
        stall_id=stall_id,
        about=f"offer:{offer_id}" if offer_id else f"stall:{stall_id}",
        ready=ready,
    )


def request_for(
    kind: str,
    language: str,
    facts: Mapping[str, Any],
    *,
    variant: int,
    may_go_unseen: bool,
    review: str = "",
    rating: int = 0,
    others: Sequence[str] = (),
) -> TextRequest:
    """The request of one text."""
    return TextRequest.model_validate(
        {
            "kind": kind,
            "language": language,
            "facts": dict(facts),
            "variant": variant,
            "may_go_unseen": may_go_unseen,
            "review": review,
            "rating": rating,
            "others": list(others),
        }
    )
