"""Evidence for anybody who checks: figures, indicators, published pilots. ``/evidence/...``, ``/pilots/...``"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from jangteo.channels.evidence.views import figures, indicators, pilots

app_name = "evidence"
_PILOT = "pilots/<slug:market>/<slug:slug>"
_MARKET = "evidence/<slug:market>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("evidence", figures.home),
    path("evidence/", figures.home, name="home"),
    path("evidence/indicators/", indicators.listing, name="indicators"),
    path("evidence/indicators/<slug:key>", indicators.page, name="indicator"),
    path(
        "evidence/indicators/results/<int:result_id>.zip",
        indicators.export,
        name="indicator-export",
    ),
    path(f"{_MARKET}/", figures.market, name="market"),
    path(f"{_MARKET}/rows", figures.rows, name="rows"),
    path(f"{_MARKET}/rows.csv", figures.rows_csv, name="rows-csv"),
    path("pilots/", pilots.listing, name="pilots"),
    path(f"{_PILOT}/", pilots.page, name="pilot"),
    path(f"{_PILOT}/export.zip", pilots.export, name="pilot-export"),
    path(f"{_PILOT}/terms.json", pilots.terms_file, name="pilot-terms"),
    path(f"{_PILOT}/certificate.pdf", pilots.certificate, name="pilot-certificate"),
    path("verify", pilots.verify_form, name="verify"),
    path("verify/<str:code>", pilots.verify_code, name="verify-code"),
]
