"""One line understood: numbers first, then words, then what both say together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from jangteo.engines.matching.amounts import Amounts, amounts_of, bounded
from jangteo.engines.matching.lexicon import Category, Lexicon, lexicon
from jangteo.engines.matching.morphology import misspelt, nouns_of
from jangteo.engines.matching.named import Named, Piece
from jangteo.engines.matching.naming import name_words
from jangteo.engines.matching.noise import Noise, blank, find_noise
from jangteo.engines.matching.outcome import put_together
from jangteo.engines.matching.prices import PriceReading, read_price
from jangteo.engines.matching.quantities import Scan, scan
from jangteo.engines.matching.questions import ask
from jangteo.engines.matching.records import DEFAULT, MarketUnits, Understood
from jangteo.engines.matching.segments import Segment, segment
from jangteo.engines.matching.text import MAX_READ, Folded, fold_line

_BATCH = 512
_GRADE = re.compile(
    r"(?<![\d+.,])(?:1\+{1,2}+(?:\s?등급)?(?:\s?\(\d\))?(?!\d)|[1-3]\s?등급|특\s?등급|[12]\s?등품)"
)
_BEEF = re.compile(
    r"한우|소고기|쇠고기|등심|채끝|안심|갈비|한돈|등급|삼겹|목살|항정|양지|사태|불고기|유정란|계란|달걀|韓牛"
)
_NATIVE_GLUED = re.compile(
    r"(?<![가-힣])([가-힣]{1,8}?)(?=(?:한|두|세|네|다섯|여섯|열|반)"
    r"(?:근|마리|단|봉지|팩|개|판|모|통|포기|손|상자|박스|망|접|되|말|송이|줄|병)"
    r"(?:에|\s|$|[,/(]|\d|[일이삼사오육칠팔구]?[천만]))"
)
_NEW_NAME = re.compile(r"[가-힣]{2,10}")
_FOR = re.compile(r"(?<![가-힣a-z0-9])[가-힣]{1,6}(?:용|거리)(?![가-힣a-z0-9])")
_GLUED_WORD = re.compile(r"[a-z]*\d+[a-z가-힣&]*|[가-힣a-z]+\d+[가-힣a-z]*")


@dataclass(slots=True)
class Draft:
    """All that was read from one line, before the name is looked up further."""

    folded: Folded
    noise: Noise
    scanned: Scan
    price: PriceReading
    named: Named
    segments: list[Segment]
    grade: Piece | None


def understand(line: str, *, market: MarketUnits = DEFAULT) -> Understood:
    """What one product line says; never raises for what the line holds. ``market`` weighs customary units."""
    return next(iter(understand_many([line], market=market)))


def understand_many(
    lines: Iterable[str], *, market: MarketUnits = DEFAULT, batch: int = _BATCH
) -> Iterable[Understood]:
    """``understand`` for many lines, in order; new nouns of ``batch`` lines are analysed together."""
    rest = iter(lines)
    while taken := list(islice(rest, batch)):
        drafts = [_draft(line) for line in taken]
        _name_unknown([d for d in drafts if d is not None])
        for line, draft in zip(taken, drafts, strict=True):
            yield _nothing(line) if draft is None else _finish(draft, market)


def _nothing(line: str) -> Understood:
    return Understood(line=line, fields={}, asks=(ask("empty"),))


def _draft(line: str) -> Draft | None:
    folded = fold_line(line)
    text = folded.text
    if not any(char.isalnum() for char in text):
        return None
    words = lexicon()
    standard = _spelt(text, words)
    noise = find_noise(standard, bool(_BEEF.search(standard)))
    kept = _words_with_digits(standard, words)
    free = blank(standard, noise.spans)
    grade = _grade(free)
    if grade is not None:
        free = blank(free, [(grade.start, grade.end)])
    numbers = blank(free, kept, "\x01")
    scanned = scan(blank(numbers, _glued_names(numbers, words), "\x01"))
    unpriced = blank(numbers, scanned.spans)
    price = read_price(standard, unpriced)
    letters = blank(free, [*scanned.spans, *price.spans])
    for start, end in kept:
        letters = letters[:start] + standard[start:end] + letters[end:]
    use, letters = _made_for(letters, words)
    segments = segment(letters, words)
    first = min([a for a, _ in (*scanned.spans, *price.spans) if a > 0] or [len(text)])
    named = name_words(segments, standard, first, words)
    named.use = named.use or use
    return Draft(folded, noise, scanned, price, named, segments, grade)


def _made_for(letters: str, words: Lexicon) -> tuple[Piece | None, str]:
    """콩국수용: what a word with 용 behind it names is a use, not the goods."""
    use: Piece | None = None
    for match in _FOR.finditer(letters):
        if match[0] not in words.words:
            use = use or Piece(match[0], 0.9, match.start(), match.end())
            letters = blank(letters, [match.span()])
    return use, letters


def _spelt(text: str, words: Lexicon) -> str:
    """``text`` with other spellings of loan words and common typos in the standard one; its length stays."""
    for written, standard in words.spellings:
        if written in text:
            text = text.replace(written, standard)
    return text


def _words_with_digits(text: str, words: Lexicon) -> list[tuple[int, int]]:
    """비타500, 3분카레 and 2080 are words, not numbers."""
    spans: list[tuple[int, int]] = []
    for match in _GLUED_WORD.finditer(text):
        for surface in words.with_digits:
            at = match[0].find(surface)
            if at >= 0:
                start = match.start() + at
                after = text[start + len(surface) : start + len(surface) + 1]
                if not (surface[-1].isdigit() and after.isdigit()) and not (
                    surface[-1].isascii() and after.isascii() and after.isalpha()
                ):
                    spans.append((start, start + len(surface)))
                    break
    return spans + [
        m.span() for m in re.finditer(r"(?<!\d)2080(?=\s?[가-힣]*(?:치약|칫솔|치솔))", text)
    ]


def _glued_names(text: str, words: Lexicon) -> list[tuple[int, int]]:
    """삼겹살한근: a known name with a numeral and a unit glued behind it ends where the numeral begins."""
    return [
        match.span(1)
        for match in _NATIVE_GLUED.finditer(text)
        if any(w.kind == "item" for w in words.words.get(match[1], ()))
    ]


def _grade(text: str) -> Piece | None:
    found = _GRADE.search(text)
    if found is None:
        return None
    value = re.sub(r"\s", "", found[0])
    value = re.sub(r"\(\d\)$", "", value)
    value = value.replace("등급", "") if "+" in value else value
    return Piece(value, 0.97, found.start(), found.end())


def _name_unknown(drafts: Sequence[Draft]) -> None:
    """Names for lines of which no word is known: a typo of a known name, else the noun that is left."""
    waiting: list[tuple[Draft, Segment]] = []
    for draft in drafts:
        if draft.named.name is not None:
            continue
        sold = bool(draft.scanned.found) or draft.price.krw is not None
        for one in draft.named.unknown:
            near = misspelt(one.surface)
            if near is not None:
                item, confidence = near
                draft.named.name = Piece(item.value, confidence, one.start, one.end)
                draft.named.item, draft.named.category = item, item.category
                if item.variety:
                    draft.named.variety = Piece(item.variety, 0.8, one.start, one.end)
                break
        else:
            if sold:
                waiting += [(draft, one) for one in draft.named.unknown[:3]]
    nouns = nouns_of([one.surface for _, one in waiting])
    for (draft, one), found in zip(waiting, nouns, strict=True):
        if draft.named.name is None and found:
            alone = len(draft.named.unknown) == 1 and bool(_NEW_NAME.fullmatch(one.surface))
            alone = alone and found[0] == one.surface
            draft.named.name = Piece(found[0], 0.82 if alone else 0.5, one.start, one.end)


def _finish(draft: Draft, market: MarketUnits) -> Understood:
    words = lexicon()
    category = words.categories.get(draft.named.category)
    name = str(draft.named.name.value) if draft.named.name else ""
    amounts = _with_price_unit(amounts_of(draft.scanned, category, name, market), draft, category)
    _doubts(draft, amounts)
    if draft.noise.plus and amounts.pack_count is not None:
        amounts = replace(amounts, pack_count=amounts.pack_count * draft.noise.plus)
    made = put_together(
        draft.folded,
        draft.named,
        category,
        bounded(amounts),
        draft.price,
        draft.noise,
        draft.grade,
    )
    if len(draft.folded.raw) > MAX_READ:
        made = replace(made, asks=(*made.asks, ask("too_long")))
    return made


def _doubts(draft: Draft, amounts: Amounts) -> None:
    """Several prices, or several products: packs and pieces said for one of them are said for none."""
    price, after = draft.price, False
    name = draft.named.name
    if price.krw is not None and price.weak and name is not None and price.start < name.start:
        price.krw, price.asks = None, ["price_unclear"]
    if draft.named.apart or "pack_several" in amounts.asks:
        price.krw, price.asks = None, ["price_several" if draft.named.apart else "price_unclear"]
    if "price_several" in price.asks and price.spans:
        first = min(start for start, _ in price.spans)
        after = any(q.start > first for q in draft.scanned.found)
        if amounts.count_from and all(q.start < first for q in amounts.count_from):
            amounts.pack_count, after = None, False
            amounts.asks.append("pack_several")
    if draft.named.apart or after:
        amounts.count = amounts.pack_count = None
        amounts.asks.append("pack_several")
    if draft.named.apart:
        amounts.net_g = amounts.net_ml = None


def _with_price_unit(amounts: Amounts, draft: Draft, category: Category | None) -> Amounts:
    """100g당 1,200원 alone: what is sold is 100 g; beside another weight it is a unit price only."""
    per = draft.price.per
    if per is None or draft.price.krw is not None:
        return amounts
    won, number, unit = per
    weight = {"kg": 1000, "g": 1}.get(unit)
    volume = {"l": 1000, "ml": 1}.get(unit)
    unsized = amounts.net_g is None and amounts.net_ml is None and not amounts.asks
    if weight and unsized and amounts.pack_count in (None, 1) and amounts.count is None:
        amounts = replace(amounts, net_g=number * weight, pack_count=1)
    elif volume and unsized and amounts.pack_count in (None, 1):
        amounts = replace(amounts, net_ml=number * volume, pack_count=1)
    elif (
        not weight
        and not volume
        and amounts.count in (None, number)
        and amounts.pack_count in (None, 1)
    ):
        if unit == "근" and category is not None and category.geun_g and unsized:
            amounts = replace(amounts, net_g=number * category.geun_g, pack_count=1)
        elif unit != "근" and unsized:
            amounts = replace(amounts, count=number, pack_count=1)
        else:
            draft.price.asks = ["price_unit"]
            return amounts
    else:
        draft.price.asks = ["price_unit"]
        return amounts
    draft.price.krw, draft.price.asks = won, []
    draft.price.start, draft.price.end = draft.price.per_span
    return amounts
