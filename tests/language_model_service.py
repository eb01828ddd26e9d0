"""The imitated language model on a real port, with everything a network does to an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jangteo.apps.catalog.adapters.imitation import Fault, Imitation


@contextmanager
def serving_model(imitation: Imitation) -> Iterator[str]:
    """Serve ``imitation``; gives the base address, ``http://127.0.0.1:port/v1``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path != "/v1/chat/completions":
                self.send_error(404)
                return
            reply, fault = imitation.reply(dict(self.headers.items()), body)
            if fault is Fault.DOWN:
                # closed without a word
                self.close_connection = True
                return
            if fault is Fault.SLOW:
                self._drip(imitation.seconds)
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            if reply.retry_after:
                self.send_header("Retry-After", reply.retry_after)
            if fault is Fault.REDIRECT:
                self.send_header("Location", "http://169.254.169.254/latest/meta-data")
            self.end_headers()
            self.wfile.write(reply.body)

        def _drip(self, seconds: float) -> None:
            """A byte now and then: never silent, never done."""
            self.close_connection = True
            try:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
                until = time.monotonic() + seconds
                while time.monotonic() < until:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    time.sleep(0.05)
            except OSError:
                return

        def log_message(self, format: str, *args: Any) -> None:
            return

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up on a huge answer is no news."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
