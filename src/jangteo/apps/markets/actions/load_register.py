"""Bring the national register into the database."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from jangteo.apps.markets.models import RegisterEntry
from jangteo.apps.markets.register import (
    RegisterNote,
    RegisterRow,
    default_register,
    read_register,
)
from jangteo.platform.permissions import Actor, action


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedRegister:
    """What the load did."""

    source: str
    total: int
    added: int
    removed: int
    located: int
    coded: int
    notes: tuple[RegisterNote, ...]


@action("markets.load_register", allow=set(), within="anywhere")
def load_register(*, actor: Actor, path: Path | None = None, now: datetime) -> LoadedRegister:
    """Replace the register by the file's. Without ``path`` the data folder's, else the invented sample.

    Working markets keep their data. Raises `RegisterUnreadable`.
    """
    reading = read_register(path or default_register())
    before = set(RegisterEntry.objects.values_list("code", flat=True))
    codes = {row.code for row in reading.rows}
    RegisterEntry.objects.filter(code__in=before - codes).delete()
    fields = [name for name in RegisterRow.__slots__ if name != "code"]
    RegisterEntry.objects.bulk_create(
        (RegisterEntry(**_plain(row)) for row in reading.rows),
        batch_size=500,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=fields,
    )
    return LoadedRegister(
        source=reading.source,
        total=len(reading.rows),
        added=len(codes - before),
        removed=len(before - codes),
        located=reading.located,
        coded=reading.coded,
        notes=reading.notes,
    )


def _plain(row: RegisterRow) -> dict[str, object]:
    lists = {name: list(getattr(row, name)) for name in ("fair_days", "goods", "vouchers")}
    return asdict(row) | lists
