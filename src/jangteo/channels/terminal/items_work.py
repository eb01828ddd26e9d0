"""What `jangteo items` does, once Django is ready."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from jangteo.apps.catalog.actions.merge_items import merge_items
from jangteo.apps.catalog.actions.split_item import split_item
from jangteo.apps.catalog.actions.standardise_offers import begin_standardising, run_all
from jangteo.apps.catalog.actions.train_matcher import activate_matcher, train_matcher
from jangteo.apps.catalog.actions.undo_item_change import undo_item_change
from jangteo.apps.catalog.items import card
from jangteo.apps.catalog.items.queries import item_by_code, search
from jangteo.apps.catalog.learning import export_lines, taught
from jangteo.apps.catalog.models import Item, ItemChange, StandardiseRun
from jangteo.apps.catalog.standard import FIELDS, Kind
from jangteo.apps.markets.queries import market_by_slug
from jangteo.platform.clock import utc_now
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor
from jangteo.platform.say import say
from jangteo.platform.tenancy import market_scope

_MOST = 50


def listed(q: str, changes: bool) -> Iterator[str]:
    """One line a product, or a change."""
    if changes:
        for change in ItemChange.objects.select_related("item", "other").order_by("-pk")[:_MOST]:
            undone = say(" (되돌림)", " (undone)") if change.undone_at else ""
            yield f"{change.pk}  {change.kind}  {change.item.code} {change.other.code}{undone}"
        return
    rows = search(q) if q else list(Item.objects.order_by("-pk")[:_MOST])
    for item in rows:
        shown = card(item)
        yield f"{shown.code}  {shown.state:8}  {shown.gtin or '-':14}  {shown.title}"


def merged(code: str, into: str, reason: str) -> str:
    done = merge_items(
        actor=Actor.system(),
        market_id=None,
        item_id=item_by_code(code).pk,
        into_id=item_by_code(into).pk,
        reason=reason,
        now=utc_now(),
    )
    return say(
        f"합쳤어요. 되돌리려면: jangteo items undo {done.change_id}",
        f"Merged. To take it back: jangteo items undo {done.change_id}",
    )


def split_off(market: str, code: str, offers: str, sets: list[str], reason: str) -> str:
    item = item_by_code(code)
    fields: dict[str, object] = dict(item.fields)
    for one in sets:
        key, equals, value = one.partition("=")
        if not equals or key not in FIELDS:
            raise InvalidInput(
                field="set",
                ko=f"'{one}': 칸=값으로 적어 주세요. 칸은 {', '.join(FIELDS)} 가운데 하나예요.",
                en=f"'{one}': write field=value with one of {', '.join(FIELDS)}.",
            )
        is_yes_no = FIELDS[key].kind is Kind.YES_NO
        fields[key] = value == "yes" if is_yes_no else value
    done = split_item(
        actor=Actor.system(),
        market_id=market_by_slug(market).id,
        item_id=item.pk,
        offer_ids=_numbers(offers),
        fields=fields,
        category_slug=item.category_slug,
        reason=reason,
        now=utc_now(),
    )
    return say(
        f"{done.code}로 물건 {done.moved}개를 나누었어요. 되돌리려면: jangteo items undo {done.change_id}",
        f"{done.moved} goods are {done.code} now. To take it back: jangteo items undo {done.change_id}",
    )


def _numbers(text: str) -> list[int]:
    """Ids parted by commas. Raises `InvalidInput` when one is no number."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise InvalidInput(
            field="offers",
            ko=f"'{text}': 물건 번호를 쉼표로 적어 주세요. 예: 4,9",
            en=f"'{text}': write ids of goods with commas, such as 4,9.",
        )
    return [int(part) for part in parts]


def undone(change: int) -> str:
    done = undo_item_change(actor=Actor.system(), market_id=None, change_id=change, now=utc_now())
    kept = say(" 그사이 고친 칸은 그대로: ", " Left as edited since: ") + ", ".join(done.kept)
    return say("되돌렸어요.", "Taken back.") + (kept if done.kept else "")


def standardised(market: str) -> str:
    market_id = market_by_slug(market).id
    now = utc_now()
    begun = begin_standardising(
        actor=Actor.system(), market_id=market_id, in_background=False, now=now
    )
    run_all(market_id, begun.run_id, now)
    with market_scope(market_id):
        run = StandardiseRun.objects.get(pk=begun.run_id)
    return say(
        f"물건 {run.done}개: 이음 {run.linked}, 새 상품 {run.made}, 물음 {run.asked}, 읽지 못함 {run.unread}.",
        f"{run.done} goods: {run.linked} linked, {run.made} new products, {run.asked} asked, {run.unread} unread.",
    )


def exported(path: str) -> str:
    found = taught()
    lines = "".join(f"{line}\n" for line in export_lines(found))
    if path == "-":
        sys.stdout.write(lines)
    else:
        Path(path).write_text(lines, encoding="utf-8")
    return say(f"답 {len(found)}개를 적었어요.", f"{len(found)} answers written.")


def trained() -> str:
    done = train_matcher(actor=Actor.system(), now=utc_now())
    new, before = done.metrics["answers"]["new"], done.metrics["answers"]["before"]
    figures = f"F1 {before['f1']:.3f} -> {new['f1']:.3f} ({done.metrics['held_out']})"
    if done.held_back:
        return say(
            f"{done.version}판을 배웠지만 쓰지 않아요: {done.held_back}",
            f"Version {done.version} was learned but is not used: {done.held_back}",
        )
    return say(
        f"{done.version}판을 배워서 쓰고 있어요. 따로 남긴 답에서 {figures}",
        f"Version {done.version} was learned and is used. On answers held out: {figures}",
    )


def activated(version: int) -> str:
    activate_matcher(actor=Actor.system(), version=version, now=utc_now())
    return say(f"이제 {version}판을 써요.", f"Version {version} is used now.")
