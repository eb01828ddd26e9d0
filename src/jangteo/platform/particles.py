"""A word with its particle, in the language of the page."""

from __future__ import annotations

from django.utils.translation import get_language

from jangteo.platform.josa import josa


def with_josa(word: str, pair: str) -> str:
    """The word and its particle in Korean; the bare word in other languages."""
    if (get_language() or "ko").startswith("ko"):
        return word + josa(word, pair)
    return word
