"""Where personal data lives: every app that keeps some registers a holder here, so that a download is whole and an
erasure reaches everything.

A holder is found by its app: ``personal_data.py`` in the app's folder, imported by `holders`. It works inside the
transaction of the action that calls it and under `every_market`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, runtime_checkable

from django.apps import apps as django_apps


@dataclass(frozen=True, kw_only=True, slots=True)
class Whose:
    """The person a holder is asked about, with what her rows may be known by."""

    person_id: int
    #: E.164; empty when already gone
    phone: str
    #: random keys of the browsers she used without signing in, as far as they are known
    guest_keys: frozenset[str] = frozenset()
    name: str = ""
    #: stalls she owns alone: their face is hers
    stall_ids: frozenset[int] = frozenset()

    def scrub(self, text: str) -> str:
        """A text that others wrote, without her name and her number in any usual spelling."""
        for spelling in sorted(self.spellings(), key=len, reverse=True):
            text = text.replace(spelling, "○○○")
        return text

    def spellings(self) -> frozenset[str]:
        """Her name and the ways her number is written: ``+8210...``, ``010-1234-5678``, ``01012345678`` and so on."""
        found = {self.name} if len(self.name) > 1 else set()
        if self.phone.startswith("+82"):
            local = "0" + self.phone[3:]
            middle = local[3:-4]
            found |= {self.phone, self.phone[1:], local}
            found |= {f"{local[:3]}{gap}{middle}{gap}{local[-4:]}" for gap in "- ."}
            found |= {f"+82{gap}{local[1:3]}{gap}{middle}{gap}{local[-4:]}" for gap in "- "}
        return frozenset(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One part of a download: what it is, why it is kept, and its rows as plain JSON values."""

    key: str
    title_ko: str
    title_en: str
    #: purpose and legal basis in one sentence
    why_ko: str
    why_en: str
    rows: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Why something is held, on what ground, and for how long; printed into docs/privacy.md."""

    what_ko: str
    what_en: str
    #: purpose and legal basis in one sentence
    why_ko: str
    why_en: str
    kept_ko: str
    kept_en: str

    def section(self, *, key: str, rows: Sequence[Mapping[str, Any]]) -> Section:
        """The part of a download that shows these rows, under this title and with this reason."""
        return Section(
            key=key,
            title_ko=self.what_ko,
            title_en=self.what_en,
            why_ko=self.why_ko,
            why_en=self.why_en,
            rows=rows,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What a law keeps after an erasure, apart from the live data, and until when (Korean calendar day)."""

    what_ko: str
    what_en: str
    law_ko: str
    law_en: str
    until: date
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """What a holder did: how many rows went or lost their personal part, and what is kept."""

    went_ko: str
    went_en: str
    count: int
    kept: tuple[Kept, ...] = ()
    #: what others must still confirm: "vendor-erasure:12"
    calls: tuple[str, ...] = ()


class Holder(Protocol):
    """One app's personal data."""

    #: "accounts", "orders", ...
    name: str
    #: ``app_label.Model.field`` of every column that can hold personal data: a test compares it with the models
    columns: Mapping[str, Held]

    def download(self, whose: Whose) -> list[Section]:
        """All that is held about her."""
        ...

    def waits_for(self, whose: Whose) -> list[str]:
        """Why an erasure must wait, in words for her (both languages joined by " / "); empty when it need not."""
        ...

    def erase(self, whose: Whose, now: datetime) -> list[Erased]:
        """Remove it. Doing it again does nothing more."""
        ...


@runtime_checkable
class KnowsGuests(Protocol):
    """A holder that keeps browser keys as they are."""

    def guest_keys(self) -> set[str]:
        """All of them: to find a forgotten one again after an older backup came back."""
        ...


@dataclass
class _Registry:
    holders: dict[str, Holder] = field(default_factory=dict)


_registry = _Registry()


def register(holder: Holder) -> Holder:
    """Make a holder known; called once, at import of the app's ``personal_data.py``."""
    _registry.holders[holder.name] = holder
    return holder


def holders() -> list[Holder]:
    """Every app's holder, in the order of the installed apps."""
    configs = list(django_apps.get_app_configs())
    for config in configs:
        if config.name.startswith("jangteo.apps.") and find_spec(f"{config.name}.personal_data"):
            import_module(f"{config.name}.personal_data")
    # whichever module happened to be imported first
    order = {config.label: place for place, config in enumerate(configs)}
    return sorted(_registry.holders.values(), key=lambda holder: order.get(holder.name, len(order)))


def privacy_table() -> str:
    """What is held, why, and for how long, as a Markdown table made from the holders; stands in docs/privacy.md."""
    lines = ["| what | why, and on what ground | how long | columns |", "|---|---|---|---|"]
    for holder in holders():
        groups: dict[Held, list[str]] = {}
        for column, held in holder.columns.items():
            groups.setdefault(held, []).append(column.partition(".")[2])
        for held, columns in groups.items():
            named = ", ".join(f"`{column}`" for column in columns)
            lines.append(
                f"| {held.what_en} ({holder.name}) | {held.why_en} | {held.kept_en} | {named} |"
            )
    return "\n".join(lines) + "\n"
