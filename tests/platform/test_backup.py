"""One file holds everything, comes back byte for byte, and a damaged one is refused whole."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import MappingProxyType
from zlib import crc32

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import DatabaseError

from jangteo.apps.accounts.models import AccessEvent, Person
from jangteo.apps.markets.models import Market, Stall
from jangteo.apps.orders.models import DayCounter
from jangteo.apps.payments.models import LedgerAccount, LedgerEntry, LedgerTransaction
from jangteo.platform import lake
from jangteo.platform.backup import format as form
from jangteo.platform.backup import read, tables, write
from jangteo.platform.cli import main
from jangteo.platform.guards import ledger_models
from jangteo.platform.models import OutboxEvent
from jangteo.platform.tenancy import every_market

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 5, 12, 1, 30, tzinfo=UTC)
LAKE = {
    "decisions/2025-04.parquet": b"PAR1" + bytes(range(256)) * 7 + b"PAR1",
    "indicators/5d1e.zip": b"PK" + bytes(range(250)) * 3,
    # being written by somebody else just now: belongs to nobody yet
    "decisions/2025-05.parquet.part": b"half",
    "decisions/2025-05.parquet.csv": b"half",
    "indicators/.77-1.rows": b"half",
}
AWKWARD = "탭\t줄\n역슬래시 \\ 따옴표 \" ' 😀 \\N"


def _fill(slug: str = "amsa") -> Market:
    market = Market.objects.create(
        slug=slug,
        name=AWKWARD,
        address="서울",
        opens_at=time(9),
        closes_at=time(20),
        latitude=37.55000001,
    )
    person = Person.objects.create(
        phone=f"+8210{crc32(slug.encode()) % 10**8:08d}", name="순자", joined_at=NOW
    )
    with every_market(), transaction.atomic():
        stall = Stall.objects.create(market=market, slug="a", name=AWKWARD, kind="채소")
        DayCounter.objects.create(market=market, day=date(2026, 5, 12), last_number=7)
        AccessEvent.objects.create(
            market=market, person=person, kind="given", detail={"왜": [1, None, AWKWARD]}, at=NOW
        )
        books = LedgerTransaction.objects.create(
            market=market, kind="sale", cause="payment:1", at=NOW
        )
        for kind, amount in (("provider", 12_000), ("stall", -12_000)):
            account = LedgerAccount.objects.create(
                market=market,
                kind=kind,
                stall=stall if kind == "stall" else None,
                balance_krw=amount,
            )
            LedgerEntry.objects.create(
                market=market, transaction=books, account=account, amount_krw=amount, label="sale"
            )
        OutboxEvent.objects.create(market=market, topic="order:1", kind="order.paid")
    return market


def _wipe() -> None:
    names = [*tables.table_names(), *tables.EMPTIED]
    with connection.cursor() as cursor:
        cursor.execute("truncate " + ", ".join(f'"{name}"' for name in names) + " restart identity")


def _state() -> dict[str, tuple[int, str]]:
    """Row count and checksum of every table, read afresh."""
    found = {}
    with every_market():
        for table in tables.tables():
            measure = tables.Measure()
            for block in tables.text_of(table):
                measure.add(block)
            found[table.name] = (measure.rows, measure.sha256)
    return found


@pytest.fixture
def backup(tmp_path: Path) -> Iterator[Path]:
    """A backup of two markets, a picture, an archived month and an export; the database still holds them."""
    _fill("amsa")
    _fill("suyu-dong")
    media = tmp_path / "media"
    (media / "offers").mkdir(parents=True)
    (media / "offers" / "배추.webp").write_bytes(bytes(range(256)) * 20)
    for name, content in LAKE.items():
        (tmp_path / "lake" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "lake" / name).write_bytes(content)
    path = tmp_path / "market.jtb"
    write.write_backup(path, media_dir=media, lake_dir=tmp_path / "lake", now=NOW)
    yield path
    _wipe()


def _restore(path: Path, replace: bool = False) -> form.Manifest:
    return read.restore(
        path, media_dir=path.parent / "back", lake_dir=path.parent / "back-lake", replace=replace
    )


def test_everything_comes_back_equal(backup: Path) -> None:
    before = _state()
    _wipe()
    assert _state() != before
    manifest = _restore(backup)
    assert _state() == before
    for model in ledger_models():
        assert model._meta.db_table in before
    assert before["payments_ledgerentry"][0] == 4
    assert before["accounts_accessevent"][0] == 2
    assert manifest.rows == sum(rows for rows, _ in before.values())
    assert (backup.parent / "back" / "offers" / "배추.webp").read_bytes() == bytes(range(256)) * 20
    assert Market.objects.get(slug="amsa").name == AWKWARD
    with every_market():
        assert OutboxEvent.objects.count() == 0


def test_archived_months_and_exports_come_back_and_nothing_unfinished(backup: Path) -> None:
    back = backup.parent / "back-lake"
    (back / "decisions").mkdir(parents=True)
    (back / "decisions" / "2025-04.parquet").write_bytes(b"of the former data")
    manifest = _restore(backup, replace=True)
    found = {str(p.relative_to(back)): p.read_bytes() for p in back.rglob("*") if p.is_file()}
    assert found == {
        name: LAKE[name] for name in ("decisions/2025-04.parquet", "indicators/5d1e.zip")
    }
    assert back.stat().st_mode & 0o777 == 0o700
    assert [(e.path, e.size, e.sha256) for e in manifest.lake] == [
        (name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in sorted(found.items())
    ]


@pytest.mark.parametrize("folder", ["media", "lake"])
def test_a_file_that_is_not_what_was_saved_is_refused_whole(backup: Path, folder: str) -> None:
    """One byte of one picture, one archived month, under a seal that fits."""
    before = _state()
    with zipfile.ZipFile(backup) as archive:
        name = next(n for n in archive.namelist() if n.startswith(f"{folder}/"))
        content = archive.read(name)
    _rewrite(backup, {}, {name: content[:-1] + b"?"})
    with pytest.raises(form.DamagedBackup):
        _restore(backup, replace=True)
    assert _state() == before
    assert not (backup.parent / "back-lake").exists()


@pytest.mark.parametrize("path", ["../../etc/x.parquet", "/etc/x.parquet"])
def test_no_file_is_written_outside_its_folder(backup: Path, path: str) -> None:
    with zipfile.ZipFile(backup) as archive:
        entries = json.loads(archive.read(form.MANIFEST))["lake"]
    entries[0]["path"] = path
    _rewrite(backup, {"lake": entries})
    with pytest.raises(form.DamagedBackup):
        _restore(backup, replace=True)


@pytest.mark.parametrize(
    "partition",
    [
        ["decisions_decision_2026_05", "default; drop table markets_market"],
        ["markets_market", "DEFAULT"],
    ],
)
def test_a_partition_is_made_only_of_its_own_table_and_by_a_range(
    backup: Path, partition: list[str]
) -> None:
    with zipfile.ZipFile(backup) as archive:
        entries = json.loads(archive.read(form.MANIFEST))["tables"]
    next(e for e in entries if e["name"] == "decisions_decision")["partitions"].append(partition)
    _rewrite(backup, {"tables": entries})
    with pytest.raises(form.DamagedBackup):
        _restore(backup, replace=True)


def test_row_security_and_append_only_hold_after_a_restore(backup: Path) -> None:
    _wipe()
    _restore(backup)
    assert list(Stall.objects.values_list("slug", flat=True)) == []
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_class where relrowsecurity and not relforcerowsecurity"
        )
        assert cursor.fetchone() == (0,)
    with every_market(), pytest.raises(DatabaseError, match="append-only"):
        LedgerEntry.objects.update(amount_krw=1)


def test_ids_go_on_where_they_were(backup: Path) -> None:
    highest = max(Market.objects.values_list("pk", flat=True))
    Market.objects.get(slug="amsa")
    _wipe()
    _restore(backup)
    made = Market.objects.create(
        slug="new", name="n", address="-", opens_at=time(9), closes_at=time(20)
    )
    assert made.pk == highest + 1


def test_every_part_of_the_file_is_under_the_seal(backup: Path) -> None:
    """One flipped bit anywhere: in the data, the zip's own fields, the manifest, the seal."""
    whole = backup.read_bytes()
    broken = backup.with_name("broken.jtb")
    _wipe()
    _fill("here-already")
    before = _state()
    step = max(1, len(whole) // 150)
    for position in [*range(0, len(whole), step), len(whole) - 1]:
        damaged = bytearray(whole)
        damaged[position] ^= 1
        broken.write_bytes(damaged)
        with pytest.raises(form.DamagedBackup):
            read.verify(broken)
    with pytest.raises(form.DamagedBackup):
        _restore(broken, replace=True)
    assert _state() == before


@pytest.mark.parametrize("kept", [0, 10, 0.5, -1])
def test_a_truncated_file_is_refused(backup: Path, kept: float) -> None:
    whole = backup.read_bytes()
    end = int(len(whole) * kept) if 0 < kept < 1 else int(kept)
    backup.write_bytes(whole[:end])
    before = _state()
    with pytest.raises(form.DamagedBackup):
        _restore(backup, replace=True)
    assert _state() == before


def _rewrite(
    path: Path, change: dict[str, object], files: Mapping[str, bytes] = MappingProxyType({})
) -> None:
    """The same backup with another manifest, or other files, sealed again."""
    old = path.with_name("old.jtb")
    shutil.move(path, old)
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = files.get(name) or source.read(name)
            if name == form.MANIFEST:
                content = json.dumps(json.loads(content) | change).encode()
            target.writestr(name, content)
        form.unsealed(target)
    form.seal(path)


def test_a_newer_format_is_refused_with_the_version_to_use(backup: Path) -> None:
    _rewrite(backup, {"format": 99, "product_version": "7.1"})
    with pytest.raises(form.UnknownBackupFormat) as refused:
        _restore(backup, replace=True)
    assert "7.1" in refused.value.message("ko")
    assert refused.value.exit_code == 4


def test_other_migrations_are_refused_and_named(backup: Path) -> None:
    _rewrite(backup, {"migrations": ["orders.0099_future"]})
    before = _state()
    with pytest.raises(form.BackupOfOtherVersion):
        _restore(backup, replace=True)
    assert _state() == before


def test_a_wrong_row_under_a_right_seal_is_refused(backup: Path) -> None:
    with zipfile.ZipFile(backup) as archive:
        entries = json.loads(archive.read(form.MANIFEST))["tables"]
    entries[0]["rows"] += 1
    _rewrite(backup, {"tables": entries})
    with pytest.raises(form.DamagedBackup):
        _restore(backup, replace=True)


def test_data_is_replaced_only_when_asked(backup: Path) -> None:
    before = _state()
    _fill("newer-one")
    changed = _state()
    with pytest.raises(read.DatabaseNotEmpty):
        _restore(backup)
    assert _state() == changed
    _restore(backup, replace=True)
    assert _state() == before


def test_data_the_database_refuses_leaves_it_as_it_was(backup: Path) -> None:
    """A line that points to a market which is not in the file: the check at the end refuses, all is rolled back."""
    before = _state()
    with zipfile.ZipFile(backup) as archive:
        entries = json.loads(archive.read(form.MANIFEST))["tables"]
    empty = tables.Measure()
    for entry in entries:
        if entry["name"] == "markets_market":
            entry |= {"rows": 0, "sha256": empty.sha256}
    old = backup.with_name("old.jtb")
    shutil.move(backup, old)
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(backup, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == form.MANIFEST:
                content = json.dumps(json.loads(content) | {"tables": entries}).encode()
            if name == "tables/markets_market.copy":
                content = b""
            target.writestr(name, content)
        form.unsealed(target)
    form.seal(backup)
    with pytest.raises(read.RestoreFailed):
        _restore(backup, replace=True)
    assert _state() == before
    assert not (backup.parent / "back").exists()
    assert not (backup.parent / "back-lake").exists()


def test_an_open_market_is_not_overwritten(backup: Path) -> None:
    parameters = connection.get_connection_params()
    for name in ("cursor_factory", "context"):
        parameters.pop(name, None)
    with psycopg.connect(**parameters), pytest.raises(read.MarketIsOpen):
        _restore(backup, replace=True)


def test_a_backup_never_overwrites_another_and_is_private(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    with pytest.raises(write.FileExists):
        write.write_backup(
            backup, media_dir=backup.parent / "media", lake_dir=backup.parent / "lake", now=NOW
        )


def test_every_table_is_in_the_backup_or_left_out_with_a_reason() -> None:
    inside = set(tables.table_names())
    for model in apps.get_models():
        label = model._meta.label
        reason = tables.LEFT_OUT.get(label) or tables.LEFT_OUT_APPS.get(model._meta.app_label)
        assert (model._meta.db_table in inside) == (reason is None), label
    for label in tables.LEFT_OUT:
        apps.get_model(label)


def test_the_commands_take_archived_months_along_and_count_them(
    backup: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = backup.parent / "lake"
    monkeypatch.setattr(lake, "folder", lambda: folder)
    before, path = _state(), backup.with_name("by-hand.jtb")
    assert main(["backup", str(path)]) == 0
    assert "보관 파일 2개" in capsys.readouterr().out
    assert main(["restore", str(path), "--check"]) == 0
    _wipe()
    shutil.rmtree(folder)
    assert main(["restore", str(path)]) == 0
    assert "보관 파일 2개" in capsys.readouterr().out
    assert _state() == before
    assert (folder / "indicators/5d1e.zip").read_bytes() == LAKE["indicators/5d1e.zip"]
