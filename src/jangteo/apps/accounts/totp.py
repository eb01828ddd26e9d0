"""The second factor: time-based one-time passwords (RFC 6238: SHA-1, six digits, 30 seconds)."""

from __future__ import annotations

from datetime import datetime

import pyotp
import segno
from django.utils.crypto import constant_time_compare

from jangteo.apps.accounts.records import TotpOffer

ISSUER = "Jangteo"
STEP_SECONDS = 30
#: a phone's clock may be this many steps off
DRIFT_STEPS = 1


def new_offer(account: str) -> TotpOffer:
    """A fresh secret, its address for an authenticator app, and that as a QR picture."""
    secret = pyotp.random_base32()
    uri = pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)
    return TotpOffer(secret=secret, uri=uri, qr=offer_qr(uri))


def offer_again(secret: str, account: str) -> TotpOffer:
    """The same offer for a secret that waits to be confirmed."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)
    return TotpOffer(secret=secret, uri=uri, qr=offer_qr(uri))


def offer_qr(uri: str) -> str:
    """A QR code as a ``data:`` address of an SVG; dark on light also at night, as scanners need it."""
    return str(segno.make(uri, error="m").svg_data_uri(scale=6, border=3, light="#fff"))


def accepted_step(secret: str, code: str, *, last_step: int, now: datetime) -> int | None:
    """The 30-second step whose code was typed, if it is later than ``last_step``; else None."""
    digits = "".join(c for c in code if c.isdigit())
    present = int(now.timestamp()) // STEP_SECONDS
    otp = pyotp.TOTP(secret)
    found = None
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if constant_time_compare(otp.generate_otp(step), digits) and step > last_step:
            found = step
    return found
