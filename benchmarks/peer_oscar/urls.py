"""Oscar's own addresses."""

from django.apps import apps
from django.contrib import admin
from django.urls import include, path
from oscar.apps.checkout.mixins import OrderPlacementMixin


def _no_mail(self, order):
    """In the peer's favour: Jangteo sends nothing before the payment either."""


OrderPlacementMixin.send_order_placed_email = _no_mail

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("", include(apps.get_app_config("oscar").urls[0])),
]
