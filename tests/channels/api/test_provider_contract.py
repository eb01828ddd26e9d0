"""The provider contract in public, and made-up requests that a service can be built against."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from django.test import Client
from jsonschema_rs import Draft202012Validator

from jangteo.apps.decisions.capability import capabilities
from jangteo.apps.decisions.contract import document, sandbox_examples
from jangteo.platform.config import PROJECT_ROOT
from tests.vendor_service import KEY, ROW

pytestmark = pytest.mark.django_db


def _validator(part: str) -> Draft202012Validator:
    found = document()
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{part}", "components": found["components"]}
    )


def test_it_is_public_and_names_every_capability() -> None:
    answer = Client().get("/api/v1/provider-contract.json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    found = answer.json()
    assert found["openapi"] == "3.1.0"
    assert sorted(found["paths"]) == ["/v1/decide", "/v1/health", "/v1/subjects/forget"]
    listed = {row["key"]: row for row in found["x-capabilities"]}
    assert "shelf-order" in listed
    assert listed["shelf-order"]["fields"]["liked"]["is_personal"] is True
    assert set(listed["shelf-order"]["fields"]) == set(
        capabilities()["shelf-order"].request_type.model_fields
    )


def test_every_reference_leads_somewhere() -> None:
    found = document()
    text = json.dumps(found)
    names = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert names
    assert names <= set(found["components"]["schemas"])


@pytest.mark.parametrize("key", ["shelf-order", KEY])
def test_the_made_up_requests_and_answers_keep_the_schemas(key: str) -> None:
    answer = Client().get(f"/api/v1/provider-contract/examples/{key}.json")
    assert answer.status_code == 200
    found = answer.json()
    assert found["is_made_up"] is True
    assert len(found["examples"]) >= 2
    calls, requests = _validator("Call"), _validator(f"{key}.request")
    proposals = _validator(f"{key}.proposal")
    capability = capabilities()[key]
    for example in found["examples"]:
        calls.validate(example["call"])
        requests.validate(example["call"]["request"])
        proposals.validate(example["baseline"])
        capability.check(
            capability.request_type.model_validate(example["call"]["request"]),
            capability.proposal_type.model_validate(example["baseline"]),
        )
        assert example["call"]["sandbox"] is True
    ids = [example["call"]["decision_id"] for example in found["examples"]]
    assert len(set(ids)) == len(ids)


def test_the_examples_are_the_same_every_time() -> None:
    assert sandbox_examples(ROW) == sandbox_examples(ROW)


def test_an_unknown_capability_is_a_problem_document() -> None:
    answer = Client().get("/api/v1/provider-contract/examples/mind-reading.json")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "mind-reading" in answer.json()["detail"]
    assert Client().post("/api/v1/provider-contract.json").status_code == 405


def test_the_copy_in_the_repository_is_checked_against_the_code() -> None:
    """In a process of its own: this one knows capabilities of tests."""
    done = subprocess.run(
        [sys.executable, "-m", "jangteo.channels.api.provider_contract", "--check"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
