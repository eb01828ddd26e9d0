"""The open dataset's page: empty before it is written, then its files, and nothing else of the folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from jangteo.apps.catalog.publishing import dataset
from jangteo.channels.web import dataset as pages
from jangteo.platform import signing
from tests.apps.catalog.publishing.shelf import item

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(signing, "_path", lambda: tmp_path / "key.pem")
    monkeypatch.setattr(pages, "published_folder", lambda: tmp_path / "out")
    return tmp_path / "out"


def test_before_and_after_it_is_written(client: Client, folder: Path) -> None:
    assert "아직 공개한 자료가 없어요" in client.get("/dataset").content.decode()
    item(name="고추장", category_slug="gochujang", fields={"name": "고추장"})
    done = dataset.export(folder)
    page = client.get("/dataset").content.decode()
    assert "표준 상품 1개" in page
    assert done.fingerprint in page
    assert "CC-BY-4.0" in page
    for name in ("items.jsonl", "items.parquet", "manifest.sig"):
        answer = client.get(f"/dataset/{name}")
        assert b"".join(answer) == (folder / name).read_bytes()


@pytest.mark.parametrize("name", ["key.pem", "..", "items.csv", "%2e%2e%2fkey.pem"])
def test_nothing_else_can_be_fetched(client: Client, folder: Path, name: str) -> None:
    dataset.export(folder)
    (folder / "items.csv").write_text("x")
    assert client.get(f"/dataset/{name}").status_code == 404
