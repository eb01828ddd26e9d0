"""People, what they may do where, how they sign in."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from jangteo.platform.models import TenantModel
from jangteo.platform.permissions import Role


class PersonManager(BaseUserManager["Person"]):
    """Finds people by their phone number."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(phone=username)


class Person(AbstractBaseUser):
    """A person, known by a mobile phone number. Most never have a password."""

    #: E.164, e.g. +821012345678; null after deletion
    phone = models.CharField(max_length=20, unique=True, null=True)
    name = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=5, default="ko")
    is_active = models.BooleanField(default=True)
    #: base32 secret of the second factor of staff; empty until set up
    totp_secret = models.CharField(max_length=64, blank=True)
    #: the last accepted 30-second step: a code works once
    totp_last_step = models.BigIntegerField(default=0)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[PersonManager] = PersonManager()


class RoleGrant(models.Model):
    """One role of a person in one place. A proxy's grant is a delegation: who gave it and until when."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=[(r.value, r.value) for r in Role])
    market = models.ForeignKey(
        "markets.Market", on_delete=models.CASCADE, null=True, related_name="+"
    )
    stall = models.ForeignKey(
        "markets.Stall", on_delete=models.CASCADE, null=True, related_name="+"
    )
    given_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "market", "stall"],
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
                name="grant_once",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["stall_owner", "proxy"]) | Q(stall__isnull=False),
                name="stall_role_has_stall",
            ),
        ]


class SignInCode(models.Model):
    """A one-time code or link, sent by message. Only digests are kept."""

    phone = models.CharField(max_length=20, db_index=True)
    #: empty: only the link works
    code_digest = models.CharField(max_length=64, blank=True)
    link_digest = models.CharField(max_length=64, unique=True)
    #: where to go after signing in (a path on this site)
    next_path = models.CharField(max_length=200, blank=True)
    wrong_tries = models.IntegerField(default=0)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="code_expiry")]


class Device(models.Model):
    """A browser that is signed in: what a person sees as "my devices" and can end."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="devices")
    #: key of the Django session; changes at every sign-in
    session_key = models.CharField(max_length=40, unique=True)
    #: "Android", "Windows": from the browser's own words, no fingerprint
    label = models.CharField(max_length=60, blank=True)
    #: stays signed in for `Config.session_days`
    is_trusted = models.BooleanField(default=False)
    #: signed in with two factors: staff roles work here
    is_strong = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()


class Passkey(models.Model):
    """A WebAuthn credential."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    #: made with finger, face or PIN, so it can count as two factors
    is_verified = models.BooleanField(default=False)
    label = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)


class ApiToken(models.Model):
    """A bearer token with scopes. Only its digest is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=60)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)


class AccessEvent(TenantModel):
    """Who gave, took or recovered whose access in a market. Append-only."""

    append_only = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=30)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()


class Purpose(models.TextChoices):
    """What somebody may say yes or no to. Nothing is ever asked for that an order needs (개인정보 보호법 제22조)."""

    #: past orders order the shelf, words and offers for this person
    PERSONAL = "personal"
    #: pseudonymised data of this person may reach a pilot's vendor, within the pilot's data scope
    VENDORS = "vendors"
    #: advertising messages, 08:00-21:00
    MARKETING = "marketing"
    #: advertising messages at night (정보통신망법 제50조 ③)
    MARKETING_NIGHT = "marketing_night"


class ConsentChange(models.Model):
    """Somebody said yes or no: the ledger of consents. Append-only."""

    append_only = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    #: `Consent.ref` of a guest, nobody's once that row is gone; empty for a person
    guest_ref = models.CharField(max_length=64, blank=True)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    is_given = models.BooleanField()
    #: version of the words that were shown
    wording = models.CharField(max_length=20)
    #: "me", "shop", "erasure", ...
    channel = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "purpose", "-id"], name="consent_person")]


class Consent(models.Model):
    """What somebody's last word on a purpose was; recomputable from `ConsentChange`. No row: never asked."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="consents")
    #: SHA-256 of a guest's browser key; empty for a person
    guest_digest = models.CharField(max_length=64, blank=True)
    #: random; how the ledger names a guest
    ref = models.UUIDField(default=uuid.uuid4)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    is_given = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=models.Q(person__isnull=False),
                name="consent_of_person",
            ),
            models.UniqueConstraint(
                fields=["guest_digest", "purpose"],
                condition=models.Q(person__isnull=True),
                name="consent_of_guest",
            ),
        ]


class Erasure(models.Model):
    """Somebody asked to be deleted. Holds no personal data: it is the proof and the list to replay after a restore."""

    class State(models.TextChoices):
        #: something of hers is still under way, such as an order
        WAITING = "waiting"
        #: everything of ours is done; vendors may still owe a receipt
        DONE = "done"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    #: the law's limit: without delay, at most ten days (시행령 제43조)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    #: [{"went_ko", "went_en", "count"}] and [{"what_ko", ..., "until"}]
    went = models.JSONField(default=list)
    kept = models.JSONField(default=list)
    #: in words for her
    waits_for = models.JSONField(default=list)
    #: what others must still confirm, e.g. "vendor-erasure:12"
    calls = models.JSONField(default=list)
    #: keyed digest of the browser key that was deleted with her, which nobody has any more; see `erasure_log`
    guest_mark = models.CharField(max_length=64, blank=True)
    #: opens the page of this erasure without an account
    receipt_code = models.CharField(max_length=43, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(state="waiting"), name="erasure_once"
            )
        ]
