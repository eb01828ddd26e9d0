"""The market office: ``/office/`` and below it one market's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from jangteo.channels.office.views import (
    ai,
    board,
    home,
    money,
    objections,
    orders,
    paper,
    people,
    pilots,
    refunds,
    reports,
    settings,
    stalls,
)

app_name = "office"
_M = "office/<slug:market>"
_ORDER = f"{_M}/orders/<slug:number>"
_STALL = f"{_M}/stalls/<slug:stall>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("office", home.markets),
    path("office/", home.markets, name="home"),
    path(f"{_M}/", board.page, name="board"),
    path(f"{_M}/board", board.part, name="board-part"),
    path(f"{_M}/poll", board.poll, name="poll"),
    path(f"{_M}/find", board.find, name="find"),
    path(f"{_M}/picking", paper.picking, name="picking"),
    path(f"{_ORDER}/", orders.page, name="order"),
    path(f"{_ORDER}/part", orders.part, name="order-part"),
    path(f"{_ORDER}/parts/<int:part_id>/answer", orders.answer, name="answer"),
    path(f"{_ORDER}/parts/<int:part_id>/arrive", orders.arrive, name="arrive"),
    path(f"{_ORDER}/parts/<int:part_id>/not-arrived", orders.undo_arrive, name="undo-arrive"),
    path(f"{_ORDER}/rider", orders.to_rider, name="to-rider"),
    path(f"{_ORDER}/delivered", orders.delivered, name="delivered"),
    path(f"{_ORDER}/shopper", orders.to_shopper, name="to-shopper"),
    path(f"{_ORDER}/cancel", refunds.cancel, name="cancel"),
    path(f"{_ORDER}/refund", refunds.lines, name="refund"),
    path(f"{_M}/refunds/<int:refund_id>/retry", refunds.retry, name="refund-retry"),
    path(f"{_ORDER}/label", paper.label, name="label"),
    path(f"{_ORDER}/receipt", paper.receipt, name="receipt"),
    path(f"{_M}/stalls", stalls.listing, name="stalls"),
    path(f"{_M}/stalls/new", stalls.new, name="stall-new"),
    path(f"{_M}/stalls/<slug:stall>/", stalls.one, name="stall"),
    path(f"{_STALL}/close", stalls.close, name="stall-close"),
    path(f"{_STALL}/reopen", stalls.reopen, name="stall-reopen"),
    path(f"{_STALL}/invite", people.invite, name="invite"),
    path(f"{_STALL}/people/<int:person_id>/recover", people.recover, name="recover"),
    path(f"{_STALL}/delegate", people.delegate, name="delegate"),
    path(f"{_STALL}/grants/<int:grant_id>/revoke", people.revoke, name="revoke"),
    path(f"{_M}/delegations", people.delegations, name="delegations"),
    path(f"{_M}/settings", settings.page, name="settings"),
    path(f"{_M}/settings/days", settings.set_day, name="set-day"),
    path(f"{_M}/settings/zones/new", settings.zone, name="zone-new"),
    path(f"{_M}/settings/zones/<int:zone_id>", settings.zone, name="zone"),
    path(f"{_M}/settings/zones/<int:zone_id>/remove", settings.zone_remove, name="zone-remove"),
    path(f"{_M}/money", money.page, name="money"),
    path(f"{_M}/money/plan", money.plan, name="plan"),
    path(f"{_M}/money/pay", money.pay, name="pay"),
    path(f"{_M}/money/deposit", money.deposit, name="deposit"),
    path(f"{_M}/money/books", money.books, name="books"),
    path(f"{_M}/ai/", ai.page, name="ai"),
    path(f"{_M}/ai/capabilities/<slug:capability>/switch", ai.switch, name="ai-switch"),
    path(f"{_M}/ai/capabilities/<slug:capability>/choose", ai.choose, name="ai-choose"),
    path(f"{_M}/ai/providers/new", ai.new, name="ai-new"),
    path(f"{_M}/ai/providers/<int:provider_id>/", ai.provider, name="ai-provider"),
    path(f"{_M}/ai/providers/<int:provider_id>/check", ai.check, name="ai-check"),
    path(f"{_M}/ai/providers/<int:provider_id>/change", ai.change, name="ai-change"),
    path(f"{_M}/ai/providers/<int:provider_id>/remove", ai.remove, name="ai-remove"),
    path(f"{_M}/objections", objections.page, name="objections"),
    path(
        f"{_M}/objections/<int:objection_id>/answer", objections.answer, name="objection-answer"
    ),
    path(f"{_M}/reports", reports.page, name="reports"),
    path(f"{_M}/reports.csv", reports.sheet, name="reports-csv"),
    path(f"{_M}/pilots/", pilots.listing, name="pilots"),
    path(f"{_M}/pilots/new", pilots.new_problem, name="pilot-problem-new"),
    path(f"{_M}/pilots/problems/<slug:slug>/", pilots.problem_page, name="pilot-problem"),
    path(f"{_M}/pilots/problems/<slug:slug>/close", pilots.close, name="pilot-problem-close"),
    path(
        f"{_M}/pilots/problems/<slug:slug>/offers/<int:offer_id>",
        pilots.answer_offer,
        name="pilot-offer",
    ),
    path(f"{_M}/pilots/<slug:slug>/", pilots.page, name="pilot"),
    path(f"{_M}/pilots/<slug:slug>/terms", pilots.terms, name="pilot-terms"),
    path(f"{_M}/pilots/<slug:slug>/do/<slug:what>", pilots.do, name="pilot-do"),
]
