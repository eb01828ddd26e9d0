"""What this app holds about people: the link between a person and the random key in the log, and objections.

The log itself, live and in Parquet, holds only keys; without the link they are nobody's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from jangteo.apps.accounts.digests import guest_digest
from jangteo.apps.decisions.archived import DECISIONS, files_between
from jangteo.apps.decisions.capability import capability_of
from jangteo.apps.decisions.erasures import ask_vendors_to_forget
from jangteo.apps.decisions.models import Decision, Objection, Subject
from jangteo.platform import lake
from jangteo.platform.personal_data import Erased, Held, Section, Whose, register

LINK = Held(
    what_ko="나에 대한 결정",
    what_en="Decisions about you",
    why_ko="무엇을 왜 골랐는지 답하고 거부를 지키려고 무작위 열쇠로만 적어요(제37조의2, 제28조의2).",
    why_en="To answer what was chosen and why, under a random key only (Art. 37-2, 28-2).",
    kept_ko="열쇠와 사람을 잇는 줄은 지울 때까지. 없애면 기록은 누구의 것도 아니게 돼요",
    kept_en="the row that links key and person until you delete it; without it the log is nobody's",
)
OBJECTIONS = Held(
    what_ko="이의와 불만",
    what_en="Objections and complaints",
    why_ko="사람이 다시 보고 답하려고 가지고 있어요(제37조의2).",
    why_en="So that a person can look and answer (Art. 37-2).",
    kept_ko="지울 때까지. 접수하고 답한 날짜만 남아요",
    kept_en="until you delete it; only the dates stay",
)
STAFF = Held(
    what_ko="직원이 한 일",
    what_en="What staff did",
    why_ko="누가 업체와 실험을 바꿨는지 답하려고 계정 번호로만 적어요(안전조치 제29조).",
    why_en="To answer who changed vendors and experiments, by account number only (Art. 29).",
    kept_ko="장부이므로 남아요. 계정을 지우면 누구의 것도 아니게 돼요",
    kept_en="stays as a ledger; after a deletion it names nobody",
)
AT_VENDORS = Held(
    what_ko="업체에 보낸 열쇠",
    what_en="Keys known to vendors",
    why_ko="동의한 손님만, 업체마다 다른 무작위 열쇠로 알려요(동의, 제17조).",
    why_en="With your consent only, under a key of its own for each vendor (consent, Art. 17).",
    kept_ko="업체가 지웠다는 확인을 받을 때까지",
    kept_en="until the vendor confirms the erasure",
)


class DecisionsHolder:
    """See `jangteo.platform.personal_data.Holder`."""

    name = "decisions"
    columns: Mapping[str, Held] = {
        "decisions.Subject.person": LINK,
        "decisions.Subject.guest_digest": LINK,
        "decisions.Subject.key": LINK,
        "decisions.Decision.subject": LINK,
        "decisions.Decision.about": LINK,
        "decisions.Decision.proposal": LINK,
        "decisions.Assignment.unit": LINK,
        "decisions.ExperimentResult.rows": LINK,
        "decisions.Objection.person": OBJECTIONS,
        "decisions.Objection.subject": OBJECTIONS,
        "decisions.Objection.text": OBJECTIONS,
        "decisions.Objection.answer": OBJECTIONS,
        "decisions.Objection.answered_by": OBJECTIONS,
        "decisions.DecisionEvent.by_id": STAFF,
        "decisions.DecisionEvent.data": STAFF,
        "decisions.Provider.added_by": STAFF,
        "decisions.ProviderEvent.by": STAFF,
        "decisions.VendorErasure.vendor_subject": AT_VENDORS,
    }

    def download(self, whose: Whose) -> list[Section]:
        """Every decision about her, live and archived, and her objections."""
        keys = [str(key) for key in _subjects(whose).values_list("key", flat=True)]
        objections = Objection.objects.filter(_objections(whose, keys)).order_by("pk")
        return [
            LINK.section(
                key="decisions",
                rows=[*_live(keys), *_archived(keys)],
            ),
            OBJECTIONS.section(
                key="objections",
                rows=[
                    {
                        "kind": row.kind,
                        "decision": str(row.decision_id),
                        "text": row.text,
                        "asked_at": row.asked_at.isoformat(),
                        "answer_by": row.answer_by.isoformat(),
                        "state": row.state,
                        "answer": row.answer,
                    }
                    for row in objections
                ],
            ),
        ]

    def waits_for(self, whose: Whose) -> list[str]:
        """An objection does not hold a deletion up: whoever goes wants no answer."""
        return []

    def erase(self, whose: Whose, now: datetime) -> list[Erased]:
        """Vendors are asked while the link still says whom they saw; then the link goes, and her own words."""
        subjects = _subjects(whose)
        asked: list[int] = []
        keys = list(subjects.values_list("market_id", "key"))
        for market_id, key in keys:
            asked += ask_vendors_to_forget(market_id, key, now)
        objections = Objection.objects.filter(_objections(whose, [str(key) for _, key in keys]))
        words = objections.exclude(text="", answer="", person=None).update(
            text="", answer="", person=None
        )
        links, _ = subjects.delete()
        return [
            Erased(
                went_ko="결정 기록과 나를 잇는 열쇠",
                went_en="the key between you and the log of decisions",
                count=links,
                calls=tuple(f"vendor-erasure:{one}" for one in dict.fromkeys(asked)),
            ),
            Erased(went_ko="이의와 불만의 글", went_en="words of objections", count=words),
        ]


def _subjects(whose: Whose) -> Any:
    mine = Q(person=None, guest_digest__in=[guest_digest(key) for key in whose.guest_keys if key])
    if whose.person_id:
        mine |= Q(person_id=whose.person_id)
    return Subject.objects.filter(mine)


def _objections(whose: Whose, keys: list[str]) -> Q:
    mine = Q(subject__in=keys)
    return mine | Q(person_id=whose.person_id) if whose.person_id else mine


def _row(found: Mapping[str, Any]) -> dict[str, Any]:
    capability = capability_of(found["capability"])
    return {
        "id": str(found["id"]),
        "at": found["at"].isoformat(),
        "what": capability.name_ko if capability else found["capability"],
        "capability": found["capability"],
        "provider": found["provider"],
        "personal": found["is_personal"],
        "about": found["about"],
        "why": found["reason_ko"],
        "why_en": found["reason_en"],
        "saw": found["saw"],
        "proposal": found["proposal"],
        "done": found["mode"],
    }


_FIELDS = (
    "id",
    "at",
    "capability",
    "provider",
    "is_personal",
    "about",
    "reason_ko",
    "reason_en",
    "saw",
    "proposal",
    "mode",
)


def _live(keys: list[str]) -> list[dict[str, Any]]:
    rows = Decision.objects.filter(subject__in=keys).order_by("-at").values(*_FIELDS)
    return [_row(found) for found in rows.iterator(chunk_size=2000)]


def _archived(keys: list[str]) -> list[dict[str, Any]]:
    files = files_between(
        DECISIONS, datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
    )
    if not files or not keys:
        return []
    marks = ", ".join("?" for _ in keys)
    columns = ", ".join(f'"{name}"' for name in _FIELDS)
    found = lake.read(
        f'select {columns} from rows where subject in ({marks}) order by "at" desc',  # noqa: S608 - constants
        {"rows": files},
        keys,
    )
    return [
        _row(
            {
                **row,
                "at": row["at"].replace(tzinfo=UTC),
                "saw": json.loads(row["saw"]),
                "proposal": json.loads(row["proposal"]),
            }
        )
        for row in found.to_pylist()
    ]


register(DecisionsHolder())
