"""The sample market looks for a start-up: one open problem, so that the vendor's desk has something to answer."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.markets.models import Market
from jangteo.apps.programme.actions.post_problem import ProblemDraft, post_problem
from jangteo.apps.programme.models import Problem
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope

PROBLEM = ProblemDraft(
    title="저녁까지 남는 것이 먼저 보였으면 해요",
    title_en="What is left in the evening should be seen first",
    text=(
        "오후 다섯 시가 지나면 그날 들어온 채소와 생선이 남아요. 첫 화면에는 늘 잘 팔리는 것이 앞에 있어서,"
        " 작은 가게의 남은 물건은 손님 눈에 닿지 않아요.\n"
        "어느 물건을 앞에 두면 손님도 좋고 남는 것도 줄어들까요? 값을 사람마다 다르게 하지 않고,"
        " 작은 가게가 지금보다 덜 보이지 않아야 해요."
    ),
    text_en=(
        "After five in the afternoon vegetables and fish of the day are left over. The first page always shows what"
        " sells well, so what small stalls have left never meets a shopper's eye.\n"
        "Which goods should stand in front so that shoppers are pleased and less is left? Prices must be the same for"
        " everybody, and small stalls must not be seen less than now."
    ),
    capability="shelf-order",
)


def ensure_sample_problem(market: Market, now: datetime) -> None:
    """Post it once; closed or answered it stays so."""
    with market_scope(market.pk):
        if Problem.objects.filter(market=market, title=PROBLEM.title).exists():
            return
    post_problem(actor=Actor.system(), market_id=market.pk, draft=PROBLEM, now=now)
