"""A language model that sees, imitated on a real port: it answers what it is told to see, and goes wrong when told to."""

from __future__ import annotations

import base64
import io
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
from PIL import Image

from jangteo.apps.catalog.adapters.model import ChatModel, WireCarrier

Rows = Sequence[tuple[str, str, str]]
FAULTS = ("slow", "busy", "error", "cut", "cut-json", "no-json", "wrong-types", "empty", "huge")


class SeeingModel:
    """Sees ``rows``; each answer shows the next of ``faults``, then none. Keeps the pictures it was sent."""

    def __init__(self, rows: Rows, *faults: str) -> None:
        self.rows = rows
        self.faults = deque(faults)
        self.seen: list[bytes] = []

    def answer(self, body: dict[str, Any]) -> tuple[int, bytes, str]:
        """Status, body and the fault it shows."""
        parts = body["messages"][-1]["content"]
        address = next(p["image_url"]["url"] for p in parts if p["type"] == "image_url")
        kind, _, data = address.partition(";base64,")
        assert kind == "data:image/jpeg"
        self.seen.append(base64.b64decode(data))
        Image.open(io.BytesIO(self.seen[-1])).load()
        assert body["response_format"]["json_schema"]["strict"] is True
        fault = self.faults.popleft() if self.faults else ""
        if fault in ("busy", "error"):
            return (429 if fault == "busy" else 500), b"{}", fault
        rows = [{"name": n, "unit": u, "price": p} for n, u, p in self.rows]
        text = orjson.dumps({"rows": rows}).decode()
        text = {
            "cut-json": text[: len(text) // 2],
            "no-json": "I cannot read this picture.",
            "wrong-types": '{"rows": [{"name": ["x"], "unit": {}, "price": true}]}',
            "empty": "",
            "prose": f"Here is what I see:\n```json\n{text}\n```\nAnything else?",
        }.get(fault, text)
        if fault == "huge":
            text += " " * 200_000
        choice = {
            "message": {"role": "assistant", "content": text},
            "finish_reason": "length" if fault == "cut" else "stop",
        }
        return 200, orjson.dumps({"model": "seeing-1", "choices": [choice]}), fault


@contextmanager
def serving(model: SeeingModel) -> Iterator[ChatModel]:
    """A client of ``model`` over HTTP that does not pause between tries."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, reply, fault = model.answer(body)
            if fault == "slow":
                time.sleep(1.5)
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            return

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up on a huge answer is no news."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    carrier = WireCarrier(f"http://127.0.0.1:{server.server_address[1]}/v1")
    try:
        yield ChatModel(carrier, model="seeing", within_s=5.0, pause=lambda _: None)
    finally:
        carrier.close()
        server.shutdown()
        server.server_close()
        thread.join()
