"""What the office lays down of a vendor's provider: the whole form, cleaned and checked in one place."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from jangteo.apps.decisions.capability import AnyCapability
from jangteo.apps.decisions.setup import BASELINE, BUILT_IN, MODEL
from jangteo.apps.decisions.vendors import known_capability
from jangteo.engines.experiments.assignment import HOLDOUT
from jangteo.platform.errors import InvalidInput
from jangteo.platform.text import ascii_slug, clean_line

_RESERVED = frozenset({BASELINE, BUILT_IN, MODEL, HOLDOUT})
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderDraft:
    """A vendor's service for one capability in one market."""

    name: str
    capability: str
    base_url: str
    #: names of the request fields that may leave
    data_scope: Collection[str]
    name_en: str = ""
    #: made from the name when empty
    slug: str = ""
    #: milliseconds; None: the capability's own
    deadline_ms: int | None = None
    quota_per_minute: int = 600
    #: thousandths of a won for one call
    cost_mkrw: int = 0

    def cleaned(self) -> dict[str, Any]:
        """Model fields. Raises `InvalidInput` naming the field, and `CapabilityUnknown`. The address is not tried."""
        capability = known_capability(self.capability)
        if capability.inside_transaction:
            raise InvalidInput(
                field="capability",
                ko="이 기능은 주문을 처리하는 안쪽에서 정해서 업체가 맡을 수 없어요. 다른 기능을 골라 주세요.",
                en="This capability is decided while an order is written, so no company can do it. Choose another.",
            )
        name = clean_line(self.name, field="name", at_most=80, required=True)
        name_en = clean_line(self.name_en, field="name_en", at_most=80)
        slug = self.slug.strip() or ascii_slug(name_en or name, at_most=40)
        if not _SLUG.fullmatch(slug) or len(slug) > 40 or slug in _RESERVED:
            raise InvalidInput(
                field="slug",
                ko="주소 이름은 영어 소문자, 숫자, 붙임표로 40자까지 적어 주세요.",
                en="Write the short name in small letters, digits and hyphens, at most 40.",
            )
        return {
            "name": name,
            "name_en": name_en,
            "slug": slug,
            "capability": capability.key,
            "base_url": clean_line(self.base_url, field="base_url", at_most=300, required=True),
            "data_scope": cleaned_scope(capability, self.data_scope),
            "deadline_ms": _within(
                self.deadline_ms or max(20, min(capability.deadline_ms, 5000)),
                "deadline_ms",
                20,
                5000,
            ),
            "quota_per_minute": _within(self.quota_per_minute, "quota_per_minute", 1, 1_000_000),
            "cost_mkrw": _within(self.cost_mkrw, "cost_mkrw", 0, 100_000_000),
        }


def cleaned_scope(capability: AnyCapability, names: Collection[str]) -> list[str]:
    """The field names in one order. Raises `InvalidInput` for one the capability does not have, and for none."""
    unknown = set(names) - capability.vendor_fields()
    if unknown or not names:
        raise InvalidInput(
            field="data_scope",
            ko="내보낼 자료를 목록에서 하나 이상 골라 주세요.",
            en="Choose at least one kind of data from the list.",
        )
    return sorted(names)


def _within(value: int, field: str, least: int, most: int) -> int:
    if not least <= value <= most:
        raise InvalidInput(
            field=field,
            ko=f"{least:,}에서 {most:,} 사이로 적어 주세요.",
            en=f"Enter a number from {least:,} to {most:,}.",
        )
    return value
