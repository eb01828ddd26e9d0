"""What the terminal says, in Korean or English.

Pages translate with gettext. The terminal does not: `jangteo --help` must answer in a blink, and `jangteo doctor`
must be able to say that the compiled translations are missing. So each sentence stands here in both languages.
"""

from __future__ import annotations

import os
from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the `jangteo` command; they are documented in its ``--help``."""

    OK = 0
    #: refused or failed, with a message; nothing was changed
    REFUSED = 1
    USAGE = 2
    #: the environment is not ready: a port, the disk, the database, missing files
    NOT_READY = 3
    #: a file is damaged, cut short or of a format this version does not know
    DAMAGED = 4


def language() -> str:
    """``ko`` or ``en``: ``JANGTEO_LANGUAGE``, else English where the locale is English, else Korean."""
    chosen = os.environ.get("JANGTEO_LANGUAGE", "")
    if not chosen:
        chosen = next(
            (
                os.environ[name]
                for name in ("LC_ALL", "LC_MESSAGES", "LANG")
                if os.environ.get(name)
            ),
            "",
        )
    return "en" if chosen.lower().startswith("en") else "ko"


def say(ko: str, en: str) -> str:
    """The sentence in the language of this terminal."""
    return en if language() == "en" else ko
