"""The style guide; included by the project's URLs in debug only, at ``/ui``."""

from __future__ import annotations

from django.urls import path

from jangteo.channels.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.style_guide, name="style-guide"),
    path("picture/<slug:code>", views.sample_picture, name="sample-picture"),
    path("error/<int:status>", views.sample_error, name="sample-error"),
]
