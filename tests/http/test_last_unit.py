"""The last unit can be bought once: 32 buyers at the same moment, over real HTTP, again and again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest

from tests.http.buyers import buyer_headers, order_body, place
from tests.http.conftest import Server
from tests.world import make_world

BUYERS = 32
ROUNDS = 5


@pytest.mark.slow
def test_the_last_unit_is_sold_once(server: Server) -> None:
    world = make_world()
    world.stall("fish")
    for number in range(ROUNDS):
        world.offer(f"민어{number}", 30000, stall="fish", stock=1)
    buyers = [buyer_headers() for _ in range(BUYERS)]
    server.start(processes=2)
    with httpx.Client(
        base_url=server.url, timeout=30, limits=httpx.Limits(max_connections=BUYERS)
    ) as client:
        for number in range(ROUNDS):
            name = f"민어{number}"
            barrier = Barrier(BUYERS)

            def buy(
                headers: dict[str, str], name: str = name, barrier: Barrier = barrier
            ) -> tuple[int, str]:
                barrier.wait()
                answer = place(
                    client,
                    world,
                    headers,
                    f"last-{name.encode().hex()}",
                    order_body(world, 30000, **{name: 1}),
                )
                return answer.status_code, answer.json().get("title", "")

            with ThreadPoolExecutor(BUYERS) as pool:
                answers = list(pool.map(buy, buyers))
            assert answers.count((200, "")) == 1, answers
            assert answers.count((409, "not-enough-stock")) == BUYERS - 1, answers
            level = world.level(name)
            assert (level.quantity, level.reserved) == (1, 1)


@pytest.mark.slow
def test_the_same_key_at_the_same_moment_is_one_order(server: Server) -> None:
    world = make_world()
    world.stall("fish")
    world.offer("갈치", 15000, stall="fish", stock=50)
    headers = buyer_headers()
    server.start(processes=2)
    barrier = Barrier(16)

    def buy(_: int) -> str:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            barrier.wait()
            answer = place(
                client, world, headers, "same-key-0001", order_body(world, 15000, 갈치=1)
            )
            assert answer.status_code == 200, answer.text
            return str(answer.json()["number"])

    with ThreadPoolExecutor(16) as pool:
        numbers = set(pool.map(buy, range(16)))
    assert len(numbers) == 1
    assert world.level("갈치").reserved == 1
