"""Open the sample market: everything in it goes through the same actions a real market uses."""

from __future__ import annotations

import multiprocessing
import secrets
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
from django.db import transaction

from jangteo.apps.accounts.actions.give_role import give_role
from jangteo.apps.accounts.models import Person
from jangteo.apps.accounts.phones import normalise_phone
from jangteo.apps.catalog.actions.add_offer import add_offer
from jangteo.apps.catalog.actions.complete_label import complete_label
from jangteo.apps.catalog.actions.edit_offer import edit_offer
from jangteo.apps.catalog.actions.mark_arrived_today import mark_arrived_today
from jangteo.apps.catalog.actions.mark_today_only import mark_today_only
from jangteo.apps.catalog.actions.set_business import set_business
from jangteo.apps.catalog.actions.standardise_offers import begin_standardising, run_all
from jangteo.apps.catalog.drafts import OfferDraft
from jangteo.apps.catalog.items.errors import AlreadyRunning
from jangteo.apps.catalog.models import Category, Offer
from jangteo.apps.catalog.standardise import waiting_offers
from jangteo.apps.markets.actions.edit_market import edit_market
from jangteo.apps.markets.actions.open_stall import open_stall
from jangteo.apps.markets.actions.set_zone import set_zone
from jangteo.apps.markets.drafts import MarketDraft, StallDraft, ZoneDraft
from jangteo.apps.markets.info import forget_markets
from jangteo.apps.markets.models import Market, Stall
from jangteo.apps.stock.actions.count_stock import count_stock
from jangteo.channels.terminal.sample.content import SampleMarket, SampleOffer, load_sample
from jangteo.channels.terminal.sample.history import open_history
from jangteo.channels.terminal.sample.programme import ensure_sample_problem
from jangteo.channels.terminal.sample.shares import EMOJI_DIR, SHARES, draw_share, share_folder
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.config import config
from jangteo.platform.files import SIZES, adopt_picture
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.progress import Progress
from jangteo.platform.sample_keys import SampleKey, read_sample_keys, write_sample_keys
from jangteo.platform.say import say
from jangteo.platform.tenancy import market_scope

#: a good half-finished day: the market's share and what cards cost, so that a settlement has something to show
COMMISSION_BP = 300
CARD_FEE_BP = 220


def ensure_sample_market() -> None:
    """Open the sample market when this installation has no market yet, and bring its days up to today."""
    now = utc_now()
    sample = load_sample()
    market = Market.objects.filter(slug=sample.slug, is_sample=True).first()
    if market is None and config().sample_market and not Market.objects.exists():
        market = open_sample_market(sample, now)
    if market is not None:
        freshen(sample, market, now)
        ensure_sample_problem(market, now)
        open_history(market, now)
        _standardise(market, now)


def _standardise(market: Market, now: datetime) -> None:
    """Goods that hang on no standard product yet get theirs; what is unsure waits in the office's queue."""
    with market_scope(market.pk):
        if not waiting_offers(market.pk):
            return
    try:
        begun = begin_standardising(
            actor=Actor.system(), market_id=market.pk, in_background=False, now=now
        )
    except AlreadyRunning:
        return
    run_all(market.pk, begun.run_id, now)


@transaction.atomic
def open_sample_market(sample: SampleMarket, now: datetime) -> Market:
    """Market, zones, stalls, goods, stock and people in one transaction: all of it or nothing."""
    pictures = _pictures(sample)
    market = _market(sample, now)
    stalls = _stalls(sample, market, now)
    offers = _offers(sample, market, stalls, now)
    with market_scope(market.pk):
        _details(sample, market, stalls, offers, pictures, now)
    _people(sample, market, stalls, now)
    forget_markets()
    return market


def _market(sample: SampleMarket, now: datetime) -> Market:
    market = Market.objects.create(
        slug=sample.slug,
        name=sample.name_ko,
        address=sample.address,
        latitude=sample.latitude,
        longitude=sample.longitude,
        opens_at=sample.opens_at,
        closes_at=sample.closes_at,
        is_sample=True,
    )
    draft = MarketDraft(
        name=sample.name_ko,
        name_en=sample.name_en,
        phone=sample.phone,
        story=sample.story_ko,
        story_en=sample.story_en,
        opens_at=sample.opens_at,
        closes_at=sample.closes_at,
        fair_days=sample.fair_days,
        fair_only=sample.fair_only,
        closed_weekdays=sample.closed_weekdays,
        hub_name=sample.hub_name,
        commission_bp=COMMISSION_BP,
        card_fee_bp=CARD_FEE_BP,
        operator={
            "association": f"{sample.name_ko} 상인회 (견본)",
            "representative": "이정호",
            "business_number": "000-00-00000",
            "mail_order_number": "견본이라 없음",
            "phone": sample.phone,
        },
    )
    edit_market(actor=Actor.system(), market_id=market.pk, draft=draft, now=now)
    for position, zone in enumerate(sample.zones):
        set_zone(
            actor=Actor.system(),
            market_id=market.pk,
            draft=ZoneDraft(
                name=zone.name,
                areas=zone.areas,
                fee_krw=zone.fee_krw,
                free_from_krw=zone.free_from_krw,
                delivery_minutes=zone.delivery_minutes,
                last_order_at=zone.last_order_at,
                position=position,
            ),
            now=now,
        )
    return market


def _stalls(sample: SampleMarket, market: Market, now: datetime) -> dict[str, int]:
    stalls = {}
    for position, stall in enumerate(sample.stalls):
        draft = StallDraft(
            name=stall.name_ko,
            name_en=stall.name_en,
            owner_name=stall.owner_name,
            kind=stall.kind_ko,
            kind_en=stall.kind_en,
            known_for=stall.known_for_ko,
            known_for_en=stall.known_for_en,
            since_year=stall.since_year,
            place=stall.place,
            map_x=stall.map_x,
            map_y=stall.map_y,
            phone=stall.owner_phone,
            opens_at=stall.opens_at,
            closes_at=stall.closes_at,
            closed_weekdays=stall.closed_weekdays,
            position=position,
        )
        opened = open_stall(
            actor=Actor.system(), market_id=market.pk, draft=draft, slug=stall.slug, now=now
        )
        stalls[stall.slug] = opened.stall_id
        set_business(
            actor=Actor.system(),
            market_id=market.pk,
            stall_id=opened.stall_id,
            fields={
                "trade_name": stall.name_ko,
                "representative": stall.owner_name,
                "business_number": "000-00-00000",
                "mail_order_number": "견본이라 없음",
                "phone": stall.owner_phone,
                "address": f"{sample.address} {stall.place}",
            },
            now=now,
        )
    return stalls


def _draft(offer: SampleOffer, position: int, goes_with: tuple[int, ...] = ()) -> OfferDraft:
    return OfferDraft(
        name=offer.name_ko,
        name_en=offer.name_en,
        tax=offer.tax,
        unit=offer.unit_label,
        category_slug=offer.category_slug,
        net_g=offer.net_g,
        net_ml=offer.net_ml,
        pieces=offer.pieces,
        is_weighed=offer.weighed,
        origin=offer.origin,
        storage=offer.storage,
        description=offer.description_ko,
        description_en=offer.description_en,
        allergens=offer.allergens,
        use_by_days=offer.use_by_days,
        goes_with=goes_with,
        position=position,
    )


def _offers(
    sample: SampleMarket, market: Market, stalls: dict[str, int], now: datetime
) -> dict[str, int]:
    for category in sample.categories:
        Category.objects.update_or_create(
            slug=category.slug,
            defaults={
                "name": category.name_ko,
                "name_en": category.name_en,
                "emoji": category.emoji,
                "position": category.order,
            },
        )
    offers = {}
    for position, offer in enumerate(sample.offers):
        added = add_offer(
            actor=Actor.system(),
            market_id=market.pk,
            stall_id=stalls[offer.stall_slug],
            draft=_draft(offer, position),
            price_krw=offer.price_krw,
            channel="sample",
            now=now,
        )
        offers[offer.slug] = added.offer_id
        if offer.label:
            complete_label(
                actor=Actor.system(),
                market_id=market.pk,
                stall_id=stalls[offer.stall_slug],
                offer_id=added.offer_id,
                fields=offer.label,
                sell=True,
                now=now,
            )
    return offers


def _details(
    sample: SampleMarket,
    market: Market,
    stalls: dict[str, int],
    offers: dict[str, int],
    pictures: dict[str, str],
    now: datetime,
) -> None:
    """Pictures, what goes together, and counted stock: they need every offer's id."""
    for position, offer in enumerate(sample.offers):
        place: dict[str, Any] = {
            "actor": Actor.system(),
            "market_id": market.pk,
            "stall_id": stalls[offer.stall_slug],
            "offer_id": offers[offer.slug],
            "now": now,
        }
        if offer.goes_with:
            others = tuple(offers[slug] for slug in offer.goes_with)
            edit_offer(draft=_draft(offer, position, others), **place)
        if offer.stock is not None:
            count_stock(quantity=offer.stock, **place)
        picture = pictures.get(offer.slug, "")
        Offer.objects.filter(pk=offers[offer.slug]).update(picture=picture)
    for stall in sample.stalls:
        picture = pictures.get(f"stall-{stall.slug}", "")
        Stall.objects.filter(pk=stalls[stall.slug]).update(picture=picture)


def freshen(sample: SampleMarket, market: Market, now: datetime) -> None:
    """What came in this morning and what must go today are true of today again."""
    day = seoul_day(now)
    with market_scope(market.pk):
        if Offer.objects.filter(market=market, arrived_on=day).exists():
            return
        rows = {
            (offer.stall.slug, offer.name): offer
            for offer in Offer.objects.filter(market=market).select_related("stall")
        }
        for wanted in sample.offers:
            offer = rows.get((wanted.stall_slug, wanted.name_ko))
            if offer is None or day.weekday() in offer.stall.closed_weekdays:
                continue
            place: dict[str, Any] = {
                "actor": Actor.system(),
                "market_id": market.pk,
                "stall_id": offer.stall_id,
                "offer_id": offer.pk,
                "now": now,
            }
            if wanted.arrived_today:
                mark_arrived_today(**place)
            if wanted.today_only:
                mark_today_only(**place)


def _pictures(sample: SampleMarket) -> dict[str, str]:
    """Draw what is missing, on every core, and adopt it; slug to stem. Without the emoji package: no pictures."""
    if not EMOJI_DIR.exists():
        return {}
    spawn = multiprocessing.get_context("spawn")
    title = say("견본 시장의 그림을 그려요", "drawing the sample market")
    if not sys.stderr.isatty():
        sys.stderr.write(f"{title} ...\n")
    with ProcessPoolExecutor(mp_context=spawn) as pool, Progress(title, SHARES) as bar:
        for done in as_completed([pool.submit(draw_share, share) for share in range(SHARES)]):
            done.result()
            bar.advance(1, "")
    slugs = {offer.slug: index % SHARES for index, offer in enumerate(sample.offers)}
    slugs |= {f"stall-{stall.slug}": 0 for stall in sample.stalls}
    return {slug: _adopt(share_folder(share), slug) for slug, share in slugs.items()}


def _adopt(folder: Path, slug: str) -> str:
    drawn = {size: folder / f"{slug}-{size}.webp" for size in SIZES}
    largest = max((size for size in SIZES if drawn[size].exists()), default=0)
    for path in drawn.values():
        if not path.exists():
            shutil.copyfile(drawn[largest], path)
    return adopt_picture(drawn)


def _people(sample: SampleMarket, market: Market, stalls: dict[str, int], now: datetime) -> None:
    system = Actor.system()
    for stall in sample.stalls:
        give_role(
            actor=system,
            market_id=market.pk,
            phone=stall.owner_phone,
            role=Role.STALL_OWNER,
            stall_id=stalls[stall.slug],
            name=stall.owner_name,
            now=now,
        )
    keys: dict[str, SampleKey] = {}
    for person in sample.people:
        phone = normalise_phone(person.phone)
        if person.role == "shopper":
            Person.objects.get_or_create(phone=phone, defaults={"name": person.name})
            continue
        give_role(
            actor=system,
            market_id=market.pk,
            phone=person.phone,
            role=Role(person.role),
            stall_id=stalls[person.stall] if person.stall else None,
            name=person.name,
            until=now + timedelta(days=365) if person.role == "proxy" else None,
            now=now,
        )
        if person.role in ("office", "agency"):
            keys[phone] = _two_factors(phone)
    write_sample_keys(keys)


def _two_factors(phone: str) -> SampleKey:
    """A password and a second factor of this installation's own, so that staff can sign in at once."""
    password, secret = secrets.token_urlsafe(9), pyotp.random_base32()
    person = Person.objects.get(phone=phone)
    person.set_password(password)
    person.totp_secret = secret
    person.save(update_fields=["password", "totp_secret"])
    return {"name": person.name, "password": password, "totp_secret": secret}


def sample_people() -> list[str]:
    """The people to sign in as: those with a number alone, then those with a password, each with where, in short lines.

    Empty when the sample market is not there.
    """
    sample = load_sample()
    keys = read_sample_keys()
    if not keys:
        return []
    owner = sample.stalls[0]
    shopper = next(person for person in sample.people if person.role == "shopper")
    proxy = next(person for person in sample.people if person.role == "proxy")
    office = next(person for person in sample.people if person.role == "office")
    password = keys[normalise_phone(office.phone)]["password"]
    base = config().effective_public_url()
    code = f"{base}/sandbox/messages"
    return [
        say(
            f"손님 {shopper.name} {shopper.phone}\n"
            f"가게 주인 {owner.owner_name} {owner.owner_phone} ({owner.name_ko})\n"
            f"딸 {proxy.name} {proxy.phone}\n"
            f"  {base}/in 에서 번호를 넣고, 인증 번호는 {code} 에서 봐요",
            f"shopper {shopper.name} {shopper.phone}\n"
            f"stall owner {owner.owner_name} {owner.owner_phone} ({owner.name_en})\n"
            f"proxy {proxy.name} {proxy.phone}\n"
            f"  enter the number at {base}/in and read the code at {code}",
        ),
        say(
            f"상인회 {office.name} {office.phone}, 비밀번호 {password}\n"
            f"  {base}/in/staff 에서 들어가고, 두 번째 번호는 {code} 에서 봐요",
            f"market office {office.name} {office.phone}, password {password}\n"
            f"  sign in at {base}/in/staff and read the second factor at {code}",
        ),
    ]
