"""What `jangteo market` does, once Django is up."""

from __future__ import annotations

from pathlib import Path

from jangteo.apps.markets.actions.load_register import load_register
from jangteo.apps.markets.actions.open_market import open_market
from jangteo.apps.markets.models import Market, RegisterEntry
from jangteo.apps.markets.queries import find_register_entries, market_list
from jangteo.platform.clock import utc_now
from jangteo.platform.config import config
from jangteo.platform.josa import josa
from jangteo.platform.permissions import Actor
from jangteo.platform.say import say


def list_entries(text: str, limit: int) -> list[str]:
    """Register entries as lines: code, name, days, address, and the web address where one is at work."""
    if not RegisterEntry.objects.exists():
        load_register(actor=Actor.system(), now=utc_now())
    entries = find_register_entries(text, limit)
    at_work = dict(
        Market.objects.filter(register_code__in=[e.code for e in entries]).values_list(
            "register_code", "slug"
        )
    )
    return [_line(entry, at_work.get(entry.code, "")) for entry in entries]


def _line(entry: RegisterEntry, slug: str) -> str:
    cells = [entry.code, entry.name, entry.opening_cycle, entry.road_address or entry.lot_address]
    return "\t".join([*cells, f"/m/{slug}"] if slug else cells)


def list_markets() -> list[str]:
    """Markets at work as lines: web address, name, register code, address."""
    return [
        "\t".join((f"/m/{m.slug}", m.name, m.register_code or "-", m.address))
        for m in market_list()
    ]


def open_one(code: str, slug: str) -> str:
    """Open a market; loads the register first when it is empty."""
    if not RegisterEntry.objects.exists():
        load_register(actor=Actor.system(), now=utc_now())
    opened = open_market(actor=Actor.system(), code=code, slug=slug, now=utc_now())
    address = f"{config().effective_public_url()}/m/{opened.slug}"
    if opened.is_new:
        return say(
            f"{opened.name}{josa(opened.name, '을/를')} 열었어요: {address}",
            f"Opened {opened.name}: {address}",
        )
    return say(
        f"{opened.name}{josa(opened.name, '은/는')} 이미 열려 있어요: {address}",
        f"{opened.name} is open already: {address}",
    )


def load_all(path: Path | None) -> list[str]:
    """Load the register and say what came in."""
    done = load_register(actor=Actor.system(), path=path, now=utc_now())
    first = say(
        f"{done.source}: 시장 {done.total:,}곳(좌표 {done.located:,}, 시장코드 {done.coded:,}), "
        f"새로 {done.added:,}, 빠짐 {done.removed:,}",
        f"{done.source}: {done.total:,} markets ({done.located:,} with coordinates, "
        f"{done.coded:,} with a register code), {done.added:,} new, {done.removed:,} gone",
    )
    return [first, *(f"  {note.line}: {note.name}: {note.problem}" for note in done.notes)]
