"""Finds goods by whatever a shopper types: texts and numbers in, ranked ids with reasons out.

A query is understood (`understand_query`): spelling, the wrong keyboard, romanised Korean, first consonants, a syllable in
progress, limits of price and amount, origins, stalls, dishes. Matchers compare it with every name in their own way, each
0..1; a learned monotone ranker puts the documents in order (`Index`), and `explain` says why. For goods kept in a
database `document_keys` and `query_keys` give the keys to find candidates by. Pure functions and one structure in memory:
no clock, no network, no database. Why it is built so is in docs/decisions/0018-retrieval.md.
"""

from jangteo.engines.retrieval.explain import Said, explain
from jangteo.engines.retrieval.index import Index
from jangteo.engines.retrieval.keys import document_keys, query_keys, rank_documents
from jangteo.engines.retrieval.records import (
    Aim,
    Amount,
    Document,
    Encoder,
    Facet,
    Filters,
    Keys,
    Meaning,
    Result,
    Results,
    Sort,
    Suggestion,
)
from jangteo.engines.retrieval.understanding import Vocabulary, understand_query

__all__ = [
    "Aim",
    "Amount",
    "Document",
    "Encoder",
    "Facet",
    "Filters",
    "Index",
    "Keys",
    "Meaning",
    "Result",
    "Results",
    "Said",
    "Sort",
    "Suggestion",
    "Vocabulary",
    "document_keys",
    "explain",
    "query_keys",
    "rank_documents",
    "understand_query",
]
