"""The vendor's desk: a company, its offers, its pilots. ``/vendor/...``"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from jangteo.channels.vendor.views import company, home, offers, pilots

app_name = "vendor"
_PROBLEM = "vendor/problems/<slug:market>/<slug:slug>"
_PILOT = "vendor/pilots/<slug:market>/<slug:slug>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("vendor", home.page),
    path("vendor/", home.page, name="home"),
    path("vendor/company", company.register, name="company"),
    path("vendor/company/<int:company_id>/members", company.add_member, name="member"),
    path(f"{_PROBLEM}/", offers.problem, name="problem"),
    path("vendor/offers/<slug:market>/<int:offer_id>/withdraw", offers.withdraw, name="withdraw"),
    path(f"{_PILOT}/", pilots.page, name="pilot"),
    path(f"{_PILOT}/terms", pilots.terms, name="terms"),
    path(f"{_PILOT}/do/<slug:what>", pilots.do, name="do"),
]
