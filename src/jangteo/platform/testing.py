"""A pytest plugin: tests get their own data folder and, without ``DATABASE_URL``, their own embedded PostgreSQL.

Loaded with ``-p jangteo.platform.testing`` before Django's settings are read.
"""

from __future__ import annotations

import os

os.environ.setdefault("JANGTEO_LOG_LEVEL", "WARNING")
# two runs at the same time must not share a database; worker processes of one run get their own suffix
os.environ.setdefault("JANGTEO_TEST_DATABASE", f"test_jangteo_{os.getpid()}")
os.environ.setdefault("JANGTEO_MARKET_CACHE_SECONDS", "0")


def _prepare() -> None:
    from jangteo.platform.config import Config, config  # noqa: PLC0415 - the environment comes first

    os.environ["JANGTEO_VAR_DIR"] = str(Config().var_dir.parent / f"{Config().var_dir.name}-test")
    config.cache_clear()

    from jangteo.platform.postgres import ensure_running  # noqa: PLC0415

    ensure_running()


if "JANGTEO_TEST_VAR_READY" not in os.environ:
    _prepare()
    os.environ["JANGTEO_TEST_VAR_READY"] = "1"
else:  # a worker process of pytest-xdist inherits the folder
    from jangteo.platform.postgres import ensure_running

    ensure_running()
