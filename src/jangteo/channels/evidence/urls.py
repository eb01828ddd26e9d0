"""Evidence for anybody who checks: figures, indicators, published pilots. ``/evidence/...``, ``/pilots/...``"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from jangteo.channels.evidence.views import pilots

app_name = "evidence"
_PILOT = "pilots/<slug:market>/<slug:slug>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("pilots/", pilots.listing, name="pilots"),
    path(f"{_PILOT}/", pilots.page, name="pilot"),
    path(f"{_PILOT}/export.zip", pilots.export, name="pilot-export"),
    path(f"{_PILOT}/terms.json", pilots.terms_file, name="pilot-terms"),
    path(f"{_PILOT}/certificate.pdf", pilots.certificate, name="pilot-certificate"),
    path("verify", pilots.verify_form, name="verify"),
    path("verify/<str:code>", pilots.verify_code, name="verify-code"),
]
