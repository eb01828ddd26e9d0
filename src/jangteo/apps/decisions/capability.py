"""What can be decided: a capability is a request, a proposal, a baseline, a built-in provider and an outcome.

An app defines one in its ``capabilities/`` folder (a module per capability), and nothing else anywhere needs to know of
it: `registry` finds it, `decide` runs it, the evidence pages, the vendor contract and the rights read what it declares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

from django.apps import apps as django_apps
from pydantic import BaseModel

Req = TypeVar("Req", bound=BaseModel)
Prop = TypeVar("Prop", bound=BaseModel)


class ProposalRefused(Exception):
    """What a provider proposed cannot be used; the argument says why in machine words, such as ``unknown-id``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why, in a plain sentence of each language."""

    ko: str
    en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """The work a capability takes off somebody, for the share of work automated."""

    #: whose: "stall", "office", "shopper"
    of: str
    ko: str
    en: str
    #: minutes a person needs for one decision, with its source in `source`
    minutes: float
    source: str


def always_sure(request: Any, proposal: Any) -> bool:
    """Of a capability whose proposals are all used at once."""
    return True


@dataclass(frozen=True, kw_only=True)
class Capability(Generic[Req, Prop]):
    """One thing that can be decided. Functions are pure: what they need stands in the request."""

    #: "shelf-order"; never changes
    key: str
    #: raised when request or proposal change their meaning
    version: int
    name_ko: str
    name_en: str
    #: purpose and criteria in plain words, for the page of automated decisions (개인정보 보호법 시행령 제44조의4)
    about_ko: str
    about_en: str
    request_type: type[Req]
    proposal_type: type[Prop]
    #: the honest simple rule; must never fail on a valid request
    baseline: Callable[[Req], Prop]
    #: our own provider
    built_in: Callable[[Req], Prop]
    built_in_version: str
    #: raises `ProposalRefused`: ids not in the request, sold out, doubled, out of bounds
    check: Callable[[Req, Prop], None]
    #: why the baseline's proposal stands as it does
    baseline_reason: Reason
    #: the individual reason of a proposal of the built-in provider
    explain: Callable[[Req, Prop], Reason]
    #: what happened later that tells whether it was good, in words
    outcome: str
    work: Work
    #: request field -> plain words (ko, en) of the kind of data; every field stands here
    fields: dict[str, tuple[str, str]]
    #: those fields that hold somebody's personal data: emptied to their default without consent
    personal_fields: frozenset[str] = frozenset()
    #: the whole request at most; the baseline stands in after it
    deadline_ms: int = 300
    #: AUTO: used at once. Otherwise a person answers first
    is_automatic: bool = True
    #: of an automatic one: is this proposal sure enough to be used at once? Otherwise a person answers it first
    is_sure: Callable[[Req, Prop], bool] = always_sure
    #: changes what somebody gets or pays: she may object, and a person answers
    is_consequential: bool = False
    #: is a provider asked inside a transaction that holds locks? Then no vendor may be
    inside_transaction: bool = False
    #: `built_in` for many requests at once, in their order; None: one by one. For `decide_many`
    built_in_many: Callable[[Sequence[Req]], Sequence[Prop]] | None = None
    #: stalls shown by a proposal, best place first
    shown_stalls: Callable[[Req, Prop], Sequence[int]] = lambda request, proposal: ()
    #: made-up requests for the sandbox and the contract check; no real data
    examples: Callable[[], Iterable[Req]] = lambda: ()

    def vendor_fields(self) -> frozenset[str]:
        """The fields a data scope may name."""
        return frozenset(self.request_type.model_fields)


AnyCapability = Capability[Any, Any]
_capabilities: dict[str, AnyCapability] = {}


def register(capability: Capability[Req, Prop]) -> Capability[Req, Prop]:
    """Make a capability known. Raises `ValueError` when its key is taken or it leaves a field unexplained."""
    known = _capabilities.get(capability.key)
    if known is not None and known is not capability:
        raise ValueError(f"capability {capability.key} is defined twice")
    unexplained = set(capability.request_type.model_fields) - set(capability.fields)
    if unexplained:
        raise ValueError(f"capability {capability.key} does not explain {sorted(unexplained)}")
    _capabilities[capability.key] = capability
    return capability


def capabilities() -> dict[str, AnyCapability]:
    """Every capability by key, from the ``capabilities`` package of each installed app."""
    for config in django_apps.get_app_configs():
        name = f"{config.name}.capabilities"
        if config.name.startswith("jangteo.apps.") and find_spec(name):
            for module in iter_modules(import_module(name).__path__):
                import_module(f"{name}.{module.name}")
    return dict(sorted(_capabilities.items()))


def capability_of(key: str) -> AnyCapability | None:
    """One capability, or None when this installation does not have it (any more)."""
    return _capabilities.get(key) or capabilities().get(key)
