"""What replaces goods that ran out: among the similar goods of the same stall, within the shopper's own bound.

Two capabilities of one request: `SUBSTITUTE` decides for a shopper whose rule is "similar" and is used at once;
`SUBSTITUTE_CHOICES` puts the choices in order for a shopper who wants to be asked, and she answers. Neither touches
money: the bound, the price never above what was paid and the refund are rules of `orders.shortage`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pydantic import BaseModel, Field

from jangteo.apps.decisions.capability import Capability, ProposalRefused, Reason, Work, register
from jangteo.platform.josa import josa

#: amounts unknown on either side count as this far apart
UNKNOWN_APART = 0.5
#: a price that is off by as much as the price itself weighs half of an amount that is
PRICE_WEIGHT = 0.5
#: goods that were always taken before come nearer by at most this much
TAKEN_WEIGHT = 0.2
HALF_TAKEN = 4.0


class Goods(BaseModel):
    """Goods as substitution sees them."""

    id: int
    name: str = ""
    name_en: str = ""
    price_krw: int = Field(gt=0)
    net_g: int | None = None
    net_ml: int | None = None
    #: units left; None when the stall does not count
    available: int | None = None
    #: how often these goods replaced the missing ones before and were kept
    taken: int = Field(default=0, ge=0)


class SubstituteRequest(BaseModel):
    """What is missing and what may replace it, nearest net amount first."""

    missing: Goods
    #: units that are missing
    units: int = Field(gt=0)
    #: all within the shopper's bound, same stall, category and tax class
    candidates: list[Goods]
    #: at most so much dearer on the tag, percent
    max_rise_pct: int = Field(ge=0)


class SubstituteProposal(BaseModel):
    """Ids, the best substitute first."""

    ids: list[int]


def _apart(request: SubstituteRequest, other: Goods) -> float:
    """How unlike the missing goods these are; 0 is alike."""
    missing = request.missing
    if missing.net_g and other.net_g:
        amount = abs(missing.net_g - other.net_g) / missing.net_g
    elif missing.net_ml and other.net_ml:
        amount = abs(missing.net_ml - other.net_ml) / missing.net_ml
    else:
        amount = UNKNOWN_APART
    price = abs(missing.price_krw - other.price_krw) / missing.price_krw
    taken = other.taken / (other.taken + HALF_TAKEN)
    return amount + PRICE_WEIGHT * price - TAKEN_WEIGHT * taken


def _suffices(request: SubstituteRequest, other: Goods) -> bool:
    return other.available is None or other.available >= request.units


def baseline(request: SubstituteRequest) -> SubstituteProposal:
    """Nearest net amount, then nearest price, as the candidates come."""
    return SubstituteProposal(ids=[goods.id for goods in request.candidates])


def built_in(request: SubstituteRequest) -> SubstituteProposal:
    """What there is enough of, alike in amount and price, and kept by other shoppers before."""
    ranked = sorted(
        request.candidates,
        key=lambda other: (not _suffices(request, other), _apart(request, other)),
    )
    return SubstituteProposal(ids=[goods.id for goods in ranked])


def check(request: SubstituteRequest, proposal: SubstituteProposal) -> None:
    """Known goods, each once, within the bound, at least one when there are any."""
    known = {goods.id: goods for goods in request.candidates}
    if len(set(proposal.ids)) != len(proposal.ids):
        raise ProposalRefused("doubled-id")
    bound = request.missing.price_krw * (100 + request.max_rise_pct) // 100
    for id_ in proposal.ids:
        if id_ not in known:
            raise ProposalRefused("unknown-id")
        if known[id_].price_krw > bound:
            raise ProposalRefused("out-of-bounds")
    if known and not proposal.ids:
        raise ProposalRefused("too-few")


def explain(request: SubstituteRequest, proposal: SubstituteProposal) -> Reason:
    """Why the first one is the first."""
    if not proposal.ids:
        return Reason(ko="대신 드릴 것이 없었어요.", en="There was nothing to give instead.")
    first = next(goods for goods in request.candidates if goods.id == proposal.ids[0])
    missing = request.missing
    ko = [f"같은 가게의 같은 갈래에서 {first.name}{josa(first.name, '을/를')} 골랐어요."]
    en = [f"{first.name_en or first.name}, from the same stall and kind."]
    amounts = (missing.net_g, first.net_g), (missing.net_ml, first.net_ml)
    if any(was and was == now for was, now in amounts):
        ko.append("양이 같아요.")
        en.append("The same amount.")
    rise = first.price_krw - missing.price_krw
    if rise > 0:
        ko.append(f"값표는 {rise:,}원 비싸지만 더 내지 않아요.")
        en.append(f"{rise:,} won dearer on the tag, at no extra cost.")
    elif rise < 0:
        ko.append(f"값표가 {-rise:,}원 싸요.")
        en.append(f"{-rise:,} won cheaper on the tag.")
    else:
        ko.append("값이 같아요.")
        en.append("The same price.")
    if first.taken:
        ko.append(f"전에 {first.taken}번 대신 나갔어요.")
        en.append(f"Given instead {first.taken} times before.")
    return Reason(ko=" ".join(ko), en=" ".join(en))


def examples() -> Iterator[SubstituteRequest]:
    """Made-up shortages."""
    leek = Goods(id=1, name="대파", name_en="Green onion", price_krw=2500, net_g=500)
    yield SubstituteRequest(
        missing=leek,
        units=2,
        candidates=[
            Goods(id=2, name="쪽파", name_en="Chives", price_krw=2600, net_g=450, available=5),
            Goods(id=3, name="깐 대파", name_en="Peeled onion", price_krw=2700, net_g=500, taken=9),
        ],
        max_rise_pct=10,
    )
    yield SubstituteRequest(
        missing=leek,
        units=1,
        candidates=[Goods(id=4, name="실파", name_en="Thin onion", price_krw=2000)],
        max_rise_pct=0,
    )


SUBSTITUTE = register(
    Capability(
        key="substitute",
        version=1,
        name_ko="떨어진 물건 대신 고르기",
        name_en="Choosing a substitute",
        about_ko=(
            "손님이 '비슷한 것으로'를 고른 물건이 떨어지면, 같은 가게의 같은 갈래 물건 가운데 손님이 정한 값 한도 안에서 대신 드릴 것을 "
            "고릅니다. 남은 수, 양, 값, 전에 대신 나간 횟수를 봅니다. 손님은 낸 값보다 더 내지 않고, 싸면 차액을 돌려받습니다. "
            "이의가 있으면 사람이 다시 살펴봅니다."
        ),
        about_en=(
            "When goods run out for which the shopper chose 'something similar', it chooses what is given instead from the"
            " same stall and kind, within the shopper's price bound. It looks at what is left, amount, price and how often"
            " it was given instead before. The shopper never pays more than was paid and gets a difference back. On"
            " objection a person looks again."
        ),
        request_type=SubstituteRequest,
        proposal_type=SubstituteProposal,
        baseline=baseline,
        built_in=built_in,
        built_in_version="1.0",
        check=check,
        baseline_reason=Reason(
            ko="AI 없이, 양이 가장 가깝고 그다음 값이 가까운 차례예요.",
            en="Without AI: nearest in amount, then in price.",
        ),
        explain=explain,
        outcome="the shopper kept the substitute until the order was handed over",
        work=Work(
            of="stall",
            ko="떨어진 물건 대신 고르기",
            en="choosing a substitute",
            minutes=2.0,
            source="assumption, to be replaced by a measured time: looking through the shelf and deciding",
        ),
        fields={
            "missing": ("떨어진 물건: 이름, 값, 양", "the missing goods: name, price, amount"),
            "units": ("모자란 수", "how many are missing"),
            "candidates": (
                "같은 가게의 비슷한 물건: 이름, 값, 양, 남은 수, 전에 대신 나간 횟수",
                "similar goods of the stall: name, price, amount, stock, how often given instead",
            ),
            "max_rise_pct": ("손님이 정한 값 한도", "the price bound the shopper set"),
        },
        is_consequential=True,
        inside_transaction=True,
        examples=examples,
    )
)

SUBSTITUTE_CHOICES = register(
    replace(
        SUBSTITUTE,
        key="substitute-choices",
        name_ko="대신 받을 것 보여 드리기",
        name_en="Offering substitutes",
        about_ko=(
            "손님이 '물어보기'를 고른 물건이 떨어지면, 대신 받을 만한 물건을 가까운 차례로 보여 드립니다. "
            "고르는 사람은 손님이고, 답하지 않으면 돈을 돌려드립니다."
        ),
        about_en=(
            "When goods run out for which the shopper wants to be asked, it puts what may be taken instead in order. The"
            " shopper chooses; without an answer the money goes back."
        ),
        outcome="what the shopper answered",
        is_automatic=False,
        is_consequential=False,
    )
)
