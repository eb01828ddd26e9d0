"""What the quantities of a line say of one pack: net weight or volume, pieces, packs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jangteo.engines.matching.lexicon import Category
from jangteo.engines.matching.quantities import BUNDLES, Quantity, Scan, distinct
from jangteo.engines.matching.records import MarketUnits

#: goods whose pieces are sold as packs of their own: 초코파이 39g 12개입 is twelve of 39 g
_PACKAGED = frozenset(
    [
        "면·즉석식품",
        "햄·유제품",
        "과자·빵",
        "음료·차·술",
        "양념·소스",
        "건강식품·약재",
        "생활용품",
        "장류",
        "고춧가루·가루",
        "기름·깨",
        "쌀·잡곡·콩",
    ]
)
#: 20L on a bag or a pot is its size
_CAPACITY = frozenset(
    [
        "wrap",
        "cup",
        "container",
        "pot",
        "bowl",
        "kitchen-other",
        "disposable",
        "basket",
        "bag",
        "rubber-gloves",
        "cleaning",
        "tool",
        "bedding",
    ]
)
#: pieces of these are containers: 참기름 2통
_LIQUID_CONTAINERS = frozenset(["통", "자루"])
_PACKAGED_LEAVES = frozenset(
    ["dry-noodle", "dangmyeon", "fresh-noodle", "aekjeot", "laver-seasoned", "gimjaban"]
)
#: a piece lighter than this is no piece: 60g 20개입 is twenty of 60 g
_LEAST_PIECE_G = 3
_DOUBTFUL_PIECE_G = 100
#: of one pack, in grams or millilitres: 1 mg to 1,000 t; of pieces and of packs
LEAST_NET, MOST_NET, MOST_COUNT = 0.001, 1_000_000_000, 100_000
_LOOSE = frozenset(["개", "개입", "입", "ea", "스틱", "티백", "개들이", "정", "캡슐"])
#: 80매 10개: leaves in a pack, then packs
_LEAVES = frozenset(["매", "장", "정", "캡슐", "티백", "스틱", "롤"])


@dataclass(slots=True)
class Amounts:
    """Grams or millilitres of one pack, pieces in that one pack, packs; each with the quantities it came from."""

    net_g: int | float | None = None
    net_ml: int | float | None = None
    count: int | None = None
    pack_count: int | None = None
    net_from: tuple[Quantity, ...] = ()
    count_from: tuple[Quantity, ...] = ()
    pack_from: tuple[Quantity, ...] = ()
    approximate: bool = False
    asks: list[str] = field(default_factory=list)


def amounts_of(scanned: Scan, category: Category | None, name: str, units: MarketUnits) -> Amounts:
    """The amounts of one line whose goods are ``name`` in ``category`` (None when unknown)."""
    made = Amounts()
    found = [q for q in scanned.found if not q.per]
    if category is not None and category.slug in _CAPACITY:
        found = [q for q in found if q.kind not in ("g", "ml")]
    found = [_as_kind(q, category) for q in found]
    odd = [q for q in found if _no_number(q)]
    found = [q for q in found if q not in odd]
    weights = _weights(found, category, name, units, made)
    packs = [q for q in found if q.kind == "pack"]
    pieces = [q for q in found if q.kind == "piece"]
    if scanned.net_range:
        made.asks.append("net_range")
        weights = []
    if _contradict(packs) or _contradict(pieces):
        made.asks.append("pack_several")
        packs, pieces = [], []
    packs, pieces = _bundles(packs, pieces, category, made)
    weight, sums = _one_weight(weights, packs, pieces, made)
    if "net_several" in made.asks:
        packs, pieces = [], []
    if weight is not None:
        _with_weight(weight, sums, packs, pieces, category, made)
    else:
        _without_weight(packs, pieces, made)
    if "pack_several" in made.asks:
        made.pack_count = made.count = None
    if scanned.count_range:
        made.count, made.count_from = None, ()
        made.asks.append("count")
    if (
        made.pack_count is None
        and not packs
        and not pieces
        and weight is None
        and scanned.net_range
    ):
        made.pack_count = 1
        made.pack_from = ()
    _without_odd(odd, made)
    return made


def bounded(amounts: Amounts) -> Amounts:
    """Without amounts that nobody sells at a stall: they are slips of the pen, and asked.

    One pack weighs 1 mg to 1,000 t or holds as much in millilitres, the whole no more than that; pieces and packs
    are 1 to 100,000.
    """
    made = replace(amounts, asks=list(amounts.asks))
    for net in (made.net_g, made.net_ml):
        if net is not None and not LEAST_NET <= net <= MOST_NET:
            made.net_g = made.net_ml = None
            made.asks.append("net_bounds")
    if made.count is not None and not 1 <= made.count <= MOST_COUNT:
        made.count, made.count_from = None, ()
        made.asks.append("count_bounds")
    net = made.net_g or made.net_ml or 0
    if made.pack_count is not None and not (
        1 <= made.pack_count <= MOST_COUNT and net * made.pack_count <= MOST_NET
    ):
        made.pack_count, made.pack_from = None, ()
        made.asks.append("pack_bounds")
    return made


def _no_number(quantity: Quantity) -> bool:
    """0팩 and 1.5단: no number of packs or pieces."""
    value = quantity.value
    if quantity.kind not in ("pack", "piece") or quantity.half or value is None:
        return False
    return value < 1 or value != int(value)


def _without_odd(odd: Sequence[Quantity], made: Amounts) -> None:
    if any(q.kind == "pack" for q in odd):
        made.pack_count, made.pack_from = None, ()
        made.asks.append("pack_count")
    elif odd:
        made.count, made.count_from = None, ()
        made.asks.append("count_whole")


def _contradict(quantities: Sequence[Quantity]) -> bool:
    """1박스 2박스 is two offers; 30구 5판 and 10봉 x 2 are not."""
    loose = [q for q in quantities if not q.times and q.value is not None and q.unit]
    return any(
        a.unit == b.unit and a.value != b.value and b.end - b.start > len(b.unit)
        for index, a in enumerate(loose)
        for b in loose[index + 1 :]
    )


def _as_kind(quantity: Quantity, category: Category | None) -> Quantity:
    """통 and 자루 hold liquids and grains, and count melons and corn."""
    if quantity.unit in _LIQUID_CONTAINERS and category is not None:
        produce = category.path[0] in ("채소", "과일·견과", "꽃·식물")
        return replace(quantity, kind="piece" if produce else "pack")
    if quantity.unit == "ea" and category is not None and not quantity.times:
        return replace(quantity, kind="pack")
    return quantity


def _weights(
    found: Sequence[Quantity],
    category: Category | None,
    name: str,
    units: MarketUnits,
    made: Amounts,
) -> list[Quantity]:
    weights: list[Quantity] = []
    for quantity in found:
        if quantity.kind in ("g", "ml"):
            weights.append(quantity)
        elif quantity.kind == "customary":
            grams = _customary(quantity, category, name, units)
            if grams is None:
                if not any(q.kind in ("g", "ml") for q in found):
                    made.asks.append("net_measure")
            else:
                weights.append(replace(quantity, kind="g", value=grams))
    return weights


def _customary(
    quantity: Quantity, category: Category | None, name: str, units: MarketUnits
) -> Decimal | None:
    number = Decimal("0.5") if quantity.half else quantity.value
    if number is None:
        return None
    ruled = units.measure_g.get((quantity.unit, name)) or units.measure_g.get((quantity.unit, ""))
    if ruled:
        return number * ruled
    if category is None:
        return None
    if quantity.unit == "관" and category.path[0] in ("채소", "과일·견과"):
        return number * units.gwan_g
    if quantity.unit != "근":
        return None
    grams = units.geun_g.get(category.slug) or units.geun_g.get(category.sample_slug)
    grams = grams or category.geun_g
    return number * grams if grams else None


def _bundles(
    packs: list[Quantity], pieces: list[Quantity], category: Category | None, made: Amounts
) -> tuple[list[Quantity], list[Quantity]]:
    """손, 톳 and 접 say how many pieces are in them, unless the line says it."""
    for quantity in packs:
        size = BUNDLES.get(quantity.unit)
        if quantity.unit == "판" and category is not None and category.path[1] == "알":
            size = 30
        if size is None or pieces:
            continue
        if quantity.half:
            made.count, made.count_from = size // 2, (quantity,)
            made.pack_count, made.pack_from = 1, (quantity,)
        else:
            made.count, made.count_from = size, (quantity,)
    if any(q.half for q in packs) and made.pack_count is None:
        made.asks.append("pack_count")
    kept = [q for q in packs if not q.half]
    outer = [q for q in pieces if q.unit in ("다스", "타")]
    return kept, [q for q in pieces if q not in outer and not q.half]


def _one_weight(
    weights: list[Quantity], packs: list[Quantity], pieces: list[Quantity], made: Amounts
) -> tuple[Quantity | None, int]:
    """The one weight of a pack; with 3kg+3kg also how many times it is summed."""
    plain = [q for q in weights if not q.total]
    weights = plain or weights
    if not weights:
        return None, 1
    made.approximate = any(q.approximate for q in weights)
    values = distinct(weights)
    if any(q.plus for q in weights):
        if len(values) == 1:
            return weights[0], len(weights)
        made.asks.append("net_several")
        return None, 1
    if len({q.kind for q in weights}) > 1:
        made.asks.append("net_several")
        return None, 1
    if len(values) == 1:
        return weights[0], 1
    factors = [int(q.value) for q in packs + pieces if q.value is not None and q.times]
    product = 1
    for factor in factors:
        product *= factor
    if len(values) == 2 and product > 1 and max(values) == min(values) * product:
        return next(q for q in weights if q.value == min(values)), 1
    made.asks.append("net_several")
    return None, 1


def _product(quantities: Sequence[Quantity]) -> int | None:
    product = 1
    for quantity in quantities:
        if quantity.value is None:
            return None
        product *= int(quantity.value)
    return product


def _with_weight(
    weight: Quantity,
    sums: int,
    packs: list[Quantity],
    pieces: list[Quantity],
    category: Category | None,
    made: Amounts,
) -> None:
    exact = weight.value or Decimal(0)
    net = int(exact) if exact == int(exact) else float(exact)
    multiplied = [q for q in packs + pieces if q.times]
    leading = [q for q in packs if q.unit == "" and not q.times]
    loose_packs = [q for q in packs if not q.times and q not in leading and q.value != 1]
    loose_pieces = [q for q in pieces if not q.times]
    if any(q.start < weight.start for q in pieces) and weight.times:
        # 10개*500g: the pieces before the sign are the packs
        multiplied += [q for q in pieces if q.start < weight.start]
        loose_pieces = [q for q in loose_pieces if q.start > weight.start]
    before = [q for q in loose_packs if q.start < weight.start and not weight.times]
    if before and not any(q.unit in ("박스", "상자", "box", "세트") for q in before):
        made.asks.append("net_each_or_all")
        made.pack_count, made.pack_from = _product(before), tuple(before)
        _count(loose_pieces, made)
        return
    if any(
        _each_or_all(q, weight, category) and not _is_pack(q, weight, category)
        for q in loose_pieces
    ):
        made.asks.append("net_each_or_all")
        return
    as_packs = [q for q in loose_pieces if _is_pack(q, weight, category)]
    factors = [*multiplied, *leading, *loose_packs, *as_packs]
    packs_in_all = _product(factors)
    if packs_in_all is not None:
        made.pack_count = packs_in_all * sums
        made.pack_from = tuple(factors) or tuple(packs[:1])
    rest = [q for q in loose_pieces if q not in as_packs]
    _count(rest, made)
    if net <= 0:
        made.asks.append("net")
        return
    if weight.kind == "g":
        made.net_g = net
    else:
        made.net_ml = net
    made.net_from = (weight,)


def _is_pack(piece: Quantity, weight: Quantity, category: Category | None) -> bool:
    """Whether loose pieces behind a weight are packs of that weight: 85g 4입, 240ml 8개."""
    if piece.start < weight.start or piece.value is None or piece.value == 1:
        return False
    if weight.kind == "ml":
        return True
    each = (weight.value or Decimal(0)) / piece.value
    if each < _LEAST_PIECE_G:
        return piece.unit in _LOOSE
    if category is None or piece.unit == "인분":
        return False
    return category.path[1] in _PACKAGED or category.slug in _PACKAGED_LEAVES


def _each_or_all(piece: Quantity, weight: Quantity, category: Category | None) -> bool:
    """400g 2개 of a dish: two packs or two pieces? Fresh produce is counted, so 5kg 15개 is clear."""
    if piece.unit not in ("개", "ea") or piece.start < weight.start or not piece.value:
        return False
    fresh = category is not None and category.path[0] in ("채소", "과일·견과")
    return not fresh and piece.value > 1 and (weight.value or 0) / piece.value >= _DOUBTFUL_PIECE_G


def _count(pieces: list[Quantity], made: Amounts) -> None:
    values = distinct(pieces)
    if len(values) == 1:
        made.count, made.count_from = int(values[0]), tuple(pieces)
    elif values:
        made.count, made.count_from = None, ()
        made.asks.append("count")


def _without_weight(packs: list[Quantity], pieces: list[Quantity], made: Amounts) -> None:
    if len(pieces) == 2 and pieces[0].unit in _LEAVES and pieces[1].unit in _LOOSE - _LEAVES:
        pieces = [pieces[0], replace(pieces[1], times=True)]
    linked = [q for q in pieces if q.times]
    plain = [q for q in pieces if not q.times]
    factors = [*packs, *linked]
    if plain and linked and not packs:
        factors = linked
    elif not plain and linked:
        plain, factors = linked[:1], [*packs, *linked[1:]]
    _count(plain, made)
    if factors or plain:
        numbered = [q for q in factors if q.value != 1]
        packs_in_all = _product(numbered)
        if packs_in_all is not None and made.pack_count is None:
            made.pack_count, made.pack_from = packs_in_all, tuple(numbered or factors or plain)
