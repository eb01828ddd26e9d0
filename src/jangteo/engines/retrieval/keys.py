"""Keys of a query for a database: which columns of `document_keys` to look in, and for what.

An application keeps `document_keys` in columns (GIN over ``words`` and ``grams``, a btree by prefix or a GIN over
``initials``, ``starts`` and ``sounds``), fetches candidates by `query_keys`, and ranks them with `rank_documents`.
"""

from __future__ import annotations

from collections.abc import Iterable

from jangteo.engines.retrieval.english import stem
from jangteo.engines.retrieval.hangul import letters, sound
from jangteo.engines.retrieval.index import Index
from jangteo.engines.retrieval.labels import document_keys, grams_of, plain
from jangteo.engines.retrieval.matchers import read_aim
from jangteo.engines.retrieval.records import Document, Filters, Keys, Meaning, Results, Sort

#: an aim less sure than this looks for no likeness of letters
_SURE = 0.5


def query_keys(meaning: Meaning) -> Keys:
    """What to look for: any of ``words``; entries of ``initials``, ``starts`` and ``sounds`` that begin so; most ``grams``.

    ``grams`` are those of what was typed; a document should share a third of them to be a candidate by likeness.
    """
    words: dict[str, None] = {}
    grams: dict[str, None] = {}
    starts: dict[str, None] = {}
    for aim in meaning.aims:
        read = read_aim(aim)
        words.update(dict.fromkeys([aim.text, *aim.words, *sorted(read.names)]))
        if aim.is_category:
            words[f"@{aim.text}"] = None
        if aim.way in ("dish", "need"):
            continue
        words.update(dict.fromkeys(f"~{plain(path[-1])}" for path in sorted(read.paths)))
        if aim.weight >= _SURE and len(aim.text) > 1:
            grams.update(dict.fromkeys(sorted(grams_of(read.letters))))
            starts[read.letters] = None
    words.update(dict.fromkeys(f"e:{stem(word)}" for word in meaning.latin))
    if meaning.half:
        starts[letters(meaning.half)] = None
    return Keys(
        words=tuple(words),
        grams=tuple(grams),
        initials=(meaning.initials,) if meaning.initials else (),
        starts=tuple(starts),
        sounds=(sound("".join(meaning.latin)),) if meaning.latin else (),
    )


def rank_documents(
    query: str,
    documents: Iterable[Document],
    limit: int = 20,
    *,
    filters: Filters | None = None,
    sort: Sort = Sort.RELEVANCE,
) -> Results:
    """Candidates that a database found, ranked by the same scorer as `Index`. How rare a word is, is counted among them."""
    return Index.build(documents, morphology=False).search(query, limit, filters=filters, sort=sort)


__all__ = ["document_keys", "query_keys", "rank_documents"]
