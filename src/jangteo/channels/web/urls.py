"""All addresses of the product, one include per channel. Each channel's file writes its full paths."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from jangteo.platform.config import config

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("jangteo.channels.web.health")),
    path("", include("jangteo.channels.web.pages")),
    path("", include("jangteo.channels.web.dataset")),
    path("", include("jangteo.channels.shop.urls")),
    path("", include("jangteo.channels.stall.urls")),
    path("", include("jangteo.channels.office.urls")),
    path("", include("jangteo.channels.vendor.urls")),
    path("", include("jangteo.channels.evidence.urls")),
    path("", include("jangteo.channels.api.urls")),
]
if config().debug:
    urlpatterns.append(path("ui/", include("jangteo.channels.ui.urls")))

handler400 = "jangteo.channels.web.views.bad_request"
handler403 = "jangteo.channels.web.views.forbidden"
handler404 = "jangteo.channels.web.views.not_found"
handler500 = "jangteo.channels.web.views.server_error"
