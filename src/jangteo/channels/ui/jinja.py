"""The Jinja2 environment of every page.

Settings name it as ``OPTIONS["environment"]`` of Django's Jinja2 backend. Templates are found in
``channels/*/templates`` whatever the settings list, so a channel only adds its folder. A template's path starts
with its channel: ``ui/base.html``, ``shop/home.html``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from jangteo.channels.ui import assets, filters
from jangteo.platform.particles import with_josa
from jangteo.platform.percent import percent

CHANNELS = Path(__file__).resolve().parent.parent


class PageUndefined(StrictUndefined):
    """A missing name or key: an ``if`` may ask for it, printing it or looping over it is an error.

    ``{{ "x" if condition }}`` without an else is not missing anything: it prints nothing.
    """

    def __str__(self) -> str:  # type: ignore[override]  # jinja types it NoReturn
        if (self._undefined_hint or "").startswith("the inline if-expression"):
            return ""
        return str(super().__str__())

    def __bool__(self) -> bool:  # type: ignore[override]  # as above
        return False


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The path of a named view."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def icon(name: str, label: str = "", size: str = "") -> Markup:
    """An icon from the sprite; hidden from screen readers unless it has a ``label``. ``size``: "", "l" or "xl"."""
    return _icon(name, label, size, assets.version())


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, size: str, version: int) -> Markup:
    """A page shows twenty icons, the same on every page: each is put together once."""
    classes = f"icon icon-{size}" if size else "icon"
    told = (
        Markup('role="img" aria-label="{}"').format(label)
        if label
        else Markup('aria-hidden="true"')
    )
    return Markup('<svg class="{}" {} focusable="false"><use href="{}"></use></svg>').format(
        classes, told, assets.icon_url(name)
    )


def language() -> str:
    """Such as "ko" or "en": the language of this page."""
    return "en" if filters.is_english() else "ko"


def environment(**options: Any) -> Environment:
    """Build the environment; ``options`` come from Django's backend (loader, autoescape, auto_reload)."""
    folders = FileSystemLoader(sorted(str(p) for p in CHANNELS.glob("*/templates")))
    given = options.pop("loader", None)
    options.setdefault("autoescape", True)
    options["undefined"] = PageUndefined
    env = Environment(  # noqa: S701 - autoescape is on by default above
        loader=ChoiceLoader([folders, given]) if given is not None else folders,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        **options,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        gettext=gettext, ngettext=ngettext, pgettext=pgettext, npgettext=npgettext, newstyle=True
    )
    env.filters.update(
        won=filters.won,
        percent=percent,
        day=filters.day,
        clock=filters.clock,
        per_100g=filters.per_100g,
        weight=filters.weight,
        minutes=filters.minutes,
        lane_words=filters.lane_words,
        pay_method=filters.pay_method,
        named=filters.named,
        josa=with_josa,
    )
    env.globals.update(
        csrf_input="",  # Django gives the real one with the request
        request=None,
        url=url,
        asset=assets.asset,
        static=static,
        icon=icon,
        preload_fonts=assets.preload_fonts,
        language=language,
        get_language=get_language,
        now=timezone.now,
        escape=escape,
    )
    return env
