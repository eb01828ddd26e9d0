"""schemathesis: whatever a client sends, the API answers as its own description says, and never with a 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from jangteo.channels.web.wsgi import application
from jangteo.platform.permissions import Role
from tests.channels.api.test_api import token
from tests.world import four_stalls, grant, person

#: of each operation and mode
EXAMPLES = 25
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
OPERATIONS = {
    operation.label: operation
    for operation in (result.ok() for result in SCHEMA.get_all_operations())
}


#: takes no input, so nothing wrong can be sent to it
WITHOUT_INPUT = {"GET /api/v1/markets"}
CASES = [
    pytest.param(label, mode, id=f"{label}-{mode.value}")
    for label in sorted(OPERATIONS)
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or label not in WITHOUT_INPUT
]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A WSGI server ends its connections between requests; here they belong to the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def headers(db: None, one_connection: None) -> dict[str, str]:
    """A market with goods, and the token of an owner who also buys."""
    world = four_stalls("first")
    owner = person()
    grant(owner, Role.STALL_OWNER, world, "vegetable")
    scopes = [
        "cart:write",
        "orders:read",
        "orders:write",
        "stall:read",
        "stall:write",
        "catalog:write",
    ]
    return {"Authorization": token(owner, *scopes)["HTTP_AUTHORIZATION"]}


@pytest.mark.slow
@pytest.mark.parametrize(("label", "mode"), CASES)
def test_every_answer_is_described(
    label: str, mode: GenerationMode, headers: dict[str, str]
) -> None:
    operation = OPERATIONS[label]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        if "market" in case.path_parameters and mode is GenerationMode.POSITIVE:
            case.path_parameters["market"] = "first"
        if "stall" in case.path_parameters and mode is GenerationMode.POSITIVE:
            case.path_parameters["stall"] = "vegetable"
        case.call_and_validate(headers=headers, checks=CHECKS)

    check()
