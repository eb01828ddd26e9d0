"""Experiments for tests: a capability to compare on, designs, and units that meet it."""

from __future__ import annotations

import random
import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from pydantic import BaseModel

from jangteo.apps.decisions.actions import start_experiment as starting
from jangteo.apps.decisions.actions.draft_experiment import draft_experiment
from jangteo.apps.decisions.actions.start_experiment import start_experiment
from jangteo.apps.decisions.capability import Capability, Reason, Work, register
from jangteo.apps.decisions.decide import Decided, decide
from jangteo.apps.decisions.experiments import ExperimentDesign, Guardrail
from jangteo.apps.decisions.models import Experiment, Subject
from jangteo.apps.decisions.setup import Arm
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope
from tests.world import NOON, World


class Row(BaseModel):
    """Stalls to put in order."""

    stalls: list[int]


class Order(BaseModel):
    """The stalls in order."""

    stalls: list[int]


ROW = register(
    Capability(
        key="test-stalls",
        version=1,
        name_ko="가게 순서",
        name_en="Order of stalls",
        about_ko="가게의 순서를 정합니다.",
        about_en="Puts stalls in order.",
        request_type=Row,
        proposal_type=Order,
        baseline=lambda request: Order(stalls=sorted(request.stalls)),
        built_in=lambda request: Order(stalls=sorted(request.stalls, reverse=True)),
        built_in_version="1.0",
        check=lambda request, proposal: None,
        baseline_reason=Reason(ko="가게 번호 순서예요.", en="By number."),
        explain=lambda request, proposal: Reason(ko="거꾸로예요.", en="The other way round."),
        outcome="a paid order",
        work=Work(of="office", ko="순서 정하기", en="ordering", minutes=1, source="test"),
        fields={"stalls": ("가게", "stalls")},
        shown_stalls=lambda request, proposal: tuple(proposal.stalls),
    )
)


def design(**changes: Any) -> ExperimentDesign:
    """The built-in order against the plain one, half and half, on sales of shoppers in two weeks."""
    plain = ExperimentDesign(
        slug="row-order",
        title="가게 순서 실험",
        capability="test-stalls",
        arms=(
            Arm(name="control", provider="baseline", share_bp=5000),
            Arm(name="treatment", provider="built-in", share_bp=5000),
        ),
        primary_metric="sales",
        guardrails=(Guardrail(metric="refunds", margin_pct=20),),
        smallest_effect_pct=20,
        pre_days=28,
        horizon_days=14,
    )
    return replace(plain, **changes)


def started(world: World, office: Actor, *, now: datetime = NOON, **changes: Any) -> Experiment:
    """A running experiment."""
    made = draft_experiment(
        actor=office, market_id=world.market.pk, design=design(**changes), now=now
    )
    start_experiment(
        actor=office, market_id=world.market.pk, experiment_id=made.experiment_id, now=now
    )
    return experiment(world, made.experiment_id)


def experiment(world: World, experiment_id: int) -> Experiment:
    """Its row as it stands now."""
    with market_scope(world.market.pk):
        return Experiment.objects.get(pk=experiment_id)


def meet(
    world: World, who: Actor | None, now: datetime = NOON, *, stall_id: int | None = None
) -> Decided[Order]:
    """One decision for one unit."""
    with market_scope(world.market.pk):
        return decide(
            ROW,
            Row(stalls=[stall.pk for stall in world.stalls.values()] or [1, 2]),
            subject=who,
            market_id=world.market.pk,
            stall_id=stall_id,
            now=now,
        )


def draw_the_same_units(monkeypatch: pytest.MonkeyPatch, seed: int = 1) -> None:
    """Salts and keys from a seed, so that every run assigns alike: five of a hundred honest intervals miss."""
    drawn = random.Random(seed)
    key = Subject._meta.get_field("key")
    monkeypatch.setattr(
        key, "_get_default", lambda: uuid.UUID(int=drawn.getrandbits(128), version=4)
    )
    monkeypatch.setattr(starting.secrets, "token_hex", lambda size: drawn.randbytes(size).hex())
