"""What sign-in tests share: reading the sandbox's phone, a second factor, an authenticator in software."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

from jangteo.apps.messaging.models import Message

RP_ID = "market.example"
ORIGIN = "https://market.example"


def newest(phone: str) -> Message:
    """The last message to a phone."""
    return Message.objects.filter(to_phone=phone).order_by("-pk")[0]


def code_in(message: Message) -> str:
    """The six digits of a sign-in message."""
    found = re.search(r"(?<!\d)\d{6}(?!\d)", message.body)
    assert found
    return found.group()


def token_in(message: Message) -> str:
    """The token of the link of a message."""
    return message.body.split("/in/link/")[1].split()[0]


@dataclass
class SoftKey:
    """An authenticator in software: ES256, "none" attestation, one credential."""

    verified: bool = True
    sign_count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def _flags(self, more: int = 0) -> bytes:
        return bytes([0x01 | (0x04 if self.verified else 0) | more])

    def _client(self, kind: str, challenge: bytes, origin: str) -> bytes:
        data = {"type": kind, "challenge": bytes_to_base64url(challenge), "origin": origin}
        return json.dumps(data).encode()

    def _answer(self, **response: bytes) -> dict[str, Any]:
        raw = bytes_to_base64url(self.credential_id)
        return {
            "id": raw,
            "rawId": raw,
            "type": "public-key",
            "response": {name: bytes_to_base64url(value) for name, value in response.items()},
            "clientExtensionResults": {},
        }

    def register(
        self, challenge: bytes, *, origin: str = ORIGIN, rp_id: str = RP_ID
    ) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        data = (
            hashlib.sha256(rp_id.encode()).digest()
            + self._flags(0x40)
            + self.sign_count.to_bytes(4)
            + bytes(16)
            + len(self.credential_id).to_bytes(2)
            + self.credential_id
            + cbor2.dumps(cose)
        )
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", challenge, origin)
        return self._answer(clientDataJSON=client, attestationObject=attested)

    def sign(self, challenge: bytes, *, origin: str = ORIGIN, rp_id: str = RP_ID) -> dict[str, Any]:
        self.sign_count += 1
        data = hashlib.sha256(rp_id.encode()).digest() + self._flags() + self.sign_count.to_bytes(4)
        client = self._client("webauthn.get", challenge, origin)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)
