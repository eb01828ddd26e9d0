"""The components as HTML: escaped, labelled, and free of what the Content-Security-Policy forbids."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from django.utils import translation

from jangteo.channels.ui import assets, jinja, samples

UI = Path(jinja.__file__).parent


@pytest.fixture(scope="module")
def env() -> jinja2.Environment:
    return jinja.environment()


def show(env: jinja2.Environment, source: str, **context: object) -> str:
    return env.from_string('{% import "ui/macros.html" as ui with context %}' + source).render(
        **context
    )


class Page(HTMLParser):
    """Collects what a browser would refuse or a screen reader would miss."""

    VOID = {"meta", "link", "input", "img", "br", "hr", "use", "rect", "path"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []
        self.ids: list[str] = []
        self.feed(html)
        self.close()
        if self.open:
            self.problems.append(f"not closed: {self.open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or "style" in names:
            self.problems.append(f"inline style on <{tag}>")
        if tag == "script" and not names.get("src"):
            self.problems.append("inline script")
        self.problems += [
            f"inline handler {n}" for n in names if n.startswith(("on", "hx-on", "data-hx-on"))
        ]
        if tag == "img" and not {"alt", "width", "height"} <= names.keys():
            self.problems.append(f"picture without alt or size: {names}")
        for name in ("src", "href", "action"):
            if re.match(r"(https?:)?//", names.get(name) or ""):
                self.problems.append(f"another host: {names[name]}")
        if names.get("id"):
            self.ids.append(str(names["id"]))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("template", ["styleguide", "styleguide_list", "styleguide_stall"])
def test_pages_are_clean(env: jinja2.Environment, template: str, language: str) -> None:
    with translation.override(language):
        html = env.get_template(f"ui/{template}.html").render(samples.context())
    page = Page(html)
    assert page.problems == []
    assert len(page.ids) == len(set(page.ids))
    assert f'<html lang="{language}"' in html


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503, 418])
def test_error_page_says_what_to_do_and_what_is_safe(env: jinja2.Environment, status: int) -> None:
    with translation.override("ko"):
        html = env.get_template("ui/error.html").render(status=status)
    assert Page(html).problems == []
    assert html.count("<h1>") == 1
    safe = {
        404: "장바구니와 주문은 그대로",
        429: "장바구니와 주문은 그대로",
        500: "결제됐는지 먼저 확인",
        503: "결제됐는지 먼저 확인",
    }
    assert safe.get(status, "바뀐 것은 없어요") in html


def test_what_people_typed_is_escaped(env: jinja2.Environment) -> None:
    html = show(
        env, '{{ ui.offer_card("<b>대파</b>", "/o/1?a=1&b=2", 3500, stall=s) }}', s='"><script>'
    )
    assert "<b>" not in html
    assert "<script>" not in html
    assert "&lt;b&gt;대파" in html


def test_offer_card(env: jinja2.Environment) -> None:
    with translation.override("ko"):
        html = show(
            env,
            '{{ ui.offer_card("대파", "/o/1", 3500, unit="한 단", stall="순자네", marks=["today"], offer_id=7, add_url="/basket") }}',
            csrf_input=jinja.Markup('<input type="hidden" name="csrfmiddlewaretoken" value="t">'),
        )
        out = show(
            env,
            '{{ ui.offer_card("대파", "/o/1", 3500, sold_out=true, offer_id=7, add_url="/basket") }}',
        )
    assert '3,500<span class="won">원</span>' in html
    assert "오늘까지" in html
    assert 'name="csrfmiddlewaretoken" value="t"' in html
    assert 'aria-label="대파 담기"' in html
    assert "품절" in out
    assert "<form" not in out, "a sold-out thing cannot be put into the basket"


def test_field_ties_its_hint_and_error_to_the_input(env: jinja2.Environment) -> None:
    html = show(env, '{{ ui.field("price", "값", hint="원으로", error="0원은 안 돼요") }}')
    assert 'aria-describedby="f-price-hint f-price-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'for="f-price"' in html
    plain = show(env, '{{ ui.field("price", "값") }}')
    assert "aria-describedby" not in plain
    assert "aria-invalid" not in plain


def test_a_missing_name_is_an_error_but_may_be_asked_for(env: jinja2.Environment) -> None:
    assert env.from_string("{{ 'x' if nothing }}{% if a.b %}y{% endif %}").render(a={}) == ""
    with pytest.raises(jinja2.UndefinedError):
        env.from_string("{{ nothing }}").render()
    with pytest.raises(jinja2.UndefinedError):
        env.from_string("{{ a.b }}").render(a={})


def test_assets(env: jinja2.Environment) -> None:
    assert re.fullmatch(r"/static/built/ui/app-[A-Z0-9]{8}\.js", assets.asset("ui/app.js"))
    with pytest.raises(assets.UnknownAsset, match="npm run build"):
        assets.asset("ui/nothing.js")
    with pytest.raises(assets.UnknownAsset, match=r"icons\.txt"):
        jinja.icon("no-such-icon")
    assert 'aria-hidden="true"' in jinja.icon("store")
    assert 'aria-label="가게"' in jinja.icon("store", label="가게")


def test_a_missing_build_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "BUILT", tmp_path)
    with pytest.raises(assets.BrowserFilesMissing, match="npm run build"):
        assets.asset("ui/app.js")


def test_built_files_are_there_and_small() -> None:
    manifest = assets.manifest()
    for name in ("ui/app.js", "ui/ring.js", "ui/ui.css", "ui/fonts.css", "ui/icons.svg"):
        file = assets.BUILT / manifest.entries[name]
        assert file.is_file()
        assert file.with_name(file.name + ".br").stat().st_size < 16_000, name
        assert file.with_name(file.name + ".gz").is_file()
    assert sum((assets.BUILT / path).stat().st_size for path in manifest.preload) < 95_000


def test_every_class_a_template_names_exists() -> None:
    css = "".join(p.read_text(encoding="utf-8") for p in (UI / "css").rglob("*.css"))
    known = set(re.findall(r"\.([a-z][\w-]*)", css))
    used: set[str] = set()
    for template in (UI / "templates").rglob("*.html"):
        for value in re.findall(r'class="([^"{]*)"', template.read_text(encoding="utf-8")):
            used |= set(value.split())
    assert used - known - {"print-keep", "stall", "office", "shop"} == set()
