#!/usr/bin/env python3
"""An example of a vendor's service for Jangteo, in one file, with nothing but Python's standard library.

    python3 examples/vendor/vendor.py --port 9100 --secret my-secret
    jangteo provider check http://127.0.0.1:9100 --secret my-secret

It answers every capability whose request holds a list of things with an ``id`` and whose proposal is ``{"ids": [...]}``
(such as ``shelf-order``). Replace `rank` with your model; keep the rest. The contract is in docs/vendors.md.

``--fault`` plants one of the mistakes that vendors make, to see what the market does about them.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import re
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

VERSION = "example-1.0"
#: a signature is good for five minutes
REPLAY_SECONDS = 300
#: the contract's largest request is 256 KiB
REQUEST_LIMIT_BYTES = 512 * 1024
#: answers kept, so that the same decision asked twice is answered the same
MOST_ANSWERS = 10_000
CAPABILITIES = ["shelf-order"]
FAULTS = {
    "slow": "answers after two seconds",
    "drip": "sends one byte a tenth of a second",
    "hang": "never answers",
    "huge": "sends a megabyte",
    "nonsense": "sends something that is not JSON",
    "html": "sends a page with status 200",
    "array": "sends a list where an object belongs",
    "empty": "proposes an empty object",
    "sold-out": "puts sold-out goods in front",
    "foreign": "names goods that were not in the request",
    "duplicated": "names the same goods twice",
    "error": "answers 500",
    "redirect": "sends the caller elsewhere",
    "unsigned": "accepts any signature",
    "forgetful": "answers the same decision differently each time",
    "keeper": "gives no receipt for an erasure",
    "other-decision": "answers another decision than it was asked",
    "nul": "sends a NUL character",
    "hang-up": "closes the connection without an answer",
    "strict": "refuses fields it does not know",
}


@dataclass
class Vendor:
    """Everything this vendor knows. Shared by all requests."""

    secret: str
    fault: str = ""
    boost: str = ""
    delay_ms: int = 0
    answers: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    #: what it learned about each subject, until it is told to forget
    subjects: dict[str, int] = field(default_factory=dict)
    #: path and body of every signed call, for whoever wants to see what arrives
    received: list[tuple[str, bytes]] = field(default_factory=list)
    keep_received: bool = False
    #: how often a forgetful one answered
    turns: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def signature_is_good(secret: str, body: bytes, header: str, now: float) -> bool:
    """Copy this: HMAC-SHA-256 of "<t>.<body>", compared in constant time, no older than five minutes."""
    found = re.fullmatch(r"t=(\d{1,12}),v1=([0-9a-f]{64})", header)
    if found is None or abs(now - int(found[1])) > REPLAY_SECONDS:
        return False
    right = hmac.new(secret.encode(), found[1].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(found[2], right)


def things_in(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The first list of objects with a whole number as their id."""
    for value in request.values():
        found = value if isinstance(value, list) else []
        if found and all(isinstance(t, dict) and isinstance(t.get("id"), int) for t in found):
            return found
    return []


def is_sellable(thing: Mapping[str, Any]) -> bool:
    """May it be put in front?"""
    gone = thing.get("is_sold_out") or thing.get("is_resting") or thing.get("available") == 0
    return not gone


def rank(request: Mapping[str, Any], boost: str) -> list[int]:
    """The model: fresh and popular first, one of each stall in turn. Yours goes here."""
    things = [thing for thing in things_in(request) if is_sellable(thing)]
    things.sort(key=_score(boost), reverse=True)
    turns: dict[Any, int] = {}
    placed = []
    for place, thing in enumerate(things):
        stall = thing.get("stall_id", thing["id"])
        turns[stall] = turns.get(stall, 0) + 1
        placed.append((0 if boost else turns[stall], place, thing["id"]))
    limit = request.get("limit")
    ids = [row[2] for row in sorted(placed)]
    return ids[:limit] if isinstance(limit, int) else ids


def _score(boost: str) -> Callable[[Mapping[str, Any]], float]:
    """``boost``: ids to put first ("12,15"), or a number of the things to sort by ("price_krw", "-price_krw")."""
    if re.fullmatch(r"\d+(,\d+)*", boost):
        first = [int(text) for text in boost.split(",")]
        return lambda thing: float(
            len(first) - first.index(thing["id"]) if thing["id"] in first else 0
        )
    if boost:
        name, sign = boost.lstrip("-"), -1.0 if boost.startswith("-") else 1.0
        return lambda thing: sign * float(thing.get(name) or 0)
    return lambda thing: (
        float(thing.get("popularity") or 0)
        + 2.0 * bool(thing.get("arrived_today"))
        + 1.0 * bool(thing.get("today_only"))
    )


def proposal_of(vendor: Vendor, request: Mapping[str, Any]) -> dict[str, Any] | None:
    """What it proposes; None when it does not know this kind of request. Planted mistakes included."""
    things = things_in(request)
    if not things:
        return None
    ids = rank(request, vendor.boost)
    if vendor.fault == "sold-out":
        gone = [thing["id"] for thing in things if not is_sellable(thing)]
        ids = (gone + ids)[: max(1, len(ids))]
    elif vendor.fault == "foreign":
        ids = [999_999_999, *ids[1:]]
    elif vendor.fault == "duplicated":
        ids = [ids[0], *ids[:-1]] if len(ids) > 1 else ids * 2
    elif vendor.fault == "empty":
        return {}
    elif vendor.fault == "forgetful":
        vendor.turns += 1
        turn = vendor.turns % max(1, len(ids))
        ids = ids[turn:] + ids[:turn]
    return {"ids": ids}


class Handler(BaseHTTPRequestHandler):
    """One connection. HTTP/1.1 keeps it open between calls, which saves more time than any model costs."""

    protocol_version = "HTTP/1.1"
    #: small answers must not wait for more bytes
    disable_nagle_algorithm = True
    server: VendorServer

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: what arrives may be about people."""

    def do_GET(self) -> None:
        if self.path == "/v1/health":
            self._json(200, {"status": "ok", "contract": ["1"], "capabilities": CAPABILITIES})
        else:
            self._json(404, {"error": "no such address"})

    def do_POST(self) -> None:
        vendor = self.server.vendor
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > REQUEST_LIMIT_BYTES:
            self.close_connection = True
            self._json(413, {"error": "too large"})
            return
        body = self.rfile.read(int(length))
        good = signature_is_good(
            vendor.secret, body, self.headers.get("Jangteo-Signature", ""), time.time()
        )
        if not good and vendor.fault != "unsigned":
            self._json(401, {"error": "wrong or old signature"})
            return
        if vendor.keep_received:
            vendor.received.append((self.path, body))
        try:
            call = json.loads(body)
        except ValueError:
            call = None
        if not isinstance(call, dict):
            self._json(400, {"error": "not a JSON object"})
        elif self.path == "/v1/decide":
            self._decide(vendor, call)
        elif self.path == "/v1/subjects/forget":
            self._forget(vendor, call)
        else:
            self._json(404, {"error": "no such address"})

    def _decide(self, vendor: Vendor, call: dict[str, Any]) -> None:
        if vendor.delay_ms:
            time.sleep(vendor.delay_ms / 1000)
        if self._misbehaves(vendor, call):
            return
        decision_id, request = call.get("decision_id"), call.get("request")
        if not isinstance(decision_id, str) or not isinstance(request, dict):
            self._json(400, {"error": "decision_id and request are needed"})
            return
        with vendor.lock:
            answer = vendor.answers.get(decision_id)
        if answer is None or vendor.fault == "forgetful":
            proposal = proposal_of(vendor, request)
            if proposal is None:
                self._json(422, {"error": f"cannot decide {call.get('capability')}"})
                return
            answer = json.dumps(
                {
                    "decision_id": "another" if vendor.fault == "other-decision" else decision_id,
                    "proposal": proposal,
                    "provider_version": VERSION,
                    "reason": {
                        "ko": "오늘 들어왔거나 많이 찾는 것을 앞에 두었어요.",
                        "en": "What came in today or is much wanted comes first.",
                    },
                },
                ensure_ascii=False,
            ).encode()
            with vendor.lock:
                vendor.answers[decision_id] = answer
                while len(vendor.answers) > MOST_ANSWERS:
                    vendor.answers.popitem(last=False)
                if isinstance(call.get("subject"), str):
                    subject = call["subject"]
                    vendor.subjects[subject] = vendor.subjects.get(subject, 0) + 1
        self._send(200, answer)

    def _forget(self, vendor: Vendor, call: dict[str, Any]) -> None:
        subject = call.get("subject")
        if not isinstance(subject, str) or not subject:
            self._json(400, {"error": "subject is needed"})
            return
        with vendor.lock:
            vendor.subjects.pop(subject, None)
        if vendor.fault == "keeper":
            self._json(503, {"error": "later"})
            return
        # the receipt proves the call without naming the subject
        digest = hashlib.sha256(f"{vendor.secret}:{subject}".encode()).hexdigest()
        self._json(200, {"receipt": f"forgot-{digest[:16]}"})

    def _misbehaves(self, vendor: Vendor, call: dict[str, Any]) -> bool:
        """Planted mistakes that end the answer. True: done."""
        match vendor.fault:
            case "slow":
                time.sleep(2)
                return False
            case "hang":
                self.server.stopped.wait(30)
                self.close_connection = True
            case "hang-up":
                self.close_connection = True
            case "drip":
                self._drip()
            case "huge":
                self._send(200, b'{"proposal": "' + b"x" * 1024 * 1024 + b'"}')
            case "nonsense":
                self._send(200, b"<<<")
            case "nul":
                text = json.dumps({"decision_id": call.get("decision_id")})[:-1]
                more = ', "proposal": {"ids": []}, "provider_version": "\\u0000"}'
                self._send(200, (text + more).encode())
            case "html":
                self._send(200, b"<h1>hello</h1>", kind="text/html")
            case "array":
                self._send(200, b"[]")
            case "error":
                self._json(500, {"error": "planted"})
            case "redirect":
                self.send_response(302)
                self.send_header("Location", "/v1/health")
                self.send_header("Content-Length", "0")
                self.end_headers()
            case "strict" if set(call.get("request") or {}) & {"x_unknown"} or "x_unknown" in call:
                self._json(400, {"error": "unknown field"})
            case _:
                return False
        return True

    def _drip(self) -> None:
        self.close_connection = True
        for byte in (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + b"X-Slow: 1\r\n" * 20
        ):
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return
            if self.server.stopped.wait(0.1):
                return

    def _json(self, status: int, value: Mapping[str, Any]) -> None:
        self._send(status, json.dumps(value, ensure_ascii=False).encode())

    def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            # the market did not wait: its deadline was over
            self.close_connection = True


class VendorServer(ThreadingHTTPServer):
    """Listens on one port; a thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, vendor: Vendor, host: str = "127.0.0.1") -> None:
        self.vendor = vendor
        self.stopped = threading.Event()
        super().__init__((host, port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is nobody's error."""

    def stop(self) -> None:
        """End it and whatever hangs on purpose."""
        self.stopped.set()
        self.shutdown()
        self.server_close()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 to be reached from outside")
    parser.add_argument("--secret", required=True, help="the secret the market office gave you")
    parser.add_argument(
        "--boost",
        default="",
        help='ids to put first ("12,15"), or a number to sort by ("-price_krw")',
    )
    parser.add_argument("--delay-ms", type=int, default=0, help="think this long about each answer")
    parser.add_argument(
        "--fault",
        default="",
        choices=["", *FAULTS],
        help="; ".join(f"{name}: {about}" for name, about in FAULTS.items()),
    )
    given = parser.parse_args()
    vendor = Vendor(
        secret=given.secret, fault=given.fault, boost=given.boost, delay_ms=given.delay_ms
    )
    server = VendorServer(given.port, vendor, given.host)
    where = f"http://{given.host}:{server.server_address[1]}"
    sys.stdout.write(f"answering at {where} (Ctrl-C ends it)\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
