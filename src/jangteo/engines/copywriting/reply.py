"""What a reply to a review says: thanks or an apology by the rating and a few cues, never the review's own words.

The review is data: nothing in it is repeated and no instruction in it is followed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from jangteo.engines.copywriting import phrases
from jangteo.engines.copywriting.records import Facts, Length
from jangteo.engines.copywriting.seen import fold

#: letters of a review that are read
MAX_READ = 2000
_GOOD = 4
_DENIED = re.compile(
    r"\s?(?:지|지는|지도)\s?않|\s?(?:은|는|도)?\s?(?:것|거)?\s?(?:하나|전혀)?\s?없"
)


def cues(review: str, table: Sequence[tuple[str, str, Sequence[str]]]) -> list[str]:
    """Names of the cues of ``table`` that ``review`` gives; a denied one (상하지 않았고) gives none."""
    text = fold(review[:MAX_READ]).text
    found = []
    for name, pattern, _ in table:
        for match in re.finditer(pattern, text):
            if not _DENIED.match(text[match.end() :]) and not text[: match.start()].endswith("안 "):
                found.append(name)
                break
    return found


def plan(facts: Facts, rng: random.Random, length: Length) -> list[Sequence[str]]:
    """Groups of sentences, one of each to be said, in order."""
    bad = cues(facts.review_text, phrases.COMPLAINTS)
    good = cues(facts.review_text, phrases.PRAISES)
    happy = _happy(facts.review_rating, len(good), len(bad))
    answers = {name: said for name, _, said in (*phrases.COMPLAINTS, *phrases.PRAISES)}
    most = {"short": 1, "normal": 2, "long": 3}[length]
    if happy:
        said: list[Sequence[str]] = [phrases.REPLY_THANKS]
        said += [answers[name] for name in good[:most]]
        if bad:
            said.append(phrases.REPLY_CARE)
        return said if length == "short" else [*said, phrases.REPLY_AGAIN]
    sorry = [answers[name] for name in bad[:most]] or [phrases.REPLY_SORRY]
    said = [phrases.REPLY_HEARD, *sorry]
    if rng.random() < 0.5:
        said = [*sorry, phrases.REPLY_HEARD]
    if good and (facts.review_rating or 0) >= _GOOD - 1:
        said.insert(0, answers[good[0]])
    said.append(phrases.REPLY_CARE)
    serious = {"wrong", "spoiled", "broken"} & set(bad)
    return [*said, phrases.REPLY_CONTACT] if serious and length != "short" else said


def _happy(rating: int | None, good: int, bad: int) -> bool:
    if rating is None:
        return good > 0 and bad == 0
    return rating >= _GOOD
