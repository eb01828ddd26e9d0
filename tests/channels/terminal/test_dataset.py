"""`jangteo dataset` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jangteo.channels.terminal.dataset import app
from jangteo.platform import signing
from tests.apps.catalog.publishing.shelf import item

pytestmark = pytest.mark.django_db
run = CliRunner()


@pytest.fixture(autouse=True)
def own_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(signing, "_path", lambda: tmp_path / "key.pem")


def test_written_then_checked_then_damaged(tmp_path: Path) -> None:
    item(fields={"name": "고추장"})
    out = tmp_path / "out"
    made = json.loads(run.invoke(app, ["export", str(out), "--json"], standalone_mode=False).stdout)
    assert made["items"] == 1
    good = run.invoke(app, ["verify", str(out), "--key", made["key"]], standalone_mode=False)
    assert good.return_value == 0
    assert "1" in good.stdout
    assert made["key"] in good.stdout
    (out / "items.jsonl").write_bytes((out / "items.jsonl").read_bytes().replace(b"1", b"2", 1))
    bad = run.invoke(app, ["verify", str(out), "--json"], standalone_mode=False)
    assert bad.return_value == 1
    assert json.loads(bad.stdout)["wrong"] == [["items.jsonl", "changed"]]
    nothing = run.invoke(app, ["verify", str(tmp_path / "nowhere")], standalone_mode=False)
    assert nothing.return_value == 1


def test_another_tree_is_mapped_to_ours(tmp_path: Path) -> None:
    tree = tmp_path / "tree.csv"
    tree.write_text("no,name\n77,식품 > 채소 > 대파\n", encoding="utf-8")
    done = run.invoke(app, ["map-tree", str(tree)], standalone_mode=False)
    assert "green-onion,채소 > 양념채소 > 대파,77,식품 > 채소 > 대파,1.00" in done.stdout
