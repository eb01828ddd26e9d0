"""Check a backup to the last byte, then bring it back in one transaction, or leave everything as it was."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Set
from pathlib import Path, PurePosixPath

from django.db import DatabaseError, connection, transaction
from psycopg import sql

from jangteo.platform.backup import format as form
from jangteo.platform.backup import tables
from jangteo.platform.errors import JangteoError
from jangteo.platform.guards import tenant_models
from jangteo.platform.migrating import applied
from jangteo.platform.progress import Progress
from jangteo.platform.say import say
from jangteo.platform.tenancy import every_market


class DatabaseNotEmpty(JangteoError):
    """There is data already (in {tables}). Add --replace to put the backup in its place; take a backup first."""

    ko = "이미 데이터가 있어요({tables}). 바꿔 넣으려면 먼저 백업하고 --replace를 붙이세요."
    status = 409


class MarketIsOpen(JangteoError):
    """The market is open: {count} connections use the database. Stop `jangteo up` on every machine and try again."""

    ko = "장터가 열려 있어요(연결 {count}개). 모든 컴퓨터에서 `jangteo up`을 끈 뒤 다시 하세요."
    status = 409


class RestoreFailed(JangteoError):
    """The database refused the data ({reason}). Nothing was changed."""

    ko = "데이터베이스가 데이터를 받아들이지 않았어요({reason}). 바뀐 것은 없어요."


#: data of these tables makes a database "not empty"; others may hold what migrations put there
TELLING = ("markets_market", "accounts_person")
#: what a partition's bound may look like: it becomes part of a statement
_BOUND = re.compile(r"DEFAULT|FOR VALUES FROM \('[-0-9 :+.]+'\) TO \('[-0-9 :+.]+'\)")


def verify(path: Path) -> form.Manifest:
    """Check seal, manifest, and the checksum and row count of every part; nothing is written anywhere.

    Raises `DamagedBackup` and `UnknownBackupFormat`.
    """
    if not path.is_file():
        raise form.DamagedBackup(file=path.name, reason=say("파일이 없음", "no such file"))
    form.check_seal(path)
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = form.read_manifest(archive, path)
            with Progress(say("검사", "checking"), manifest.rows) as progress:
                for entry in manifest.tables:
                    _verify_table(archive, entry, path, progress)
            for folder, file in manifest.files():
                _verify_file(archive, folder, file, path)
    except (zipfile.BadZipFile, KeyError, OSError, EOFError) as problem:
        raise form.DamagedBackup(file=path.name, reason=type(problem).__name__) from problem
    return manifest


def _verify_table(
    archive: zipfile.ZipFile, entry: form.TableEntry, path: Path, progress: Progress
) -> None:
    for name, bound in entry.partitions:
        if not name.startswith(f"{entry.name}_") or not _BOUND.fullmatch(bound):
            raise form.DamagedBackup(file=path.name, reason=name)
    measure = tables.Measure()
    with archive.open(f"tables/{entry.name}.copy") as source:
        for block in form.blocks(source):
            progress.advance(measure.add(block), entry.name)
    if (measure.rows, measure.sha256) != (entry.rows, entry.sha256):
        raise form.DamagedBackup(file=path.name, reason=entry.name)


def _verify_file(archive: zipfile.ZipFile, folder: str, entry: form.FileEntry, path: Path) -> None:
    parts = PurePosixPath(entry.path).parts
    if not parts or entry.path.startswith("/") or ".." in parts or "\\" in entry.path:
        raise form.DamagedBackup(file=path.name, reason=entry.path)
    sha = hashlib.sha256()
    with archive.open(f"{folder}/{entry.path}") as source:
        for block in form.blocks(source):
            sha.update(block)
    if sha.hexdigest() != entry.sha256:
        raise form.DamagedBackup(file=path.name, reason=entry.path)


def restore(path: Path, *, media_dir: Path, lake_dir: Path, replace: bool = False) -> form.Manifest:
    """Check the file, load it in one transaction, compare every checksum again; returns its manifest.

    Raises `DamagedBackup`, `UnknownBackupFormat`, `BackupOfOtherVersion`, `DatabaseNotEmpty`, `MarketIsOpen`,
    `RestoreFailed`; after any of them the database and the files are as they were.
    """
    manifest = verify(path)
    wanted = tables.tables()
    _check_fit(manifest, wanted)
    _check_nobody_works()
    folders = {"media": media_dir, "lake": lake_dir}
    media_dir.parent.mkdir(parents=True, exist_ok=True)
    with (
        zipfile.ZipFile(path) as archive,
        tempfile.TemporaryDirectory(dir=media_dir.parent, prefix="restoring-") as folder,
    ):
        _stage_files(archive, manifest, Path(folder))
        try:
            _load_all(archive, manifest, wanted, replace)
        except DatabaseError as problem:
            raise RestoreFailed(reason=str(problem).splitlines()[0]) from problem
        _place_files(manifest, Path(folder), folders)
    return manifest


def _check_fit(manifest: form.Manifest, wanted: list[tables.Table]) -> None:
    """The backup must have exactly this version's migrations, tables and columns."""
    differing = sorted(set(manifest.migrations) ^ set(applied()))
    here = {t.name: (sorted(t.columns), t.key) for t in wanted}
    there = {
        t.name: (sorted((name, kind) for name, kind in t.columns), t.key) for t in manifest.tables
    }
    differing += sorted(n for n in here.keys() | there.keys() if here.get(n) != there.get(n))
    if differing:
        names = ", ".join(differing[:3]) + (" ..." if len(differing) > 3 else "")
        raise form.BackupOfOtherVersion(product_version=manifest.product_version, names=names)


def _check_nobody_works() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and application_name like 'jangteo%%'"
        )
        row = cursor.fetchone()
    if row and row[0]:
        raise MarketIsOpen(count=row[0])


def _load_all(
    archive: zipfile.ZipFile, manifest: form.Manifest, wanted: list[tables.Table], replace: bool
) -> None:
    by_name = {table.name: table for table in wanted}
    forced = {model._meta.db_table for model in tenant_models()} & by_name.keys()
    with every_market(), transaction.atomic():
        tables.use_canonical_text()
        if not replace:
            _check_empty(sorted(forced | set(TELLING)))
        # the owner is under the policies too (FORCE), and COPY FROM refuses to work under a policy
        _row_security(forced, "no force")
        _empty([*by_name, *tables.EMPTIED])
        for entry in manifest.tables:
            _fit_partitions(entry)
        with Progress(say("되살리기", "restoring"), manifest.rows * 2) as progress:
            for entry in manifest.tables:
                _load(archive, entry, by_name[entry.name], progress)
            with connection.cursor() as cursor:
                cursor.execute("set constraints all immediate")
            for entry in manifest.tables:
                _compare(entry, by_name[entry.name], progress)
        _row_security(forced, "force")


def _check_empty(names: list[str]) -> None:
    filled = []
    with connection.cursor() as cursor:
        for name in names:
            statement = sql.SQL("select exists (select 1 from {})").format(sql.Identifier(name))
            cursor.execute(statement.as_string(cursor.connection))
            row = cursor.fetchone()
            if row and row[0]:
                filled.append(name)
    if filled:
        raise DatabaseNotEmpty(tables=", ".join(filled[:3]) + (" ..." if len(filled) > 3 else ""))


def _row_security(names: Set[str], force: str) -> None:
    with connection.cursor() as cursor:
        for name in sorted(names):
            statement = sql.SQL("alter table {} {} row level security").format(
                sql.Identifier(name), sql.SQL(force)
            )
            cursor.execute(statement.as_string(cursor.connection))


def _empty(names: list[str]) -> None:
    """Without CASCADE: a table that points here and is not in the list is a mistake to be told."""
    statement = sql.SQL("truncate {}").format(
        sql.SQL(", ").join(sql.Identifier(name) for name in names)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection))


def _fit_partitions(entry: form.TableEntry) -> None:
    """The emptied table gets exactly the backup's partitions: a row stands where it stood, an archived month nowhere.

    Without its partition a month's rows would fall into the default one and never move to the archive; a partition of
    a month that the backup has archived would be archived again, empty, over its file.
    """
    here = dict(tables.partitions_of(entry.name))
    there: dict[str, str] = dict(entry.partitions)
    with connection.cursor() as cursor:
        for name in sorted(here.keys() - there.keys()):
            statement = sql.SQL("drop table {}").format(sql.Identifier(name))
            cursor.execute(statement.as_string(cursor.connection))
        for name in sorted(there.keys() - here.keys()):
            if not _BOUND.fullmatch(there[name]):
                raise ValueError(name)
            statement = sql.SQL("create table {} partition of {} {}").format(
                sql.Identifier(name), sql.Identifier(entry.name), sql.SQL(there[name])
            )
            cursor.execute(statement.as_string(cursor.connection))
    made = there.keys() - here.keys()
    _row_security(made, "enable")
    # like every partition: closed, reached through the guarded parent only
    _row_security(made, "force")


def _load(
    archive: zipfile.ZipFile, entry: form.TableEntry, table: tables.Table, progress: Progress
) -> None:
    columns = sql.SQL(", ").join(sql.Identifier(name) for name, _ in entry.columns)
    statement = sql.SQL("copy {} ({}) from stdin").format(table.identifier, columns)
    with archive.open(f"tables/{entry.name}.copy") as source, tables.copy(statement) as target:
        for block in form.blocks(source):
            target.write(block)
            progress.advance(block.count(b"\n"), entry.name)
    sequence = tables.sequence_of(table)
    if sequence is not None and entry.sequence is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select setval(%s::regclass, greatest(%s, 1), %s)",
                [sequence, entry.sequence, entry.sequence > 0],
            )


def _compare(entry: form.TableEntry, table: tables.Table, progress: Progress) -> None:
    """What the database now holds gives the same text as what was saved."""
    ordered = tables.Table(
        name=table.name, columns=[(name, kind) for name, kind in entry.columns], key=table.key
    )
    measure = tables.Measure()
    for block in tables.text_of(ordered):
        progress.advance(measure.add(block), entry.name)
    if (measure.rows, measure.sha256) != (entry.rows, entry.sha256):
        raise RestoreFailed(reason=f"{entry.name}: {measure.rows}/{entry.rows}")


def _stage_files(archive: zipfile.ZipFile, manifest: form.Manifest, folder: Path) -> None:
    for name, entry in manifest.files():
        target = folder / name / entry.path
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(f"{name}/{entry.path}") as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, form.BLOCK)


def _place_files(manifest: form.Manifest, folder: Path, folders: Mapping[str, Path]) -> None:
    """After the commit; files that only the former data knew stay where they are."""
    for name, entry in manifest.files():
        target = folders[name] / entry.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        (folder / name / entry.path).replace(target)
    if manifest.lake:
        # it holds the log: nobody but the account this runs under opens it
        folders["lake"].chmod(0o700)
