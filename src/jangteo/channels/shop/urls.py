"""The addresses of the shop, named ``shop:...``; `hrefs` writes the same ones quickly."""

from __future__ import annotations

from django.urls import URLPattern, path

from jangteo.channels.shop.views import browse, cart, checkout, feeds, orders, pay, sandbox, why

app_name = "shop"
urlpatterns: list[URLPattern] = [
    path("m/<slug:market>", browse.home, name="home-bare"),
    path("m/<slug:market>/", browse.home, name="home"),
    path("m/<slug:market>/search", browse.search, name="search"),
    path("m/<slug:market>/categories", browse.categories, name="categories"),
    path("m/<slug:market>/c/<str:slug>", browse.category, name="category"),
    path("m/<slug:market>/shelf/<slug:name>", browse.shelf, name="shelf"),
    path("m/<slug:market>/stalls", browse.stalls, name="stalls"),
    path("m/<slug:market>/s/<str:slug>", browse.stall, name="stall"),
    path("m/<slug:market>/p/<int:offer_id>", browse.offer, name="offer"),
    path("m/<slug:market>/about", browse.about, name="about"),
    path("m/<slug:market>/ai", why.ai, name="ai"),
    path("m/<slug:market>/ai/choose", why.choose, name="ai-choose"),
    path("m/<slug:market>/why/<uuid:decision_id>", why.why, name="why"),
    path("m/<slug:market>/why/<uuid:decision_id>/object", why.object_, name="why-object"),
    path("m/<slug:market>/feeds/naver.tsv", feeds.naver, name="feed-naver"),
    path("m/<slug:market>/feeds/naver-changes.tsv", feeds.naver_changes, name="feed-changes"),
    path("m/<slug:market>/feeds/google.xml", feeds.google, name="feed-google"),
    path("01/<str:gtin>", feeds.barcode, name="barcode"),
    path("01/<str:gtin>/<path:rest>", feeds.barcode, name="barcode-lot"),
    path("m/<slug:market>/cart", cart.cart, name="cart"),
    path("m/<slug:market>/cart/add", cart.add, name="cart-add"),
    path("m/<slug:market>/cart/way", cart.way, name="cart-way"),
    path("m/<slug:market>/cart/line/<int:offer_id>", cart.line, name="cart-line"),
    path("m/<slug:market>/cart/put/<int:offer_id>/<int:quantity>", cart.put, name="cart-put"),
    path("m/<slug:market>/checkout", checkout.checkout, name="checkout"),
    path("m/<slug:market>/checkout/sum", checkout.checkout_sum, name="checkout-sum"),
    path("m/<slug:market>/pay/return", pay.pay_return, name="pay-return"),
    path("m/<slug:market>/pay/fail", pay.pay_fail, name="pay-fail"),
    path("m/<slug:market>/pay/<str:number>", pay.pay, name="pay"),
    path("m/<slug:market>/pay/<str:number>/checking", pay.checking, name="checking"),
    path("m/<slug:market>/orders", orders.orders, name="orders"),
    path("m/<slug:market>/orders/<str:number>", orders.order, name="order"),
    path("m/<slug:market>/orders/<str:number>/body", orders.body, name="order-body"),
    path("m/<slug:market>/orders/<str:number>/state", orders.state, name="order-state"),
    path("m/<slug:market>/orders/<str:number>/answer", orders.answer, name="order-answer"),
    path("m/<slug:market>/orders/<str:number>/cancel", orders.cancel, name="order-cancel"),
    path("m/<slug:market>/orders/<str:number>/receipt", orders.receipt, name="order-receipt"),
    path("m/<slug:market>/orders/<str:number>/again", orders.again, name="order-again"),
    path("hooks/payments/<slug:company>", pay.hook, name="payment-hook"),
    path("sandbox/pay", sandbox.pay_page, name="sandbox-pay"),
]
