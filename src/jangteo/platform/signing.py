"""Signs what leaves this installation for others to check: Ed25519 (RFC 8032), one key made at the first need.

The private key lies in the data folder with mode 0600 and is never shown; the public one goes with what was signed.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from jangteo.platform.config import config


def _path() -> Path:
    return config().var_dir / "signing-key.pem"


def _key() -> Ed25519PrivateKey:
    path = _path()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate()
        text = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        except FileExistsError:
            return _key()  # another process was first
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        return made
    loaded = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(loaded, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    return loaded


def sign(data: bytes) -> bytes:
    """64 bytes. The same data and key give the same signature."""
    return _key().sign(data)


def public_pem() -> bytes:
    """The public key as PEM."""
    return _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def is_signed(data: bytes, signature: bytes, pem: bytes) -> bool:
    """Did the owner of this public key sign exactly these bytes? False for a key that cannot be read."""
    try:
        key = load_pem_public_key(pem)
        if not isinstance(key, Ed25519PublicKey):
            return False
        key.verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(pem: bytes) -> str:
    """SHA-256 of a public key's raw bytes in hexadecimal: short enough to compare by eye. "" for what is no key."""
    try:
        key = load_pem_public_key(pem)
    except ValueError:
        return ""
    raw = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(raw).hexdigest()
