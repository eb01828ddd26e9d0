"""A query understood: what goods it means, within which limits, and what was mended in the text."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from jangteo.engines.matching.morphology import nouns_of
from jangteo.engines.retrieval.hangul import (
    from_latin_keys,
    has_letter,
    initials,
    is_initials,
    letters,
    to_latin_keys,
)
from jangteo.engines.retrieval.limits import read_limits
from jangteo.engines.retrieval.records import Aim, Meaning, Sort
from jangteo.engines.retrieval.text import MAX_QUERY, fold, has_hangul
from jangteo.engines.retrieval.words import (
    CHEAP,
    FOR_WHOM,
    INGREDIENTS,
    JOINING,
    PARTICLES,
    PLACING,
    STOP,
    USES,
    dishes,
    divide,
    goods_of,
    is_known,
    kinds_of,
    origin_of,
    other_names,
    spellings,
)

#: weights of what a dish takes: the main things, more, and some
_INGREDIENT_WEIGHTS = (1.0, 0.7, 0.45)
#: a dish that was named and not its ingredients: they come behind the dish itself
_BEHIND = 0.35
_SYNONYM, _HEAD, _MENDED = 0.93, 0.55, 0.97
#: a query this long as one word is not divided further
_LONG = 24
#: stands between goods that a particle joins
_AND = "\x1f"


class Vocabulary(Protocol):
    """What an index knows of its own documents."""

    def knows(self, word: str) -> bool:
        """Is ``word`` a name, a word of a name or a shelf here?"""
        ...

    def is_shelf(self, word: str) -> bool:
        """Is it the name of a shelf?"""
        ...

    def stall_of(self, word: str) -> str:
        """The stall that ``word`` names, or ""."""
        ...

    def mend(self, word: str) -> str:
        """The word of the index nearest in letters, or "" when none or several are near."""
        ...

    def sounds_like(self, latin: str) -> list[tuple[str, float]]:
        """Words that sound like ``latin``, best first, with how alike (0..1)."""
        ...

    def speaks(self, latin: str) -> bool:
        """Is it a word of an English name here?"""
        ...

    def begins(self, typed: str) -> bool:
        """Does a name or word here begin with these letters?"""
        ...


class NoVocabulary:
    """Understanding without an index: the tables alone."""

    def knows(self, word: str) -> bool:
        return False

    def is_shelf(self, word: str) -> bool:
        return False

    def stall_of(self, word: str) -> str:
        return ""

    def mend(self, word: str) -> str:
        return ""

    def sounds_like(self, latin: str) -> list[tuple[str, float]]:
        return []

    def speaks(self, latin: str) -> bool:
        return False

    def begins(self, typed: str) -> bool:
        return False


def understand_query(
    text: str, vocabulary: Vocabulary | None = None, *, morphology: bool = True
) -> Meaning:
    """What ``text`` means; never raises. With a ``vocabulary`` typos, sounds and stalls are read by what is on sale."""
    vocabulary = vocabulary or NoVocabulary()
    notes: list[tuple[str, str]] = []
    if len(text) > MAX_QUERY:
        notes.append(
            (
                f"검색어가 길어서 앞 {MAX_QUERY}자만 읽었어요.",
                f"The query is long: the first {MAX_QUERY} characters were read.",
            )
        )
        text = text[:MAX_QUERY]
    return _Reader(text, vocabulary, morphology, notes).read()


class _Reader:
    """One query being read; each step takes away what it understood."""

    def __init__(
        self, raw: str, vocabulary: Vocabulary, morphology: bool, notes: list[tuple[str, str]]
    ) -> None:
        self.raw, self.vocabulary, self.morphology = raw, vocabulary, morphology
        self.notes = notes
        self.aims: list[Aim] = []
        self.corrected = ""
        self.way = "typed"
        self.origins: list[str] = []
        self.stalls: list[str] = []

    def known(self, word: str) -> bool:
        return is_known(word) or self.vocabulary.knows(word)

    def readable(self, word: str) -> bool:
        """Known as it stands or as a run of known words, or behind a particle."""
        if self.known(word) or word in FOR_WHOM:
            return True
        pieces, unknown = divide(word)
        return unknown == 0 and len(pieces) <= 4

    def read(self) -> Meaning:
        text = fold(self.raw)
        if not text:
            return Meaning(text="", aims=(), notes=tuple(self.notes))
        keyed = self._keyboard(text)
        if keyed:
            self.way, self.corrected = "keyboard", keyed
        limits = read_limits(keyed or text)
        rest = limits.rest
        meaning_initials = half = ""
        latin: tuple[str, ...] = ()
        joined = rest.replace(" ", "")
        sort = Sort.PER_100 if CHEAP & set(rest.split()) else None
        if is_initials(joined):
            meaning_initials = joined
        elif joined and has_hangul(joined):
            half = self._half(joined)
            if not half:
                self._goods(rest)
        elif joined:
            latin = tuple(rest.split())
            self._latin(rest)
        return Meaning(
            text=text,
            aims=tuple(self._unique()),
            initials=meaning_initials,
            half=half,
            latin=latin,
            origins=tuple(dict.fromkeys(self.origins)),
            stalls=tuple(dict.fromkeys(self.stalls)),
            amount=limits.amount,
            min_krw=limits.min_krw,
            max_krw=limits.max_krw,
            sort=sort,
            corrected=self.corrected,
            notes=tuple(self.notes),
        )

    def _keyboard(self, text: str) -> str:
        """The text typed with the other language switched on, "" when it makes sense as it stands."""
        if not has_hangul(text):
            if not any(c.isalpha() for c in text):
                return ""
            for typed in (self.raw, self.raw.lower()):
                turned = fold(from_latin_keys(typed))
                if has_letter(turned.replace(" ", "")[:-1]):
                    continue
                words = read_limits(turned).rest.split()
                if words and all(self._makes_sense(word) for word in words):
                    return "" if self._reads_in_latin(text) else turned
            return ""
        words = []
        for word in text.split():
            words.append(self._turned(word) or word)
        turned = " ".join(words)
        return turned if turned != text else ""

    def _makes_sense(self, word: str) -> bool:
        mended = self._spelt(word)
        return (
            self.readable(word)
            or self.readable(mended)
            or any(word.endswith(s) for s in INGREDIENTS)
        )

    def _reads_in_latin(self, text: str) -> bool:
        """A word of an English name, or very much the sound of one."""
        words = text.split()
        if " ".join(words) in other_names() or all(self.vocabulary.speaks(w) for w in words):
            return len(text) > 2
        return any(
            alike >= 0.97 and len(text) > 3
            for _, alike in self.vocabulary.sounds_like("".join(words))
        )

    def _turned(self, word: str) -> str:
        """Latin typed on a Hangul keyboard before known goods: 처햇반 is cj햇반, ㅣㅁ갈비 is la갈비."""
        if self.known(word) or is_initials(word) or self.vocabulary.stall_of(word):
            return ""
        latin = to_latin_keys(word)
        if latin.isascii() and len(latin) > 2 and (latin in other_names() or self.known(latin)):
            return latin
        for end in range(min(4, len(word) - 1), 0, -1):
            head, tail = word[:end], word[end:]
            latin = to_latin_keys(head)
            if len(tail) < 2 or not latin.isascii() or self.known(head):
                continue
            if self.known(latin + tail) or ("brand" in kinds_of(latin) and self.known(tail)):
                return latin + tail
        return ""

    def _half(self, joined: str) -> str:
        """What is begun: a last letter that is no syllable yet, or a beginning of goods here; "" for neither."""
        if not has_letter(joined[-1]) or has_letter(joined[:-1]):
            return joined if self._unfinished(joined) else ""
        if self.vocabulary.begins(letters(joined)):
            return joined
        # 닭가ㅈ on the way to nothing here: what was right so far
        begun = joined[:-1]
        return begun if begun and self.vocabulary.begins(letters(begun)) else joined

    def _unfinished(self, word: str) -> bool:
        """No known word, no mistake that is known, but the beginning of one."""
        if self.readable(word) or self._spelt(word) != word or len(word) > 8:
            return False
        return self.vocabulary.begins(letters(word))

    def _spelt(self, word: str) -> str:
        if self.vocabulary.knows(word) and not any(w == word for w, _ in spellings()):
            return word
        for written, right in spellings():
            if written in word:
                return word.replace(written, right)
        return word

    def _mend(self, word: str) -> str:
        """``word`` as it should be spelt, itself when it is known or nothing is near."""
        spelt = self._spelt(word)
        if spelt != word:
            return spelt
        if len(word) < 2 or (self.readable(word) and not self._ill_matched(word)):
            return word
        return self.vocabulary.mend(word) or word

    def _ill_matched(self, word: str) -> bool:
        """Two kinds of goods that no name holds together: 표고 and 버선 of 표고버선."""
        if self.known(word):
            return False
        widest = [{g.path[:1] for g in goods_of(piece)} for piece in divide(word)[0]]
        named = [paths for paths in widest if paths]
        return len(named) > 1 and named[0].isdisjoint(named[-1])

    def _latin(self, rest: str) -> None:
        for name in other_names().get(rest, ()):
            self._aim(name, 1.0, "synonym")
        if not self.aims:
            for word, alike in self.vocabulary.sounds_like(rest.replace(" ", ""))[:6]:
                self._aim(word, alike, "sound")
        if self.known(rest.replace(" ", "")):
            self._aim(rest.replace(" ", ""), 1.0, self.way)
        for word in rest.split():
            for name in other_names().get(word, ()):
                self._aim(name, 0.6, "synonym")

    def _goods(self, rest: str) -> None:
        if self._dish(rest.replace(" ", "")):
            return
        words = self._plain_words(rest.split())
        if not words:
            words = [w for w in rest.split() if w not in STOP] or rest.split()
        if self._dish("".join(words)):
            return
        mended = [self._mend(word) if not self._joins(words) else word for word in words]
        if mended != words:
            self.corrected = " ".join(w for w in mended if w != _AND)
            self.way = "spelling"
            if self._dish("".join(mended)):
                return
        joined = "".join(mended)
        weight = _MENDED if self.way == "spelling" else 1.0
        self._whole(joined, mended, weight)

    def _joins(self, words: list[str]) -> bool:
        """Single syllables written apart: 삼 겹 살."""
        return len(words) > 1 and self.readable("".join(words))

    def _whole(self, joined: str, words: list[str], weight: float) -> None:
        groups = self._groups(words)
        if len(groups) > 1:
            for group in groups:
                self._whole("".join(group), group, weight)
            return
        if _AND in words:
            words = [w for w in words if w != _AND]
            joined = "".join(words)
        pieces, unknown = divide(joined) if len(joined) <= _LONG else (tuple(words), 1)
        if len(words) > 1 and any(word in USES for word in words):
            pieces, unknown = tuple(words), 0
        if unknown and len(words) > 1:
            pieces = tuple(p for word in words for p in self._pieces(word))
        elif unknown:
            pieces = self._pieces(joined)
        pieces = tuple(USES.get(p, p) if len(pieces) > 1 else p for p in pieces)
        origins = [p for p in pieces if len(pieces) > 1 and origin_of(p) and not goods_of(p)]
        self.origins += [origin_of(p) for p in origins]
        kept = tuple(p for p in pieces if p not in origins) or pieces
        self._aim("".join(kept), weight, self.way, kept)
        if unknown and len(words) == 1 and not self.vocabulary.knows(joined):
            self._partly(joined, weight)
        if len(kept) > 1:
            last = kept[-1]
            ends = [p for p in reversed(kept) if goods_of(p) or self.vocabulary.knows(p)]
            for piece in dict.fromkeys([*ends[:1], last]):
                if piece not in USES.values():
                    self._aim(piece, weight * _HEAD, self.way)

    def _partly(self, word: str, weight: float) -> None:
        """Known goods that make up most of an unknown word: 바지락 of 바지락조계."""
        for piece in divide(word)[0]:
            if goods_of(piece) and len(piece) > 1 and 2 * len(piece) > len(word):
                self._aim(piece, weight * _HEAD, self.way)

    def _pieces(self, word: str) -> tuple[str, ...]:
        pieces, unknown = divide(word)
        return pieces if unknown == 0 else (word,)

    def _groups(self, words: list[str]) -> list[list[str]]:
        """Goods joined by a particle are asked for each on its own."""
        return [group.split() for group in " ".join(words).split(_AND) if group.strip()]

    def _plain_words(self, words: list[str]) -> list[str]:
        """Words without polite ones, particles and stalls; joined goods keep a mark between them."""
        found: list[str] = []
        unknown_left = False
        for word in words:
            if word in STOP and not self.vocabulary.knows(word):
                continue
            stall = (
                ""
                if goods_of(word) or self.vocabulary.is_shelf(word)
                else self.vocabulary.stall_of(word)
            )
            if stall and len(words) > 1:
                self.stalls.append(stall)
                continue
            if self.readable(word) or self._spelt(word) != word:
                found.append(word)
                continue
            particle = next(
                (p for p in PARTICLES if word.endswith(p) and self.readable(word[: -len(p)])), ""
            )
            if particle in PLACING and word is not words[-1]:
                continue
            if particle and len(word) > len(particle):
                found.append(word[: -len(particle)])
                if particle in JOINING:
                    found.append(_AND)
                continue
            verb = self._nouns(word) if len(words) > 1 else []
            unknown_left = unknown_left or not verb
            found += verb or [word]
        if self.stalls and any(goods_of(w) for w in found):
            found = [w for w in found if not self._shelf_of_stall(w)] or found
        return found

    def _shelf_of_stall(self, word: str) -> bool:
        """푸른들 채소 시금치: 채소 is a word of the stall's name."""
        return not goods_of(word) and any(word in stall.split() for stall in self.stalls)

    def _nouns(self, word: str) -> list[str]:
        """Known nouns of a word with endings; a word that Kiwi cannot explain stays whole."""
        if not self.morphology or word.isascii():
            return []
        runs = nouns_of([word])[0]
        kept = [run for run in runs if self.readable(run) and run not in STOP]
        return kept[:1]

    def _dish(self, joined: str) -> bool:
        """A dish by its ingredients, or an occasion; false when the text is neither."""
        joined = self._spelt(joined)
        asked = next((s for s in INGREDIENTS if joined.endswith(s) and len(joined) > len(s)), "")
        base = joined[: -len(asked)] if asked else joined
        dish = dishes().get(joined) or dishes().get(base)
        if dish is None:
            return False
        if (
            joined != self.raw.replace(" ", "")
            and self.way != "keyboard"
            and joined != fold(self.raw).replace(" ", "")
        ):
            rest = read_limits(fold(self.raw)).rest.replace(" ", "")
            self.corrected = joined if rest != joined and rest else self.corrected
        scale = 1.0 if asked or dish.is_need else _BEHIND
        if scale < 1.0 or dish.is_need:
            self._aim(joined, 1.0, self.way)
        elif asked:
            self._aim(base, 0.72, self.way)
        for weight, listed in zip(
            _INGREDIENT_WEIGHTS, (dish.main, dish.more, dish.some), strict=True
        ):
            for word in listed:
                way = "need" if dish.is_need else "dish"
                self._aim(
                    word.lstrip("@"),
                    weight * scale,
                    way,
                    category=word.startswith("@"),
                    why=dish.name,
                )
        return True

    def _aim(
        self,
        text: str,
        weight: float,
        way: str,
        words: Collection[str] = (),
        *,
        category: bool = False,
        why: str = "",
    ) -> None:
        if not text:
            return
        words = tuple(words) or self._pieces(text)
        is_shelf = category or self.vocabulary.is_shelf(text)
        if not is_shelf and text.endswith("류") and self.vocabulary.is_shelf(text[:-1]):
            text, is_shelf = text[:-1], True
        self.aims.append(
            Aim(text=text, words=words, weight=weight, way=way, is_category=is_shelf, why=why)
        )
        if why and way == "dish":
            return
        others = dict.fromkeys(
            [*other_names().get(text, ()), *(g.name for g in goods_of(text) if not g.variety)]
        )
        for other in others:
            if other != text:
                pieces = self._pieces(other)
                shelf = self.vocabulary.is_shelf(other)
                self.aims.append(
                    Aim(
                        text=other,
                        words=pieces,
                        weight=weight * _SYNONYM,
                        way="synonym",
                        is_category=shelf,
                        why=why,
                    )
                )

    def _unique(self) -> list[Aim]:
        best: dict[str, Aim] = {}
        for aim in self.aims:
            held = best.get(aim.text)
            if held is None or aim.weight > held.weight:
                best[aim.text] = aim
        return list(best.values())


def query_initials(text: str) -> str:
    """First consonants of folded ``text`` without spaces."""
    return initials(fold(text).replace(" ", ""))
