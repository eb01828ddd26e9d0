"""Refuses what a text says beyond the facts, and what no text about food may say."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from jangteo.engines.copywriting import banned, places
from jangteo.engines.copywriting.claims import CLAIMS, words_of
from jangteo.engines.copywriting.numbers import Known, known, mentions
from jangteo.engines.copywriting.records import Checked, Facts, Kind, Problem, Wrong
from jangteo.engines.copywriting.seen import Seen, View, fold, see
from jangteo.engines.matching.lexicon import lexicon

#: 직접 만들어 보세요 tells the buyer what to do
_TO_THE_COOK = re.compile(r"[가-힣]{1,2}\s?(?:보세요|보셔|보시|보십|드세요|드셔|드시|먹)")
#: what a reply may speak of because the order is over
_ABOUT_A_REVIEW = frozenset(["배달", "배송"])
SOCIAL_LETTERS = 200
MOST_LETTERS = 4000
_WHY: dict[Wrong, tuple[str, str]] = {
    Wrong.NUMBER: (
        "확인된 값이 아니에요. 상품 정보에 있는 값으로 고치거나 빼 주세요.",
        "is not a confirmed value. Use the one in the facts or leave it out.",
    ),
    Wrong.ORIGIN: (
        "확인된 원산지나 지역이 아니에요. 원산지 표시와 같게 고치거나 빼 주세요.",
        "is not a confirmed origin or place. Use the confirmed origin or leave it out.",
    ),
    Wrong.CLAIM: (
        "확인되지 않은 내용이에요. 사실이면 상품 정보에 먼저 적고, 아니면 빼 주세요.",
        "is not confirmed. Add it to the facts first if it is true, or leave it out.",
    ),
    Wrong.MEDICAL: (
        "식품 글에 쓸 수 없는 건강·치료 표현이에요(식품표시광고법 제8조). 빼 주세요.",
        "is a health or healing claim that food may not carry (Food Labelling and Advertising Act, Art. 8). Leave it out.",
    ),
    Wrong.SUPERLATIVE: (
        "과장하거나 남과 견주는 표현이에요(식품표시광고법 제8조). 빼 주세요.",
        "exaggerates or compares (Food Labelling and Advertising Act, Art. 8). Leave it out.",
    ),
    Wrong.COMPETITOR: (
        "다른 가게나 업체의 이름이에요. 빼 주세요.",
        "names another shop. Leave it out.",
    ),
    Wrong.PROMISE: (
        "돈이나 책임을 약속하는 말은 답글에 쓸 수 없어요. 따로 이야기해 주세요.",
        "promises money or admits a fault. Leave it out of the reply.",
    ),
    Wrong.CONTACT: (
        "연락처, 주소나 손님 이름은 글에 쓰지 않아요. 빼 주세요.",
        "is a contact or a person's name. Leave it out.",
    ),
    Wrong.LEFTOVER: (
        "글을 만들다 남은 말이에요. 빼 주세요.",
        "is left over from writing. Leave it out.",
    ),
    Wrong.FORM: (
        "글의 모양이 맞지 않아요. 비었거나 너무 길어요.",
        "has the wrong form: empty or too long.",
    ),
}


def check(text: str, kind: Kind | str, facts: Facts, *, competitors: Sequence[str] = ()) -> Checked:
    """What of ``text`` must be refused; both the offline writer's and a language model's texts come through here.

    ``competitors`` are names of other stalls and shops. A problem's ``start`` and ``end`` are positions in ``text``.
    Refusal is the answer in doubt: a denied health claim (암에 좋다는 말은 없지만) is one still.
    """
    kind = Kind(kind)
    if not text.strip() or len(text) > (SOCIAL_LETTERS if kind is Kind.SOCIAL else MOST_LETTERS):
        said = text[:20]
        return Checked(ok=False, problems=(_problem(Wrong.FORM, text, 0, len(said)),))
    view = fold(text)
    if not any(char.isalpha() for char in view.text):
        return Checked(ok=False, problems=(_problem(Wrong.FORM, text, 0, len(text)),))
    names, everything = _covers(facts)
    bare = see(view)
    named = see(view, names)
    covered = see(view, everything)
    may = known(facts, kind)
    found = [
        *_numbers(covered.plain, may),
        *_origins(see(view, names | _places_covered(facts)).plain, facts),
        *_claims(covered, facts, kind, text),
        *_banned(bare, named, kind, facts, may),
        *_competitors(named, competitors),
        *_contacts(view, covered, facts, text),
    ]
    return Checked(ok=not found, problems=tuple(_ordered(found, text)))


Where = tuple[Wrong, int, int]


def _numbers(view: View, may: Known) -> Iterator[Where]:
    for said in mentions(view.text):
        if not may.allows(said, view.text):
            start, end = said.start, said.end
            while end > start and view.text[end - 1] == " ":
                end -= 1
            yield (Wrong.NUMBER, *view.span(start, end))


def _origins(view: View, facts: Facts) -> Iterator[Where]:
    for start, end in places.unconfirmed(view, facts):
        yield (Wrong.ORIGIN, *view.span(start, end))


def _claims(seen: Seen, facts: Facts, kind: Kind, text: str) -> Iterator[Where]:
    words = words_of(facts)
    for claim in CLAIMS:
        for start, end in seen.tightly(claim.said, at_word=claim.at_word):
            said = _between(seen, start, end)
            if kind is Kind.REVIEW_REPLY and said in _ABOUT_A_REVIEW:
                continue
            if claim.making and _TO_THE_COOK.match(text[end:]):
                continue
            if not claim.confirmed(said, words):
                yield (Wrong.CLAIM, start, end)


def _between(seen: Seen, start: int, end: int) -> str:
    origin = seen.tight.origin
    return seen.tight.text[bisect_left(origin, start) : bisect_left(origin, end)]


def _banned(bare: Seen, named: Seen, kind: Kind, facts: Facts, may: Known) -> Iterator[Where]:
    trusted = see(bare.plain, _trusted(facts))
    for start, end in trusted.tightly(banned.MEDICAL):
        yield Wrong.MEDICAL, start, end
    for found in banned.BODY.finditer(trusted.plain.text):
        if not banned.BODY_BUT.search(found[0]):
            yield (Wrong.MEDICAL, *trusted.plain.span(*found.span()))
    for found in banned.CANCER.finditer(trusted.plain.text):
        yield (Wrong.MEDICAL, *trusted.plain.span(*found.span()))
    for found in banned.MEDICAL_LATIN.finditer(trusted.plain.text):
        yield (Wrong.MEDICAL, *trusted.plain.span(*found.span()))
    for pattern in (banned.SUPERLATIVE, banned.COMPARISON):
        for start, end in named.tightly(pattern):
            yield Wrong.SUPERLATIVE, start, end
    if kind is not Kind.REVIEW_REPLY:
        for found in banned.THAN.finditer(named.plain.text):
            yield (Wrong.SUPERLATIVE, *named.plain.span(*found.span()))
    for found in banned.SUPERLATIVE_LATIN.finditer(named.plain.text):
        yield (Wrong.SUPERLATIVE, *named.plain.span(*found.span()))
    if kind is Kind.REVIEW_REPLY:
        for start, end in named.tightly(banned.PROMISE):
            yield Wrong.PROMISE, start, end


@lru_cache(maxsize=64)
def _names_pattern(names: tuple[str, ...]) -> re.Pattern[str] | None:
    if not names:
        return None
    return re.compile("|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)))


def _competitors(seen: Seen, competitors: Sequence[str]) -> Iterator[Where]:
    given = tuple(dict.fromkeys(w.replace(" ", "") for w in _folded(competitors) if len(w) >= 2))
    for names in (given, banned.SHOPS):
        pattern = _names_pattern(names)
        if pattern is not None:
            for start, end in seen.tightly(pattern):
                if not _goes_on(seen, end):
                    yield Wrong.COMPETITOR, start, end
    for found in banned.SHOPS_LETTERED.finditer(seen.plain.text):
        yield (Wrong.COMPETITOR, *seen.plain.span(*found.span()))


def _goes_on(seen: Seen, end: int) -> bool:
    """컬리플라워 is no shop called 컬리."""
    return seen.plain.text.startswith(("플라워", "브라더"), bisect_left(seen.plain.origin, end))


def _contacts(view: View, covered: Seen, facts: Facts, text: str) -> Iterator[Where]:
    for found in banned.CONTACT.finditer(view.text):
        yield (Wrong.CONTACT, *view.span(*found.span()))
    for found in banned.NAMED.finditer(covered.plain.text):
        name, which = (found[1], 1) if found[1] else (found[2], 2)
        if name not in banned.NAMELESS and not name.endswith(
            ("하신", "주신", "하는", "시는", "으신", "오신", "가신", "분")
        ):
            yield (Wrong.CONTACT, *covered.plain.span(*found.span(which)))
    for found in banned.LEFTOVER.finditer(text.lower() if len(text.lower()) == len(text) else text):
        yield (Wrong.LEFTOVER, *found.span())


def _ordered(found: Iterable[Where], text: str) -> Iterator[Problem]:
    last: dict[Wrong, int] = {}
    for kind, start, end in sorted(set(found), key=lambda w: (w[1], -w[2], w[0])):
        if start < last.get(kind, -1):
            continue
        last[kind] = end
        yield _problem(kind, text, start, end)


def _problem(kind: Wrong, text: str, start: int, end: int) -> Problem:
    said = text[start:end]
    ko, en = _WHY[kind]
    return Problem(
        kind=kind, start=start, end=end, said=said, ko=f"‘{said}’: {ko}", en=f"'{said}' {en}"
    )


def _folded(words: Iterable[str]) -> set[str]:
    return {fold(word).text for word in words if word}


def _covers(facts: Facts) -> tuple[set[str], set[str]]:
    """Names (covered for superlatives and shops) and all confirmed words (covered for numbers and claims)."""
    names = _folded(
        (
            *(facts.name, facts.variety, facts.brand, facts.stall_name, facts.market_name),
            *(facts.pickup_place, *facts.stall_goods, *facts.instead),
        )
    )
    names = {w for w in names if not _says_too_much(w)} | _folded([facts.grade])
    rest = _folded(
        (
            *(facts.stall_known_for, facts.closed, facts.back_words, facts.unit, facts.hours),
            *(*facts.uses, *facts.claims, *facts.notes, *facts.season, *facts.ingredients),
            *facts.delivery_areas,
        )
    )
    return names, names | rest


def _trusted(facts: Facts) -> set[str]:
    """Names that may hold a word of healing: shops, brands, and goods the tables know by that name (항균도마)."""
    names = _folded((facts.brand, facts.stall_name, facts.market_name))
    goods = fold(facts.name).text.replace(" ", "")
    if lexicon().items.get(goods) is not None:
        names.add(goods)
    return {w for w in names if banned.MEDICAL.fullmatch(w) is None}


def _places_covered(facts: Facts) -> set[str]:
    return _folded([facts.stall_known_for, facts.origin, *facts.notes, *facts.delivery_areas])


def _says_too_much(word: str) -> bool:
    """A brand called 제일 or 최고 must not let 제일 맛있는 pass."""
    return len(word) <= 3 and (
        banned.SUPERLATIVE.fullmatch(word) is not None or word in ("제일", "최고", "베스트")
    )
