"""The office says which category of another shop our categories are: its tree is closed, so only people can tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from jangteo.apps.catalog.models import CatalogSettings, Category
from jangteo.apps.catalog.publishing.smartstore import CHANNEL
from jangteo.engines.matching.lexicon import lexicon
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action

CHANNELS = frozenset({CHANNEL})
_NUMBER = re.compile(r"[0-9]{1,12}")


@action("catalog.set_channel_categories", allow={Role.OFFICE}, within="market")
def set_channel_categories(
    *,
    actor: Actor,
    market_id: int,
    channel: str,
    numbers: Mapping[str, str],
    now: datetime,
) -> dict[str, str]:
    """Set the numbers of some of our slugs (leaf or shelf); an empty one goes. Returns all. Raises `InvalidInput`."""
    if channel not in CHANNELS:
        raise InvalidInput(field="channel", ko="모르는 판매처예요.", en="There is no such channel.")
    known = lexicon().categories.keys() | set(Category.objects.values_list("slug", flat=True))
    told: dict[str, str] = {}
    for slug, number in numbers.items():
        text = number.strip()
        if slug not in known:
            raise InvalidInput(
                field=slug, ko="그런 분류가 없어요.", en="There is no such category."
            )
        if text and not _NUMBER.fullmatch(text):
            raise InvalidInput(
                field=slug, ko="카테고리 번호는 숫자예요.", en="A category number is digits only."
            )
        told[slug] = text
    settings, _ = CatalogSettings.objects.select_for_update().get_or_create(
        market_id=market_id, defaults={"updated_at": now}
    )
    before: dict[str, str] = settings.channel_categories.get(channel, {})
    kept = {slug: text for slug, text in {**before, **told}.items() if text}
    settings.channel_categories = {**settings.channel_categories, channel: kept}
    settings.updated_at = now
    settings.save(update_fields=["channel_categories", "updated_at"])
    return kept
