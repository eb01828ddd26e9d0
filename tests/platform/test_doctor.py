"""`jangteo doctor` sees what is wrong and says how to mend it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from django.db import connection
from pydantic import SecretStr

from jangteo.platform import checks, doctor, doctor_database
from jangteo.platform.commands import doctor as command
from jangteo.platform.config import Config
from jangteo.platform.doctor import Finding, State


def _states(findings: list[Finding]) -> dict[str, State]:
    return {finding.name: finding.state for finding in findings}


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANGTEO_LANGUAGE", "en")


@pytest.mark.django_db
def test_a_sound_database_is_ok() -> None:
    found = list(doctor_database.examine(market_is_open=False))
    assert _states(found) == {
        "database role": State.OK,
        "migrations": State.OK,
        "row-level security": State.OK,
        "append-only ledgers": State.OK,
        "worker": State.OK,
    }


@pytest.mark.django_db
def test_an_open_table_and_a_ledger_without_its_trigger_are_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("alter table markets_stall no force row level security")
        cursor.execute("alter table orders_orderevent disable trigger jangteo_append_only")
    found = {f.name: f for f in doctor_database.examine(market_is_open=True)}
    assert found["row-level security"].state is State.FAIL
    assert "markets_stall" in found["row-level security"].remedy
    assert found["append-only ledgers"].state is State.FAIL
    assert "orders_orderevent" in found["append-only ledgers"].remedy
    assert found["worker"].state is State.FAIL


@pytest.mark.django_db
def test_pending_migrations_are_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'sessions'")
    found = list(doctor_database.examine(market_is_open=True))
    assert _states(found)["migrations"] is State.FAIL
    assert found[-1].name == "migrations"


def test_a_used_port_and_missing_files_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks.check_browser_files, "__defaults__", (tmp_path / "none",))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        found = list(doctor._environment(Config(var_dir=tmp_path, port=port, DATABASE_URL="x")))
    states = _states(found)
    assert states[f"port {port} (web)"] is State.FAIL
    assert states["browser files"] is State.FAIL
    assert states["data folder"] is State.OK


def test_payment_without_its_keys_is_found() -> None:
    toss = Config(payment_provider="toss", toss_client_key="ck")
    assert doctor._payment(toss).state is State.FAIL
    assert "JANGTEO_TOSS_SECRET_KEY" in doctor._payment(toss).remedy
    whole = Config(payment_provider="toss", toss_client_key="ck", toss_secret_key=SecretStr("sk"))
    assert doctor._payment(whole).state is State.OK
    assert doctor._payment(Config()).state is State.OK
    assert doctor._payment(Config(public_url="https://market.example")).state is State.WARN


def test_debug_in_public_is_found() -> None:
    assert doctor._public(Config(public_url="http://m.example", debug=True)).state is State.FAIL
    assert doctor._public(Config(public_url="https://m.example")).state is State.WARN
    assert doctor._public(Config(public_url="https://m.example", https=True)).state is State.OK


def test_it_ends_with_three_when_something_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = Finding(name="장터", state=State.FAIL, detail="closed", remedy="open it")
    good = Finding(name="disk", state=State.OK, detail="fine")
    monkeypatch.setattr(command, "examine", lambda _: iter([good, bad]))
    assert command.doctor() == 3
    assert capsys.readouterr().out.splitlines() == [
        " ✓ disk  fine",
        " ✗ 장터  closed",
        "         → open it",
    ]
    monkeypatch.setattr(command, "examine", lambda _: iter([good]))
    assert command.doctor() == 0
