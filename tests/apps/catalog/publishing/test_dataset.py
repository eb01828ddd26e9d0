"""The open dataset: the same bytes for the same items, nothing private in it, and no byte can change unseen."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from jangteo.apps.catalog.models import CatalogSettings
from jangteo.apps.catalog.publishing import trees
from jangteo.apps.catalog.publishing.dataset import (
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    export,
    fields,
    rows,
    verify,
)
from jangteo.platform import signing
from jangteo.platform.tenancy import every_market
from tests.apps.catalog.publishing.shelf import GTIN, item
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db
FILES = ("README.md", "datapackage.json", "items.jsonl", "items.parquet", "statistics.json")


@pytest.fixture(autouse=True)
def own_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(signing, "_path", lambda: tmp_path / "key.pem")


@pytest.fixture
def world() -> World:
    world = make_world()
    item(
        code="JT000000002",
        name="고추장",
        gtin=GTIN,
        category_slug="gochujang",
        fields={"name": "고추장", "brand": "청정원", "net_g": 500, "maker": "가나식품", "tax_exempt": False,
                "use_by_text": "2027.1.1", "trace_no": "123456789012"},
        provenance={"brand": {"source": "reading", "confidence": 0.97, "text": "청정원 순창고추장 우리집 특가", "by": 77, "at": "x"}},
    )  # fmt: skip
    item(
        code="JT000000001",
        name="대파",
        category_slug="green-onion",
        origin_market=world.market,
        fields={"origin": "국내산", "maker": "김철수 농가", "maker_address": "진도군 1", "is_variable_measure": True,
                "other_names": ["움파", "흙대파"]},
    )  # fmt: skip
    return world


def write(folder: Path) -> dict[str, bytes]:
    export(folder)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_items_give_the_same_bytes(world: World, tmp_path: Path) -> None:
    first, second = write(tmp_path / "a"), write(tmp_path / "b")
    assert first == second
    assert sorted(first) == sorted((*FILES, MANIFEST, SIGNATURE, PUBLIC_KEY))


def test_what_is_in_it(world: World, tmp_path: Path) -> None:
    made = write(tmp_path)
    lines = [json.loads(line) for line in made["items.jsonl"].splitlines()]
    assert [row["code"] for row in lines] == ["JT000000001", "JT000000002"]
    assert lines[1]["fields"] == {
        "name": "고추장", "brand": "청정원", "net_g": 500, "maker": "가나식품", "tax_exempt": False,
    }  # fmt: skip
    assert lines[1]["provenance"] == {"brand": {"source": "reading", "confidence": 0.97}}
    table = parquet.read_table(tmp_path / "items.parquet").to_pylist()
    assert table[0]["category_path"] == ["채소", "양념채소", "대파"]
    assert table[0]["other_names"] == ["움파", "흙대파"]
    assert (table[1]["net_g"], table[1]["tax_exempt"], table[1]["gtin"]) == (500, False, GTIN)
    counts = json.loads(made["statistics.json"])
    assert (counts["items"], counts["with_gtin"], counts["sold_by_weight"]) == (2, 1, 1)
    assert counts["by_category"] == {"반찬·김치·장": 1, "채소": 1}
    assert counts["filled_by_field"]["maker"] == 1
    package = json.loads(made["datapackage.json"])
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    names = [column["name"] for column in package["resources"][0]["schema"]["fields"]]
    assert names == parquet.read_schema(tmp_path / "items.parquet").names
    net = next(c for c in package["resources"][0]["schema"]["fields"] if c["name"] == "net_g")
    assert (net["gs1"], net["unit"], net["type"]) == ("netContent", "g", "integer")


def test_nothing_private_leaves(world: World, tmp_path: Path) -> None:
    everything = b"".join(
        data for name, data in write(tmp_path).items() if name != "items.parquet"
    ).decode()
    everything += str(parquet.read_table(tmp_path / "items.parquet").to_pylist())
    for private in (
        "김철수",
        "진도군",
        "우리집 특가",
        "2027.1.1",
        "123456789012",
        '"by"',
        "price_krw",
    ):
        assert private not in everything
    assert not [one.key for one in fields() if not one.shared]


def test_a_market_may_keep_its_items(world: World) -> None:
    with every_market():
        CatalogSettings.objects.create(market=world.market, shares_items=False, updated_at=NOON)
    assert [row["code"] for row in rows()] == ["JT000000002"]


def test_merged_and_retired_items_are_not_in_it(world: World) -> None:
    item(code="JT000000003", state="retired")
    assert len(list(rows())) == 2


def test_it_verifies_and_names_its_key(world: World, tmp_path: Path) -> None:
    done = export(tmp_path)
    found = verify(tmp_path, done.fingerprint)
    assert (found.is_right, found.wrong, found.items) == (True, (), 2)
    assert not verify(tmp_path, "0" * 64).is_right
    key = load_pem_public_key((tmp_path / PUBLIC_KEY).read_bytes())
    assert isinstance(key, Ed25519PublicKey)
    key.verify(
        bytes.fromhex((tmp_path / SIGNATURE).read_text()), (tmp_path / MANIFEST).read_bytes()
    )


@pytest.mark.parametrize("name", [*FILES, MANIFEST, SIGNATURE, PUBLIC_KEY])
def test_one_flipped_byte_is_noticed_anywhere(world: World, tmp_path: Path, name: str) -> None:
    key = export(tmp_path).fingerprint
    path = tmp_path / name
    data = path.read_bytes()
    for place in sorted({0, len(data) // 3, len(data) // 2, len(data) - 2}):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert not verify(tmp_path, key).is_right, place
    path.write_bytes(data)
    assert verify(tmp_path, key).is_right
    path.unlink()
    assert not verify(tmp_path, key).is_right


def test_a_file_outside_the_folder_is_never_read(world: World, tmp_path: Path) -> None:
    export(tmp_path)
    manifest = json.loads((tmp_path / MANIFEST).read_bytes())
    manifest["files"]["../key.pem"] = "0" * 64
    data = json.dumps(manifest).encode()
    (tmp_path / MANIFEST).write_bytes(data)
    (tmp_path / SIGNATURE).write_text(signing.sign(data).hex())
    assert verify(tmp_path).wrong == (("../key.pem", "missing"),)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": [], "items": 1}', "\x00"])
def test_a_manifest_that_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    (tmp_path / SIGNATURE).write_text("00")
    (tmp_path / PUBLIC_KEY).write_text("no key")
    assert not verify(tmp_path).is_right


def test_no_items_make_an_empty_dataset(tmp_path: Path) -> None:
    assert export(tmp_path).items == 0
    assert verify(tmp_path).is_right
    assert parquet.read_table(tmp_path / "items.parquet").num_rows == 0


def test_the_private_key_is_its_owners_alone(tmp_path: Path) -> None:
    signing.sign(b"x")
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    assert signing.sign(b"x") == signing.sign(b"x")
    assert not signing.is_signed(b"y", signing.sign(b"x"), signing.public_pem())


class TestTrees:
    def test_names_find_their_like(self, tmp_path: Path) -> None:
        file = tmp_path / "tree.csv"
        file.write_text(
            "no,name\n1,식품 > 채소 > 대파/쪽파\n2,식품 > 수산 > 고등어\n3,가전 > TV\n",
            encoding="utf-8",
        )
        found = {one.slug: (one.number, one.score) for one in trees.suggest(trees.read_tree(file))}
        assert found["green-onion"] == ("1", 1.0)
        assert found["mackerel"] == ("2", 1.0)
        assert "toothpaste" not in found

    @pytest.mark.parametrize("data", [b"\xff\xfe", b"a,b\n1,2\n", b""])
    def test_what_is_no_tree(self, tmp_path: Path, data: bytes) -> None:
        file = tmp_path / "tree.csv"
        file.write_bytes(data)
        if data:
            with pytest.raises(trees.TreeUnreadable):
                trees.read_tree(file)
        else:
            assert trees.read_tree(file) == []


def test_the_day_of_the_data_is_that_of_its_youngest_item(world: World, tmp_path: Path) -> None:
    item(code="JT000000009", name="새것")
    from jangteo.apps.catalog.models import Item

    Item.objects.filter(code="JT000000009").update(updated_at=NOON + timedelta(days=2))
    made: dict[str, Any] = json.loads(write(tmp_path)["statistics.json"])
    assert made["as_of"] == "2026-11-23"


@pytest.mark.parametrize(
    "manifest",
    [
        b"[" * 100_000,
        b'{"files": {}, "items": Infinity}',
        b'{"files": [1], "items": 1}',
        b'{"files": {}, "items": "' + b"9" * 5000 + b'"}',
        b'{"files": {"../../etc/passwd": "0", "/etc/passwd": "0", "": "0", ".": "0", "\\u0000": "0"}, "items": 1}',
    ],
)
def test_a_hostile_manifest_is_wrong_and_reads_nothing_elsewhere(
    world: World, tmp_path: Path, manifest: bytes
) -> None:
    write(tmp_path)
    (tmp_path / MANIFEST).write_bytes(manifest)
    checked = verify(tmp_path)
    assert not checked.is_right
    assert {why for name, why in checked.wrong if "/" in name or name in ("", ".")} <= {"missing"}
