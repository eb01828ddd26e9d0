"""The addresses of this channel's own pages, named ``web:...``."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from jangteo.channels.web import me, passkey, privacy, sign_in, views

app_name = "web"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("in", sign_in.phone, name="in"),
    path("in/code", sign_in.code, name="code"),
    path("in/link/<str:token>", sign_in.link, name="link"),
    path("in/staff", sign_in.staff, name="staff"),
    path("in/factors", sign_in.factors, name="factors"),
    path("in/passkey/options", passkey.sign_in_options, name="passkey-options"),
    path("in/passkey", passkey.sign_in, name="passkey"),
    path("out", sign_in.out, name="out"),
    path("me", me.me, name="me"),
    path("me/privacy", privacy.page, name="privacy"),
    path("me/privacy/consent", privacy.consent, name="consent"),
    path("me/privacy/data", privacy.data, name="my-data"),
    path("me/privacy/data.json", privacy.data_file, name="my-data-file"),
    path("me/privacy/delete", privacy.delete, name="delete-me"),
    path("me/privacy/keep", privacy.keep, name="keep-me"),
    path("erasure/<str:code>", privacy.receipt, name="erasure"),
    path("me/passkey/options", passkey.add_options, name="passkey-add-options"),
    path("me/passkey", passkey.add, name="passkey-add"),
    path("me/passkey/<int:passkey_id>/remove", me.passkey_remove, name="passkey-remove"),
    path("me/device/<int:device_id>/end", me.device_end, name="device-end"),
    path("me/devices/end-others", me.devices_end_others, name="devices-end-others"),
    path("language", views.choose_language, name="language"),
    path("sandbox/messages", views.sandbox_messages, name="sandbox-messages"),
    re_path(r"^media/(?P<name>[0-9a-f]{32}-\d{2,4}\.webp)$", views.picture, name="picture"),
]
