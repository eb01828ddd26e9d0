"""The WSGI application that granian serves: Django, and the built browser files before it."""

from __future__ import annotations

import gc
import os
import re

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from whitenoise import WhiteNoise  # type: ignore[import-untyped]  # ships no types

from jangteo.channels.ui.assets import BUILT
from jangteo.platform.config import config

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jangteo.platform.settings")

#: the build names files by their content
_HASHED = re.compile(r"^/static/built/.*-[0-9A-Za-z]{8}\.[a-z0-9]+$")

application = WhiteNoise(
    get_wsgi_application(),
    root=str(BUILT.parent),
    prefix="/static/",
    max_age=3600,
    immutable_file_test=_HASHED.pattern,
    autorefresh=config().debug,
)

# every view is loaded before the first visitor comes; then the collector need not walk what stays for good:
# a full collection of these objects stops every thread for about a tenth of a second
get_resolver().url_patterns  # noqa: B018 - reading it imports them
gc.collect()
gc.freeze()
