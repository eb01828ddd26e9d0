"""HTTP/1.1 over kept connections, with one deadline for all of a call.

The usual clients bound each wait, so a server that sends one byte a second is never late. Here every read and write gets
the time that is left of the whole. No redirects, no proxies of the environment, no cookies, no compression.
"""

from __future__ import annotations

import io
import select
import socket
import ssl
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPException, HTTPResponse
from time import monotonic
from typing import Any, cast

from jangteo.apps.decisions.adapters.addresses import Resolver, Target
from jangteo.apps.decisions.errors import VendorAddressRefused
from jangteo.apps.decisions.ports import VendorFailed

ANSWER_LIMIT_BYTES = 64 * 1024
_HEAD_LIMIT_BYTES = 16 * 1024
#: kept open for each vendor in each process
_MOST_IDLE = 4
#: shorter than common servers' own limits, so that a call rarely meets a connection that is being closed
_IDLE_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A vendor's answer as it came. ``kind`` is the media type in small letters."""

    status: int
    kind: str
    body: bytes
    #: the Retry-After header, as it came
    retry_after: str = ""


class Deadline:
    """A moment after which nobody waits any more."""

    def __init__(self, within_s: float) -> None:
        self._at = monotonic() + within_s

    def left(self) -> float:
        """Seconds, above zero. Raises `VendorFailed` ("deadline")."""
        left = self._at - monotonic()
        if left <= 0:
            raise VendorFailed("deadline")
        return left


class _Stream(io.RawIOBase):
    """Bytes from a socket, each read within what is left of the deadline and of the bytes allowed."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.deadline = Deadline(0)
        self.bytes_left = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        self._sock.settimeout(self.deadline.left())
        got = self._sock.recv_into(buffer)
        self.bytes_left -= got
        if self.bytes_left < 0:
            raise VendorFailed("too-large")
        return got


class _Reader(io.BufferedReader):
    """Stays open when `HTTPResponse` is done with it: the connection is kept."""

    def close(self) -> None:
        pass


class _Connection:
    """An open connection and its reader."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.stream = _Stream(sock)
        self.reader = _Reader(self.stream)
        self.used_at = monotonic()

    def makefile(self, mode: str) -> io.BufferedReader:
        """What `HTTPResponse` wants of a socket."""
        return self.reader

    def close(self) -> None:
        self.sock.close()

    def is_fresh(self) -> bool:
        """Neither old nor closed by the other side nor holding bytes nobody asked for."""
        if monotonic() - self.used_at > _IDLE_SECONDS:
            return False
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return not poll.poll(0)

    def send(self, data: bytes, deadline: Deadline) -> None:
        view = memoryview(data)
        while view:
            self.sock.settimeout(deadline.left())
            view = view[self.sock.send(view) :]


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class Wire:
    """Kept connections to vendors. Safe to use from many threads."""

    def __init__(self, resolver: Resolver | None = None) -> None:
        self._resolver = resolver or Resolver()
        self._idle: dict[Target, list[_Connection]] = defaultdict(list)
        self._lock = threading.Lock()

    def send(
        self,
        target: Target,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
        within_s: float,
    ) -> Reply:
        """Send once and read the answer. Raises `VendorFailed`: deadline, unreachable, too-large, nonsense.

        A kept connection that turns out closed before a byte of the answer came is replaced once: every call of the
        contract may be repeated.
        """
        deadline = Deadline(within_s)
        request = _request(target, method, path, headers, body)
        kept = self._take(target)
        if kept is not None:
            try:
                return self._exchange(target, kept, method, request, deadline)
            except VendorFailed as failed:
                if failed.reason != "unreachable":
                    raise
        connection = self._connect(target, deadline)
        return self._exchange(target, connection, method, request, deadline)

    def close(self) -> None:
        """Close what is kept open."""
        with self._lock:
            for connections in self._idle.values():
                for connection in connections:
                    connection.close()
            self._idle.clear()

    def _take(self, target: Target) -> _Connection | None:
        with self._lock:
            connections = self._idle[target]
            while connections:
                connection = connections.pop()
                if connection.is_fresh():
                    return connection
                connection.close()
        return None

    def _keep(self, target: Target, connection: _Connection) -> None:
        connection.used_at = monotonic()
        with self._lock:
            self._drop_old()
            if len(self._idle[target]) < _MOST_IDLE:
                self._idle[target].append(connection)
                return
        connection.close()

    def _drop_old(self) -> None:
        """Those of vendors that are not asked any more."""
        for target, connections in list(self._idle.items()):
            for connection in connections:
                if monotonic() - connection.used_at > _IDLE_SECONDS:
                    connection.close()
            fresh = [c for c in connections if c.sock.fileno() >= 0]
            if fresh:
                self._idle[target] = fresh
            else:
                del self._idle[target]

    def _connect(self, target: Target, deadline: Deadline) -> _Connection:
        try:
            addresses = self._resolver.addresses(target, within_s=deadline.left())
        except VendorAddressRefused:
            # the name points elsewhere than at registration: nothing is sent there
            raise VendorFailed("unreachable") from None
        for left_to_try, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                return self._open(target, address, deadline, left_to_try)
            except OSError:
                deadline.left()
        raise VendorFailed("unreachable")

    def _open(
        self, target: Target, address: str, deadline: Deadline, left_to_try: int
    ) -> _Connection:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(deadline.left() / left_to_try)
            sock.connect((address, target.port))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if target.scheme == "https":
                sock.settimeout(deadline.left())
                sock = _tls().wrap_socket(sock, server_hostname=target.host)
            return _Connection(sock)
        except BaseException:
            sock.close()
            raise

    def _exchange(
        self,
        target: Target,
        connection: _Connection,
        method: str,
        request: bytes,
        deadline: Deadline,
    ) -> Reply:
        may_keep = False
        try:
            connection.stream.deadline = deadline
            connection.stream.bytes_left = ANSWER_LIMIT_BYTES + _HEAD_LIMIT_BYTES
            connection.send(request, deadline)
            # HTTPResponse reads from whatever has makefile
            response = HTTPResponse(cast(Any, connection), method=method)
            response.begin()
            body = _body(response)
            may_keep = not response.will_close and response.isclosed()
            kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
            wait = (response.getheader("Retry-After") or "").strip()
            return Reply(status=response.status, kind=kind, body=body, retry_after=wait)
        except TimeoutError:
            raise VendorFailed("deadline") from None
        except OSError:
            raise VendorFailed("unreachable") from None
        except (HTTPException, ValueError):
            raise VendorFailed("nonsense") from None
        finally:
            if may_keep:
                self._keep(target, connection)
            else:
                connection.close()


def _body(response: HTTPResponse) -> bytes:
    if response.length is not None and response.length > ANSWER_LIMIT_BYTES:
        raise VendorFailed("too-large")
    if response.getheader("Content-Encoding", "identity").lower() != "identity":
        raise VendorFailed("nonsense")
    parts: list[bytes] = []
    size = 0
    while part := response.read(8192):
        parts.append(part)
        size += len(part)
        if size > ANSWER_LIMIT_BYTES:
            raise VendorFailed("too-large")
    return b"".join(parts)


def _request(
    target: Target, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> bytes:
    lines = [
        f"{method} {target.path}{path} HTTP/1.1",
        f"Host: {target.authority}",
        "User-Agent: Jangteo",
        "Accept: application/json",
        "Accept-Encoding: identity",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    if method != "GET":
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
