"""Lines of a price list matched against the standard products, each decision in the log."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from jangteo.apps.catalog.capabilities.match_item import (
    CandidateFields,
    GoodsFields,
    MatchItemProposal,
    MatchItemRequest,
    compared,
    with_matcher,
)
from jangteo.apps.catalog.items.cards import ItemCard, card
from jangteo.apps.catalog.items.finding import find_candidates_many
from jangteo.apps.catalog.items.keys import goods_of_fields, goods_of_item, match_key, words_of
from jangteo.apps.catalog.items.reading import ItemDraft, fields_from
from jangteo.apps.catalog.items.settings import settings_of
from jangteo.apps.catalog.matchers import matcher_in_use
from jangteo.apps.catalog.models import Item
from jangteo.apps.decisions.capability import Reason
from jangteo.apps.decisions.decide import Decided, decide_many
from jangteo.apps.decisions.models import Mode
from jangteo.engines.matching import Understood
from jangteo.engines.sameitem import Goods, goods_of
from jangteo.platform.permissions import Actor

#: candidates judged for one line
JUDGED = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Likely:
    """A product that may be meant, with the probability and what is equal and what is not."""

    item: Item
    card: ItemCard
    probability: float
    reason: Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Matched:
    """What a line is taken for.

    ``verdict``: "same": it is ``item`` and used at once; "unsure": a person says (``item`` is the likeliest, if any);
    "new": no product is like it. ``decision_id`` is None for a line without a name, which no one can match.
    ``draft``: the line's fields, to make a new item of.
    """

    decision_id: uuid.UUID | None
    item: Item | None
    verdict: Literal["same", "unsure", "new"]
    probability: float
    candidates: tuple[Likely, ...]
    reason: Reason
    draft: ItemDraft


def match_lines(
    market_id: int,
    stall_id: int | None,
    lines: Sequence[Understood],
    actor: Actor | None,
    now: datetime,
    *,
    weighed: Sequence[bool] = (),
    abouts: Sequence[str] = (),
) -> list[Matched]:
    """What each line is, in order. Needs the market's scope; call it in a transaction.

    Lines that say the same are decided once and share the decision. ``weighed``: is it sold by weight, one a line.
    ``abouts``: ids such as "row:17" for the log, one a line; never words of the line. ``stall_id`` stands in the log
    and is told to nobody. A market's vendor is asked line by line for a bounded time (see `decide_many`), so do not
    hold locks. ``actor`` is not looked at yet: nothing of a person goes in.
    """
    drafts = [
        fields_from(line, is_variable_measure=bool(weighed and weighed[place]))
        for place, line in enumerate(lines)
    ]
    goods = [_goods(line, draft) for line, draft in zip(lines, drafts, strict=True)]
    first: dict[Goods, int] = {}
    for place, one in enumerate(goods):
        if one.name:
            first.setdefault(one, place)
    asked = list(first.values())
    decided = _decide(market_id, stall_id, [(goods[p], drafts[p]) for p in asked],
                      [abouts[p] if abouts else "" for p in asked], now)  # fmt: skip
    answers = dict(zip(first, decided, strict=True))
    return [
        _matched(answers.get(one), one, draft) for one, draft in zip(goods, drafts, strict=True)
    ]


def likely_items(draft: ItemDraft, market_id: int) -> tuple[Likely, ...]:
    """The products a line with these fields may be, likeliest first, without a decision: for a person who looks now."""
    matcher = matcher_in_use()
    goods = goods_of_fields(draft.fields, draft.category_slug, text=words_of(draft.provenance)[0])
    found = find_candidates_many([(draft.fields, draft.category_slug)], JUDGED)
    capability = with_matcher(matcher.matcher, matcher.name)
    candidates = [_candidate(one.item) for one in found[0]]
    request = _request(goods, draft, candidates, settings_of(market_id).match_auto_bp)
    proposal = capability.built_in(request)
    items = {one.item.pk: one.item for one in found[0]}
    return _likely(proposal, goods, items)


def _goods(line: Understood, draft: ItemDraft) -> Goods:
    """What the matcher compares: of the line itself, for it holds words that are no field."""
    goods = goods_of(line)
    if draft.fields.get("is_variable_measure"):
        return replace(goods, variable_measure=True)
    return goods


_Answer = tuple[Decided[MatchItemProposal], dict[int, Item]]


def _decide(
    market_id: int,
    stall_id: int | None,
    asked: Sequence[tuple[Goods, ItemDraft]],
    abouts: Sequence[str],
    now: datetime,
) -> list[_Answer]:
    if not asked:
        return []
    matcher = matcher_in_use()
    auto_above_bp = settings_of(market_id).match_auto_bp
    found = find_candidates_many([(d.fields, d.category_slug) for _, d in asked], JUDGED)
    # many lines share candidates: each item is read once
    ready: dict[int, CandidateFields] = {}
    for one in (one for candidates in found for one in candidates):
        if one.item.pk not in ready:
            ready[one.item.pk] = _candidate(one.item)
    requests = [
        _request(goods, draft, [ready[c.item.pk] for c in candidates], auto_above_bp)
        for (goods, draft), candidates in zip(asked, found, strict=True)
    ]
    decided = decide_many(
        with_matcher(matcher.matcher, matcher.name),
        requests,
        market_id=market_id,
        stall_id=stall_id,
        abouts=abouts,
        now=now,
    )
    return [
        (one, {c.item.pk: c.item for c in candidates})
        for one, candidates in zip(decided, found, strict=True)
    ]


def _request(
    goods: Goods, draft: ItemDraft, candidates: Sequence[CandidateFields], auto_above_bp: int
) -> MatchItemRequest:
    return MatchItemRequest(
        line=GoodsFields.of(goods, match_key(draft.fields, words_of(draft.provenance)[1])),
        candidates=list(candidates),
        auto_above_bp=auto_above_bp,
    )


def _candidate(item: Item) -> CandidateFields:
    known = GoodsFields.of(goods_of_item(item), item.match_key)
    return CandidateFields.model_construct(**{**dict(known), "id": item.pk})


def _matched(answer: _Answer | None, goods: Goods, draft: ItemDraft) -> Matched:
    if answer is None:
        nameless = Reason(ko="품명을 읽지 못했어요.", en="No name of goods could be read.")
        return Matched(
            decision_id=None, item=None, verdict="unsure", probability=0.0, candidates=(),
            reason=nameless, draft=draft,
        )  # fmt: skip
    decided, items = answer
    proposal = decided.proposal
    return Matched(
        decision_id=decided.id,
        item=items[proposal.item_id] if proposal.item_id is not None else None,
        verdict=_verdict(decided),
        probability=proposal.probability,
        candidates=_likely(proposal, goods, items),
        reason=decided.reason,
        draft=draft,
    )


def _verdict(decided: Decided[MatchItemProposal]) -> Literal["same", "unsure", "new"]:
    """What is used at once: "same" only when the market's threshold is met, or by the simple rule."""
    verdict = decided.proposal.verdict
    if verdict == "same" and decided.mode is Mode.PROPOSED:
        return "unsure"
    return verdict


def _likely(
    proposal: MatchItemProposal, goods: Goods, items: dict[int, Item]
) -> tuple[Likely, ...]:
    return tuple(
        Likely(
            item=items[one.id],
            card=card(items[one.id]),
            probability=one.probability,
            reason=compared(goods, goods_of_item(items[one.id])),
        )
        for one in proposal.ranked
    )
