"""What must be true before the market can open. Each failure is one line with its remedy (exit code 3)."""

from __future__ import annotations

import errno
import os
import pwd
import shutil
import socket
from pathlib import Path

from jangteo.platform.config import PACKAGE_ROOT, Config
from jangteo.platform.errors import JangteoError
from jangteo.platform.postgres import binary_major, embedded_needed, server_user
from jangteo.platform.say import Exit

#: a day of orders and pictures of a busy market is far below; PostgreSQL stops hard on a full disk
MINIMUM_FREE_MB = 500
BUILT_MANIFEST = PACKAGE_ROOT / "channels" / "ui" / "static" / "built" / "manifest.json"


class NotReady(JangteoError):
    """The market cannot open yet."""

    ko = "아직 장터를 열 수 없어요."
    status = 503
    exit_code = Exit.NOT_READY


class PortInUse(NotReady):
    """Another program uses port {port}. Stop it, or choose another one: jangteo up --port {other}"""

    ko = "{port}번 포트를 다른 프로그램이 쓰고 있어요. 그 프로그램을 끄거나 다른 포트로 여세요: jangteo up --port {other}"


class PortNotAllowed(NotReady):
    """This user may not open {host}:{port} ({reason}). Choose a port above 1023 and an address of this machine."""

    ko = "{host}의 {port}번 포트를 열 수 없어요({reason}). 1024 이상의 포트와 이 컴퓨터의 주소를 쓰세요."


class DiskFull(NotReady):
    """Only {free_mb} MB are free at {folder}; {needed_mb} MB are needed. Free some, or set JANGTEO_VAR_DIR."""

    ko = (
        "{folder}에 {free_mb} MB만 남았어요. {needed_mb} MB가 필요하니"
        " 공간을 비우거나 JANGTEO_VAR_DIR로 다른 곳을 정하세요."
    )


class BrowserFilesMissing(NotReady):
    """The browser files are not built. Run `make up` in the checkout (it builds them), or `npm ci && npm run build`."""

    ko = (
        "브라우저 파일이 아직 없어요. 받은 폴더에서 `make up`을 하면 만들어요"
        "(또는 `npm ci && npm run build`)."
    )


class OtherDatabaseVersion(NotReady):
    """The data in {folder} is of PostgreSQL {there}, this version has {here}. Back up with the former version of
    Jangteo (`jangteo backup FILE`), move the folder away, and `jangteo restore FILE` with this one."""

    ko = (
        "{folder}의 데이터는 PostgreSQL {there}의 것인데 이 버전은 {here}이에요. 이전 버전의 장터로 백업하고"
        "(`jangteo backup 파일`), 폴더를 옮긴 뒤 이 버전으로 되살리세요(`jangteo restore 파일`)."
    )


class FolderOfAnother(NotReady):
    """The data folder {folder} belongs to {owner}. Run as that user, or: chown -R {wanted} {folder}"""

    ko = "데이터 폴더 {folder}는 사용자 {owner}의 것이에요. 그 사용자로 실행하거나: chown -R {wanted} {folder}"


class FolderNotWritable(NotReady):
    """Nothing can be written at {folder}. Give this user the right to, or set JANGTEO_VAR_DIR to another folder."""

    ko = "{folder}에 쓸 수 없어요. 쓰기 권한을 주거나 JANGTEO_VAR_DIR로 다른 폴더를 정하세요."


def check_port(host: str, port: int) -> None:
    """Raise `PortInUse` or `PortNotAllowed` unless ``host:port`` can be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise PortInUse(port=port, other=port + 80) from problem
            raise PortNotAllowed(host=host, port=port, reason=problem.strerror) from problem


def check_disk(settings: Config) -> int:
    """Free MB at the data folder; raise `DiskFull` when too little."""
    folder = _existing(settings.var_dir)
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < MINIMUM_FREE_MB:
        raise DiskFull(folder=folder, free_mb=free_mb, needed_mb=MINIMUM_FREE_MB)
    return free_mb


def check_browser_files(manifest: Path = BUILT_MANIFEST) -> None:
    """Raise `BrowserFilesMissing` when the bundles are not there."""
    if not manifest.exists():
        raise BrowserFilesMissing


def check_data_folder(settings: Config) -> None:
    """Raise unless the data folder can be written and its database is ours and of our version."""
    if not os.access(_existing(settings.var_dir), os.W_OK):
        raise FolderNotWritable(folder=settings.var_dir)
    version_file = settings.database_dir / "PG_VERSION"
    if not embedded_needed(settings) or not version_file.exists():
        return
    _check_owner(version_file)
    there = version_file.read_text().strip()
    here = binary_major()
    if there != str(here):
        raise OtherDatabaseVersion(folder=version_file.parent, there=there, here=here)


def _check_owner(version_file: Path) -> None:
    owner = version_file.stat().st_uid
    user = server_user()
    try:
        wanted = pwd.getpwnam(user).pw_uid if user else os.geteuid()
    except KeyError:
        return  # the package adds its user on the first start
    if owner != wanted:
        raise FolderOfAnother(
            folder=version_file.parent, owner=_user_name(owner), wanted=_user_name(wanted)
        )


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
