"""Which goods stand in front: "오늘의 추천" of the first page, and the order of a stall's own page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import BaseModel, Field

from jangteo.apps.decisions.capability import Capability, ProposalRefused, Reason, Work, register
from jangteo.engines.recommendation.mix import Item, spread, stalls_in_turn
from jangteo.engines.recommendation.personal import affinity
from jangteo.engines.recommendation.popularity import score
from jangteo.platform.josa import josa

#: so many orders in seven days are worth saying
POPULAR_ORDERS = 2
#: so many purchases of a kind are worth saying
KIND_TIMES = 3

#: why one product stands where it stands. "spread" and "picked" claim nothing about the product itself
Code = Literal[
    "bought", "today", "fresh", "popular", "new-stall", "kind", "turn", "spread", "picked"
]


class Candidate(BaseModel):
    """One offer that may be shown."""

    id: int
    stall_id: int
    name: str = ""
    name_en: str = ""
    #: slug of the category, empty when it has none
    category: str = ""
    price_krw: int = Field(gt=0)
    arrived_today: bool = False
    today_only: bool = False
    is_sold_out: bool = False
    #: its stall does not sell today
    is_resting: bool = False
    #: its stall has been in this market's shop for less than four weeks
    is_new_stall: bool = False
    #: units left; None when the stall does not count
    available: int | None = None
    #: units sold, one of a week ago counting half
    popularity: float = Field(default=0.0, ge=0)
    #: units and orders of today and the six days before
    units_week: int = Field(default=0, ge=0)
    orders_week: int = Field(default=0, ge=0)

    @property
    def is_sellable(self) -> bool:
        """May be put in front."""
        return not (self.is_sold_out or self.is_resting or self.available == 0)


class Liked(BaseModel):
    """What one shopper bought before."""

    offer_id: int
    category: str = ""
    #: how many of her orders held it
    times: int = Field(gt=0)


class ShelfRequest(BaseModel):
    """What may be shown, stall by stall in the stalls' own order."""

    place: Literal["home", "stall"]
    candidates: list[Candidate]
    #: number of the day; says whose turn it is
    turn: int = 0
    #: her own purchases; empty without her consent
    liked: list[Liked] = []
    limit: int = Field(default=12, ge=1, le=300)


class ShelfProposal(BaseModel):
    """Ids, best place first, and why each: offer id as text -> code. An id without a code counts as "picked"."""

    ids: list[int]
    reasons: dict[str, Code] = {}


def sellable(request: ShelfRequest) -> list[Candidate]:
    """The candidates that may be put in front, in their order."""
    return [candidate for candidate in request.candidates if candidate.is_sellable]


def baseline(request: ShelfRequest) -> ShelfProposal:
    """The stalls' own order, one of each stall in turn."""
    by_stall: dict[int, list[Candidate]] = {}
    for candidate in sellable(request):
        by_stall.setdefault(candidate.stall_id, []).append(candidate)
    turns = [
        (turn, place, candidate.id)
        for place, row in enumerate(by_stall.values())
        for turn, candidate in enumerate(row)
    ]
    ids = [row[2] for row in sorted(turns)[: request.limit]]
    return ShelfProposal(ids=ids, reasons={str(id_): "spread" for id_ in ids})


def built_in(request: ShelfRequest) -> ShelfProposal:
    """What is wanted, fresh and hers, spread over the stalls."""
    found = sellable(request)
    times = {liked.offer_id: liked.times for liked in request.liked}
    kinds = _kinds(request)
    items = [
        Item(
            id=c.id,
            stall_id=c.stall_id,
            score=score(
                c.popularity,
                arrived_today=c.arrived_today,
                today_only=c.today_only,
                available=c.available,
            )
            + affinity(c.id, c.category, times, kinds),
        )
        for c in found
    ]
    if request.place == "home":
        ids = spread(items, request.limit, request.turn)
    else:
        ids = [item.id for item in sorted(items, key=lambda item: -item.score)[: request.limit]]
    by_id = {c.id: c for c in found}
    return ShelfProposal(ids=ids, reasons={str(id_): code_of(request, by_id[id_]) for id_ in ids})


def code_of(request: ShelfRequest, candidate: Candidate) -> Code:
    """The strongest true reason of one product."""
    order: tuple[Code, ...] = ("bought", "today", "fresh", "popular", "new-stall", "kind", "turn")
    return next((code for code in order if is_true(request, candidate, code)), "spread")


def is_true(request: ShelfRequest, candidate: Candidate, code: Code) -> bool:
    """May this reason be said of this product?"""
    match code:
        case "bought":
            return any(liked.offer_id == candidate.id for liked in request.liked)
        case "kind":
            return _kinds(request)[candidate.category] >= KIND_TIMES
        case "today":
            return candidate.today_only
        case "fresh":
            return candidate.arrived_today
        case "popular":
            return candidate.orders_week >= POPULAR_ORDERS
        case "new-stall":
            return candidate.is_new_stall
        case "turn":
            stalls = [c.stall_id for c in sellable(request)]
            return request.place == "home" and candidate.stall_id in stalls_in_turn(
                stalls, request.limit, request.turn
            )
        case _:
            return True


def _kinds(request: ShelfRequest) -> Counter[str]:
    kinds: Counter[str] = Counter()
    for liked in request.liked:
        if liked.category:
            kinds[liked.category] += liked.times
    return kinds


def check(request: ShelfRequest, proposal: ShelfProposal) -> None:
    """Known, sellable, each once, enough of them, and no untrue reason."""
    known = {c.id: c for c in request.candidates}
    if len(set(proposal.ids)) != len(proposal.ids):
        raise ProposalRefused("doubled-id")
    for id_ in proposal.ids:
        if id_ not in known:
            raise ProposalRefused("unknown-id")
        if not known[id_].is_sellable:
            raise ProposalRefused("not-on-sale")
    if len(proposal.ids) > request.limit:
        raise ProposalRefused("too-many")
    if len(proposal.ids) < min(request.limit, len(sellable(request))):
        raise ProposalRefused("too-few")
    wanted = {str(id_): known[id_] for id_ in proposal.ids}
    for key, code in proposal.reasons.items():
        if key not in wanted:
            raise ProposalRefused("reason-of-unknown-id")
        if not is_true(request, wanted[key], code):
            raise ProposalRefused("untrue-reason")


def reason_of(code: str, candidate: Candidate) -> Reason:
    """The true individual reason of one product; empty sentences for one that claims nothing about it."""
    name, orders = candidate.name, candidate.orders_week
    match code:
        case "bought":
            return Reason(
                ko=f"지난번에 사신 {name}{josa(name, '이에요/예요')}",
                en=f"You bought {candidate.name_en or name} before",
            )
        case "kind":
            return Reason(ko="자주 사시는 갈래예요", en="A kind you often buy")
        case "today":
            return Reason(ko="오늘까지 파는 거예요", en="Must be sold today")
        case "fresh":
            return Reason(ko="오늘 아침에 들어왔어요", en="Came in this morning")
        case "popular":
            return Reason(ko=f"이번 주에 {orders}번 팔렸어요", en=f"Sold {orders} times this week")
        case "new-stall":
            return Reason(ko="새로 온 가게예요", en="A stall new to this market's shop")
        case "turn":
            return Reason(ko="오늘 앞자리 차례인 가게예요", en="This stall's turn in front today")
        case "spread":
            return Reason(ko="여러 가게를 골고루 보여 드려요", en="So that many stalls are shown")
        case _:
            return Reason(ko="", en="")


def explain(request: ShelfRequest, proposal: ShelfProposal) -> Reason:
    """One sentence about this very shelf."""
    if not proposal.ids:
        return Reason(ko="지금 앞에 놓을 물건이 없어요.", en="Nothing to put in front right now.")
    codes: Counter[str] = Counter(proposal.reasons.values())
    known = {c.id: c.stall_id for c in request.candidates}
    stalls = len({known[id_] for id_ in proposal.ids})
    told = [
        ("bought", "전에 사신 것 {n}가지", "{n} you bought before"),
        ("today", "오늘까지 파는 것 {n}가지", "{n} to be sold today"),
        ("fresh", "오늘 들어온 것 {n}가지", "{n} that came in today"),
        ("popular", "이번 주에 많이 나간 것 {n}가지", "{n} that sold well this week"),
        ("new-stall", "새로 온 가게 것 {n}가지", "{n} of new stalls"),
        ("kind", "자주 사시는 갈래에서 {n}가지", "{n} of kinds you often buy"),
    ]
    ko = [korean.format(n=codes[code]) for code, korean, _ in told if codes[code]]
    en = [english.format(n=codes[code]) for code, _, english in told if codes[code]]
    if request.place == "stall":
        if not ko:
            return Reason(ko="가게가 정한 차례예요.", en="In the stall's own order.")
        return Reason(ko=f"앞쪽에 {_list_ko(ko)} 놓았어요.", en=f"In front: {', '.join(en)}.")
    if not ko:
        return Reason(
            ko=f"가게 {stalls}곳의 물건을 골고루 놓았어요.",
            en=f"An even choice from {stalls} stalls.",
        )
    return Reason(
        ko=f"{_list_ko(ko)} 넣어 가게 {stalls}곳의 물건을 골고루 놓았어요.",
        en=f"An even choice from {stalls} stalls, with {', '.join(en)}.",
    )


def _list_ko(parts: Sequence[str]) -> str:
    text = ", ".join(parts)
    return text + josa(text, "을/를")


def shown_stalls(request: ShelfRequest, proposal: ShelfProposal) -> list[int]:
    """The stalls of the shelf, best place first, one entry a product."""
    known = {c.id: c.stall_id for c in request.candidates}
    return [known[id_] for id_ in proposal.ids if id_ in known]


def examples() -> Iterator[ShelfRequest]:
    """Made-up shelves: an ordinary morning, one with history, a stall's page, nothing to sell, one thing only."""
    goods = [
        Candidate(
            id=100 + n,
            stall_id=10 + n % 4,
            name=name,
            name_en=english,
            category=category,
            price_krw=price,
            arrived_today=n % 3 == 0,
            today_only=n % 5 == 4,
            is_sold_out=n == 6,
            is_resting=n == 7,
            is_new_stall=n % 4 == 3,
            available=None if n % 2 else 20 - n,
            popularity=round(n * 1.5, 1),
            units_week=n * 2,
            orders_week=n,
        )
        for n, (name, english, category, price) in enumerate(
            [
                ("대파", "Green onion", "vegetable", 2500),
                ("고등어", "Mackerel", "fish", 6000),
                ("두부", "Tofu", "tofu", 1800),
                ("멸치볶음", "Stir-fried anchovies", "side", 5000),
                ("시금치", "Spinach", "vegetable", 3000),
                ("오징어", "Squid", "fish", 7000),
                ("순두부", "Soft tofu", "tofu", 2000),
                ("김치", "Kimchi", "side", 9000),
                ("무", "Radish", "vegetable", 2000),
            ]
        )
    ]
    liked = [Liked(offer_id=102, category="tofu", times=4)]
    yield ShelfRequest(place="home", candidates=goods, turn=1, limit=6)
    yield ShelfRequest(place="home", candidates=goods, turn=2, liked=liked, limit=4)
    yield ShelfRequest(place="stall", candidates=[c for c in goods if c.stall_id == 10], limit=20)
    yield ShelfRequest(place="home", candidates=[goods[6], goods[7]], limit=12)
    yield ShelfRequest(place="home", candidates=[goods[1]], limit=12)


SHELF_ORDER = register(
    Capability(
        key="shelf-order",
        version=1,
        name_ko="앞에 놓을 물건 고르기",
        name_en="Choosing what stands in front",
        about_ko=(
            "첫 화면의 '오늘의 추천'과 가게 화면의 물건 차례를 정합니다. 최근에 팔린 수(7일이 지나면 절반으로 셉니다), "
            "오늘 들어온 것, 오늘까지 파는 것, 남은 수를 보고, 한 가게가 자리를 독차지하지 않게 여러 가게를 골고루 놓으며, "
            "네 자리 가운데 한 자리는 가게가 날마다 차례로 갖습니다. 개인 맞춤에 동의한 사람에게만 전에 산 것을 함께 봅니다. "
            "값, 배송비, 살 수 있는 물건은 달라지지 않습니다."
        ),
        about_en=(
            "Decides the first page's picks and the order of a stall's page. It looks at recent sales (a week-old sale counts"
            " half), what came in today, what must be sold today and what is left; it spreads places over stalls, and one"
            " place in four goes to the stalls in daily turns. Only for people who agreed to personal picks does it also"
            " look at what they bought. Prices, fees and what can be bought stay the same."
        ),
        request_type=ShelfRequest,
        proposal_type=ShelfProposal,
        baseline=baseline,
        built_in=built_in,
        built_in_version="1.0",
        check=check,
        baseline_reason=Reason(
            ko="추천 없이, 가게들이 정한 차례대로 한 가지씩 놓았어요.",
            en="No recommendation: one thing of each stall in turn, in the stalls' own order.",
        ),
        explain=explain,
        outcome="a shown offer was paid for by the same subject within 24 hours",
        work=Work(
            of="shopper",
            ko="첫 화면에 놓을 물건 고르기",
            en="choosing what to put in front",
            minutes=0.0,
            source=(
                "nobody at a market arranges each page anew, so no work of theirs is saved: these decisions are"
                " counted apart from the share of work automated"
            ),
        ),
        fields={
            "place": ("어느 화면인지", "which page"),
            "candidates": (
                "물건과 가게: 이름, 갈래, 값, 오늘 들어왔는지, 남은 수, 시장 전체에서 팔린 수",
                "goods and stalls: name, kind, price, arrival, stock, sales in the whole market",
            ),
            "turn": ("오늘 앞자리 차례인 가게", "whose turn in front it is today"),
            "liked": (
                "본인이 전에 산 물건과 갈래",
                "what the person bought before, and of which kinds",
            ),
            "limit": ("놓을 자리 수", "how many places there are"),
        },
        personal_fields=frozenset({"liked"}),
        shown_stalls=shown_stalls,
        examples=examples,
    )
)
