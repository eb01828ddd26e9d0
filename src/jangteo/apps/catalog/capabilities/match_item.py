"""Which standard product a line of a price list is: one of the candidates, a new one, or a question for a person.

The built-in provider is `engines.sameitem`: equal barcodes, then rules that name a contradiction, then the learned
matcher with its calibrated probability. From the probability that the market's office set on, a match is used at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, Field

from jangteo.apps.decisions.capability import Capability, ProposalRefused, Reason, Work, register
from jangteo.engines.sameitem import (
    Goods,
    Matcher,
    contradictions,
    load,
    same_barcode,
    unsaid,
)
from jangteo.engines.sameitem.compare import alike
from jangteo.engines.sameitem.matcher import CERTAIN
from jangteo.platform.josa import josa

#: candidates that a proposal puts in order for a person
SHOWN = 3


class GoodsFields(BaseModel):
    """What is known of a line or an item; None: not said. Amounts are of one inner pack."""

    name: str | None = Field(default=None, max_length=120)
    variety: str | None = Field(default=None, max_length=120)
    brand: str | None = Field(default=None, max_length=120)
    #: ISO country, "import", "deep-sea"
    origin: str | None = Field(default=None, max_length=20)
    grade: str | None = Field(default=None, max_length=60)
    state: str | None = Field(default=None, max_length=20)
    size: str | None = Field(default=None, max_length=60)
    net_g: float | None = Field(default=None, gt=0)
    net_ml: float | None = Field(default=None, gt=0)
    count: int | None = Field(default=None, gt=0)
    pack_count: int | None = Field(default=None, gt=0)
    gtin: str | None = Field(default=None, max_length=14)
    #: leaf of the category tree
    category: str | None = Field(default=None, max_length=60)
    #: words of the line that are no field
    rest: str = Field(default="", max_length=400)
    #: the line less price and barcode, or the product's full name; and how the thing itself is called in it
    text: str = Field(default="", max_length=500)
    core: str = Field(default="", max_length=500)
    #: the amount was written with 약 or 내외
    approximate: bool = False
    #: sold by weight, so that amounts tell nothing
    variable_measure: bool = False
    #: identity in one line, see `items.match_key`
    key: str = Field(default="", max_length=200)

    @classmethod
    def of(cls, goods: Goods, key: str) -> GoodsFields:
        """The fields of ``goods``."""
        values = {name: getattr(goods, name) for name in _KEPT}
        for name in ("rest", "text", "core"):
            values[name] = values[name][:400]
        return cls(**values, key=key)

    def goods(self) -> Goods:
        """The form the matcher compares."""
        return Goods(**{name: getattr(self, name) for name in _KEPT})


_KEPT = tuple(name for name in GoodsFields.model_fields if name != "key")


class CandidateFields(GoodsFields):
    """A standard product that may be meant."""

    id: int


class MatchItemRequest(BaseModel):
    """A line's fields, the candidates, and what the market's office calls sure enough."""

    line: GoodsFields
    #: likeliest first
    candidates: list[CandidateFields] = Field(default_factory=list, max_length=50)
    #: probability in basis points; 10,001: a person is always asked
    auto_above_bp: int = Field(ge=5000, le=10_001)


class Ranked(BaseModel):
    """A candidate a person should look at."""

    id: int
    probability: float = Field(ge=0, le=1)


class MatchItemProposal(BaseModel):
    """``same``: it is ``item_id``. ``unsure``: a person says; ``item_id`` is the likeliest. ``new``: none of them.

    ``probability``: that the line is ``item_id``; with ``new`` that it is the likeliest candidate after all.
    """

    item_id: int | None = None
    probability: float = Field(ge=0, le=1)
    verdict: Literal["same", "unsure", "new"]
    #: asked whatever the probability: several fit, or one side does not say its amount
    must_ask: bool = False
    ranked: list[Ranked] = Field(default_factory=list, max_length=SHOWN)


def baseline(request: MatchItemRequest) -> MatchItemProposal:
    """The same barcode or the same key is the same product; anything else a person looks at."""
    line = request.line
    equal = [c.id for c in request.candidates if line.gtin and c.gtin == line.gtin]
    if not equal:
        equal = [
            c.id
            for c in request.candidates
            if line.key and c.key == line.key and not (line.gtin and c.gtin)
        ]
    if len(equal) == 1:
        ranked = [Ranked(id=equal[0], probability=1.0)]
        return MatchItemProposal(item_id=equal[0], probability=1.0, verdict="same", ranked=ranked)
    if not request.candidates:
        return MatchItemProposal(probability=0.0, verdict="new")
    shown = equal or [c.id for c in request.candidates]
    return MatchItemProposal(
        item_id=shown[0],
        probability=0.5,
        verdict="unsure",
        ranked=[Ranked(id=one, probability=0.5) for one in shown[:SHOWN]],
    )


class _Chance(NamedTuple):
    """The probability that the line is the candidate ``at`` that place; is it said by equal barcodes?"""

    at: int
    probability: float
    is_barcode: bool


def built_in(request: MatchItemRequest, matcher: Matcher | None = None) -> MatchItemProposal:
    """What `engines.sameitem` says; ``matcher`` by default the one that ships."""
    return built_in_many([request], matcher)[0]


def built_in_many(
    requests: Sequence[MatchItemRequest], matcher: Matcher | None = None
) -> list[MatchItemProposal]:
    """`built_in` for many requests: all pairs that no rule decides are put to the model together."""
    matcher = matcher or load()
    likely: list[list[_Chance]] = []
    waiting: list[tuple[list[_Chance], int]] = []
    pairs: list[tuple[Goods, Goods]] = []
    for request in requests:
        line = request.line.goods()
        chances: list[_Chance] = []
        for index, one in enumerate(request.candidates):
            item = one.goods()
            barcode = same_barcode(line, item)
            if barcode:
                chances.append(_Chance(index, CERTAIN, True))
            elif barcode is False or contradictions(line, item):
                continue
            elif alike(line, item) and not unsaid(line, item):
                chances.append(_Chance(index, CERTAIN, False))
            else:
                waiting.append((chances, index))
                pairs.append((line, item))
        likely.append(chances)
    for (chances, index), chance in zip(waiting, matcher.probabilities(pairs), strict=True):
        chances.append(_Chance(index, min(1.0, max(0.0, chance)), False))
    return [
        _proposal(request, chances, matcher.learned.low)
        for request, chances in zip(requests, likely, strict=True)
    ]


def _proposal(
    request: MatchItemRequest, chances: Sequence[_Chance], least: float
) -> MatchItemProposal:
    """The market's threshold decides what is sure; ``least``: below it a candidate is another product."""
    ranked = sorted(chances, key=lambda one: (-one.probability, one.at))
    likely = [one for one in ranked if one.probability >= least]
    if not likely:
        nearest = ranked[0].probability if ranked else 0.0
        return MatchItemProposal(probability=nearest, verdict="new")
    best = likely[0]
    sure = [one for one in likely if _is_at_least(one.probability, request.auto_above_bp)]
    item = request.candidates[best.at]
    must_ask = not best.is_barcode and (
        len(sure) > 1 or bool(unsaid(request.line.goods(), item.goods()))
    )
    return MatchItemProposal(
        item_id=item.id,
        probability=best.probability,
        verdict="same" if sure and not must_ask else "unsure",
        must_ask=must_ask,
        ranked=[
            Ranked(id=request.candidates[one.at].id, probability=one.probability)
            for one in likely[:SHOWN]
        ],
    )


def _is_at_least(probability: float, bp: int) -> bool:
    return probability * 10_000 >= bp


def check(request: MatchItemRequest, proposal: MatchItemProposal) -> None:
    """Known items, each once; an item with "same" and "unsure", none with "new"; "same" against no plain contradiction."""
    known = {one.id for one in request.candidates}
    ids = [one.id for one in proposal.ranked]
    if len(set(ids)) != len(ids):
        raise ProposalRefused("doubled-id")
    if not known.issuperset(ids):
        raise ProposalRefused("unknown-id")
    if proposal.verdict == "new":
        if proposal.item_id is not None:
            raise ProposalRefused("item-with-new")
        return
    if proposal.item_id is None:
        raise ProposalRefused("no-item")
    if proposal.item_id not in known:
        raise ProposalRefused("unknown-id")
    chosen = next(one for one in request.candidates if one.id == proposal.item_id).goods()
    line = request.line.goods()
    barcode = same_barcode(line, chosen)
    against = barcode is False or (barcode is None and contradictions(line, chosen))
    if proposal.verdict == "same" and against:
        raise ProposalRefused("contradicts")


def is_sure(request: MatchItemRequest, proposal: MatchItemProposal) -> bool:
    """Used at once: a match above the market's threshold, or nothing like it at hand."""
    match proposal.verdict:
        case "same":
            return _is_at_least(proposal.probability, request.auto_above_bp)
        case "new":
            return True
        case _:
            return False


_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("name", "품명", "name"), ("variety", "품종", "variety"), ("brand", "브랜드", "brand"),
    ("origin", "원산지", "origin"), ("grade", "등급", "grade"), ("size", "크기", "size"),
    ("state", "상태", "state"),
)  # fmt: skip


def explain(request: MatchItemRequest, proposal: MatchItemProposal) -> Reason:
    """What is equal, what only one side says, and why a person is asked."""
    if proposal.item_id is None:
        if not request.candidates:
            return Reason(ko="비슷한 상품이 아직 없어요.", en="There is no product like it yet.")
        nearest = _against(request)
        return Reason(
            ko=f"비슷한 상품이 있지만 같은 상품은 아니에요. {nearest.ko}".strip(),
            en=f"There are products like it, but not this one. {nearest.en}".strip(),
        )
    chosen = next(one for one in request.candidates if one.id == proposal.item_id)
    if request.line.gtin and chosen.gtin == request.line.gtin:
        return Reason(ko="바코드가 같아요.", en="The barcodes are equal.")
    reason = compared(request.line.goods(), chosen.goods())
    percent = f"{proposal.probability * 100:.0f}"
    if proposal.verdict == "same":
        return reason
    return Reason(
        ko=f"{reason.ko} 같은 상품일 가능성이 {percent} %라서 사람에게 물어요.",
        en=f"{reason.en} It is the same with {percent} % probability, so a person is asked.",
    )


def compared(line: Goods, item: Goods) -> Reason:
    """품명·품종·중량이 같고 원산지가 안 적혀 있어요: what is equal, what differs, what one side does not say."""
    equal, differ, unsaid_here, unsaid_there = _told(line, item)
    ko: list[str] = []
    en: list[str] = []
    if equal:
        ko.append(f"{_subject(equal, 0)} 같아요.")
        en.append(f"Equal: {_listed(equal, 1)}.")
    if differ:
        ko.append(f"{_subject(differ, 0)} 다르게 적혀 있어요.")
        en.append(f"Written otherwise: {_listed(differ, 1)}.")
    if unsaid_here:
        ko.append(f"이 줄에는 {_subject(unsaid_here, 0)} 안 적혀 있어요.")
        en.append(f"The line does not say: {_listed(unsaid_here, 1)}.")
    if unsaid_there:
        ko.append(f"상품에는 {_subject(unsaid_there, 0)} 없어요.")
        en.append(f"The product does not say: {_listed(unsaid_there, 1)}.")
    return Reason(ko=" ".join(ko), en=" ".join(en))


_Pairs = list[tuple[str, str]]


def _told(line: Goods, item: Goods) -> tuple[_Pairs, _Pairs, _Pairs, _Pairs]:
    """Labels of fields that are equal, differ, are not said by the line, not said by the item."""
    found: tuple[_Pairs, _Pairs, _Pairs, _Pairs] = ([], [], [], [])
    sides: list[tuple[Any, Any, str, str]] = [
        (getattr(line, field), getattr(item, field), ko, en) for field, ko, en in _FIELDS
    ]
    if not (line.variable_measure or item.variable_measure):
        sides.append(
            (line.net_g or line.net_ml, item.net_g or item.net_ml, "내용량", "net content")
        )
        sides.append((line.count, item.count, "개수", "number of pieces"))
    for one, other, ko, en in sides:
        if one and other:
            found[0 if one == other else 1].append((ko, en))
        elif other:
            found[2].append((ko, en))
        elif one:
            found[3].append((ko, en))
    return found


def _listed(labels: _Pairs, language: int) -> str:
    return ("·" if language == 0 else ", ").join(label[language] for label in labels)


def _subject(labels: _Pairs, language: int) -> str:
    text = _listed(labels, language)
    return f"{text}{josa(text, '이/가')}"


def _against(request: MatchItemRequest) -> Reason:
    """Why the candidate that stood first is not it."""
    first = request.candidates[0].goods()
    found = contradictions(request.line.goods(), first)
    return Reason(ko=found[0].ko, en=found[0].en) if found else Reason(ko="", en="")


def examples() -> Iterator[MatchItemRequest]:
    """Made-up lines with made-up products."""
    apple = GoodsFields(
        name="사과", variety="부사", origin="KR", net_g=5000, pack_count=1, category="apple"
    )
    yield MatchItemRequest(
        line=apple,
        candidates=[
            CandidateFields(**{**apple.model_dump(), "id": 1, "origin": None}),
            CandidateFields(**{**apple.model_dump(), "id": 2, "net_g": 10_000}),
            CandidateFields(**{**apple.model_dump(), "id": 3, "variety": "홍로"}),
        ],
        auto_above_bp=9700,
    )
    paste = GoodsFields(
        name="고추장", brand="가람", net_g=3000, pack_count=4, gtin="08801234567893"
    )
    yield MatchItemRequest(
        line=paste,
        candidates=[CandidateFields(**{**paste.model_dump(), "id": 7, "brand": None})],
        auto_above_bp=9700,
    )
    yield MatchItemRequest(line=GoodsFields(name="고등어", pack_count=1), auto_above_bp=10_001)


MATCH_ITEM = register(
    Capability(
        key="match-item",
        version=1,
        name_ko="같은 상품 찾기",
        name_en="Finding the same product",
        about_ko=(
            "가격표의 한 줄이 이미 있는 표준 상품과 같은지 봅니다. 바코드, 품명, 품종, 브랜드, 원산지, 등급, 상태, 내용량을 견줍니다. "
            "상인회가 정한 확률보다 높으면 바로 잇고, 그보다 낮으면 사람에게 묻습니다. 사람의 답은 다음 판단을 배우는 데 쓰입니다."
        ),
        about_en=(
            "It looks whether a line of a price list is a standard product that exists. It compares barcode, name, variety,"
            " brand, origin, grade, state and net content. Above the probability the market office set it links at once,"
            " below it asks a person. The answers teach the next decisions."
        ),
        request_type=MatchItemRequest,
        proposal_type=MatchItemProposal,
        baseline=baseline,
        built_in=built_in,
        built_in_version="1.0",
        check=check,
        baseline_reason=Reason(
            ko="AI 없이, 바코드나 적힌 것이 모두 같을 때만 같은 상품이에요.",
            en="Without AI: the same product only when the barcode or all that is written is equal.",
        ),
        explain=explain,
        outcome="what a person answered, and whether the item was split or merged later",
        work=Work(
            of="office",
            ko="가격표의 줄마다 같은 상품 찾기",
            en="finding the product of each line of a price list",
            minutes=0.5,
            source="assumption, to be replaced by a measured time: searching one product by name and comparing it",
        ),
        fields={
            "line": (
                "가격표 한 줄에 적힌 것: 품명, 품종, 브랜드, 원산지, 등급, 상태, 양, 바코드",
                "what a line says: name, variety, brand, origin, grade, state, amounts, barcode",
            ),
            "candidates": (
                "비슷한 표준 상품의 같은 칸",
                "the same fields of standard products like it",
            ),
            "auto_above_bp": (
                "묻지 않고 쓰는 확률(상인회 설정)",
                "the probability used without asking (set by the office)",
            ),
        },
        deadline_ms=1500,
        is_sure=is_sure,
        examples=examples,
    )
)


def with_matcher(matcher: Matcher, version: str) -> Capability[MatchItemRequest, MatchItemProposal]:
    """The capability with ``matcher`` as its built-in provider; ``version`` goes into the log."""
    return replace(
        MATCH_ITEM,
        built_in=partial(built_in, matcher=matcher),
        built_in_many=partial(built_in_many, matcher=matcher),
        built_in_version=version,
    )
