"""Language models behind `ports.LanguageModel`: any OpenAI-compatible endpoint, and the one imitated in this process.

The operator sets the address, so machines of a private network may be called (a llama.cpp or an Ollama beside the
market); nobody else's input reaches it. One deadline for all tries, no redirects, no proxies of the environment, an
answer of 64 KiB at most, and the key in no log line, error or ``repr``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from time import monotonic, sleep
from typing import Any, Protocol

import structlog

from jangteo.apps.catalog.adapters.chat import PATH, read_answer, request_body, wait_s
from jangteo.apps.catalog.adapters.imitation import Imitation
from jangteo.apps.catalog.ports import LanguageModel, Message, ModelAnswer, ModelFailed
from jangteo.apps.decisions.adapters.addresses import Resolver, Target, target_of
from jangteo.apps.decisions.adapters.wire import Reply, Wire
from jangteo.apps.decisions.errors import VendorAddressRefused
from jangteo.apps.decisions.ports import VendorFailed
from jangteo.platform.config import config

#: the address that means: no network, the imitation of this process
SANDBOX = "sandbox"
MOST_TRIES = 3
#: a picture and its question
REQUEST_LIMIT_BYTES = 24 * 1024 * 1024
#: nothing shorter is worth a try
_LEAST_SECONDS = 0.05

log = structlog.get_logger("jangteo.model")


class Carrier(Protocol):
    """Carries one request to a model and its answer back."""

    def send(self, path: str, headers: Mapping[str, str], body: bytes, within_s: float) -> Reply:
        """Raises `VendorFailed`: deadline, unreachable, too-large, nonsense."""
        ...


class _Anywhere(Resolver):
    """Names as the operating system knows them: the operator chose the address, a private one may be right."""

    def addresses(self, target: Target, *, within_s: float) -> Sequence[str]:
        found = self.look_up(target, within_s=within_s)
        if not found:
            raise VendorFailed("unreachable")
        return found


class WireCarrier:
    """Over HTTP."""

    def __init__(self, base_url: str) -> None:
        """Raises `VendorAddressRefused` for what is no http or https address."""
        self._target = target_of(base_url, may_be_local=True)
        self._wire = Wire(_Anywhere())

    def send(self, path: str, headers: Mapping[str, str], body: bytes, within_s: float) -> Reply:
        """See `Carrier`."""
        return self._wire.send(
            self._target, "POST", path, headers=headers, body=body, within_s=within_s
        )

    def close(self) -> None:
        """Close the kept connections."""
        self._wire.close()


class ImitationCarrier:
    """To the imitation, in this process."""

    def __init__(self, imitation: Imitation) -> None:
        self._imitation = imitation

    def send(self, path: str, headers: Mapping[str, str], body: bytes, within_s: float) -> Reply:
        """See `Carrier`."""
        return self._imitation.send(path, headers, body, within_s)


class ChatModel:
    """`LanguageModel` over the chat-completions protocol."""

    def __init__(
        self,
        carrier: Carrier,
        *,
        model: str = "",
        key: str = "",
        within_s: float = 60.0,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._carrier = carrier
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._within_s = within_s
        self._pause = pause
        #: this server refused a schema before
        self._no_schema = threading.Event()

    def __repr__(self) -> str:
        return f"ChatModel(model={self._model!r})"

    def answer(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,
        most_tokens: int = 800,
        within_s: float | None = None,
    ) -> ModelAnswer:
        """See `LanguageModel`."""
        until = monotonic() + (within_s or self._within_s)
        wanted = None if self._no_schema.is_set() else schema
        reply = self._try(messages, wanted, most_tokens, until)
        if wanted is not None and reply.status in (400, 404, 415, 422, 501):
            # an older server: it knows no schemas. The prompt asks for the same form in words
            self._no_schema.set()
            reply = self._try(messages, None, most_tokens, until)
        if reply.status in (429, 503):
            raise ModelFailed("busy")
        return read_answer(reply)

    def _try(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any] | None,
        most_tokens: int,
        until: float,
    ) -> Reply:
        """Up to `MOST_TRIES` within the deadline; 429, 5xx and a closed connection are tried again."""
        body = request_body(messages, model=self._model, most_tokens=most_tokens, schema=schema)
        if len(body) > REQUEST_LIMIT_BYTES:
            raise ModelFailed("too-large")
        turn = 0
        while True:
            left = until - monotonic()
            if left < _LEAST_SECONDS:
                raise ModelFailed("deadline")
            failed = ""
            reply = None
            try:
                reply = self._carrier.send(PATH, self._headers, body, left)
            except VendorFailed as problem:
                failed = problem.reason
            if failed and failed != "unreachable":
                raise ModelFailed(failed)
            if reply is not None and reply.status not in (408, 429, 500, 502, 503, 504):
                return reply
            wait = wait_s(reply.retry_after if reply else "", turn)
            turn += 1
            log.warning(
                "model tried again", status=reply.status if reply else 0, turn=turn, wait_s=wait
            )
            if turn >= MOST_TRIES or monotonic() + wait > until - _LEAST_SECONDS:
                if reply is None:
                    raise ModelFailed("unreachable")
                return reply
            self._pause(wait)


@lru_cache(maxsize=1)
def language_model() -> LanguageModel | None:
    """The configured model; None where the operator set none. Raises `VendorAddressRefused` for a wrong address."""
    settings = config()
    address = settings.model_url.strip()
    if not address:
        return None
    carrier: Carrier
    carrier = ImitationCarrier(Imitation()) if address == SANDBOX else WireCarrier(address)
    return ChatModel(
        carrier,
        model=settings.model_name,
        key=settings.model_key.get_secret_value() if settings.model_key else "",
        within_s=settings.model_seconds,
    )


def model_or_none() -> LanguageModel | None:
    """`language_model`, with a wrong address said in the log instead of stopping the work."""
    try:
        return language_model()
    except VendorAddressRefused as problem:
        log.error("JANGTEO_MODEL_URL cannot be used", problem=str(problem))
        return None
