"""Say publicly what the market wants solved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.programme.models import Problem
from jangteo.apps.programme.slugs import free_slug
from jangteo.apps.programme.terms import pilot_capability
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_block, clean_line


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemDraft:
    """A problem in the market's own words."""

    title: str
    text: str
    #: key of the capability a solution would decide
    capability: str
    title_en: str = ""
    text_en: str = ""


@action("programme.post_problem", allow={Role.OFFICE}, within="market")
def post_problem(*, actor: Actor, market_id: int, draft: ProblemDraft, now: datetime) -> Problem:
    """Post it; vendors of every market's programme may answer from now on. Raises `InvalidInput`."""
    title = clean_line(draft.title, field="title", at_most=120, required=True)
    text = clean_block(draft.text, field="text", at_most=4000)
    if not text:
        raise InvalidInput(
            field="text",
            ko="무엇이 문제인지, 풀리면 무엇이 달라지는지 적어 주세요.",
            en="Write what the problem is and what would change if it were solved.",
        )
    return Problem.objects.create(
        market_id=market_id,
        slug=free_slug(Problem, market_id, title),
        title=title,
        title_en=clean_line(draft.title_en, field="title_en", at_most=120),
        text=text,
        text_en=clean_block(draft.text_en, field="text_en", at_most=4000),
        capability=pilot_capability(draft.capability).key,
        posted_by_id=actor.person_id,
        posted_at=now,
    )
