"""The WebAuthn ceremony, over the `webauthn` package. No state: the channel keeps the challenge in the session.

``rp_id`` is the host without its port, ``origin`` scheme, host and port as the browser names them. Method: W3C Web
Authentication Level 3, sections 7.1 and 7.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from jangteo.apps.accounts.digests import digest
from jangteo.apps.accounts.errors import PasskeyRefused
from jangteo.apps.accounts.models import Passkey, Person
from jangteo.apps.accounts.phones import masked_phone

NAME = "장터"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ceremony:
    """What the browser needs, as JSON, and the challenge to remember."""

    options_json: str
    challenge: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class NewKey:
    """A credential that was just proven."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    user_verified: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """A sign-in that was just proven; ``user_verified``: finger, face or PIN, so two factors."""

    sign_count: int
    user_verified: bool


def registration(person: Person, *, rp_id: str) -> Ceremony:
    """Options to add a passkey; the ones a person has are left out by the browser."""
    options = generate_registration_options(
        rp_id=rp_id,
        rp_name=NAME,
        user_id=bytes.fromhex(digest("passkey-user", str(person.pk))),
        user_name=person.name or masked_phone(person.phone),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=bytes(key.credential_id))
            for key in Passkey.objects.filter(person=person)
        ],
    )
    return Ceremony(options_json=options_to_json(options), challenge=options.challenge)


def authentication(*, rp_id: str) -> Ceremony:
    """Options to sign in; the browser offers the passkeys it has for this host."""
    options = generate_authentication_options(
        rp_id=rp_id, user_verification=UserVerificationRequirement.PREFERRED
    )
    return Ceremony(options_json=options_to_json(options), challenge=options.challenge)


def check_registration(
    credential: Mapping[str, Any], *, challenge: bytes, rp_id: str, origin: str
) -> NewKey:
    """Verify the browser's answer. Raises `PasskeyRefused`."""
    try:
        verified = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as problem:
        raise PasskeyRefused from problem
    return NewKey(
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        user_verified=verified.user_verified,
    )


def credential_id_of(credential: Mapping[str, Any]) -> bytes:
    """The raw id the browser names. Raises `PasskeyRefused`."""
    try:
        return base64url_to_bytes(credential["rawId"])
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise PasskeyRefused from problem


def check_authentication(
    credential: Mapping[str, Any], key: Passkey, *, challenge: bytes, rp_id: str, origin: str
) -> Proof:
    """Verify the browser's answer against a kept key, counter included. Raises `PasskeyRefused`."""
    try:
        verified = verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as problem:
        raise PasskeyRefused from problem
    return Proof(sign_count=verified.new_sign_count, user_verified=verified.user_verified)
