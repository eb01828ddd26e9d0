"""The sample market's content, read from the files beside this module and checked as a whole."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, cast

from jangteo.channels.terminal.sample.pictures import Recipe, RecipeError, parse_recipe
from jangteo.platform.errors import JangteoError

FOLDER = Path(__file__).parent
Tax = Literal["exempt", "taxed"]
Storage = Literal["room", "chilled", "frozen"]
Role = Literal["office", "proxy", "shopper", "agency"]
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_PHONE = re.compile(r"010-0000-\d{4}")


class SampleContentWrong(JangteoError):
    """{file}, line {line}: {problem}. Correct that line; nothing was loaded."""

    ko = "{file} {line}번째 줄: {problem}. 그 줄을 고쳐 주세요. 아무것도 싣지 않았어요."
    status = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleZone:
    """A delivery zone; the fee is free from ``free_from_krw`` of goods on."""

    name: str
    name_en: str
    areas: tuple[str, ...]
    fee_krw: int
    free_from_krw: int
    delivery_minutes: int
    last_order_at: time


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleStall:
    """A stall; times are Asia/Seoul, weekdays 0 Monday to 6 Sunday, the map a grid of 0 to 100."""

    slug: str
    name_ko: str
    name_en: str
    owner_name: str
    owner_phone: str
    kind: str
    kind_ko: str
    kind_en: str
    known_for_ko: str
    known_for_en: str
    since_year: int
    place: str
    place_en: str
    map_x: int
    map_y: int
    opens_at: time
    closes_at: time
    closed_weekdays: tuple[int, ...]
    #: the owner, as an emoji
    portrait: str
    #: what the stall sells, as an emoji
    sign: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SamplePerson:
    """Somebody who signs in; ``stall`` is the stall slug a proxy acts for, else empty."""

    name: str
    phone: str
    role: Role
    stall: str
    address: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleCategory:
    """A shelf of goods; ``ground`` is the colour behind its pictures."""

    slug: str
    name_ko: str
    name_en: str
    order: int
    emoji: str
    ground: str


@dataclass(frozen=True, kw_only=True)
class SampleOffer:
    """One good of one stall. Price in won, VAT included, for one unit (100 g when ``weighed``)."""

    stall_slug: str
    slug: str
    name_ko: str
    name_en: str
    category_slug: str
    unit_label: str
    net_g: int | None
    net_ml: int | None
    pieces: int | None
    weighed: bool
    price_krw: int
    origin: str
    tax: Tax
    storage: Storage
    #: None: not counted
    stock: int | None
    arrived_today: bool
    today_only: bool
    use_by_days: int | None
    allergens: str
    description_ko: str
    description_en: str
    #: slugs of other offers
    goes_with: tuple[str, ...]
    emoji: str
    #: the picture in words, see ``pictures``
    picture: str
    ground: str
    #: fields of its label beyond these columns (`labels.csv`)
    label: Mapping[str, str]

    @cached_property
    def recipe(self) -> Recipe:
        """The picture's recipe; it was read once already when the content was loaded."""
        return parse_recipe(self.picture, ground=self.ground, seed=self.slug)


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleMarket:
    """The sample market as a whole; times are Asia/Seoul."""

    slug: str
    name_ko: str
    name_en: str
    address: str
    address_en: str
    latitude: float
    longitude: float
    phone: str
    opens_at: time
    closes_at: time
    fair_days: tuple[int, ...]
    fair_only: bool
    closed_weekdays: tuple[int, ...]
    hub_name: str
    hub_name_en: str
    since_year: int
    story_ko: str
    story_en: str
    zones: tuple[SampleZone, ...]
    stalls: tuple[SampleStall, ...]
    people: tuple[SamplePerson, ...]
    categories: tuple[SampleCategory, ...]
    offers: tuple[SampleOffer, ...]


def load_sample(folder: Path = FOLDER) -> SampleMarket:
    """Read and check ``market.toml``, ``categories.csv`` and ``offers.csv``.

    Raises SampleContentWrong, which names the file and line: a slug twice, an unknown category, stall or
    neighbour, a price that is not positive, a picture that cannot be drawn.
    """
    path = folder / "market.toml"
    text = path.read_text(encoding="utf-8")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SampleContentWrong(file=path.name, line=1, problem=str(error)) from error
    lines = {
        name: [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == f"[[{name}]]"]
        for name in ("zones", "stalls", "people")
    }
    stalls = tuple(_stall(row, n) for row, n in zip(raw["stalls"], lines["stalls"], strict=True))
    _unique(
        "market.toml", [(stall.slug, n) for stall, n in zip(stalls, lines["stalls"], strict=True)]
    )
    known = {stall.slug for stall in stalls}
    people = tuple(
        _person(row, n, known) for row, n in zip(raw["people"], lines["people"], strict=True)
    )
    _unique("market.toml", [(p.phone, n) for p, n in zip(people, lines["people"], strict=True)])
    zones = tuple(_zone(row, n) for row, n in zip(raw["zones"], lines["zones"], strict=True))
    categories = _categories(folder / "categories.csv")
    labels = _labels(folder / "labels.csv")
    offers = _offers(folder / "offers.csv", {c.slug: c for c in categories}, known, labels)
    strangers = labels.keys() - {offer.slug for offer in offers}
    if strangers:
        problem = f"no such offers: {sorted(strangers)}"
        raise SampleContentWrong(file="labels.csv", line=1, problem=problem)
    market: dict[str, Any] = dict(raw["market"])
    for key in ("fair_days", "closed_weekdays"):
        market[key] = tuple(market[key])
    try:
        return SampleMarket(
            **market,
            zones=zones,
            stalls=stalls,
            people=people,
            categories=categories,
            offers=offers,
        )
    except TypeError as error:
        raise SampleContentWrong(file=path.name, line=1, problem=str(error)) from error


def _unique(file: str, found: list[tuple[str, int]]) -> None:
    seen: dict[str, int] = {}
    for value, line in found:
        if value in seen:
            raise SampleContentWrong(
                file=file, line=line, problem=f"{value!r} stands already in line {seen[value]}"
            )
        seen[value] = line


def _stall(row: Mapping[str, Any], line: int) -> SampleStall:
    where = {"file": "market.toml", "line": line}
    values = dict(row)
    values["closed_weekdays"] = tuple(row.get("closed_weekdays", ()))
    try:
        stall = SampleStall(**values)
    except TypeError as error:
        raise SampleContentWrong(**where, problem=str(error)) from error
    if not _SLUG.fullmatch(stall.slug):
        raise SampleContentWrong(**where, problem=f"{stall.slug!r} is not a slug")
    if not _PHONE.fullmatch(stall.owner_phone):
        raise SampleContentWrong(**where, problem=f"{stall.owner_phone!r} is not 010-0000-xxxx")
    if not (0 <= stall.map_x <= 100 and 0 <= stall.map_y <= 100):
        raise SampleContentWrong(**where, problem="the map goes from 0 to 100")
    if stall.opens_at >= stall.closes_at:
        raise SampleContentWrong(**where, problem="it closes before it opens")
    return stall


def _person(row: Mapping[str, Any], line: int, stalls: set[str]) -> SamplePerson:
    where = {"file": "market.toml", "line": line}
    role, stall = row.get("role"), row.get("stall", "")
    if role not in ("office", "proxy", "shopper", "agency"):
        raise SampleContentWrong(**where, problem=f"unknown role {role!r}")
    if (role == "proxy") != (stall in stalls):
        raise SampleContentWrong(**where, problem="a proxy, and only a proxy, names a known stall")
    if not _PHONE.fullmatch(row.get("phone", "")):
        raise SampleContentWrong(**where, problem="the phone is not 010-0000-xxxx")
    return SamplePerson(
        name=row["name"],
        phone=row["phone"],
        role=cast(Role, role),
        stall=stall,
        address=row.get("address", ""),
        note=row.get("note", ""),
    )


def _zone(row: Mapping[str, Any], line: int) -> SampleZone:
    try:
        zone = SampleZone(**{**row, "areas": tuple(row["areas"])})
    except (TypeError, KeyError) as error:
        raise SampleContentWrong(file="market.toml", line=line, problem=str(error)) from error
    if zone.fee_krw < 0 or zone.free_from_krw <= 0 or zone.delivery_minutes <= 0:
        raise SampleContentWrong(
            file="market.toml", line=line, problem="fee and time must be positive"
        )
    return zone


def _rows(path: Path, columns: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if set(reader.fieldnames or ()) != columns:
            odd = sorted(columns ^ set(reader.fieldnames or ()))
            raise SampleContentWrong(file=path.name, line=1, problem=f"columns differ: {odd}")
        for row in reader:
            if None in row or None in row.values():
                raise SampleContentWrong(
                    file=path.name, line=reader.line_num, problem="too many or too few columns"
                )
            yield reader.line_num, row


def _categories(path: Path) -> tuple[SampleCategory, ...]:
    out, found = [], []
    for line, row in _rows(path, set(SampleCategory.__slots__)):
        if not _COLOUR.fullmatch(row["ground"]):
            raise SampleContentWrong(file=path.name, line=line, problem="ground must be #rrggbb")
        found.append((row["slug"], line))
        out.append(
            SampleCategory(
                slug=row["slug"],
                name_ko=row["name_ko"],
                name_en=row["name_en"],
                order=_number(path, line, row, "order", least=0) or 0,
                emoji=row["emoji"],
                ground=row["ground"],
            )
        )
    _unique(path.name, found)
    return tuple(out)


def _number(path: Path, line: int, row: Mapping[str, str], key: str, *, least: int) -> int | None:
    text = row[key].strip()
    if not text:
        return None
    if not text.isdigit() or int(text) < least:
        raise SampleContentWrong(
            file=path.name,
            line=line,
            problem=f"{key} is {text!r}, not a number of at least {least}",
        )
    return int(text)


def _labels(path: Path) -> dict[str, dict[str, str]]:
    """Further label fields by offer slug; empty ones are left out."""
    found: dict[str, dict[str, str]] = {}
    for line, row in _rows(path, {"slug", "trace_no", "breed"}):
        slug = row.pop("slug")
        if slug in found:
            raise SampleContentWrong(file=path.name, line=line, problem=f"{slug!r} twice")
        found[slug] = {key: value for key, value in row.items() if value}
    return found


def _offers(
    path: Path,
    categories: Mapping[str, SampleCategory],
    stalls: set[str],
    labels: Mapping[str, Mapping[str, str]],
) -> tuple[SampleOffer, ...]:
    columns = set(SampleOffer.__dataclass_fields__) - {"ground", "label"}
    read = [
        (line, _offer(path, line, row, categories, stalls, labels.get(row["slug"], {})))
        for line, row in _rows(path, columns)
    ]
    _unique(path.name, [(offer.slug, line) for line, offer in read])
    slugs = {offer.slug for _, offer in read}
    for line, offer in read:
        strangers = [slug for slug in offer.goes_with if slug not in slugs or slug == offer.slug]
        if strangers:
            problem = f"goes_with names {strangers}, which is no other offer"
            raise SampleContentWrong(file=path.name, line=line, problem=problem)
    return tuple(offer for _, offer in read)


def _offer(
    path: Path,
    line: int,
    row: Mapping[str, str],
    categories: Mapping[str, SampleCategory],
    stalls: set[str],
    label: Mapping[str, str],
) -> SampleOffer:
    def wrong(problem: str) -> SampleContentWrong:
        return SampleContentWrong(file=path.name, line=line, problem=problem)

    def flag(key: str) -> bool:
        if row[key] not in ("0", "1"):
            raise wrong(f"{key} is {row[key]!r}, not 0 or 1")
        return row[key] == "1"

    if row["stall_slug"] not in stalls:
        raise wrong(f"unknown stall {row['stall_slug']!r}")
    if row["category_slug"] not in categories:
        raise wrong(f"unknown category {row['category_slug']!r}")
    if not _SLUG.fullmatch(row["slug"]):
        raise wrong(f"{row['slug']!r} is not a slug")
    if row["tax"] not in ("exempt", "taxed"):
        raise wrong(f"tax is {row['tax']!r}, not exempt or taxed")
    if row["storage"] not in ("room", "chilled", "frozen"):
        raise wrong(f"storage is {row['storage']!r}, not room, chilled or frozen")
    needed = (
        "name_ko",
        "name_en",
        "unit_label",
        "origin",
        "description_ko",
        "description_en",
        "emoji",
    )
    for key in needed:
        if not row[key].strip():
            raise wrong(f"{key} is empty")
    price_krw = _number(path, line, row, "price_krw", least=1)
    if price_krw is None:
        raise wrong("price_krw is empty")
    offer = SampleOffer(
        stall_slug=row["stall_slug"],
        slug=row["slug"],
        name_ko=row["name_ko"],
        name_en=row["name_en"],
        category_slug=row["category_slug"],
        unit_label=row["unit_label"],
        net_g=_number(path, line, row, "net_g", least=1),
        net_ml=_number(path, line, row, "net_ml", least=1),
        pieces=_number(path, line, row, "pieces", least=1),
        weighed=flag("weighed"),
        price_krw=price_krw,
        origin=row["origin"],
        tax=cast(Tax, row["tax"]),
        storage=cast(Storage, row["storage"]),
        stock=_number(path, line, row, "stock", least=0),
        arrived_today=flag("arrived_today"),
        today_only=flag("today_only"),
        use_by_days=_number(path, line, row, "use_by_days", least=0),
        allergens=row["allergens"],
        description_ko=row["description_ko"],
        description_en=row["description_en"],
        goes_with=tuple(row["goes_with"].split()),
        emoji=row["emoji"],
        picture=row["picture"],
        ground=categories[row["category_slug"]].ground,
        label=label,
    )
    if offer.weighed and (offer.unit_label != "100g" or offer.net_g != 100):
        raise wrong("weighed goods are priced by 100g")
    try:
        parse_recipe(offer.picture, ground=offer.ground, seed=offer.slug)
    except RecipeError as error:
        raise wrong(f"the picture cannot be drawn: {error}") from error
    return offer
