"""https as vendors use it: the certificate is checked against the name, the connection goes to the checked address."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from examples.vendor.vendor import Vendor, VendorServer
from jangteo.apps.decisions.adapters import wire as wire_module
from jangteo.apps.decisions.adapters.addresses import Resolver, target_of
from jangteo.apps.decisions.adapters.wire import Wire
from jangteo.apps.decisions.ports import VendorFailed
from tests.machine import timed


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A self-signed certificate for a name, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The example vendor behind TLS as ``vendor.example``: its port and its certificate."""
    certificate, private = _certificate(tmp_path, "vendor.example")
    server = VendorServer(0, Vendor(secret="s"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield int(server.server_address[1]), certificate
    server.stop()
    thread.join()


def _trust(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(wire_module, "_tls", lambda: context)


def _health(wire: Wire, host: str, port: int, within_s: float = 2.0) -> int:
    target = target_of(f"https://{host}:{port}", may_be_local=True)
    reply = wire.send(target, "GET", "/v1/health", headers={}, body=b"", within_s=within_s)
    return reply.status


def test_a_trusted_certificate_of_the_right_name_is_called_and_kept(
    secure: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, certificate = secure
    _trust(monkeypatch, certificate)
    with closing(Wire(Resolver(lambda host, p: ["127.0.0.1"]))) as wire:
        assert [_health(wire, "vendor.example", port) for _ in range(5)] == [200] * 5
        assert sum(len(kept) for kept in wire._idle.values()) == 1


def test_a_certificate_of_another_name_is_refused(
    secure: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, certificate = secure
    _trust(monkeypatch, certificate)
    with (
        closing(Wire(Resolver(lambda host, p: ["127.0.0.1"]))) as wire,
        pytest.raises(VendorFailed, match="unreachable"),
    ):
        _health(wire, "other.example", port)


def test_a_certificate_nobody_trusts_is_refused(secure: tuple[int, Path]) -> None:
    port, _ = secure
    with (
        closing(Wire(Resolver(lambda host, p: ["127.0.0.1"]))) as wire,
        pytest.raises(VendorFailed, match="unreachable"),
    ):
        _health(wire, "vendor.example", port)


def test_a_handshake_that_hangs_ends_at_the_deadline() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        closing(Wire(Resolver(lambda host, p: ["127.0.0.1"]))) as wire,
    ):
        with timed() as took, pytest.raises(VendorFailed, match="deadline"):
            _health(wire, "vendor.example", silent.getsockname()[1], within_s=0.2)
        assert took.within(0.2, 0.1), took


def test_the_second_address_is_tried_when_the_first_refuses(
    secure: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, certificate = secure
    _trust(monkeypatch, certificate)
    with closing(Wire(Resolver(lambda host, p: ["127.0.0.9", "127.0.0.1"]))) as wire:
        assert _health(wire, "vendor.example", port) == 200
