"""Reading price boards, as the market's operator set it up."""

from __future__ import annotations

from functools import lru_cache

from jangteo.apps.catalog.adapters.board_local import LocalBoardReader
from jangteo.apps.catalog.adapters.board_model import ModelBoardReader
from jangteo.apps.catalog.adapters.model import model_or_none
from jangteo.apps.catalog.ports import BoardReader, BoardReading, Language
from jangteo.platform.config import config


@lru_cache(maxsize=1)
def board_reader() -> BoardReader:
    """The configured reader; the local one where a language model is wanted and none is set up."""
    local = LocalBoardReader()
    model = model_or_none() if config().board_reader == "model" else None
    return ModelBoardReader(model, local) if model is not None else local


def read_within(
    picture: bytes, seconds: float = 20.0, *, language: Language = "ko"
) -> BoardReading:
    """Read a picture of a price board; returns or raises within ``seconds``. Not inside a transaction.

    Raises the `PictureRefused` family of `platform.files` and the `BoardFailed` family of `ports`.
    `engines.boards.pricing.price_list_of` turns the reading into the piles of a price list.
    """
    return board_reader().read(picture, language=language, within_s=seconds)
