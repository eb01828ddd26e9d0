"""글: texts that AI writes from what the stall confirmed; looked at, put up, changed, written again, taken down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jangteo.apps.catalog.actions.draft_all_texts import draft_all_texts, stop_text_run
from jangteo.apps.catalog.actions.draft_text import draft_text
from jangteo.apps.catalog.actions.edit_offer import edit_offer
from jangteo.apps.catalog.actions.edit_text import edit_text
from jangteo.apps.catalog.actions.publish_text import (
    publish_text,
    restore_text_version,
    withdraw_text,
)
from jangteo.apps.catalog.actions.set_publishes_unseen import set_publishes_unseen
from jangteo.apps.catalog.drafts import offer_draft
from jangteo.apps.catalog.models import TextRun, WrittenText
from jangteo.apps.catalog.texts.facts import SHOWN, desk_of
from jangteo.apps.catalog.texts.queries import (
    flagged_texts,
    is_flagged,
    latest_text,
    live_texts,
    one_run,
    one_text,
    runs_going_on,
    silent_goods,
    text_of_run,
    versions_of,
    waiting_texts,
)
from jangteo.apps.catalog.texts.runs import UNDONE
from jangteo.channels.stall.desk import Desk, at_desk, number
from jangteo.channels.stall.text_shown import kind_word, shown_text
from jangteo.channels.stall.views.goods import own_offer
from jangteo.platform.errors import JangteoError, NotFound
from jangteo.platform.files import picture_url
from jangteo.platform.permissions import Role


@require_safe
@at_desk
def listing(desk: Desk) -> HttpResponse:
    """What waits, what came down, what is shown, and the ways to a new text."""
    place = desk.place
    own = desk_of(**place)
    story = latest_text(**place, kind="stall")
    return desk.page(
        "stall/texts.html",
        {
            "waiting": [shown_text(one) for one in waiting_texts(**place)],
            "flagged": [shown_text(one) for one in flagged_texts(**place)],
            "live_texts": [shown_text(one) for one in live_texts(**place)],
            "runs": [_progress(one) for one in runs_going_on(**place)],
            "silent": silent_goods(**place),
            "story": shown_text(story) if story and not is_flagged(story) else None,
            "story_version": story.version if story else 0,
            "unseen": bool(own and own.publishes_unseen),
            "may_switch": desk.role is Role.STALL_OWNER,
            "tab": "goods",
        },
    )


@require_safe
@at_desk
def one(desk: Desk, text_id: int) -> HttpResponse:
    """One text: what it says, what it was made from, what can be done with it."""
    return _page(desk, one_text(**desk.place, text_id=text_id))


def _page(desk: Desk, text: WrittenText, problem: str = "", status: int = 200) -> HttpResponse:
    rows = versions_of(text)
    shown = shown_text(text)
    post = ""
    if text.kind == WrittenText.Kind.SOCIAL and text.offer and text.offer.picture:
        post = desk.request.build_absolute_uri(picture_url(text.offer.picture, 640))
    return desk.page(
        "stall/text.html",
        {
            "t": shown,
            "versions": [shown_text(row) for row in rows if row.pk != text.pk],
            "newest": max(row.version for row in rows),
            "picture": post,
            "copies": text.kind not in SHOWN,
            "next_waiting": _next_waiting(desk, text),
            "problem": problem,
            "may_confirm_origin": bool(
                shown.place and text.offer and not text.offer.origin and shown.is_person
            ),
            "tab": "goods",
        },
        status=status,
    )


def _next_waiting(desk: Desk, text: WrittenText) -> int:
    """How many others wait."""
    return sum(1 for row in waiting_texts(**desk.place) if row.pk != text.pk)


@require_POST
@at_desk
def new(desk: Desk) -> HttpResponse:
    """써 주기, 다시 쓰기: a draft; with a language model the page that waits for it."""
    posted = desk.request.POST
    kind = posted.get("kind", "")
    offer_id = number(posted.get("offer"))
    try:
        drafted = draft_text(
            **desk.keys,
            kind=kind,
            offer_id=offer_id,
            language=posted.get("language", "ko"),
            after_version=number(posted.get("after")),
        )
    except JangteoError as problem:
        return desk.back("texts", problem.message(get_language() or "ko"))
    if drafted.run_id is not None:
        return HttpResponseRedirect(desk.href("text-run", run_id=drafted.run_id))
    note = _("바로 올렸어요.") if drafted.is_published else ""
    return desk.back("text", note, text_id=drafted.text_id)


@require_POST
@at_desk
def act(desk: Desk, text_id: int, what: str) -> HttpResponse:
    """올리기, 내리기, 버리기, 되돌리기; what no field says is asked first."""
    sure = desk.request.POST.get("sure") == "yes"
    text = one_text(**desk.place, text_id=text_id)
    try:
        match what:
            case "publish":
                publish_text(**desk.keys, text_id=text_id, sure=sure)
                return _published(desk, text)
            case "withdraw":
                withdraw_text(**desk.keys, text_id=text_id)
                if text.state == WrittenText.State.PUBLISHED:
                    undo = desk.href("text-act", text_id=text_id, what="publish")
                    return desk.back("text", _("내렸어요."), undo, text_id=text_id)
                return desk.back("texts", _("버렸어요."))
            case "restore":
                restored = restore_text_version(**desk.keys, text_id=text_id, sure=sure)
                return desk.back("text", _("이 글을 다시 올렸어요."), text_id=restored)
            case "origin":
                return _confirm_origin(desk, text)
            case _:
                raise NotFound
    except NotFound:
        raise
    except JangteoError as problem:
        text.refresh_from_db()
        return _page(desk, text, problem.message(get_language() or "ko"), problem.status)


def _published(desk: Desk, text: WrittenText) -> HttpResponse:
    if text.kind not in SHOWN:
        return desk.back("text", _("썼다고 적어 두었어요."), text_id=text.pk)
    undo = desk.href("text-act", text_id=text.pk, what="withdraw")
    waiting = waiting_texts(**desk.place)
    if waiting:
        # the next one, so that each costs one look and one tap
        return desk.back("text", _("올렸어요. 다음 글이에요."), undo, text_id=waiting[0].pk)
    return desk.back("text", _("올렸어요."), undo, text_id=text.pk)


def _confirm_origin(desk: Desk, text: WrittenText) -> HttpResponse:
    """She knows more than the fields: where the goods come from goes into its field."""
    offer = text.offer
    if offer is None:
        raise NotFound
    words = desk.request.POST.get("origin", "")
    draft = replace(offer_draft(own_offer(desk, offer.pk)), origin=words)
    edit_offer(**desk.keys, offer_id=offer.pk, draft=draft)
    publish_text(**desk.keys, text_id=text.pk, sure=True)
    return desk.back("text", _("원산지를 적고 글을 올렸어요."), text_id=text.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def edit(desk: Desk, text_id: int) -> HttpResponse:
    """Her own words."""
    text = one_text(**desk.place, text_id=text_id)
    context: dict[str, Any] = {"t": shown_text(text), "words": text.text, "tab": "goods"}
    if desk.request.method != "POST":
        return desk.page("stall/text_edit.html", context)
    words = desk.request.POST.get("text", "")
    try:
        edited = edit_text(**desk.keys, text_id=text_id, text=words)
    except JangteoError as problem:
        said = problem.message(get_language() or "ko")
        return desk.page(
            "stall/text_edit.html",
            {**context, "words": words, "error": said},
            status=problem.status,
        )
    return desk.back("text", text_id=edited.text_id)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def review(desk: Desk) -> HttpResponse:
    """A review from anywhere, pasted in: an answer to copy. The review is kept nowhere."""
    context: dict[str, Any] = {"words": "", "rating": "0", "tab": "goods"}
    if desk.request.method != "POST":
        return desk.page("stall/text_review.html", context)
    words = desk.request.POST.get("review", "")
    rating = number(desk.request.POST.get("rating"), default=0) or 0
    try:
        drafted = draft_text(**desk.keys, kind="review", review=words, rating=rating)
    except JangteoError as problem:
        said = problem.message(get_language() or "ko")
        return desk.page(
            "stall/text_review.html",
            {**context, "words": words[:4000], "rating": str(rating), "error": said},
            status=problem.status,
        )
    if drafted.run_id is not None:
        return HttpResponseRedirect(desk.href("text-run", run_id=drafted.run_id))
    return desk.back("text", text_id=drafted.text_id)


@require_POST
@at_desk
def unseen(desk: Desk) -> HttpResponse:
    """보지 않고 올리기, on and off; the owner alone."""
    is_on = desk.request.POST.get("on") == "yes"
    set_publishes_unseen(**desk.keys, is_on=is_on)
    note = _("이제 틀린 데가 없는 글은 바로 올라가요.") if is_on else _("이제 보고 나서 올려요.")
    return desk.back("texts", note)


# ---- in the background ----


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """A run, as its owner sees it."""

    id: int
    word: str
    total: int
    done: int
    is_going_on: bool
    state: str


def _progress(run: TextRun) -> Progress:
    return Progress(
        id=run.pk,
        word=kind_word(run.kind),
        total=run.total,
        done=run.done,
        is_going_on=run.state in UNDONE,
        state=run.state,
    )


@require_POST
@at_desk
def write_all(desk: Desk) -> HttpResponse:
    """A text for each of the goods that say nothing."""
    begun = draft_all_texts(**desk.keys)
    if begun.run_id is None:
        return desk.back("texts", _("모든 물건에 글이 있어요."))
    return HttpResponseRedirect(desk.href("text-run", run_id=begun.run_id))


@require_safe
@at_desk
def run(desk: Desk, run_id: int) -> HttpResponse:
    """쓰고 있어요…: how far it is; a finished one goes on to what it wrote."""
    row = one_run(**desk.place, run_id=run_id)
    if row is None:
        raise NotFound
    shown = _progress(row)
    if not shown.is_going_on and not desk.is_part:
        return _ended(desk, row)
    context = {"r": shown, "tab": "goods"}
    if desk.is_part:
        headers = {} if shown.is_going_on else {"HX-Redirect": desk.href("text-run", run_id=run_id)}
        return desk.page("stall/text_run_part.html", context, headers=headers)
    return desk.page("stall/text_run.html", context)


def _ended(desk: Desk, row: TextRun) -> HttpResponse:
    if row.total == 1 and row.done:
        text = text_of_run(row)
        if text is not None:
            return HttpResponseRedirect(desk.href("text", text_id=text.pk))
    if row.state == TextRun.State.DONE:
        return desk.back("texts", _("%(n)s개를 다 썼어요.") % {"n": row.done - row.skipped})
    return desk.back("texts", _("글쓰기를 멈췄어요. 쓴 글은 남아 있어요."))


@require_POST
@at_desk
def stop(desk: Desk, run_id: int) -> HttpResponse:
    """그만 쓰기: what is written stays."""
    stop_text_run(**desk.keys, run_id=run_id)
    return desk.back("texts", _("글쓰기를 멈췄어요. 쓴 글은 남아 있어요."))
