"""What AI decides in this market, who does it, and the companies whose services do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jangteo.apps.decisions.actions.add_provider import add_provider
from jangteo.apps.decisions.actions.check_provider import check_provider
from jangteo.apps.decisions.actions.choose_provider import choose_provider
from jangteo.apps.decisions.actions.make_provider_live import make_provider_live
from jangteo.apps.decisions.actions.remove_provider import remove_provider
from jangteo.apps.decisions.actions.set_data_scope import set_data_scope
from jangteo.apps.decisions.actions.suspend_capability import (
    resume_capability,
    suspend_capability,
)
from jangteo.apps.decisions.actions.suspend_provider import resume_provider, suspend_provider
from jangteo.apps.decisions.adapters.http import origin_of
from jangteo.apps.decisions.capability import AnyCapability, capabilities
from jangteo.apps.decisions.drafts import ProviderDraft
from jangteo.apps.decisions.errors import ProviderRemoved, VendorAddressRefused
from jangteo.apps.decisions.models import Provider, ProviderEvent
from jangteo.apps.decisions.vendor_queries import (
    ProviderPage,
    capability_rows,
    provider_page,
    provider_rows,
)
from jangteo.channels.office.access import Desk, office_only, show
from jangteo.channels.office.forms import number, optional_number, told
from jangteo.platform.errors import InvalidInput, JangteoError


def fallback_words(reason: str) -> str:
    """Why the simple rule stood in, for people."""
    if reason.startswith("status-"):
        return _("오류로 답함(%(status)s)") % {"status": reason.removeprefix("status-")}
    words = {
        "deadline": _("제때 답하지 않음"),
        "unreachable": _("연결되지 않음"),
        "too-large": _("답이 너무 큼"),
        "nonsense": _("알아볼 수 없는 답"),
        "broken": _("거듭 실패해서 잠시 묻지 않음"),
        "quota": _("1분에 물을 수 있는 횟수를 넘음"),
        "busy": _("한꺼번에 너무 많이 물음"),
        "no-secret": _("서명할 비밀이 없음"),
        "request-too-large": _("보낼 자료가 너무 큼"),
        "vendor-not-live": _("업체를 멈춰 둠"),
        "unknown-id": _("없는 것을 고름"),
        "not-on-sale": _("품절이거나 팔지 않는 것을 고름"),
        "doubled-id": _("같은 것을 두 번 고름"),
        "error": _("우리 쪽 오류"),
    }
    return words.get(reason, _("쓸 수 없는 답(%(reason)s)") % {"reason": reason})


def event_words(event: ProviderEvent) -> str:
    """What was done with a provider, in a short sentence."""
    data: dict[str, Any] = event.data
    count = {"n": data.get("subjects", data.get("calls", 0)), "day": data.get("day", "")}
    words = {
        "added": _("등록했어요"),
        "scope": _("내보낼 자료를 바꿨어요"),
        "checked": _("계약 검사를 통과했어요")
        if data.get("passed")
        else _("계약 검사에서 떨어졌어요"),
        "live": _("일을 시작했어요"),
        "suspended": _("잠시 멈췄어요"),
        "chosen": _("이 기능을 맡겼어요"),
        "unchosen": _("이 기능에서 뺐어요"),
        "capability-off": _("이 기능의 AI를 껐어요"),
        "capability-on": _("이 기능의 AI를 켰어요"),
        "broken": _("거듭 실패해서 잠시 묻지 않아요"),
        "mended": _("다시 잘 답해요"),
        "erasure-asked": _("%(n)s명을 지우라고 했어요") % count,
        "erasure-confirmed": _("지웠다는 접수증을 받았어요"),
        "left": _("%(day)s에 %(n)s번 물었어요") % count,
        "removed": _("내보냈어요"),
    }
    return words.get(event.kind, event.kind)


def scope_choices(capability: AnyCapability) -> list[dict[str, Any]]:
    """The fields that may leave, in the reader's words."""
    english = get_language() == "en"
    return [
        {
            "name": name,
            "text": words[1] if english else words[0],
            "is_personal": name in capability.personal_fields,
        }
        for name, words in sorted(capability.fields.items())
        if name in capability.vendor_fields()
    ]


def _to(desk: Desk, name: str, *args: Any, done: str = "") -> HttpResponseRedirect:
    goal = reverse(f"office:{name}", args=[desk.market.slug, *args])
    return HttpResponseRedirect(f"{goal}?done={done}" if done else goal)


def _list(request: HttpRequest, desk: Desk, problem: JangteoError | None = None) -> HttpResponse:
    context = {
        "rows": capability_rows(desk.market.id, desk.now),
        "providers": provider_rows(desk.market.id, desk.now),
        "done": request.GET.get("done", ""),
        "problem": problem.message(get_language() or "ko") if problem else "",
        "section": "ai",
    }
    return show(request, desk, "ai.html", context, status=problem.status if problem else 200)


@require_http_methods(["GET", "HEAD"])
@office_only
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every capability with who decides it now, and every company."""
    return _list(request, desk)


@require_POST
@office_only
def switch(request: HttpRequest, desk: Desk, capability: str) -> HttpResponse:
    """Switch a capability's AI off or on."""
    off = request.POST.get("to") == "off"
    act = suspend_capability if off else resume_capability
    act(**desk.ids, capability=capability)
    return _to(desk, "ai", done="off" if off else "on")


@require_POST
@office_only
def choose(request: HttpRequest, desk: Desk, capability: str) -> HttpResponse:
    """Say who decides it."""
    try:
        choose_provider(
            **desk.ids, capability=capability, provider_slug=request.POST.get("provider", "")
        )
    except JangteoError as problem:
        return _list(request, desk, problem)
    return _to(desk, "ai", done="chosen")


def _draft(form: QueryDict) -> ProviderDraft:
    won = number(form, "cost_per_1000_krw") if form.get("cost_per_1000_krw", "").strip() else 0
    return ProviderDraft(
        name=form.get("name", ""),
        name_en=form.get("name_en", ""),
        capability=form.get("capability", ""),
        base_url=form.get("base_url", ""),
        data_scope=form.getlist("data_scope"),
        deadline_ms=optional_number(form, "deadline_ms"),
        quota_per_minute=number(form, "quota_per_minute"),
        # won for a thousand calls are thousandths of a won for one
        cost_mkrw=won,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Register a company's service; the capability is chosen first, because its fields follow from it."""
    open_ones = {key: c for key, c in capabilities().items() if not c.inside_transaction}
    form = request.POST if request.method == "POST" else request.GET
    capability = open_ones.get(form.get("capability", ""))
    context: dict[str, Any] = {
        "open_ones": list(open_ones.values()),
        "capability": capability,
        "choices": scope_choices(capability) if capability else [],
        "values": form,
        "scope": form.getlist("data_scope"),
        "errors": {},
        "section": "ai",
    }
    if request.method == "POST" and capability is not None:
        try:
            made = add_provider(**desk.ids, draft=_draft(form))
        except InvalidInput as problem:
            context["errors"] = told(problem)
            return show(request, desk, "ai_new.html", context, status=problem.status)
        except VendorAddressRefused as problem:
            context["errors"] = {"base_url": problem.message(get_language() or "ko")}
            return show(request, desk, "ai_new.html", context, status=problem.status)
        context = {"made": made, "name": form.get("name", ""), "section": "ai"}
        # the only time the secret is told: nobody's cache keeps it
        return show(request, desk, "ai_secret.html", context, headers={"Cache-Control": "no-store"})
    return show(request, desk, "ai_new.html", context)


def _provider(
    request: HttpRequest, desk: Desk, provider_id: int, problem: JangteoError | None = None
) -> HttpResponse:
    found = provider_page(desk.market.id, provider_id, desk.now)
    return show(
        request,
        desk,
        "ai_provider.html",
        _provider_context(found)
        | {
            "done": request.GET.get("done", ""),
            "problem": problem.message(get_language() or "ko") if problem else "",
        },
        status=problem.status if problem else 200,
    )


def _provider_context(found: ProviderPage) -> dict[str, Any]:
    capability, provider = found.row.capability, found.row.provider
    passed = provider.last_check.get("passed") is True
    return {
        "page": found,
        "p": provider,
        "capability": capability,
        "choices": scope_choices(capability) if capability else [],
        "origin": origin_of(provider.base_url),
        "week_reasons": [(fallback_words(key), n) for key, n in found.week.fallbacks.items()],
        "events": [(event, event_words(event)) for event in found.events],
        "is_ready": passed
        and capability is not None
        and provider.last_check.get("capability_version") == capability.version,
        "section": "ai",
    }


@require_http_methods(["GET", "HEAD"])
@office_only
def provider(request: HttpRequest, desk: Desk, provider_id: int) -> HttpResponse:
    """One company's service: health, check, what left, what was done with it."""
    return _provider(request, desk, provider_id)


@require_POST
@office_only
def check(request: HttpRequest, desk: Desk, provider_id: int) -> HttpResponse:
    """Try it against the contract; takes some seconds."""
    try:
        report = check_provider(**desk.ids, provider_id=provider_id)
    except (VendorAddressRefused, ProviderRemoved) as problem:
        return _provider(request, desk, provider_id, problem)
    return _to(desk, "ai-provider", provider_id, done="passed" if report.passed else "failed")


@require_POST
@office_only
def change(request: HttpRequest, desk: Desk, provider_id: int) -> HttpResponse:
    """To work, to a pause, back, or with a changed scope."""
    ids = desk.ids | {"provider_id": provider_id}
    wanted = request.POST.get("to", "")
    try:
        match wanted:
            case "live":
                make_provider_live(**ids)
            case "suspended":
                suspend_provider(**ids)
            case "resumed":
                resume_provider(**ids)
            case "scope":
                set_data_scope(**ids, data_scope=request.POST.getlist("data_scope"))
    except JangteoError as problem:
        return _provider(request, desk, provider_id, problem)
    return _to(desk, "ai-provider", provider_id, done=wanted)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def remove(request: HttpRequest, desk: Desk, provider_id: int) -> HttpResponse:
    """Ask once more, on a page of its own, before what cannot be undone."""
    found = provider_page(desk.market.id, provider_id, desk.now)
    if found.row.provider.state == Provider.State.REMOVED:
        return _to(desk, "ai-provider", provider_id)
    context = _provider_context(found) | {"errors": {}, "why": request.POST.get("why", "")}
    if request.method == "POST":
        try:
            remove_provider(**desk.ids, provider_id=provider_id, why=request.POST.get("why", ""))
        except InvalidInput as problem:
            context["errors"] = told(problem)
            return show(request, desk, "ai_remove.html", context, status=problem.status)
        return _to(desk, "ai-provider", provider_id, done="removed")
    return show(request, desk, "ai_remove.html", context)
