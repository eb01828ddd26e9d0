"""What the catalogue asks of the outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from jangteo.engines.boards.records import BoardLine, BoardReading, Box
from jangteo.platform.errors import JangteoError

__all__ = [
    "BoardBlurred",
    "BoardBusy",
    "BoardFailed",
    "BoardLine",
    "BoardReader",
    "BoardReading",
    "BoardTooDark",
    "BoardTooSlow",
    "BoardUnreadable",
    "Box",
    "Language",
    "LanguageModel",
    "Message",
    "ModelAnswer",
    "ModelFailed",
]

Language = Literal["ko", "en"]


class BoardFailed(JangteoError):
    """The picture could not be read just now. Nothing was changed; try again, or type the prices."""

    ko = "지금은 사진을 읽지 못했어요. 바뀐 것은 없으니 다시 해 보거나 값을 직접 적어 주세요."
    status: ClassVar[int] = 503


class BoardUnreadable(BoardFailed):
    """No writing was found in the picture. Take it again so that the price board fills the screen."""

    ko = "글자를 찾지 못했어요. 가격판이 화면에 꽉 차게 다시 찍어 주세요."
    status = 422


class BoardTooDark(BoardUnreadable):
    """The picture is too dark to read. Turn on a light or the flash and take it again."""

    ko = "사진이 너무 어두워서 읽지 못했어요. 불을 켜거나 플래시를 켜고 다시 찍어 주세요."


class BoardBlurred(BoardUnreadable):
    """The picture is blurred. Hold the phone still, tap the board to focus, and take it again."""

    ko = "사진이 흔들렸거나 초점이 맞지 않아요. 화면에서 가격판을 한 번 누르고 다시 찍어 주세요."


class BoardTooSlow(BoardFailed):
    """Reading the picture took longer than {seconds} seconds and was stopped. Take one board per picture."""

    ko = "사진을 읽는 데 {seconds}초가 넘게 걸려서 멈췄어요. 가격판을 하나씩 나눠서 찍어 주세요."
    status = 422


class BoardBusy(BoardFailed):
    """Other pictures are being read right now. Wait a minute and send it again; nothing was lost."""

    ko = "지금 다른 사진을 읽고 있어요. 잠깐 뒤에 다시 올려 주세요. 잃은 것은 없어요."


class BoardReader(Protocol):
    """Reads a picture of a price board, a tag or a wholesale invoice. Safe to call from many threads."""

    def read(
        self, picture: bytes, *, language: Language = "ko", within_s: float = 20.0
    ) -> BoardReading:
        """The lines of a JPEG, PNG or WebP photograph. Never blocks for longer than ``within_s`` seconds.

        Raises the `PictureRefused` family of `platform.files` for what is no picture, and the `BoardFailed` family.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One turn of a conversation with a language model."""

    role: Literal["system", "user", "assistant"]
    text: str
    #: a JPEG, PNG or WebP that goes with a user's turn, for models that can see
    picture: bytes = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelAnswer:
    """What a language model wrote, as it came: nothing in it has been checked."""

    text: str
    #: as the server names it
    model: str
    #: tokens read and written; None when the server does not count
    tokens: int | None = None


class ModelFailed(JangteoError):
    """The language model gave no usable answer ({reason}). Nothing was changed; try again, or write without it."""

    ko = "언어 모델이 쓸 만한 답을 주지 않았어요({reason}). 바뀐 것은 없으니 다시 해 보거나 직접 적어 주세요."
    status: ClassVar[int] = 503

    def __init__(self, reason: str) -> None:
        """``reason`` in machine words: deadline, unreachable, busy, status-<n>, too-large, nonsense, empty, cut."""
        self.reason = reason
        super().__init__(reason=reason)


class LanguageModel(Protocol):
    """Any language model. Safe to call from many threads; never inside a transaction: it takes seconds."""

    def answer(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,
        most_tokens: int = 800,
        within_s: float | None = None,
    ) -> ModelAnswer:
        """The model's next turn. ``schema``: a JSON Schema the answer should follow, where the server can hold it to one.

        Returns or raises `ModelFailed` within ``within_s`` seconds (None: as configured), tries again included.
        """
        ...
