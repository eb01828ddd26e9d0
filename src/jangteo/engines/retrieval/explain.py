"""Why a result stands where it does, in words."""

from __future__ import annotations

from dataclasses import dataclass

from jangteo.engines.retrieval.records import Document, Meaning, Result
from jangteo.platform.josa import josa

#: likeness of letters and of meaning that is worth a word
_LIKE, _MEANT = 0.5, 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One reason: the signal it rests on, its value 0..1, and the words for it."""

    signal: str
    value: float
    ko: str
    en: str


def explain(result: Result, document: Document, meaning: Meaning) -> tuple[Said, ...]:
    """The reasons of ``result``, the strongest first. Every one is a signal that is above 0."""
    signals = result.signals
    found = [
        *_by_goods(result),
        *_by_letters(result, meaning),
        *_by_facts(result, document, meaning),
    ]
    if not found:
        best = max(signals.items(), key=lambda item: item[1], default=("", 0.0))
        found = [_said(best[0], best[1], "비슷한 상품이에요", "It is much like it")]
    return tuple(found)


def _said(signal: str, value: float, ko: str, en: str) -> Said:
    return Said(signal=signal, value=round(value, 3), ko=ko, en=en)


def _by_goods(result: Result) -> list[Said]:
    signals, aim = result.signals, result.aim
    if not aim:
        return []
    found = []
    quoted = f"'{aim}'"
    if result.why and signals.get("takes"):
        ko = (
            f"{result.why}에 쓰는 {aim}"
            if result.way == "dish"
            else f"{josa_of(result.why)} 어울리는 {aim}"
        )
        found.append(
            _said("takes", signals["takes"], f"{ko}{_is(aim)}", f"{aim} goes into {result.why}")
        )
    elif signals.get("exact"):
        found.append(_said("exact", 1.0, f"이름이 {quoted}{_is(aim)}", f"The name is {quoted}"))
    elif signals.get("holds"):
        found.append(
            _said(
                "holds",
                1.0,
                f"이름에 {quoted}{josa(aim, '이/가')} 들어 있어요",
                f"The name holds {quoted}",
            )
        )
    elif signals.get("same_goods"):
        found.append(
            _said(
                "same_goods",
                1.0,
                f"{quoted}{josa(aim, '과/와')} 같은 상품이에요",
                f"It is the same thing as {quoted}",
            )
        )
    elif signals.get("names_goods"):
        found.append(
            _said(
                "names_goods", 1.0, f"{quoted}에서 온 이름이에요", f"Its name comes from {quoted}"
            )
        )
    if result.way == "synonym" and found:
        found.append(
            _said(
                "same_goods",
                1.0,
                f"다른 이름 {quoted}{josa(aim, '으로/로')} 찾았어요",
                f"Found by its other name {quoted}",
            )
        )
    if signals.get("shelf", 0.0) >= 0.9:
        found.append(
            _said(
                "shelf",
                signals["shelf"],
                f"{quoted} 진열대에 있어요",
                f"It is on the shelf {quoted}",
            )
        )
    if not found and signals.get("tree", 0.0) >= 0.6:
        found.append(
            _said(
                "tree",
                signals["tree"],
                f"{quoted}{josa(aim, '과/와')} 같은 갈래예요",
                f"It is of the same kind as {quoted}",
            )
        )
    if not found and signals.get("edit", 0.0) >= _LIKE:
        found.append(
            _said(
                "edit",
                signals["edit"],
                f"이름이 {quoted}{josa(aim, '과/와')} 비슷해요",
                f"Its name is much like {quoted}",
            )
        )
    if signals.get("described"):
        found.append(
            _said(
                "described",
                1.0,
                f"설명에 {quoted}{josa(aim, '이/가')} 나와요",
                f"Its description names {quoted}",
            )
        )
    return found


def _is(word: str) -> str:
    return "이에요" if josa(word, "은/는") == "은" else "예요"


def josa_of(word: str) -> str:
    """``word`` with the particle of fitting."""
    return word + "에"


def _by_letters(result: Result, meaning: Meaning) -> list[Said]:
    signals = result.signals
    found = []
    if signals.get("initials"):
        asked = meaning.initials
        found.append(
            _said(
                "initials",
                signals["initials"],
                f"초성 {asked}이 맞아요",
                f"Its first consonants are {asked}",
            )
        )
    if signals.get("half"):
        found.append(
            _said(
                "half",
                signals["half"],
                f"'{meaning.half}'까지 적은 글자로 시작해요",
                f"It begins with the letters typed so far, '{meaning.half}'",
            )
        )
    if signals.get("sound", 0.0) >= 0.7:
        heard = " ".join(meaning.latin)
        found.append(
            _said(
                "sound", signals["sound"], f"'{heard}' 소리와 같아요", f"It sounds like '{heard}'"
            )
        )
    if signals.get("english"):
        asked = " ".join(meaning.latin)
        found.append(
            _said(
                "english",
                signals["english"],
                f"영어 이름에 '{asked}' 낱말이 있어요",
                f"Its English name has '{asked}'",
            )
        )
    if result.way == "keyboard":
        found.append(
            _said(
                "keyboard",
                1.0,
                f"한영 전환을 고쳐 '{meaning.corrected}'{josa(meaning.corrected, '으로/로')} 찾았어요",
                f"Typed on the other keyboard: '{meaning.corrected}'",
            )
        )
    if result.way == "spelling":
        found.append(
            _said(
                "spelling",
                1.0,
                f"맞춤법을 고쳐 '{meaning.corrected}'{josa(meaning.corrected, '으로/로')} 찾았어요",
                f"Spelling mended: '{meaning.corrected}'",
            )
        )
    return found


def _by_facts(result: Result, document: Document, meaning: Meaning) -> list[Said]:
    signals = result.signals
    found = []
    if meaning.origins and signals.get("origin"):
        found.append(
            _said(
                "origin",
                1.0,
                f"원산지가 {document.origin}{_is(document.origin)}",
                f"It is from {document.origin}",
            )
        )
    if meaning.stalls and signals.get("stall"):
        found.append(
            _said("stall", 1.0, f"{document.stall} 상품이에요", f"{document.stall} sells it")
        )
    if meaning.amount and signals.get("amount", 0.0) >= 0.9:
        found.append(
            _said(
                "amount",
                signals["amount"],
                f"찾는 양({document.unit})이에요",
                f"It is the amount asked for ({document.unit})",
            )
        )
    if meaning.max_krw is not None and document.price_krw is not None:
        found.append(
            _said(
                "price",
                1.0,
                f"{meaning.max_krw:,}원 이하예요",
                f"It costs at most {meaning.max_krw:,} won",
            )
        )
    elif meaning.min_krw is not None and document.price_krw is not None:
        found.append(
            _said(
                "price",
                1.0,
                f"{meaning.min_krw:,}원 이상이에요",
                f"It costs at least {meaning.min_krw:,} won",
            )
        )
    if signals.get("meaning", 0.0) >= _MEANT and not signals.get("holds"):
        found.append(_said("meaning", signals["meaning"], "뜻이 가까워요", "It is near in meaning"))
    return found
