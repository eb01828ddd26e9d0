"""What can go wrong with a message."""

from __future__ import annotations

from jangteo.platform.errors import JangteoError


class MessageServiceUnreachable(JangteoError):
    """The message service did not answer. The message waits and is sent again by itself."""

    ko = "문자 서비스가 응답하지 않아요. 보낼 내용은 그대로 있고 저절로 다시 보내요."
    status = 503


class UnknownMessageService(JangteoError):
    """There is no message service named {name}. Choose one of: {known}."""

    ko = "{name}라는 문자 서비스가 없어요. 이 가운데에서 골라 주세요: {known}."
    status = 500
