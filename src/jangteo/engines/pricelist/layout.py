"""Which column of a table holds what: from its headings, or without headings from its content."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jangteo.engines.pricelist.columns import ColumnRole, classify_columns
from jangteo.engines.pricelist.grid import Row
from jangteo.engines.pricelist.headers import Heading, Rank, Role, heading_of
from jangteo.engines.pricelist.oddities import on_request
from jangteo.engines.pricelist.profile import Profile, money_share, profile_column


@dataclass(frozen=True, slots=True)
class PriceColumn:
    """A column of prices."""

    index: int
    rank: Rank = Rank.PLAIN
    label: str = ""
    scale: int = 1
    total_like: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The columns of one table; two groups stand side by side in one sheet."""

    name: int | None = None
    prices: tuple[PriceColumn, ...] = ()
    #: columns headed 대, 중, 소 or 1kg, 5kg: a price for each
    sizes: tuple[PriceColumn, ...] = ()
    units: tuple[int, ...] = ()
    varieties: tuple[int, ...] = ()
    grades: tuple[int, ...] = ()
    origin: int | None = None
    notes: tuple[int, ...] = ()
    quantity: int | None = None
    category: int | None = None
    #: columns that no heading and no content explained
    other: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read the rows of a block."""

    groups: tuple[Group, ...]
    from_heading: bool
    #: columns the heading names; 0 when there is none
    width: int = 0
    #: several columns may be the price and nothing says which
    unsure: bool = False
    #: every line is one whole text: "대파 1단 2,500"
    single: bool = False


def is_heading_row(row: Row) -> bool:
    """Whether a row names columns: a name and a price heading, or two headings and nothing else."""
    filled = row.filled()
    found = [heading for i in filled if (heading := heading_of(row.cells[i].text))]
    if not found or any(row.cells[i].kind in ("number", "date") for i in filled):
        return False
    roles = {heading.role for heading in found}
    known = len(found) / len(filled)
    if Role.NAME in roles and roles & {Role.PRICE, Role.SIZE, Role.UNIT}:
        return known >= 0.5
    # "감자 | 1kg | 시세" is a product, not a heading: without a name heading more must speak for it
    firm = [row.cells[i].text for i in filled if _firm(row.cells[i].text)]
    return len(firm) >= 2 and known > 0.75 and bool(roles & {Role.NAME, Role.PRICE, Role.CATEGORY})


def _firm(text: str) -> bool:
    heading = heading_of(text)
    return heading is not None and heading.role is not Role.SIZE and not on_request(text)


def is_second_heading(row: Row, above: Row) -> bool:
    """Whether a row completes the heading above it: 도매/소매 below a 가격 that spans both."""
    filled = row.filled()
    if not filled or any(row.cells[i].kind != "text" for i in filled):
        return False
    spans = any(above.cells[i].span > 1 for i in above.filled())
    headings = [heading_of(row.cells[i].text) for i in filled]
    blank_above = all(not above.cell(i).own for i in filled)
    named = any(heading is not None and heading.role is Role.NAME for heading in headings)
    return all(headings) and not named and (spans or blank_above)


def layout_from_headings(heading_rows: Sequence[Row], body: Sequence[Row]) -> Layout | None:
    """The layout that one or two heading rows declare, gaps filled from the content."""
    texts = _column_texts(heading_rows)
    headings = {i: heading for i, text in texts.items() if (heading := heading_of(text))}
    width = max(texts, default=-1) + 1
    profiles = {i: profile_column(body, i) for i in range(_width(body, width))}
    headings = _settled(_corrected(headings, body, profiles), profiles)
    groups = tuple(_group(columns, headings, profiles) for columns in _split(headings, width))
    groups = tuple(g for g in groups if g.name is not None)
    if not groups or not any(g.prices or g.sizes for g in groups):
        return None
    return Layout(groups, from_heading=True, width=width)


def _width(body: Sequence[Row], least: int) -> int:
    return max(least, max((len(row.cells) for row in body), default=0))


def _column_texts(rows: Sequence[Row]) -> dict[int, str]:
    """One text per column; a heading that spans columns is repeated in each."""
    texts: dict[int, str] = {}
    for row in rows:
        for i, cell in enumerate(row.cells):
            if cell.own and cell.text:
                for column in range(i, i + min(cell.span, 50)):
                    texts[column] = _combined(texts.get(column, ""), cell.text)
    return texts


def _combined(above: str, below: str) -> str:
    if not above:
        return below
    lower = heading_of(below)
    if lower is None:
        return above
    return below if lower.role is not Role.SIZE else f"{above}({below})"


#: what a column is taken for when its heading says something that its values contradict
_AS_HEADING = {
    ColumnRole.NAME: Role.NAME,
    ColumnRole.PRICE: Role.PRICE,
    ColumnRole.UNIT: Role.UNIT,
    ColumnRole.ORIGIN: Role.ORIGIN,
    ColumnRole.CATEGORY: Role.CATEGORY,
    ColumnRole.QUANTITY: Role.QUANTITY,
    ColumnRole.NOTE: Role.NOTE,
}
#: values must speak as clearly as this against their heading
_CLEAR = 0.9


def _corrected(
    headings: dict[int, Heading], body: Sequence[Row], profiles: dict[int, Profile]
) -> dict[int, Heading]:
    """Headings whose price column holds no amount while another column is all amounts: the values are believed.

    Only then, and only for columns that contradict their heading; any other sheet is read by its headings.
    """
    priced = [i for i, h in headings.items() if h.role in (Role.PRICE, Role.SIZE)]
    if not priced or any(money_share(profiles.get(i)) >= 0.2 for i in priced):
        return headings
    guesses = {guess.index: guess for guess in classify_columns(body)}
    amounts = [
        i
        for i, guess in guesses.items()
        if guess.role is ColumnRole.PRICE and guess.score >= _CLEAR and profiles[i].money >= 0.8
    ]
    if len(amounts) != 1:
        return headings
    corrected = dict(headings)
    for i in (*amounts, *priced, *(j for j, h in headings.items() if h.role is Role.NAME)):
        guess = guesses.get(i)
        if guess is None or guess.role is ColumnRole.BLANK:
            continue
        role = _AS_HEADING.get(guess.role, Role.SKIP)
        if i not in corrected or corrected[i].role is not role:
            corrected[i] = Heading(role)
    return corrected if any(h.role is Role.NAME for h in corrected.values()) else headings


def _settled(headings: dict[int, Heading], profiles: dict[int, Profile]) -> dict[int, Heading]:
    """Size headings whose cells are no amounts are not prices; a lone category is the name."""
    settled = dict(headings)
    for i, heading in headings.items():
        if heading.role is Role.SIZE and money_share(profiles.get(i)) < 0.5:
            settled[i] = Heading(Role.SKIP)
    roles = [heading.role for heading in settled.values()]
    if Role.NAME not in roles:
        _promote_name(settled, profiles)
    if not {Role.PRICE, Role.SIZE} & {heading.role for heading in settled.values()}:
        _promote_price(settled, profiles)
    return settled


def _promote_name(settled: dict[int, Heading], profiles: dict[int, Profile]) -> None:
    for role in (Role.VARIETY, Role.CATEGORY):
        for i, heading in settled.items():
            if heading.role is role:
                settled[i] = Heading(Role.NAME)
                return
    free = [i for i, p in profiles.items() if i not in settled and p.names > 0.5]
    if free:
        settled[free[0]] = Heading(Role.NAME)


def _promote_price(settled: dict[int, Heading], profiles: dict[int, Profile]) -> None:
    free = [i for i, p in profiles.items() if i not in settled and money_share(p) >= 0.5]
    for i in free:
        settled[i] = Heading(Role.PRICE)


def _split(headings: dict[int, Heading], width: int) -> list[list[int]]:
    """Columns of each side-by-side table: a new one begins where the headings begin again."""
    names = [i for i in sorted(headings) if headings[i].role is Role.NAME]
    prices = [i for i in sorted(headings) if headings[i].role in (Role.PRICE, Role.SIZE)]
    starts = [
        n
        for before, n in itertools.pairwise(names)
        if any(before < p < n for p in prices) and any(p > n for p in prices)
    ]
    if not starts:
        return [sorted(headings)]
    first = min(headings)
    offset = names[0] - first
    bounds = [first, *(max(n - offset, 0) for n in starts), max(width, max(headings) + 1)]
    return [
        [i for i in sorted(headings) if low <= i < high] for low, high in itertools.pairwise(bounds)
    ]


def _group(columns: list[int], headings: dict[int, Heading], profiles: dict[int, Profile]) -> Group:
    of = {role: [i for i in columns if headings[i].role is role] for role in Role}
    prices = tuple(_price_column(i, headings[i]) for i in of[Role.PRICE])
    sizes = tuple(_price_column(i, headings[i]) for i in of[Role.SIZE])
    labelled = [p for p in prices if p.label]
    if len(labelled) > 1 and len(labelled) == len(prices):
        sizes, prices = sizes + prices, ()
    name, sizes_of_name = _name_columns(of[Role.NAME], profiles)
    return Group(
        name=name,
        prices=prices,
        sizes=sizes,
        units=tuple(of[Role.UNIT]),
        varieties=tuple(of[Role.VARIETY] + sizes_of_name),
        grades=tuple(of[Role.GRADE]),
        origin=of[Role.ORIGIN][0] if of[Role.ORIGIN] else None,
        notes=tuple(of[Role.NOTE]),
        quantity=of[Role.QUANTITY][0] if of[Role.QUANTITY] else None,
        category=of[Role.CATEGORY][0] if of[Role.CATEGORY] else None,
        other=tuple(i for i in profiles if i not in headings),
    )


def _name_columns(names: list[int], profiles: dict[int, Profile]) -> tuple[int | None, list[int]]:
    """Of 품목 and 상품명 the one that tells more rows apart; a size column under the name heading."""
    sizes = [i for i in names[1:] if profiles[i].units > 0.3]
    rest = [i for i in names if i not in sizes]
    if not rest:
        return None, []
    return max(rest, key=lambda i: (round(profiles[i].distinct, 1), -i)), sizes


def _price_column(index: int, heading: Heading) -> PriceColumn:
    return PriceColumn(index, heading.rank, heading.label, heading.scale, heading.total_like)


def layout_from_content(rows: Sequence[Row]) -> Layout | None:
    """The layout that the content shows; ``None`` when no column holds names and one prices."""
    used = [row for row in rows if len(row.filled()) >= 2]
    if not used or len(used) * 3 < sum(bool(row.filled()) for row in rows):
        return Layout((), from_heading=False, single=True)
    profiles = {i: profile_column(used, i) for i in range(_width(used, 0))}
    prices = [i for i, p in profiles.items() if p.price_like]
    names = [i for i, p in profiles.items() if p.name_like]
    if not prices or not names:
        small = [i for i, p in profiles.items() if p.small_numbers > 0.6 and not p.serial]
        if not names or not small:
            return None
        prices = small
    return _content_layout(profiles, prices, names)


def _content_layout(profiles: dict[int, Profile], prices: list[int], names: list[int]) -> Layout:
    sides = _sides(names, prices)
    if len(sides) > 1:
        groups = tuple(_content_group(profiles, [n], p) for n, p in sides)
        return Layout(groups, from_heading=False)
    strong = [i for i in prices if profiles[i].strong > 0.5]
    if len(prices) > 1 and len(strong) == 1:
        prices = strong
    group = _content_group(profiles, names, prices)
    return Layout((group,), from_heading=False, unsure=len(prices) > 1)


def _sides(names: list[int], prices: list[int]) -> list[tuple[int, list[int]]]:
    """(name column, its price columns) for names that each have prices before the next name."""
    pairs = []
    for name, following in zip(names, [*names[1:], 10_000], strict=True):
        own = [p for p in prices if name < p < following]
        if own:
            pairs.append((name, own))
    return pairs


def _content_group(profiles: dict[int, Profile], names: list[int], prices: list[int]) -> Group:
    best = max(names, key=lambda i: (round(profiles[i].distinct, 1), -i))
    units = tuple(i for i, p in profiles.items() if p.units > 0.5 and i not in (best, *prices))
    origin = next((i for i, p in profiles.items() if p.origins > 0.5 and i != best), None)
    taken = {best, origin, *prices, *units}
    low, high = (best, max(prices)) if prices else (0, 0)
    near = [i for i in units if low <= i <= high or len(names) == 1]
    return Group(
        name=best,
        prices=tuple(PriceColumn(i) for i in prices),
        units=tuple(near),
        origin=origin,
        notes=tuple(
            i for i, p in profiles.items() if i not in taken and p.names > 0.5 and i > best
        ),
        other=tuple(i for i in profiles if i not in taken),
    )


def scaled(layout: Layout, scale: int) -> Layout:
    """``layout`` for a sheet whose title says (단위: 천원)."""

    def columns(given: tuple[PriceColumn, ...]) -> tuple[PriceColumn, ...]:
        return tuple(replace(c, scale=scale if c.scale == 1 else c.scale) for c in given)

    groups = tuple(
        replace(g, prices=columns(g.prices), sizes=columns(g.sizes)) for g in layout.groups
    )
    return replace(layout, groups=groups)
