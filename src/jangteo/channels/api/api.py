"""The JSON API, version 1. Its description is at ``/api/v1/openapi.json``; a snapshot of it is checked in CI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer

from jangteo.channels.api import buying, items, problems, public, selling, texts


class OrjsonRenderer(BaseRenderer):
    """Korean stays Korean: smaller and readable."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data)


class JangteoAPI(NinjaAPI):
    """Describes its problems with the media type they are sent with."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400 and "application/json" in response.get("content", {}):
                        content = response["content"]
                        content["application/problem+json"] = content.pop("application/json")
        return schema


api = JangteoAPI(
    title="Jangteo",
    version="1",
    description=(
        "Markets, stalls, offers, carts, orders and stalls' own work. Public reads need no token. Money is integer "
        "won, VAT included; times are UTC. Errors are problem+json; send Accept-Language: ko or en."
    ),
    urls_namespace="api",
    docs_url=None,
    renderer=OrjsonRenderer(),
)
problems.install(api)
api.add_router("", public.router)
api.add_router("", buying.router)
api.add_router("", selling.router)
api.add_router("", texts.router)
api.add_router("", items.router)


def description() -> Mapping[str, Any]:
    """The OpenAPI description as plain data, in one order."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    loaded: Mapping[str, Any] = orjson.loads(orjson.dumps(schema, option=orjson.OPT_NON_STR_KEYS))
    return loaded
