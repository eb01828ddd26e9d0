"""Text that people type: cleaned, compared and turned into web addresses."""

from __future__ import annotations

import re
import unicodedata

from jangteo.platform.errors import InvalidInput

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACE = re.compile(r"\s+")

# Revised Romanization (국립국어원 고시 2014-42) letter by letter: no sound changes between syllables.
ROMAN_INITIAL = "g kk n d tt r m b pp s ss - j jj ch k t p h".replace("-", "").split(" ")
ROMAN_VOWEL = [
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
]
ROMAN_FINAL = [
    "",
    "k",
    "k",
    "k",
    "n",
    "n",
    "n",
    "t",
    "l",
    "k",
    "m",
    "l",
    "l",
    "l",
    "p",
    "l",
    "m",
    "p",
    "p",
    "t",
    "t",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "t",
]


def clean_line(value: str, *, field: str, at_most: int, required: bool = False) -> str:
    """One line without control characters or doubled spaces; `InvalidInput` when missing or too long."""
    text = _SPACE.sub(" ", _CONTROL.sub("", unicodedata.normalize("NFC", value))).strip()
    if required and not text:
        raise InvalidInput(
            field=field, ko="비어 있어요. 적어 주세요.", en="It is empty. Please fill it in."
        )
    return _bounded(text, field, at_most)


def clean_block(value: str, *, field: str, at_most: int) -> str:
    """Several lines; line ends become ``\\n``."""
    lines = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")
    return _bounded(_CONTROL.sub("", lines).strip(), field, at_most)


def _bounded(text: str, field: str, at_most: int) -> str:
    if len(text) > at_most:
        raise InvalidInput(
            field=field,
            ko=f"{at_most}자보다 길어요. 줄여 주세요.",
            en=f"It is longer than {at_most} characters. Please shorten it.",
        )
    return text


def fold(text: str) -> str:
    """The text as compared: NFKC, lower case, letters and digits only ("한 단" and "한단" are one)."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def romanise(text: str) -> str:
    """Hangul in Latin letters, "암사시장" -> "amsasijang"; other characters stay."""
    return "".join(map(_romanise_one, unicodedata.normalize("NFC", text)))


def _romanise_one(char: str) -> str:
    index = ord(char) - 0xAC00
    if not 0 <= index < 11172:
        return char
    initial, rest = divmod(index, 588)
    vowel, final = divmod(rest, 28)
    return ROMAN_INITIAL[initial] + ROMAN_VOWEL[vowel] + ROMAN_FINAL[final]


def ascii_slug(text: str, *, at_most: int = 60) -> str:
    """Lower-case Latin letters, digits and single hyphens, for a web address; may be empty."""
    plain = unicodedata.normalize("NFKD", romanise(text)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:at_most].strip("-")


def korean_slug(text: str, *, at_most: int = 80) -> str:
    """Letters (Hangul too), digits and single hyphens, for a web address; may be empty."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:at_most].strip("-")
