"""Pages that speak of the code say what the code says."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from pathlib import Path
from types import ModuleType

from jangteo.platform.config import Config

ROOT = Path(__file__).resolve().parents[2]


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_of_settings_is_the_code() -> None:
    docs = _script("write_docs")
    text = docs.OPERATE.read_text(encoding="utf-8")
    assert docs.written(text) == text, "run `make docs`"
    assert docs.written(text.replace("`8000`", "`9000`")) == text


def test_every_setting_says_what_it_is_for() -> None:
    reasons = _script("write_docs").reasons()
    assert [name for name in Config.model_fields if not reasons.get(name)] == []


def test_every_direct_dependency_is_justified_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    package = json.loads((ROOT / "package.json").read_text())
    wanted = [
        re.split(r"[\[~>=<!;]", requirement)[0]
        for requirement in project["dependencies"] + project["optional-dependencies"]["dev"]
    ]
    wanted += [*package["dependencies"], *package["devDependencies"]]
    rows = re.findall(r"^\| (\S+) \| (.+) \|$", (ROOT / "docs/dependencies.md").read_text(), re.M)
    names = [name for name, _ in rows if name not in ("package", "---")]
    assert sorted(names) == sorted(wanted)


def test_a_text_without_its_english_is_found(tmp_path: Path) -> None:
    script = _script("check_translations")
    source, english = script.Catalog(locale="en"), script.Catalog(locale="en")
    for text in ("장바구니", "{stall}에서", "%(count)s개 담았어요"):
        source.add(text)
    source.add(("%(num)s개", "%(num)s개들"))
    english.add("장바구니", "Cart")
    english.add("{stall}에서", "at the stall")
    english.add("%(count)s개 담았어요", "")
    english.add(("%(num)s개", "%(num)s개들"), ("one piece", "%(num)s pieces"))
    found = script.check(source, english)
    assert len(found) == 2
    assert "placeholders [] instead of ['{stall}']" in "".join(found)
    assert "no English text" in "".join(found)


def test_the_english_file_keeps_its_translations_and_is_steady(tmp_path: Path) -> None:
    script = _script("check_translations")
    path = tmp_path / "django.po"
    source = script.Catalog(locale="en")
    source.add("장바구니", locations=[("a.py", 1)])
    source.add("새 글", locations=[("b.py", 2)])
    assert script.update(source, path) == 2
    path.write_text(
        path.read_text().replace('msgid "장바구니"\nmsgstr ""', 'msgid "장바구니"\nmsgstr "Cart"')
    )
    assert script.update(source, path) == 1
    first = path.read_bytes()
    assert script.update(source, path) == 1
    assert path.read_bytes() == first
    assert script.load(path).get("장바구니").string == "Cart"
    gone = script.Catalog(locale="en")
    gone.add("새 글", locations=[("b.py", 2)])
    script.update(gone, path)
    assert "장바구니" not in path.read_text()


def test_texts_are_found_in_python_and_templates(tmp_path: Path) -> None:
    script = _script("check_translations")
    script.SOURCE = tmp_path
    (tmp_path / "a.py").write_text('x = _("가") + ngettext("나", "나들", 2)\n')
    (tmp_path / "shop" / "templates").mkdir(parents=True)
    (tmp_path / "shop" / "templates" / "b.html").write_text(
        '{{ _("다") }}{% trans n=3 %}라 {{ n }}{% endtrans %}'
    )
    found = {message.id for message in script.texts() if message.id}
    assert found == {"가", ("나", "나들"), "다", "라 %(n)s"}
