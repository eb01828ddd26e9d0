"""Which addresses may be called: https at a public address. Everything else could be a door into our own network.

Checked when a provider is registered and again at each connection, on the addresses that are then connected to: a name
that pointed outside yesterday may point inside today (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

from jangteo.apps.decisions.errors import VendorAddressRefused
from jangteo.apps.decisions.ports import VendorFailed

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: a vendor that moves is found again after this
_KEPT_SECONDS = 30.0
#: at registration and in checks nobody waits at a till
RESOLVE_SECONDS = 5.0

Lookup = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A vendor's address, taken apart. ``path`` has no slash at its end."""

    scheme: str
    host: str
    port: int
    path: str
    #: machines of this host itself may be called: the sandbox only
    may_be_local: bool

    @property
    def authority(self) -> str:
        """As in the Host header."""
        usual = {"https": 443, "http": 80}[self.scheme]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == usual else f"{host}:{self.port}"


def target_of(base_url: str, *, may_be_local: bool) -> Target:
    """Take an address apart. Raises `VendorAddressRefused`; no network is touched."""
    try:
        parts = urlsplit(base_url.strip())
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii") if parts.hostname else ""
    except (ValueError, UnicodeError):
        raise _refused("주소를 읽을 수 없어요", "it cannot be read") from None
    if any(sign in base_url.strip() for sign in "\r\n\t \\") or not parts.path.isascii():
        raise _refused(
            "주소에 쓸 수 없는 글자가 있어요", "it holds characters an address cannot have"
        )
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not may_be_local):
        raise _refused("https가 아니에요", "it is not https")
    if not host or port == 0:
        raise _refused("서버 이름이 없어요", "it names no server")
    if parts.username is not None or parts.password is not None:
        raise _refused(
            "주소에 아이디나 비밀번호가 들어 있어요", "it holds a user name or a password"
        )
    if parts.query or parts.fragment:
        raise _refused("주소에 ?나 #이 들어 있어요", "it holds a ? or a #")
    return Target(
        scheme=parts.scheme,
        host=host,
        port=port or {"https": 443, "http": 80}[parts.scheme],
        path=parts.path.rstrip("/"),
        may_be_local=may_be_local,
    )


def is_public(text: str) -> bool:
    """Can the whole internet reach this IP address? An IPv4 address inside an IPv6 one counts as itself."""
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def check_addresses(target: Target, addresses: Sequence[str]) -> None:
    """Raise `VendorAddressRefused` unless every one may be called."""
    if not addresses:
        raise _refused("그런 이름의 서버가 없어요", "no server has this name")
    for text in addresses:
        local = _is_loopback(text)
        if target.scheme == "http" and not local:
            raise _refused("https가 아니에요", "it is not https")
        if not is_public(text) and not (local and target.may_be_local):
            raise _refused("안쪽 네트워크의 주소예요", "it is an address inside a private network")


def _is_loopback(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


def _refused(ko: str, en: str) -> VendorAddressRefused:
    return VendorAddressRefused(reason_ko=ko, reason_en=en)


def system_lookup(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the operating system knows them; empty when it knows none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(slots=True)
class _Asked:
    """One question to the name service, shared by everybody who waits for it."""

    is_answered: threading.Event
    addresses: Sequence[str]
    at: float


class Resolver:
    """Looks names up without ever waiting longer than told; one thread for each name that is being looked up."""

    def __init__(self, lookup: Lookup = system_lookup) -> None:
        self._lookup = lookup
        self._asked: dict[tuple[str, int], _Asked] = {}
        self._lock = threading.Lock()

    def addresses(self, target: Target, *, within_s: float) -> Sequence[str]:
        """The addresses, checked. Raises `VendorFailed` ("deadline") and `VendorAddressRefused`."""
        found = self.look_up(target, within_s=within_s)
        check_addresses(target, found)
        return found

    def look_up(self, target: Target, *, within_s: float) -> Sequence[str]:
        """The addresses as they come, empty for an unknown name. Raises `VendorFailed` ("deadline")."""
        key = (target.host, target.port)
        with self._lock:
            asked = self._asked.get(key)
            if asked is None or self._is_old(asked):
                asked = _Asked(is_answered=threading.Event(), addresses=(), at=monotonic())
                self._asked[key] = asked
                threading.Thread(
                    target=self._ask, args=(key, asked), name="vendor-dns", daemon=True
                ).start()
        if not asked.is_answered.wait(max(within_s, 0)):
            raise VendorFailed("deadline")
        return asked.addresses

    def _is_old(self, asked: _Asked) -> bool:
        """A question without an answer is never asked a second time beside itself."""
        if not asked.is_answered.is_set():
            return False
        return not asked.addresses or monotonic() - asked.at > _KEPT_SECONDS

    def _ask(self, key: tuple[str, int], asked: _Asked) -> None:
        try:
            asked.addresses = tuple(self._lookup(*key))
        finally:
            asked.at = monotonic()
            asked.is_answered.set()


def check_url(base_url: str, *, may_be_local: bool, resolver: Resolver | None = None) -> Target:
    """At registration: the address in parts, after looking its name up. Raises `VendorAddressRefused`."""
    target = target_of(base_url, may_be_local=may_be_local)
    try:
        (resolver or Resolver()).addresses(target, within_s=RESOLVE_SECONDS)
    except VendorFailed:
        raise _refused(
            "그런 이름의 서버를 찾지 못했어요", "its name could not be looked up"
        ) from None
    return target
