"""The stall owner's console: ``/desk/`` and below it one stall's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from jangteo.channels.stall.views import (
    goods,
    goods_form,
    home,
    money,
    now,
    orders,
    people,
    picture,
    pricelist,
)

app_name = "stall"
_STALL = "desk/<slug:market>/<slug:stall>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("desk", home.choose),
    path("desk/", home.choose, name="home"),
    path(f"{_STALL}/", now.page, name="now"),
    path(f"{_STALL}/part", now.part, name="now-part"),
    path(f"{_STALL}/bell", now.bell, name="bell"),
    path(f"{_STALL}/pulse", now.pulse, name="pulse"),
    path(f"{_STALL}/answer", now.answer, name="answer"),
    path(f"{_STALL}/answer/<int:part_id>/<slug:kind>", now.ask, name="answer-some"),
    path(f"{_STALL}/orders", orders.listing, name="orders"),
    path(f"{_STALL}/orders/<int:part_id>", orders.one, name="order"),
    path(f"{_STALL}/orders/<int:part_id>/slip", orders.slip, name="slip"),
    path(f"{_STALL}/goods", goods.listing, name="goods"),
    path(f"{_STALL}/goods/new", goods_form.new, name="goods-new"),
    path(f"{_STALL}/goods/<int:offer_id>", goods.one, name="offer"),
    path(f"{_STALL}/goods/<int:offer_id>/edit", goods_form.edit, name="offer-edit"),
    path(f"{_STALL}/goods/<int:offer_id>/price", goods.price, name="price"),
    path(f"{_STALL}/goods/<int:offer_id>/mark/<slug:mark>", goods.mark, name="mark"),
    path(f"{_STALL}/goods/<int:offer_id>/count", goods.count, name="count"),
    path(f"{_STALL}/goods/<int:offer_id>/picture", goods.picture, name="picture"),
    path(f"{_STALL}/goods/<int:offer_id>/touch-up", picture.touch_up, name="touch-up"),
    path(f"{_STALL}/goods/<int:offer_id>/touch-up/undo", picture.undo, name="touch-up-undo"),
    path(f"{_STALL}/goods/price/<int:change_id>/undo", goods.undo_price, name="price-undo"),
    path(f"{_STALL}/money", money.week, name="money"),
    path(f"{_STALL}/money/week.csv", money.week_csv, name="money-csv"),
    path(f"{_STALL}/money/<int:settlement_id>", money.settlement, name="settlement"),
    path(f"{_STALL}/money/<int:settlement_id>.csv", money.settlement_csv, name="settlement-csv"),
    path(f"{_STALL}/stall", people.page, name="stall"),
    path(f"{_STALL}/stall/<slug:what>", people.day, name="day"),
    path(f"{_STALL}/people", people.add, name="people-add"),
    path(f"{_STALL}/people/<int:grant_id>/end", people.end, name="people-end"),
    path(f"{_STALL}/list", pricelist.upload, name="lists"),
    path(f"{_STALL}/list/<int:import_id>", pricelist.page, name="list"),
    path(f"{_STALL}/list/<int:import_id>/row/<int:row_id>", pricelist.row, name="list-row"),
    path(f"{_STALL}/list/<int:import_id>/tax", pricelist.tax, name="list-tax"),
    path(f"{_STALL}/list/<int:import_id>/publish", pricelist.publish, name="list-publish"),
    path(f"{_STALL}/list/<int:import_id>/undo", pricelist.undo, name="list-undo"),
]
