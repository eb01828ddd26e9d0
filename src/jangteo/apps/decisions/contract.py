"""The provider contract as a document: OpenAPI 3.1 with the JSON Schemas of every capability's request and proposal.

Published at ``/api/v1/provider-contract.json``; a snapshot lies in ``docs/provider-contract.json``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode

from jangteo.apps.decisions.adapters.http import REQUEST_LIMIT_BYTES
from jangteo.apps.decisions.adapters.signing import CONTRACT, REPLAY_SECONDS, SIGNATURE
from jangteo.apps.decisions.adapters.wire import ANSWER_LIMIT_BYTES
from jangteo.apps.decisions.capability import AnyCapability, capabilities
from jangteo.apps.decisions.ports import CONTRACT_VERSION

#: made-up requests of a capability that are given out
MOST_EXAMPLES = 50
#: the same in every document, so that the snapshot changes only with the contract
_EXAMPLE_ID = "019aa5f0-0000-7000-8000-000000000001"
_EXAMPLE_SUBJECT = "5f2b9c0e8d7a41c3b6e1f09d2c4a7e83"

_ABOUT = f"""\
What a company's service answers when a market lets it decide. The market calls the service; the service never calls
the market.

**Signature.** Every POST carries `{SIGNATURE}: t=<Unix seconds>,v1=<hex>` with
`hex = HMAC-SHA-256(secret, "<t>." + body)`, and `{CONTRACT}: {CONTRACT_VERSION}`. Refuse with 401 what is unsigned, wrong
or more than {REPLAY_SECONDS} seconds away from your clock; compare in constant time. `GET /v1/health` is signed over the
empty body and may be answered to anybody.

**Deadline.** `deadline_ms` is all the time there is, from the market's side, connection included. A later answer is
thrown away and the market's own simple rule decides. Keep connections open: they are used again.

**Limits.** A request has at most {REQUEST_LIMIT_BYTES // 1024} KiB, an answer at most {ANSWER_LIMIT_BYTES // 1024} KiB of
`application/json`, uncompressed. Redirects are not followed.

**Data scope.** `request` holds only the fields that the market signed for, and of a person's own data nothing without her
consent; then `subject` is null. Any field may be missing or may be added later: ignore what you do not know. `subject`
is a key made for you alone; it cannot be compared with another company's.

**Repeats.** The same `decision_id` asked again gets the same answer.

**Failures.** Any status other than 200, a late, too large or unreadable answer, or a proposal that breaks the
capability's rules: the simple rule decides, and the market sees why. Five failed calls in a row and nothing is asked for
30 seconds, then one call tries; each failed try doubles the wait up to ten minutes.

**Erasure.** `POST /v1/subjects/forget` erases everything about a subject and gives a receipt; asked again it gives a
receipt again. It is repeated until there is one, also after the collaboration ended.
"""


def examples(capability: AnyCapability, most: int = MOST_EXAMPLES) -> list[BaseModel]:
    """Made-up requests of a capability, the same ones every time. No real data."""
    made: Iterable[BaseModel] = capability.examples()
    return list(islice(made, most))


def call_of(
    capability: AnyCapability,
    request: BaseModel,
    *,
    decision_id: str = _EXAMPLE_ID,
    scope: frozenset[str] | None = None,
    subject: str | None = None,
) -> dict[str, Any]:
    """The body of a sandbox call: what a vendor would receive for a made-up request."""
    names = set(capability.vendor_fields() if scope is None else scope)
    return {
        "contract": CONTRACT_VERSION,
        "decision_id": decision_id,
        "capability": capability.key,
        "capability_version": capability.version,
        "subject": subject,
        "sandbox": True,
        "deadline_ms": capability.deadline_ms,
        "request": request.model_dump(mode="json", include=names),
    }


def sandbox_examples(capability: AnyCapability) -> dict[str, Any]:
    """What a vendor downloads to build and try its model: made-up calls and what the simple rule answers to each."""
    return {
        "contract": CONTRACT_VERSION,
        "capability": capability.key,
        "capability_version": capability.version,
        "is_made_up": True,
        "examples": [
            {
                "call": call_of(
                    capability,
                    request,
                    decision_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{capability.key}:{number}")),
                    # every other one is about somebody who said yes
                    subject=_EXAMPLE_SUBJECT if number % 2 else None,
                ),
                "baseline": capability.baseline(request).model_dump(mode="json"),
            }
            for number, request in enumerate(examples(capability))
        ],
    }


def document(known: Mapping[str, AnyCapability] | None = None) -> dict[str, Any]:
    """The whole contract as plain data, in one order. ``known``: by key; every capability when not given."""
    listed = list((capabilities() if known is None else known).values())
    schemas = _common_schemas(listed)
    for capability in listed:
        _add_schema(schemas, capability.key, "request", capability.request_type, "serialization")
        _add_schema(schemas, capability.key, "proposal", capability.proposal_type, "validation")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Jangteo provider contract",
            "version": CONTRACT_VERSION,
            "description": _ABOUT,
        },
        "paths": {
            "/v1/decide": {"post": _decide(listed)},
            "/v1/health": {"get": _health(listed)},
            "/v1/subjects/forget": {"post": _forget()},
        },
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "parameters": _parameters(),
        },
        "x-capabilities": [_capability(capability) for capability in listed],
        "x-limits": {
            "request_bytes": REQUEST_LIMIT_BYTES,
            "answer_bytes": ANSWER_LIMIT_BYTES,
            "replay_seconds": REPLAY_SECONDS,
        },
    }


def _capability(capability: AnyCapability) -> dict[str, Any]:
    return {
        "key": capability.key,
        "version": capability.version,
        "name": {"ko": capability.name_ko, "en": capability.name_en},
        "about": {"ko": capability.about_ko, "en": capability.about_en},
        "deadline_ms": capability.deadline_ms,
        "is_open_to_vendors": not capability.inside_transaction,
        "outcome": capability.outcome,
        "fields": {
            name: {"ko": ko, "en": en, "is_personal": name in capability.personal_fields}
            for name, (ko, en) in sorted(capability.fields.items())
        },
        "examples": f"/api/v1/provider-contract/examples/{capability.key}.json",
    }


def _schema_name(key: str, part: str) -> str:
    return f"{key}.{part}"


def _add_schema(
    schemas: dict[str, Any], key: str, part: str, model: type[BaseModel], mode: JsonSchemaMode
) -> None:
    """A model and the models inside it, under names that say whose they are."""
    prefix = f"{_schema_name(key, part)}."
    schema = model.model_json_schema(
        mode=mode, ref_template=f"#/components/schemas/{prefix}{{model}}"
    )
    for name, inner in schema.pop("$defs", {}).items():
        schemas[prefix + name] = inner
    schemas[_schema_name(key, part)] = schema


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _common_schemas(listed: list[AnyCapability]) -> dict[str, Any]:
    requests = [_ref(_schema_name(c.key, "request")) for c in listed]
    proposals = [_ref(_schema_name(c.key, "proposal")) for c in listed]
    return {
        "Call": {
            "type": "object",
            "required": ["contract", "decision_id", "capability", "capability_version", "request"],
            "properties": {
                "contract": {"const": CONTRACT_VERSION},
                "decision_id": {"type": "string", "format": "uuid"},
                "capability": {"enum": [c.key for c in listed]},
                "capability_version": {"type": "integer"},
                "subject": {
                    "type": ["string", "null"],
                    "description": "32 hexadecimal digits that mean one person to this company alone",
                },
                "sandbox": {
                    "type": "boolean",
                    "description": "made-up data; nobody sees the answer",
                },
                "deadline_ms": {"type": "integer"},
                "request": {
                    "description": "The capability's request; fields outside the data scope are missing",
                    "anyOf": requests,
                },
            },
        },
        "Answer": {
            "type": "object",
            "required": ["decision_id", "proposal", "provider_version"],
            "properties": {
                "decision_id": {"type": "string", "description": "the one that was asked"},
                "proposal": {"anyOf": proposals},
                "provider_version": {"type": "string", "maxLength": 40},
                "reason": {
                    "type": "object",
                    "description": "Why, in one plain sentence; shown to people as your words",
                    "properties": {
                        "ko": {"type": "string", "maxLength": 300},
                        "en": {"type": "string", "maxLength": 300},
                    },
                },
            },
        },
        "Forget": {
            "type": "object",
            "required": ["contract", "subject"],
            "properties": {
                "contract": {"const": CONTRACT_VERSION},
                "subject": {"type": "string"},
            },
        },
        "Receipt": {
            "type": "object",
            "required": ["receipt"],
            "properties": {"receipt": {"type": "string", "minLength": 1, "maxLength": 100}},
        },
        "Health": {
            "type": "object",
            "required": ["status", "contract", "capabilities"],
            "properties": {
                "status": {"const": "ok"},
                "contract": {"type": "array", "items": {"type": "string"}},
                "capabilities": {"type": "array", "items": {"type": "string"}},
            },
        },
    }


def _parameters() -> dict[str, Any]:
    return {
        "Signature": {
            "name": SIGNATURE,
            "in": "header",
            "required": True,
            "schema": {"type": "string", "pattern": r"^t=\d{1,12},v1=[0-9a-f]{64}$"},
        },
        "Contract": {
            "name": CONTRACT,
            "in": "header",
            "required": True,
            "schema": {"const": CONTRACT_VERSION},
        },
    }


def _signed() -> list[dict[str, str]]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in ("Signature", "Contract")]


def _json(schema: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema, **more}}}


_REFUSALS: dict[str, Any] = {
    "401": {"description": "Unsigned, wrong signature or an old one"},
    "413": {"description": "Larger than the limit"},
    "422": {"description": "This service does not decide that"},
}


def _decide(listed: list[AnyCapability]) -> dict[str, Any]:
    calls, answers = {}, {}
    for capability in listed:
        for request in examples(capability, 1):
            calls[capability.key] = {"value": call_of(capability, request)}
            answers[capability.key] = {
                "value": {
                    "decision_id": _EXAMPLE_ID,
                    "proposal": capability.baseline(request).model_dump(mode="json"),
                    "provider_version": "2026.11",
                    "reason": {"ko": "오늘 들어온 것이에요.", "en": "It came in today."},
                }
            }
    return {
        "operationId": "decide",
        "summary": "Propose an answer to one request",
        "parameters": _signed(),
        "requestBody": {"required": True, **_json(_ref("Call"), examples=calls)},
        "responses": {
            "200": {"description": "A proposal", **_json(_ref("Answer"), examples=answers)},
            **_REFUSALS,
        },
    }


def _health(listed: list[AnyCapability]) -> dict[str, Any]:
    value = {"status": "ok", "contract": ["1"], "capabilities": [c.key for c in listed[:1]]}
    return {
        "operationId": "health",
        "summary": "Are you there, and what can you decide?",
        "responses": {"200": {"description": "Yes", **_json(_ref("Health"), example=value)}},
    }


def _forget() -> dict[str, Any]:
    return {
        "operationId": "forget",
        "summary": "Erase everything about a subject",
        "parameters": _signed(),
        "requestBody": {
            "required": True,
            **_json(
                _ref("Forget"), example={"contract": CONTRACT_VERSION, "subject": _EXAMPLE_SUBJECT}
            ),
        },
        "responses": {
            "200": {
                "description": "Erased, or there was nothing",
                **_json(_ref("Receipt"), example={"receipt": "forgot-5f2b9c0e8d7a41c3"}),
            },
            "401": _REFUSALS["401"],
        },
    }
