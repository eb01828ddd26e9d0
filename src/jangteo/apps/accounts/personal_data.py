"""What this app holds about people: account, ways in, roles, consents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Q

from jangteo.apps.accounts.digests import digest, guest_digest
from jangteo.apps.accounts.models import (
    AccessEvent,
    ApiToken,
    Consent,
    ConsentChange,
    Device,
    Passkey,
    Person,
    RoleGrant,
    SignInCode,
)
from jangteo.apps.accounts.people import write_down
from jangteo.platform.models import RateCount
from jangteo.platform.personal_data import Erased, Held, Section, Whose, register

#: where the sign-in pages keep the number between asking for a code and typing it
SESSION_PHONE = "sign_in_phone"

ACCOUNT = Held(
    what_ko="계정",
    what_en="Account",
    why_ko="들어오고 주문하게 하려고 가지고 있어요(계약 이행, 개인정보 보호법 제15조 ① 4호).",
    why_en="To sign you in and take your orders (performance of a contract, PIPA Art. 15 (1) 4).",
    kept_ko="지울 때까지",
    kept_en="until you delete it",
)
WAYS_IN = Held(
    what_ko="들어오는 길과 기기",
    what_en="Ways in and devices",
    why_ko="본인만 들어오게 하려고 가지고 있어요(계약 이행, 안전조치 제29조).",
    why_en="So that only you get in (performance of a contract, safeguards of Art. 29).",
    kept_ko="번호는 하루, 나머지는 지울 때까지",
    kept_en="codes for a day, the rest until you delete it",
)
ROLES = Held(
    what_ko="역할",
    what_en="Roles",
    why_ko="가게와 상인회 일을 맡은 분을 알아보려고 가지고 있어요(계약 이행).",
    why_en="To know who works for a stall or an office (performance of a contract).",
    kept_ko="거둔 뒤에도 번호만 남은 빈 자리로 기록",
    kept_en="who had access stays as a record that names an empty account number",
)
CONSENTS = Held(
    what_ko="동의",
    what_en="Consents",
    why_ko="무엇을 허락했는지 지키고 증명하려고 가지고 있어요(제22조 ③의 증명 책임).",
    why_en="To keep to what you allowed and to prove it (burden of proof, Art. 22 (3)).",
    kept_ko="기록은 남지만 계정을 지우면 누구의 것도 아니게 돼요",
    kept_en="the record stays, and is nobody's once the account is gone",
)
COUNTERS = Held(
    what_ko="횟수 세기",
    what_en="Counters",
    why_ko="번호와 주문을 마구 시도하지 못하게 하루 동안 세요(안전조치 제29조).",
    why_en="To stop guessing and flooding, counted for a day (safeguards of Art. 29).",
    kept_ko="하루",
    kept_en="one day",
)


def _columns(held: Held, model: str, *fields: str) -> dict[str, Held]:
    return {f"{model}.{field}": held for field in fields}


class AccountsHolder:
    """See `jangteo.platform.personal_data.Holder`."""

    name = "accounts"
    columns: Mapping[str, Held] = {
        **_columns(ACCOUNT, "accounts.Person", "phone", "name", "language", "password"),
        **_columns(WAYS_IN, "accounts.Person", "totp_secret"),
        **_columns(WAYS_IN, "accounts.SignInCode", "phone", "code_digest", "link_digest"),
        **_columns(WAYS_IN, "accounts.SignInCode", "next_path"),
        **_columns(WAYS_IN, "accounts.Device", "person", "session_key", "label"),
        **_columns(WAYS_IN, "accounts.Passkey", "person", "credential_id", "public_key", "label"),
        **_columns(WAYS_IN, "accounts.ApiToken", "person", "digest", "label", "scopes"),
        **_columns(WAYS_IN, "sessions.Session", "session_key", "session_data"),
        **_columns(ROLES, "accounts.RoleGrant", "person", "given_by"),
        **_columns(ROLES, "accounts.AccessEvent", "person", "by", "detail"),
        **_columns(CONSENTS, "accounts.Consent", "person", "guest_digest", "ref"),
        **_columns(CONSENTS, "accounts.ConsentChange", "person", "guest_ref"),
        **_columns(ACCOUNT, "accounts.Erasure", "person", "receipt_code"),
        **_columns(COUNTERS, "platform.RateCount", "key"),
    }

    def download(self, whose: Whose) -> list[Section]:
        """Account, devices, roles, consents."""
        return [
            *self._account(whose),
            Section(
                key="consents",
                title_ko="동의",
                title_en="Consents",
                why_ko=CONSENTS.why_ko,
                why_en=CONSENTS.why_en,
                rows=[
                    {
                        "purpose": row.purpose,
                        "yes": row.is_given,
                        "where": row.channel,
                        "wording": row.wording,
                        "at": row.at.isoformat(),
                    }
                    for row in ConsentChange.objects.filter(_said_by(whose)).order_by("pk")
                ],
            ),
        ]

    def _account(self, whose: Whose) -> list[Section]:
        person = Person.objects.filter(pk=whose.person_id).first()
        if person is None:
            return []
        account: dict[str, Any] = {
            "phone": person.phone,
            "name": person.name,
            "language": person.language,
            "joined_at": person.joined_at.isoformat(),
            "last_sign_in": person.last_login.isoformat() if person.last_login else None,
            "password_set": person.has_usable_password(),
            "authenticator_app": bool(person.totp_secret),
        }
        ways: list[dict[str, Any]] = [
            *(
                {
                    "kind": "device",
                    "label": row.label,
                    "since": row.created_at.isoformat(),
                    "last_used": row.last_seen_at.isoformat(),
                }
                for row in Device.objects.filter(person=person).order_by("pk")
            ),
            *(
                {
                    "kind": "passkey",
                    "label": row.label,
                    "since": row.created_at.isoformat(),
                    "last_used": row.last_used_at.isoformat() if row.last_used_at else None,
                }
                for row in Passkey.objects.filter(person=person).order_by("pk")
            ),
            *(
                {
                    "kind": "api_token",
                    "label": row.label,
                    "since": row.created_at.isoformat(),
                    "last_used": row.last_used_at.isoformat() if row.last_used_at else None,
                }
                for row in ApiToken.objects.filter(person=person).order_by("pk")
            ),
        ]
        roles = RoleGrant.objects.filter(person=person).select_related("market", "stall")
        return [
            ACCOUNT.section(key="account", rows=[account]),
            WAYS_IN.section(key="ways_in", rows=ways),
            ROLES.section(
                key="roles",
                rows=[
                    {
                        "role": row.role,
                        "market": row.market.name if row.market else None,
                        "stall": row.stall.name if row.stall else None,
                        "given_at": row.given_at.isoformat(),
                        "until": row.until.isoformat() if row.until else None,
                        "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
                    }
                    for row in roles.order_by("pk")
                ],
            ),
            ROLES.section(
                key="access_record",
                rows=[
                    {"kind": row.kind, "at": row.at.isoformat()}
                    for row in AccessEvent.objects.filter(person=person).order_by("pk")
                ],
            ),
        ]

    def waits_for(self, whose: Whose) -> list[str]:
        """Nothing here is ever under way."""
        return []

    def erase(self, whose: Whose, now: datetime) -> list[Erased]:
        """End everything she signs in with and leave an empty, closed row behind, which ledgers point at."""
        counted = forget_counts(whose)
        guests = [guest_digest(key) for key in whose.guest_keys]
        consents, _ = Consent.objects.filter(person=None, guest_digest__in=guests).delete()
        person = Person.objects.select_for_update().filter(pk=whose.person_id).first()
        if person is None:
            return [_went("동의와 횟수 기록", "consents and counters", consents + counted)]
        ways = _end_ways_in(whose, person)
        consents += Consent.objects.filter(person=person).delete()[0]
        roles = _revoke_roles(person, now)
        had = int(person.phone is not None)
        person.phone = None
        person.name = ""
        person.language = "ko"
        person.is_active = False
        person.totp_secret = ""
        person.totp_last_step = 0
        person.last_login = None
        person.set_unusable_password()
        person.save()
        return [
            _went("계정(전화번호, 이름, 비밀번호)", "account (number, name, password)", had),
            _went("들어와 있던 기기, 패스키, 열쇠", "devices, passkeys, tokens", ways),
            _went("역할", "roles", roles),
            _went("동의와 횟수 기록", "consents and counters", consents + counted),
        ]


def _went(ko: str, en: str, count: int) -> Erased:
    return Erased(went_ko=ko, went_en=en, count=count)


def _said_by(whose: Whose) -> Q:
    guests = [guest_digest(key) for key in whose.guest_keys]
    refs = Consent.objects.filter(person=None, guest_digest__in=guests).values_list(
        "ref", flat=True
    )
    said = Q(person=None, guest_ref__in=[ref.hex for ref in refs])
    return said | Q(person_id=whose.person_id) if whose.person_id else said


def _end_ways_in(whose: Whose, person: Person) -> int:
    devices = Device.objects.filter(person=person)
    keys = set(devices.values_list("session_key", flat=True))
    # sessions have no column for whose they are; those of devices are known, the few others are looked into
    others = Session.objects.exclude(session_key__in=Device.objects.values("session_key"))
    for session in others.iterator(chunk_size=500):
        said = session.get_decoded()
        mine = said.get(SESSION_KEY) == str(person.pk)
        if mine or (whose.phone and said.get(SESSION_PHONE) == whose.phone):
            keys.add(session.session_key)
    count = Session.objects.filter(session_key__in=keys).delete()[0] + devices.delete()[0]
    count += Passkey.objects.filter(person=person).delete()[0]
    count += ApiToken.objects.filter(person=person).delete()[0]
    if whose.phone:
        count += SignInCode.objects.filter(phone=whose.phone).delete()[0]
    return count


def _revoke_roles(person: Person, now: datetime) -> int:
    grants = RoleGrant.objects.filter(person=person, revoked_at=None)
    for grant in grants.exclude(market=None):
        write_down(
            market_id=grant.market_id or 0,
            person_id=person.pk,
            by=person.pk,
            kind="role_revoked",
            now=now,
            role=grant.role,
            stall_id=grant.stall_id,
        )
    return grants.update(revoked_at=now)


def forget_counts(whose: Whose) -> int:
    """Delete the counters of rate limits that are hers."""
    keys = Q(pk=None)
    if whose.phone:
        keys |= Q(key__contains=digest("rate", whose.phone)[:24])
    if whose.person_id:
        keys |= Q(key__endswith=f":p{whose.person_id}")
    for guest_key in whose.guest_keys:
        keys |= Q(key__endswith=f":g{guest_key}") | Q(key__contains=digest("rate", guest_key)[:24])
    return RateCount.objects.filter(keys).delete()[0]


register(AccountsHolder())
