"""One index of the relevance set's documents for the tests of search."""

from __future__ import annotations

import pytest

from jangteo.engines.retrieval import Document, Index
from tests.engines.retrieval.relevance.measure import catalogue


@pytest.fixture(scope="session")
def documents() -> dict[int, Document]:
    """The documents of the relevance set by id."""
    return {document.id: document for document in catalogue()}


@pytest.fixture(scope="session")
def market(documents: dict[int, Document]) -> Index:
    """An index over them; tests that change an index build their own."""
    return Index.build(documents.values())
