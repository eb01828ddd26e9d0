"""Standard products: the list, one product with its history, merge and split, the queue of questions, the threshold."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jangteo.apps.catalog.actions.answer_question import (
    answer_question,
    draft_of,
    put_off_question,
    undo_answer,
)
from jangteo.apps.catalog.actions.edit_item import edit_item
from jangteo.apps.catalog.actions.merge_items import merge_items
from jangteo.apps.catalog.actions.retire_item import retire_item
from jangteo.apps.catalog.actions.set_catalog_settings import set_catalog_settings
from jangteo.apps.catalog.actions.split_item import split_item
from jangteo.apps.catalog.actions.standardise_offers import begin_standardising
from jangteo.apps.catalog.actions.undo_item_change import undo_item_change
from jangteo.apps.catalog.errors import LabelIncomplete
from jangteo.apps.catalog.items import card, settings_of
from jangteo.apps.catalog.items.cards import facts_of, in_words
from jangteo.apps.catalog.items.matching import likely_items
from jangteo.apps.catalog.items.queries import (
    asked_of_hundred,
    item_by_code,
    item_list,
    item_page,
    last_run,
    next_question,
    question_queue,
    search,
)
from jangteo.apps.catalog.items.settings import NEVER_BP
from jangteo.apps.catalog.standard import FIELDS, Field, Kind, fields_for
from jangteo.apps.catalog.standardise import waiting_offers
from jangteo.channels.office.access import Desk, office_only, show
from jangteo.channels.office.forms import bp_text, number, percent_bp, told
from jangteo.engines.matching.lexicon import lexicon
from jangteo.platform.errors import InvalidInput

_SETTINGS = ("match_auto", "always_ask", "shares_items", "gwan_g", "geun", "measures")
#: of an id, as the database holds one
_MOST_DIGITS = 19
_WHICH = ("", "all", "asks", "merged")
#: fields a split most often differs in, shown first
_TELLING = ("name", "variety", "brand", "grade", "size", "state", "origin", "net_g", "net_ml", "count", "pack_count", "gtin")  # fmt: skip


def _goal(desk: Desk, name: str, *args: object, **query: str) -> HttpResponseRedirect:
    goal = reverse(f"office:{name}", args=[desk.market.slug, *args])
    return HttpResponseRedirect(f"{goal}?{urlencode(query)}" if query else goal)


@require_safe
@office_only
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All standard products this market uses, or all there are."""
    q = request.GET.get("q", "")[:120]
    which = request.GET.get("which", "")
    category = request.GET.get("category", "")
    page = request.GET.get("page", "1")
    found = item_list(
        desk.market.id,
        q=q,
        which=which if which in _WHICH else "",
        category=category,
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
    )
    shelves = list(dict.fromkeys(leaf.path[0] for leaf in lexicon().categories.values()))
    context = {
        "found": found,
        "q": q,
        "which": which if which in _WHICH else "",
        "category": category,
        "shelves": shelves,
        "queue": question_queue(desk.market.id),
        "waiting": waiting_offers(desk.market.id),
        "run": last_run(desk.market.id),
        "section": "items",
        "more_query": urlencode({"q": q, "which": which, "category": category}),
    }
    return show(request, desk, "items.html", context)


@require_POST
@office_only
def standardise(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give every offer its product, in the background."""
    begin_standardising(**desk.ids)
    return _goal(desk, "items")


@require_safe
@office_only
def one(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """One product."""
    return _page(request, desk, code, {})


def _page(
    request: HttpRequest, desk: Desk, code: str, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    page = item_page(desk.market.id, code)
    q = request.GET.get("merge", "")[:120]
    others = [item for item in search(q, 8) if item.pk != page.item.pk] if q else []
    level2 = page.card.category[1] if len(page.card.category) > 1 else ""
    context = {
        "page": page,
        "merge_q": q,
        "others": [card(item) for item in others],
        "form_fields": fields_for(level2),
        "telling": [FIELDS[key] for key in _TELLING],
        "values": {key: _typed(value) for key, value in page.item.fields.items()},
        "shelf_options": _shelf_options(),
        "choice_options": _choice_options(),
        "errors": {},
        "done": request.GET.get("done", ""),
        "section": "items",
    }
    return show(request, desk, "item.html", context | more, status=status)


def _choice_options() -> dict[str, list[tuple[str, str]]]:
    """The words of fields with fixed answers, in the page's language."""
    place = 1 if get_language() == "en" else 0
    return {
        key: [("", "–"), *((choice, in_words(choice)[place]) for choice in one_field.choices)]
        for key, one_field in FIELDS.items()
        if one_field.choices
    }


def _shelf_options() -> list[tuple[str, str]]:
    leaves = lexicon().categories.items()
    return [("", "–"), *((slug, " › ".join(dict.fromkeys(leaf.path))) for slug, leaf in leaves)]


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _fields(form: QueryDict, before: dict[str, Any], level2: str) -> dict[str, object]:
    """The form's fields over those it does not show."""
    made: dict[str, object] = dict(before)
    for one_field in fields_for(level2):
        if one_field.key in form:
            made[one_field.key] = _value(one_field, form.get(one_field.key, ""))
    return {key: value for key, value in made.items() if value not in (None, "")}


def _value(one_field: Field, text: str) -> object:
    if one_field.kind is Kind.YES_NO:
        return {"yes": True, "no": False}.get(text)
    if one_field.kind is Kind.WORDS:
        return [word.strip() for word in text.split(",") if word.strip()]
    return text.strip()


def _level2(slug: str) -> str:
    leaf = lexicon().categories.get(slug)
    return leaf.path[1] if leaf else ""


@require_POST
@office_only
def edit(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Save the product's fields."""
    item = item_by_code(code)
    slug = request.POST.get("category_slug", "")
    fields = _fields(request.POST, item.fields, _level2(slug))
    try:
        edit_item(
            **desk.ids,
            item_id=item.pk,
            seen_version=number(request.POST, "version"),
            fields=fields,
            category_slug=slug,
        )
    except InvalidInput as problem:
        more = {"errors": told(problem), "values": dict(request.POST.items()), "is_editing": True}
        return _page(request, desk, code, more, status=problem.status)
    except LabelIncomplete as problem:
        more = {"errors": _lost(problem), "values": dict(request.POST.items()), "is_editing": True}
        return _page(request, desk, code, more, status=problem.status)
    return _goal(desk, "item", item.code, done="saved")


def _lost(problem: LabelIncomplete) -> dict[str, str]:
    """Goods on sale would lose what the law asks: said at the first field that lacks."""
    return {problem.details["fields"][0]: problem.message(get_language() or "ko")}


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def merge(request: HttpRequest, desk: Desk, code: str, into: str) -> HttpResponse:
    """Two products side by side; posting makes them one."""
    item, other = item_by_code(code), item_by_code(into)
    if request.method == "POST":
        merge_items(
            **desk.ids,
            item_id=item.pk,
            into_id=other.pk,
            reason=request.POST.get("reason", "")[:200],
        )
        return _goal(desk, "item", other.code, done="merged")
    left = {fact.key: fact for fact in facts_of(item.fields)}
    right = {fact.key: fact for fact in facts_of(other.fields)}
    rows = [
        (left.get(key) or right[key], left.get(key), right.get(key))
        for key in FIELDS
        if key in left or key in right
    ]
    context = {"item": card(item), "other": card(other), "rows": rows, "section": "items"}
    return show(request, desk, "item_merge.html", context)


@require_POST
@office_only
def split(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Some of this market's goods become a product of their own."""
    item = item_by_code(code)
    asked = request.POST.getlist("offer")[:500]
    chosen = [int(one) for one in asked if one.isdecimal() and len(one) < _MOST_DIGITS]
    try:
        made = split_item(
            **desk.ids,
            item_id=item.pk,
            offer_ids=chosen,
            fields=_fields(request.POST, item.fields, _level2(item.category_slug)),
            category_slug=item.category_slug,
            reason=request.POST.get("reason", "")[:200],
        )
    except InvalidInput as problem:
        more = {"errors": told(problem), "split_values": dict(request.POST.items())}
        return _page(request, desk, code, more, status=problem.status)
    except LabelIncomplete as problem:
        more = {"errors": _lost(problem), "split_values": dict(request.POST.items())}
        return _page(request, desk, code, more, status=problem.status)
    return _goal(desk, "item", made.code, done="split")


@require_POST
@office_only
def undo(request: HttpRequest, desk: Desk, code: str, change_id: int) -> HttpResponse:
    """Take a merge or a split back."""
    undo_item_change(**desk.ids, change_id=change_id)
    return _goal(desk, "item", code, done="undone")


@require_POST
@office_only
def retire(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Use the product no more, or again."""
    item = item_by_code(code)
    retire_item(**desk.ids, item_id=item.pk, is_retired=request.POST.get("retired", "yes") == "yes")
    return _goal(desk, "item", item.code, done="saved")


@require_safe
@office_only
def questions(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The next question: the goods on the left, what they may be on the right."""
    question = next_question(desk.market.id)
    draft = draft_of(question) if question else None
    context = {
        "question": question,
        "facts": facts_of(draft.fields) if draft else (),
        "likely": likely_items(draft, desk.market.id) if draft else (),
        "queue": question_queue(desk.market.id),
        "done": request.GET.get("done", ""),
        "section": "items",
    }
    return show(request, desk, "item_questions.html", context)


@require_POST
@office_only
def answer(request: HttpRequest, desk: Desk, question_id: int) -> HttpResponse:
    """The same, a new one, or later."""
    said = request.POST.get("answer", "")
    if said == "later":
        put_off_question(**desk.ids, question_id=question_id)
        return _goal(desk, "item-questions", done="later")
    if said != "new" and not (said.isdecimal() and len(said) < _MOST_DIGITS):
        raise InvalidInput(
            field="answer",
            ko="같은 상품, 새 상품, 나중에 가운데 하나를 골라 주세요.",
            en="Choose the same product, a new one, or later.",
        )
    answer_question(
        **desk.ids,
        question_id=question_id,
        item_id=None if said == "new" else int(said),
        shown=_shown(request.POST.getlist("shown")),
    )
    return _goal(desk, "item-questions", done="answered")


def _shown(values: list[str]) -> list[tuple[int, float]]:
    """What stood on the page: "id:probability"."""
    found = []
    for value in values[:5]:
        item_id, _colon, chance = value.partition(":")
        try:
            found.append((int(item_id), min(1.0, max(0.0, float(chance)))))
        except ValueError:
            continue
    return found


@require_POST
@office_only
def undo_last(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take the last answer back."""
    undo_answer(**desk.ids)
    return _goal(desk, "item-questions", done="undone")


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def settings(request: HttpRequest, desk: Desk) -> HttpResponse:
    """From which probability on nobody is asked, what customary units weigh, what is shared."""
    now = settings_of(desk.market.id)
    context: dict[str, Any] = {"errors": {}, "section": "items"}
    if request.method == "POST":
        try:
            bp = (
                NEVER_BP if "always_ask" in request.POST else percent_bp(request.POST, "match_auto")
            )
            set_catalog_settings(
                **desk.ids,
                match_auto_bp=bp,
                units=_units(request.POST),
                shares_items="shares_items" in request.POST,
            )
            return _goal(desk, "item-settings", done="saved")
        except InvalidInput as problem:
            names = {"match_auto_bp": "match_auto"}
            errors = {names.get(key, key): text for key, text in told(problem).items()}
            typed = dict.fromkeys(_SETTINGS, "") | dict(request.POST.items())
            context |= {"errors": errors, "values": typed}
            status = problem.status
    else:
        status = 200
    always = now.match_auto_bp == NEVER_BP
    context.setdefault(
        "values",
        {
            "match_auto": bp_text(9700 if always else now.match_auto_bp),
            "always_ask": "on" if always else "",
            "shares_items": "on" if now.shares_items else "",
            "gwan_g": now.units.get("gwan_g") or "",
            "geun": "\n".join(f"{s} {g}" for s, g in now.units.get("geun_g", {}).items()),
            "measures": "\n".join(
                f"{unit} {goods or '*'} {grams}"
                for unit, goods, grams in now.units.get("measure_g", ())
            ),
        },
    )
    levels = sorted({9000, 9500, 9700, 9900, *([] if always else [now.match_auto_bp])})
    context |= {
        "asked_now": asked_of_hundred(desk.market.id, now.match_auto_bp, desk.now),
        "levels": [
            (bp_text(bp), bp, asked_of_hundred(desk.market.id, bp, desk.now)) for bp in levels
        ],
        "now_bp": now.match_auto_bp,
        "done": request.GET.get("done", ""),
    }
    return show(request, desk, "item_settings.html", context, status=status)


def _units(form: QueryDict) -> dict[str, Any]:
    """Lines such as "pork 500" and "되 쌀 1600" as the settings hold them."""
    geun: dict[str, str] = {}
    for line in form.get("geun", "").splitlines():
        words = line.split()
        if words:
            geun[words[0]] = words[1] if len(words) == 2 else ""
    measures = []
    for line in form.get("measures", "").splitlines():
        words = line.split()
        if words:
            if len(words) != 3:
                raise InvalidInput(
                    field="measures",
                    ko="한 줄에 단위, 물건, 그램을 차례로 적어 주세요. 예: 되 쌀 1600",
                    en="Write unit, goods and grams on each line, such as: 되 쌀 1600",
                )
            measures.append([words[0], "" if words[1] == "*" else words[1], words[2]])
    return {
        "geun_g": geun,
        "gwan_g": form.get("gwan_g", "").strip() or None,
        "measure_g": measures,
    }
