"""Take no more offers for a problem."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.programme.models import Problem, VendorOffer
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action


@action("programme.close_problem", allow={Role.OFFICE}, within="market")
def close_problem(*, actor: Actor, market_id: int, problem_id: int, now: datetime) -> int:
    """Close it and decline the offers that wait for an answer. Returns how many were declined. Raises `NotFound`."""
    problem = Problem.objects.select_for_update().filter(market_id=market_id, pk=problem_id).first()
    if problem is None:
        raise NotFound
    problem.state = Problem.State.CLOSED
    problem.save(update_fields=["state"])
    waiting = VendorOffer.objects.filter(problem=problem, state=VendorOffer.State.SENT)
    return waiting.update(state=VendorOffer.State.DECLINED, answered_at=now)
