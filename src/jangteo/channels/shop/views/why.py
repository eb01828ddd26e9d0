"""Why something is shown or was done, what AI decides in this market, and how to say no or object."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jangteo.apps.accounts.actions.set_consent import set_consent
from jangteo.apps.accounts.consents import WORDING, consents_of
from jangteo.apps.accounts.digests import guest_digest
from jangteo.apps.accounts.models import Purpose
from jangteo.apps.decisions.actions.object_to_decision import object_to_decision
from jangteo.apps.decisions.capability import AnyCapability, always_sure, capabilities
from jangteo.apps.decisions.objections import ANSWER_WITHIN, LEGAL_DAYS
from jangteo.apps.decisions.queries import DecisionView, decision_for, may_object
from jangteo.apps.decisions.setup import Setup, setup_of
from jangteo.apps.decisions.subjects import standing
from jangteo.apps.discovery.queries import Told, told_then
from jangteo.channels.shop.cards import Card, to_card
from jangteo.channels.shop.page import Shop, buyer_view, pick, shop_view
from jangteo.channels.shop.picks import said
from jangteo.channels.shop.views.cart import see_other
from jangteo.platform.errors import InvalidInput
from jangteo.platform.ratelimit import limit

#: of one person or browser in a day
MOST_OBJECTIONS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of data."""

    text: str
    is_personal: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class CapabilityShown:
    """What one capability decides, for the page the law asks for (개인정보 보호법 시행령 제44조의4)."""

    key: str
    name: str
    about: str
    #: who decides it here now
    who: str
    #: is a person between the proposal and what happens?
    how: str
    kinds: tuple[Kind, ...]
    is_consequential: bool
    #: when the experiment on it ends; None when none runs
    trial_until: datetime | None


@require_safe
@shop_view
def why(shop: Shop, decision_id: UUID) -> HttpResponse:
    """One decision in plain words, for whom it was made for."""
    return _why(shop, decision_id)


def _why(
    shop: Shop, decision_id: UUID, *, error: str = "", text: str = "", status: int = 200
) -> HttpResponse:
    view = decision_for(shop.actor, shop.market.id, decision_id)
    definition = view.definition
    return shop.page(
        "shop/why.html",
        {
            "decision": view,
            "name": pick(view.name_ko, view.name_en),
            "reason": pick(view.reason_ko, view.reason_en),
            "about": pick(definition.about_ko, definition.about_en) if definition else "",
            "who": _who(view),
            "cards": [_reasoned(shop, told) for told in told_then(shop.market.id, view)],
            "saw": _kinds(definition, set(view.saw)) if definition else (),
            "unseen": _unseen(definition, view) if definition else (),
            "can_object": may_object(shop.actor, shop.market.id, view),
            "object_url": f"{shop.href.why(decision_id)}/object",
            "answer_days": ANSWER_WITHIN.days,
            "was_sent": shop.request.GET.get("sent") == "yes",
            "error": error,
            "text": text,
            "choice": _choice(shop),
        },
        status=status,
        # an answer for one pair of eyes
        headers={"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"},
    )


def _reasoned(shop: Shop, told: Told) -> Card:
    return to_card(shop, told.card, said(told.reason))


def _who(view: DecisionView) -> str:
    if view.provider == "built-in":
        return _("장터에 들어 있는 추천 프로그램이 정했어요.")
    if view.provider == "model":
        return _("시장이 쓰는 언어 모델이 썼어요.")
    if view.is_ai:
        return _("%(vendor)s의 AI가 정했어요.") % {
            "vendor": pick(view.vendor_name, view.vendor_name_en)
        }
    if view.fallback == "suspended":
        return _("시장이 AI를 꺼 두어서, 정해진 차례를 따랐어요.")
    if view.fallback:
        return _("AI가 쓸 만한 답을 제때 주지 않아서, 정해진 차례를 따랐어요.")
    return _("AI가 아니라 정해진 차례를 따랐어요.")


def _how(definition: AnyCapability) -> str:
    """Used at once, by a person, or at once only where it is sure enough."""
    if not definition.is_automatic:
        return _("사람이 보고 고른 다음에 쓰여요")
    if definition.is_sure is not always_sure:
        return _("정해 둔 조건에 맞으면 바로, 아니면 사람이 보고 나서 쓰여요")
    return _("바로 쓰여요")


def _kinds(definition: AnyCapability, names: set[str]) -> tuple[Kind, ...]:
    return tuple(
        Kind(text=pick(ko, en), is_personal=name in definition.personal_fields)
        for name, (ko, en) in definition.fields.items()
        if name in names
    )


def _unseen(definition: AnyCapability, view: DecisionView) -> tuple[Kind, ...]:
    """Personal data it could have seen and did not."""
    return _kinds(definition, set(definition.personal_fields) - set(view.saw))


def _choice(shop: Shop) -> bool | None:
    """The visitor's last word on personal picks; None: never asked."""
    return consents_of(shop.actor)[Purpose.PERSONAL]


@require_POST
@buyer_view
def object_(shop: Shop, decision_id: UUID) -> HttpResponse:
    """Ask a person to look at it again."""
    kind = "objection" if shop.request.POST.get("kind") == "objection" else "complaint"
    text = shop.request.POST.get("text", "")
    actor = shop.actor
    # a person of the office reads each one
    who = f"p{actor.person_id}" if actor.person_id else guest_digest(actor.guest_key)[:24]
    limit(f"object:{who}", at_most=MOST_OBJECTIONS, per_seconds=86_400, now=shop.now)
    try:
        object_to_decision(
            actor=actor,
            market_id=shop.market.id,
            decision_id=decision_id,
            kind=cast(Literal["objection", "complaint"], kind),
            text=text,
            now=shop.now,
        )
    except InvalidInput as problem:
        message = problem.message(pick("ko", "en"))
        return _why(shop, decision_id, error=message, text=text, status=problem.status)
    return see_other(f"{shop.href.why(decision_id)}?sent=yes#object")


@require_POST
@buyer_view
def choose(shop: Shop) -> HttpResponse:
    """Personal picks on or off, for a person or for this browser."""
    word = shop.request.POST.get("personal")
    if word not in ("yes", "no"):
        raise InvalidInput(
            field="personal",
            ko="켤지 끌지 골라 주세요.",
            en="Choose on or off.",
        )
    set_consent(
        actor=shop.actor,
        purpose=Purpose.PERSONAL,
        is_given=word == "yes",
        wording=WORDING,
        channel="shop",
        now=shop.now,
    )
    return see_other(f"{shop.href.ai}?said={word}#choice")


@require_safe
@shop_view
def ai(shop: Shop) -> HttpResponse:
    """Everything AI decides in this market, and the visitor's own choice."""
    known = standing(shop.actor, shop.market.id)
    setup = setup_of(shop.market.id, known.setup_version)
    shown = [_capability(definition, setup, shop) for definition in capabilities().values()]
    return shop.page(
        "shop/ai.html",
        {
            "capabilities": shown,
            "choice": _choice(shop),
            "said": shop.request.GET.get("said", ""),
            "answer_days": ANSWER_WITHIN.days,
            "legal_days": LEGAL_DAYS,
        },
    )


def _capability(definition: AnyCapability, setup: Setup, shop: Shop) -> CapabilityShown:
    experiment = setup.experiments.get(definition.key)
    runs = experiment is not None and experiment.starts_at <= shop.now < experiment.ends_at
    return CapabilityShown(
        key=definition.key,
        name=pick(definition.name_ko, definition.name_en),
        about=pick(definition.about_ko, definition.about_en),
        who=_decider(definition, setup),
        how=_how(definition),
        kinds=_kinds(definition, set(definition.fields)),
        is_consequential=definition.is_consequential,
        trial_until=experiment.ends_at if experiment and runs else None,
    )


def _decider(definition: AnyCapability, setup: Setup) -> str:
    if definition.key in setup.suspended:
        return _("지금은 꺼져 있어요. 정해진 차례를 따라요.")
    vendor = setup.providers.get(setup.chosen.get(definition.key, ""))
    return vendor.name if vendor else _("장터에 들어 있는 프로그램")
