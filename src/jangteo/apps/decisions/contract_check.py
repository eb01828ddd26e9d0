"""The contract check: what a vendor's service must do before a market lets it decide. Needs no database.

A vendor runs it against its own address with `jangteo provider check`; the market runs the same with `check_provider`.
"""

from __future__ import annotations

import math
import secrets
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from time import monotonic, perf_counter, time

import orjson
from pydantic import BaseModel, ValidationError

from jangteo.apps.decisions.adapters.addresses import Target, check_url
from jangteo.apps.decisions.adapters.http import (
    forget_body,
    headers,
    read_answer,
    read_json,
    read_receipt,
)
from jangteo.apps.decisions.adapters.signing import CONTRACT, REPLAY_SECONDS
from jangteo.apps.decisions.adapters.wire import Reply, Wire
from jangteo.apps.decisions.capability import AnyCapability, ProposalRefused
from jangteo.apps.decisions.contract import call_of, examples
from jangteo.apps.decisions.ports import CONTRACT_VERSION, Answer, VendorFailed

#: one call of the check waits so long at most
CALL_SECONDS = 3.0
TIMED_CALLS = 50
#: all timed calls together; a service that needs longer is too slow anyway
TIMED_SECONDS = 20.0
#: made-up requests tried of each capability
TRIED_EXAMPLES = 8
_HUGE_BYTES = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckStep:
    """One thing that was tried. ``found`` says what came instead, or a figure; empty when there is nothing to say."""

    key: str
    passed: bool
    ko: str
    en: str
    found_ko: str = ""
    found_en: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckReport:
    """All that was tried, in order."""

    steps: tuple[CheckStep, ...]
    #: of the timed calls; None when there was no answer to time
    p95_ms: float | None

    @property
    def passed(self) -> bool:
        return bool(self.steps) and all(step.passed for step in self.steps)

    @property
    def failed(self) -> list[str]:
        """Keys of what failed."""
        return [step.key for step in self.steps if not step.passed]


class _Failed(Exception):
    """A step failed; the arguments say what came, in Korean and English."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Vendor:
    """The service under check."""

    target: Target
    secret: str
    wire: Wire

    def send(
        self, path: str, body: bytes, sent_headers: dict[str, str], method: str = "POST"
    ) -> Reply:
        return self.wire.send(
            self.target, method, path, headers=sent_headers, body=body, within_s=CALL_SECONDS
        )

    def signed(self, path: str, body: bytes) -> Reply:
        return self.send(path, body, headers(self.secret, body))


#: returns (Korean, English) to be shown beside a passed step
_Try = Callable[[], tuple[str, str] | None]


class _Book:
    """Collects the steps."""

    def __init__(self) -> None:
        self.steps: list[CheckStep] = []

    def step(self, key: str, ko: str, en: str, attempt: _Try) -> bool:
        try:
            found = attempt() or ("", "")
            passed = True
        except VendorFailed as failed:
            found, passed = failure_words(failed.reason), False
        except _Failed as failed_words:
            found, passed = (str(failed_words.args[0]), str(failed_words.args[1])), False
        self.steps.append(
            CheckStep(key=key, passed=passed, ko=ko, en=en, found_ko=found[0], found_en=found[1])
        )
        return passed


_WORDS = {
    "deadline": ("제때 답이 오지 않았어요", "no answer in time"),
    "unreachable": (
        "연결되지 않거나 답 없이 끊겼어요",
        "no connection, or it hung up without an answer",
    ),
    "too-large": ("답이 64 KiB보다 커요", "the answer is larger than 64 KiB"),
    "nonsense": ("계약에 맞는 JSON이 아니에요", "not the JSON of the contract"),
}


def failure_words(reason: str) -> tuple[str, str]:
    """A `VendorFailed` reason in Korean and English."""
    if reason.startswith("status-"):
        number = reason.removeprefix("status-")
        return f"상태 {number}로 답했어요", f"it answered with status {number}"
    return _WORDS.get(reason, (reason, reason))


def check_vendor(
    base_url: str,
    secret: str,
    wanted: Sequence[AnyCapability],
    *,
    may_be_local: bool,
    scope: frozenset[str] | None = None,
    deadline_ms: int | None = None,
) -> CheckReport:
    """Try everything the contract asks for. Raises `VendorAddressRefused`; every other failure is in the report.

    ``wanted``: capabilities the service must decide. ``scope``: the fields it may get; all when not given.
    """
    target = check_url(base_url, may_be_local=may_be_local)
    book = _Book()
    with closing(Wire()) as wire:
        vendor = _Vendor(target=target, secret=secret, wire=wire)
        if not book.step(
            "health", "살아 있다고 답해요", "answers that it is there", _health(vendor, wanted)
        ):
            return CheckReport(steps=tuple(book.steps), p95_ms=None)
        timed: list[float] = []
        for capability in wanted:
            deadline = min(deadline_ms or capability.deadline_ms, capability.deadline_ms)
            _check_capability(book, vendor, capability, scope, deadline, timed)
        if wanted:
            _check_signatures(book, vendor, wanted[0], scope)
            _check_robust(book, vendor, wanted[0], scope)
        _check_forget(book, vendor)
    return CheckReport(
        steps=tuple(book.steps), p95_ms=percentile_95(timed) * 1000 if timed else None
    )


def listed_at(base_url: str, secret: str, *, may_be_local: bool) -> list[str]:
    """The capabilities a service says it decides; empty when it does not answer. Raises `VendorAddressRefused`."""
    target = check_url(base_url, may_be_local=may_be_local)
    with closing(Wire()) as wire:
        vendor = _Vendor(target=target, secret=secret, wire=wire)
        try:
            found = read_json(_ask_health(vendor)).get("capabilities")
        except VendorFailed:
            return []
    return [key for key in found if isinstance(key, str)] if isinstance(found, list) else []


def percentile_95(values: Sequence[float]) -> float:
    """Nearest rank: the smallest value that at least 95 % of them do not pass."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def _ask_health(vendor: _Vendor) -> Reply:
    return vendor.send("/v1/health", b"", headers(vendor.secret, b""), "GET")


def _health(vendor: _Vendor, wanted: Sequence[AnyCapability]) -> _Try:
    def attempt() -> None:
        found = read_json(_ask_health(vendor))
        contracts, listed = found.get("contract"), found.get("capabilities")
        if found.get("status") != "ok" or not isinstance(contracts, list):
            raise VendorFailed("nonsense")
        if CONTRACT_VERSION not in contracts:
            raise _Failed(
                f"계약 {CONTRACT_VERSION}판을 몰라요", f"does not know contract {CONTRACT_VERSION}"
            )
        missing = [c.key for c in wanted if not isinstance(listed, list) or c.key not in listed]
        if missing:
            names = ", ".join(missing)
            raise _Failed(f"기능 목록에 없어요: {names}", f"not among its capabilities: {names}")

    return attempt


def _new_call(
    capability: AnyCapability, request: BaseModel, scope: frozenset[str] | None, number: int = 0
) -> dict[str, object]:
    subject = secrets.token_hex(16) if number % 2 else None
    return call_of(capability, request, decision_id=str(uuid.uuid4()), scope=scope, subject=subject)


def _ask(vendor: _Vendor, call: dict[str, object]) -> Answer:
    reply = vendor.signed("/v1/decide", orjson.dumps(call))
    return read_answer(reply, str(call["decision_id"]))


def _first(capability: AnyCapability) -> BaseModel:
    found = examples(capability, 1)
    if not found:
        raise _Failed("이 기능에는 연습 자료가 없어요", "this capability has no made-up requests")
    return found[0]


def _check_capability(
    book: _Book,
    vendor: _Vendor,
    capability: AnyCapability,
    scope: frozenset[str] | None,
    deadline_ms: int,
    timed: list[float],
) -> None:
    key, name = capability.key, capability.name_ko
    fields = capability.vendor_fields() if scope is None else scope & capability.vendor_fields()

    def proposals() -> tuple[str, str]:
        tried = examples(capability, TRIED_EXAMPLES)
        _first(capability)
        for number, request in enumerate(tried):
            # as for somebody who said yes, and as for everybody else
            for allowed in (fields, fields - capability.personal_fields):
                answer = _ask(vendor, _new_call(capability, request, allowed, number))
                _check_proposal(capability, request, answer, number)
        return f"연습 자료 {len(tried)}개", f"{len(tried)} made-up requests"

    def repeated() -> None:
        call = _new_call(capability, _first(capability), fields)
        answers = {orjson.dumps(_ask(vendor, call).proposal) for _ in range(3)}
        if len(answers) > 1:
            raise _Failed(
                "같은 decision_id에 다른 답을 했어요", "answered the same decision_id differently"
            )

    def quick() -> tuple[str, str]:
        times = _timed_calls(vendor, capability, fields)
        timed.extend(times)
        p95 = percentile_95(times) * 1000
        words = (
            f"100번 중 95번은 {p95:.0f} ms 안(한도 {deadline_ms} ms)",
            f"95 of 100 within {p95:.0f} ms (limit {deadline_ms} ms)",
        )
        if p95 > deadline_ms:
            raise _Failed(*words)
        return words

    def tolerant() -> None:
        call = _new_call(capability, _first(capability), fields)
        inner = call["request"]
        call |= {"x_unknown": {"new": True}}
        if isinstance(inner, dict):
            call["request"] = inner | {"x_unknown": [1, 2, 3]}
        _ask(vendor, call)

    passed = book.step(
        f"proposals:{key}",
        f"{name}: 쓸 수 있는 답을 해요",
        f"{capability.name_en}: gives usable proposals",
        proposals,
    )
    if passed:
        book.step(
            f"repeat:{key}",
            f"{name}: 같은 질문에 같은 답을 해요",
            f"{capability.name_en}: answers a repeated decision the same",
            repeated,
        )
        book.step(
            f"deadline:{key}",
            f"{name}: {TIMED_CALLS}번을 제때 답해요",
            f"{capability.name_en}: {TIMED_CALLS} calls within the deadline",
            quick,
        )
        book.step(
            f"unknown-field:{key}",
            f"{name}: 모르는 항목이 있어도 답해요",
            f"{capability.name_en}: ignores fields it does not know",
            tolerant,
        )


def _check_proposal(
    capability: AnyCapability, request: BaseModel, answer: Answer, number: int
) -> None:
    try:
        proposal = capability.proposal_type.model_validate(answer.proposal)
        capability.check(request, proposal)
    except ValidationError as problem:
        where = ".".join(str(part) for part in problem.errors()[0]["loc"])
        raise _Failed(
            f"연습 자료 {number + 1}: 답의 모양이 달라요({where})",
            f"made-up request {number + 1}: the proposal has another form ({where})",
        ) from None
    except ProposalRefused as refused:
        raise _Failed(
            f"연습 자료 {number + 1}: 쓸 수 없는 답이에요({refused})",
            f"made-up request {number + 1}: the proposal cannot be used ({refused})",
        ) from None


def _timed_calls(vendor: _Vendor, capability: AnyCapability, scope: frozenset[str]) -> list[float]:
    """Seconds of each call, the last failure's reason when one fails."""
    requests = examples(capability, TRIED_EXAMPLES)
    until = monotonic() + TIMED_SECONDS
    times = []
    for number in range(TIMED_CALLS):
        if monotonic() > until:
            raise VendorFailed("deadline")
        call = _new_call(capability, requests[number % len(requests)], scope, number)
        started = perf_counter()
        _ask(vendor, call)
        times.append(perf_counter() - started)
    return times


def _check_signatures(
    book: _Book, vendor: _Vendor, capability: AnyCapability, scope: frozenset[str] | None
) -> None:
    def refused(make: Callable[[bytes], dict[str, str]]) -> _Try:
        def attempt() -> None:
            body = orjson.dumps(_new_call(capability, _first(capability), scope))
            for path, sent in (
                ("/v1/decide", body),
                ("/v1/subjects/forget", forget_body(secrets.token_hex(16))),
            ):
                reply = vendor.send(path, sent, make(sent))
                if reply.status != 401:
                    raise _Failed(
                        f"{path}: 401이 아니라 {reply.status}로 답했어요",
                        f"{path}: answered {reply.status}, not 401",
                    )

        return attempt

    now = int(time())
    book.step(
        "unsigned",
        "서명이 없으면 거절해요",
        "refuses what is not signed",
        refused(lambda body: {CONTRACT: CONTRACT_VERSION}),
    )
    book.step(
        "wrong-signature",
        "다른 열쇠의 서명을 거절해요",
        "refuses another secret's signature",
        refused(lambda body: headers(f"{vendor.secret}-wrong", body)),
    )
    book.step(
        "changed-body",
        "서명한 뒤 바뀐 내용을 거절해요",
        "refuses a body changed after signing",
        refused(lambda body: headers(vendor.secret, body + b" ")),
    )
    book.step(
        "old-signature",
        f"{REPLAY_SECONDS // 60}분이 지난 서명을 거절해요",
        f"refuses a signature older than {REPLAY_SECONDS // 60} minutes",
        refused(lambda body: headers(vendor.secret, body, at=now - REPLAY_SECONDS - 60)),
    )


def _check_robust(
    book: _Book, vendor: _Vendor, capability: AnyCapability, scope: frozenset[str] | None
) -> None:
    def still_there() -> None:
        _ask(vendor, _new_call(capability, _first(capability), scope))

    def huge() -> None:
        call = _new_call(capability, _first(capability), scope) | {"x_filler": "x" * _HUGE_BYTES}
        try:
            status = vendor.signed("/v1/decide", orjson.dumps(call)).status
        except VendorFailed as failed:
            if failed.reason != "unreachable":
                raise
            # it may hang up rather than read a megabyte
            status = 413
        if status >= 500:
            raise VendorFailed(f"status-{status}")
        still_there()

    def not_json() -> None:
        status = vendor.signed("/v1/decide", b"{").status
        if not 400 <= status < 500:
            raise _Failed(
                f"망가진 요청에 4xx가 아니라 {status}로 답했어요",
                f"answered {status} to a broken request, not 4xx",
            )
        still_there()

    book.step(
        "huge-request",
        "너무 큰 요청에도 멈추지 않아요",
        "survives a request that is too large",
        huge,
    )
    book.step(
        "broken-request", "망가진 요청을 거절해요", "refuses a request that is not JSON", not_json
    )


def _check_forget(book: _Book, vendor: _Vendor) -> None:
    body = forget_body(secrets.token_hex(16))

    def forget() -> None:
        read_receipt(vendor.signed("/v1/subjects/forget", body))

    if book.step("forget", "지우라면 지우고 접수증을 줘요", "erases and gives a receipt", forget):
        book.step(
            "forget-again",
            "다시 지우라고 해도 접수증을 줘요",
            "gives a receipt the second time too",
            forget,
        )
