"""The open dataset's page and files, for anybody: what `jangteo dataset export` wrote last."""

from __future__ import annotations

import json
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from jangteo.apps.catalog.publishing.dataset import (
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    published_folder,
)
from jangteo.apps.catalog.standard import FIELDS
from jangteo.channels.ui.render import render
from jangteo.platform.errors import NotFound
from jangteo.platform.signing import fingerprint

_TYPES = {
    "README.md": "text/markdown; charset=utf-8",
    "datapackage.json": "application/json",
    "items.jsonl": "application/x-ndjson",
    "items.parquet": "application/vnd.apache.parquet",
    "statistics.json": "application/json",
    MANIFEST: "application/json",
    SIGNATURE: "text/plain; charset=ascii",
    PUBLIC_KEY: "application/x-pem-file",
}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """How much is in it, how full it is, and the files."""
    folder = published_folder()
    english = get_language() == "en"
    context: dict[str, Any] = {"counts": None}
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        counts = json.loads((folder / "statistics.json").read_bytes())
        context = {
            "counts": counts,
            "licence": manifest["licence"],
            "key": fingerprint((folder / PUBLIC_KEY).read_bytes()),
            "files": [
                (name, (folder / name).stat().st_size)
                for name in _TYPES
                if (folder / name).is_file()
            ],
            "categories": _most(counts["by_category"], 20),
            "fields": _most(
                {
                    FIELDS[key].en if english else FIELDS[key].ko: count
                    for key, count in counts["filled_by_field"].items()
                    if key in FIELDS
                },
                12,
            ),
        }
    except FileNotFoundError:
        pass  # nothing was published yet: the page says so
    return render(request, "web/dataset.html", context)


def _most(counts: dict[str, int], most: int) -> list[dict[str, Any]]:
    """The largest first."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"name": name, "n": f"{count:,}"} for name, count in ordered[:most] if count]


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One of the files. Raises `NotFound`."""
    path_ = published_folder() / name
    if name not in _TYPES or not path_.is_file():
        raise NotFound
    return FileResponse(path_.open("rb"), content_type=_TYPES[name], filename=name)


urlpatterns: list[URLPattern] = [
    path("dataset", page, name="dataset"),
    path("dataset/<str:name>", file, name="dataset-file"),
]
