"""Where goods come from: the places a line names, joined where they stand together."""

from __future__ import annotations

from collections.abc import Sequence

from jangteo.engines.matching.lexicon import Word
from jangteo.engines.matching.named import Named, Piece
from jangteo.engines.matching.segments import Segment


def find_origin(
    segments: Sequence[Segment], chosen: Sequence[Word | None], made: Named, text: str
) -> None:
    places: list[tuple[Segment, Word]] = []
    for index, (one, word) in enumerate(zip(segments, chosen, strict=True)):
        if word is None or word.kind != "place":
            continue
        following = segments[index + 1] if index + 1 < len(segments) else None
        if _of_ingredient(one, following, made):
            continue
        places.append((one, word))
    if not places:
        return
    nations = [p for p in places if p[1].names[0] == "country"]
    if nations and any(p[1].names[0] == "import" for p in places):
        places = nations
    group = [places[0]]
    for near in places[1:]:
        between = text[group[-1][0].end : near[0].start]
        if not between.strip(" ()[],/·:-"):
            group.append(near)
    countries = {w.iso for _, w in nations}
    if len(countries) > 1 or (countries and any(w.names[0] == "home" for _, w in places)):
        made.origin_kind = "several"
        return
    value = " ".join(w.value for _, w in group)
    made.origin = Piece(value, 0.96, group[0][0].start, group[-1][0].end)
    made.origin_kind, made.origin_iso = group[0][1].names[0], group[0][1].iso


def _of_ingredient(one: Segment, following: Segment | None, made: Named) -> bool:
    """국산콩 behind 두부 names the beans, not where the tofu comes from."""
    if following is None or following.start != one.end or made.name is None:
        return False
    item = following.word("item")
    return item is not None and item.value != made.name.value and one.start >= made.name.end
