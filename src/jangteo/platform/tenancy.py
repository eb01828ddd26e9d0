"""The tenant is the market, and PostgreSQL enforces it.

Every tenant table carries ``market_id`` and a row-level-security policy that compares it with the session setting
``jangteo.market_id``. A connection that set nothing sees nothing. `market_scope` sets it for one market,
`every_market` for the few system jobs that work over all; both restore what was before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

from django.db import connection
from psycopg.errors import InFailedSqlTransaction

NOTHING = ""
EVERY = "*"

_current: ContextVar[str] = ContextVar("jangteo_market", default=NOTHING)


def current_scope() -> str:
    """``""`` for none, a market's id, or ``"*"`` for every market."""
    return _current.get()


def _apply(scope: str) -> None:
    market_id = "0" if scope in (NOTHING, EVERY) else scope
    every = "on" if scope == EVERY else "off"
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('jangteo.market_id', %s, false),"
            " set_config('jangteo.every_market', %s, false)",
            [market_id, every],
        )


@contextmanager
def _scope(scope: str) -> Iterator[None]:
    before = _current.get()
    if before == scope:
        yield
        return
    _apply(scope)
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)
        _restore(before)


def _restore(scope: str) -> None:
    """Set the former scope again. In a failed transaction the coming rollback does it for us."""
    if connection.needs_rollback or connection.connection is None:
        return
    try:
        _apply(scope)
    except Exception as problem:
        if not isinstance(problem.__cause__, InFailedSqlTransaction):
            raise


def market_scope(market_id: int) -> AbstractContextManager[None]:
    """See and write the rows of one market only, within the ``with`` block."""
    return _scope(str(int(market_id)))


def every_market() -> AbstractContextManager[None]:
    """See the rows of every market: for system jobs, backup and agency reports."""
    return _scope(EVERY)


def reset_scope() -> None:
    """Forget any scope on this connection; called at the start of every request."""
    if _current.get() != NOTHING:
        _current.set(NOTHING)
        _apply(NOTHING)


def clear_new_connection() -> None:
    """A fresh connection knows no scope: set the one this context believes in."""
    if _current.get() != NOTHING:
        _apply(_current.get())
