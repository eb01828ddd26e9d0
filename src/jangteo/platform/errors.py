"""The one root of every error this product raises on purpose.

A subclass's docstring is its English message and ``ko`` its Korean message; both may hold ``{names}`` that the
constructor's keyword arguments fill; in ``ko`` also ``{names:은/는}``, a value and its particle. One handler per channel turns any of them into a page, a problem+json
document or an exit code.
"""

from __future__ import annotations

import inspect
import string
from typing import Any, ClassVar

from jangteo.platform.josa import josa


class _Korean(string.Formatter):
    """``{name:은/는}`` is the value and the particle of the pair that follows it: 두부는, 대파는, 쪽은."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if "/" not in format_spec:
            return str(super().format_field(value, format_spec))
        return f"{value}{josa(str(value), format_spec)}"


class JangteoError(Exception):
    """Something went wrong. Nothing was changed; please try again."""

    ko: ClassVar[str] = "문제가 생겼어요. 바뀐 것은 없으니 다시 시도해 주세요."
    status: ClassVar[int] = 400
    #: stable machine name, kebab-case; derived from the class name when not given
    code: ClassVar[str] = "error"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            cls.code = "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip(
                "-"
            )

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(self.message("en"))

    def message(self, language: str) -> str:
        """The sentence to show, in ``ko`` (default) or ``en``."""
        if language.startswith("en"):
            template = (
                inspect.cleandoc(type(self).__doc__ or "").split("\n\n")[0].replace("\n", " ")
            )
            return template.format(**self.details)
        return _Korean().format(type(self).ko, **self.details)


class NotAllowed(JangteoError):
    """You are not allowed to do this here. Sign in with the account that may, or ask the market office."""

    ko = "이 일을 할 권한이 없어요. 권한이 있는 계정으로 로그인하거나 상인회에 문의해 주세요."
    status = 403


class NotFound(JangteoError):
    """We could not find it. It may have been removed; go back and look again."""

    ko = "찾을 수 없어요. 없어졌을 수 있으니 돌아가서 다시 찾아봐 주세요."
    status = 404


class InvalidInput(JangteoError):
    """{reason_en}"""

    ko = "{reason_ko}"
    status = 422

    def __init__(self, *, field: str, ko: str, en: str) -> None:
        """``field`` is the name of the input that must be changed; both sentences say how."""
        self.field = field
        super().__init__(reason_ko=ko, reason_en=en)


class TooManyRequests(JangteoError):
    """Too many tries in a short time. Wait {wait_seconds} seconds and try again; nothing was lost."""

    ko = "짧은 시간에 너무 많이 시도했어요. {wait_seconds}초 뒤에 다시 해 주세요. 잃은 것은 없어요."
    status = 429
