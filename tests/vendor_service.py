"""The example vendor on a real port, a capability for it to decide, and a provider that asks it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel

from examples.vendor.vendor import CAPABILITIES, Vendor, VendorServer
from jangteo.apps.decisions.adapters import vendor_client
from jangteo.apps.decisions.adapters.http import HttpVendorClient
from jangteo.apps.decisions.capability import (
    Capability,
    ProposalRefused,
    Reason,
    Work,
    register,
)
from jangteo.apps.decisions.models import CapabilitySetting, Provider, ProviderEvent
from jangteo.apps.decisions.sealing import seal
from jangteo.apps.decisions.setup import touch_setup
from jangteo.platform.tenancy import market_scope
from tests.world import NOON, World

SECRET = "jtv_" + "s" * 40
KEY = "test-row"


class Thing(BaseModel):
    """Something to put in a row."""

    id: int
    popularity: float = 0.0
    is_sold_out: bool = False


class Row(BaseModel):
    """What may stand in it."""

    things: list[Thing]
    note: str = ""
    liked: list[int] = []


class Placed(BaseModel):
    """Ids, first place first."""

    ids: list[int]


def _check(request: Row, proposal: Placed) -> None:
    known = {thing.id: thing for thing in request.things}
    if len(set(proposal.ids)) != len(proposal.ids):
        raise ProposalRefused("doubled-id")
    for id_ in proposal.ids:
        if id_ not in known:
            raise ProposalRefused("unknown-id")
        if known[id_].is_sold_out:
            raise ProposalRefused("not-on-sale")


def _baseline(request: Row) -> Placed:
    return Placed(ids=[thing.id for thing in request.things if not thing.is_sold_out])


def row(*, liked: tuple[int, ...] = (), note: str = "") -> Row:
    """Four things; the most popular one stands last, one is sold out."""
    return Row(
        things=[
            Thing(id=1),
            Thing(id=2, popularity=1),
            Thing(id=3, is_sold_out=True),
            Thing(id=4, popularity=9),
        ],
        liked=list(liked),
        note=note,
    )


BASELINE_IDS = [1, 2, 4]
VENDOR_IDS = [4, 2, 1]

ROW = register(
    Capability(
        key=KEY,
        version=1,
        name_ko="줄 세우기",
        name_en="Making a row",
        about_ko="물건을 줄 세웁니다.",
        about_en="Puts things in a row.",
        request_type=Row,
        proposal_type=Placed,
        baseline=_baseline,
        built_in=_baseline,
        built_in_version="1",
        check=_check,
        baseline_reason=Reason(ko="가게가 둔 차례예요.", en="The stall's own order."),
        explain=lambda request, proposal: Reason(ko="차례예요.", en="In turn."),
        outcome="sold",
        work=Work(of="stall", ko="줄 세우기", en="making a row", minutes=1, source="test"),
        fields={
            "things": ("물건", "things"),
            "note": ("메모", "note"),
            "liked": ("산 적 있는 것", "bought before"),
        },
        personal_fields=frozenset({"liked"}),
        deadline_ms=300,
        examples=lambda: [row(), row(liked=(2,), note="made up")],
    )
)
if KEY not in CAPABILITIES:
    CAPABILITIES.append(KEY)


@contextmanager
def serving(fault: str = "", **more: Any) -> Iterator[tuple[str, Vendor]]:
    """The example vendor at a free port: its address and what it knows."""
    vendor = Vendor(secret=SECRET, fault=fault, keep_received=True, **more)
    server = VendorServer(0, vendor)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", vendor
    finally:
        server.stop()
        thread.join()
        client = vendor_client()
        assert isinstance(client, HttpVendorClient)
        client.close()


def hire(
    world: World,
    base_url: str,
    *,
    slug: str = "vendor-one",
    is_chosen: bool = True,
    state: str = "live",
    scope: tuple[str, ...] = ("things", "note", "liked"),
    **fields: Any,
) -> Provider:
    """A provider at work, as the office's actions leave it."""
    with market_scope(world.market.pk):
        made = Provider.objects.create(
            market=world.market,
            slug=slug,
            name=fields.pop("name", "새벽AI"),
            capability=fields.pop("capability", KEY),
            base_url=base_url,
            secret_sealed=seal(fields.pop("secret", SECRET)),
            data_scope=sorted(scope),
            state=state,
            added_at=NOON,
            last_check={"passed": True, "capability_version": 1},
            **fields,
        )
        if state == "live":
            ProviderEvent.objects.create(
                market=world.market, provider=made, kind="live", at=NOON, data={}
            )
        if is_chosen:
            CapabilitySetting.objects.update_or_create(
                market=world.market, capability=made.capability, defaults={"provider_slug": slug}
            )
        touch_setup(world.market.pk)
    return made
