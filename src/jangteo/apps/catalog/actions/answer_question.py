"""The office says which product a stall's goods are: this one, a new one, or later; and takes its last answer back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.catalog.actions.create_item import make_items
from jangteo.apps.catalog.answers import Answerer, Asked, note_answer, take_back
from jangteo.apps.catalog.items.errors import ItemNotFound, NothingAnswered, QuestionNotFound
from jangteo.apps.catalog.items.reading import ItemDraft
from jangteo.apps.catalog.items.resolving import current_many
from jangteo.apps.catalog.items.rows import By, lock_active, lock_items, role_of, save_version
from jangteo.apps.catalog.models import Item, MatchQuestion, Offer
from jangteo.apps.catalog.publishing.labelling import gate, refuse
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.tenancy import every_market


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """The product the goods hang on now; None: put off."""

    item_id: int | None
    is_new: bool


@action(
    "catalog.answer_question", allow={Role.OFFICE}, within="market", token_scope="catalog:write"
)
def answer_question(
    *,
    actor: Actor,
    market_id: int,
    question_id: int,
    item_id: int | None,
    shown: Sequence[tuple[int, float]] = (),
    now: datetime,
) -> Answered:
    """``item_id``: it is this product. None: none of those shown, so a new one is made of what the goods say.

    ``shown``: ids and probabilities that stood before the person; every one she did not choose is an example of another
    product. Raises `QuestionNotFound` (answered already, too), `ItemNotFound`, `ItemNotActive`, `ItemNameless`,
    `LabelIncomplete` when goods on sale would lose what the law asks.
    """
    target = None
    if item_id is not None:
        now_it_is = current_many([item_id]).get(item_id)
        if now_it_is is None:
            raise ItemNotFound
        target = lock_active(now_it_is.pk)
    question, offer = _locked(market_id, question_id)
    draft = draft_of(question)
    role = role_of(actor, market_id)
    is_new = False
    if target is None:
        by = By(market_id=market_id, person_id=actor.person_id, now=now)
        made = make_items([draft], by, role)[0]
        target, is_new = Item.objects.get(pk=made.item_id), made.is_new
    if offer.state in (Offer.State.ON_SALE, Offer.State.SOLD_OUT):
        lacked = {one.field for one in gate(offer)}
        offer.item = target
        refuse(offer, [one for one in gate(offer) if one.field not in lacked])
    offer.item = target
    offer.save(update_fields=["item", "updated_at"])
    asked = Asked(
        line=question.line,
        fields=draft.fields,
        category_slug=draft.category_slug,
        shown=shown or ([(question.item_id, question.probability)] if question.item_id else []),
        decision_id=question.decision,
    )
    answerer = Answerer(market_id=market_id, person_id=actor.person_id, role=role, now=now)
    chosen = None if is_new else target
    note_answer(asked, chosen, answerer, offer_id=offer.pk)
    question.state = MatchQuestion.State.ANSWERED
    question.answered_at = now
    question.answer = {"item": target.pk, "made": is_new}
    question.save(update_fields=["state", "answered_at", "answer"])
    return Answered(item_id=target.pk, is_new=is_new)


@action("catalog.put_off_question", allow={Role.OFFICE}, within="market")
def put_off_question(*, actor: Actor, market_id: int, question_id: int, now: datetime) -> None:
    """Ask it again after all others. Raises `QuestionNotFound`."""
    question, _ = _locked(market_id, question_id)
    question.state = MatchQuestion.State.LATER
    question.answered_at = now
    question.save(update_fields=["state", "answered_at"])


@action("catalog.undo_answer", allow={Role.OFFICE}, within="market", token_scope="catalog:write")
def undo_answer(*, actor: Actor, market_id: int, now: datetime) -> int:
    """Take the market's last answer back and ask again; returns the question's id.

    The goods hang on nothing again, a product that was made by the answer and that nothing else hangs on is retired, and
    nobody learns from the answer. Raises `NothingAnswered`.
    """
    last = (
        MatchQuestion.objects.filter(
            market_id=market_id, state=MatchQuestion.State.ANSWERED, answer__has_key="item"
        )
        .order_by("-answered_at", "-pk")
        .first()
    )
    if last is None:
        raise NothingAnswered
    made_id = last.answer["item"] if last.answer.get("made") else None
    made = lock_items([made_id])[made_id] if made_id else None
    question = MatchQuestion.objects.select_for_update(of=("self",)).get(pk=last.pk)
    if question.answered_at != last.answered_at or question.state != last.state:
        raise NothingAnswered
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=question.offer_id)
    if offer.item_id == question.answer["item"]:
        offer.item = None
        offer.save(update_fields=["item", "updated_at"])
    by = By(market_id=market_id, person_id=actor.person_id, now=now)
    if made is not None and made.state == Item.State.ACTIVE and not _is_used(made):
        made.state = Item.State.RETIRED
        save_version(made, "undo", by)
    answerer = Answerer(
        market_id=market_id,
        person_id=actor.person_id,
        role=role_of(actor, market_id),
        now=now,
    )
    take_back(offer.pk, answerer)
    question.state = MatchQuestion.State.OPEN
    question.answered_at = None
    question.answer = {}
    question.save(update_fields=["state", "answered_at", "answer"])
    return question.pk


def draft_of(question: MatchQuestion) -> ItemDraft:
    """What was read of the goods when the question was asked."""
    return ItemDraft(
        fields=dict(question.line_fields.get("fields", {})),
        provenance=dict(question.line_fields.get("provenance", {})),
        category_slug=question.category_slug,
    )


def _is_used(item: Item) -> bool:
    with every_market():
        return Offer.objects.filter(item=item).exists()


def _locked(market_id: int, question_id: int) -> tuple[MatchQuestion, Offer]:
    question = (
        MatchQuestion.objects.select_for_update(of=("self",))
        .filter(market_id=market_id, pk=question_id, state__in=MatchQuestion.WAITING)
        .first()
    )
    if question is None:
        raise QuestionNotFound
    return question, Offer.objects.select_for_update(of=("self",)).get(pk=question.offer_id)
