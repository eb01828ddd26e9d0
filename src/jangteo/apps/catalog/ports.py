"""What the catalogue asks of the outside."""

from __future__ import annotations

from typing import ClassVar, Literal, Protocol

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
