"""Where other rooms hang themselves in, by dotted name, so that the platform imports none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A command of the terminal: a module with a ``typer.Typer`` named ``app``, imported when it is called.

    An app with one command and no callback becomes that command; any other becomes a group.
    """

    module: str
    ko: str
    en: str


#: name after `jangteo` -> where it lives; the order is the order of `jangteo --help`
COMMANDS: dict[str, Command] = {
    "up": Command(
        module="jangteo.platform.commands.up",
        ko="장터를 연다: 데이터베이스, 웹, 라이브, 작업자",
        en="Open the market: database, web, live updates, worker",
    ),
    "doctor": Command(
        module="jangteo.platform.commands.doctor",
        ko="무엇이 준비되지 않았는지, 어떻게 고치는지 알려 준다",
        en="Say what is not ready and how to mend it",
    ),
    "backup": Command(
        module="jangteo.platform.commands.backup",
        ko="모든 데이터를 파일 하나로 내려받는다",
        en="Write all data into one file",
    ),
    "restore": Command(
        module="jangteo.platform.commands.restore",
        ko="백업 파일을 검사하고 되살린다",
        en="Check a backup file and bring it back",
    ),
    "migrate": Command(
        module="jangteo.platform.commands.migrate",
        ko="데이터베이스를 이 버전의 모양으로 바꾼다",
        en="Bring the database into this version's form",
    ),
    "market": Command(
        module="jangteo.channels.terminal.market",
        ko="시장을 만들고 보고 고친다",
        en="Make, show and change markets",
    ),
    "import": Command(
        module="jangteo.channels.terminal.prices",
        ko="가격표(엑셀, CSV)를 들여온다",
        en="Bring in a price list (Excel, CSV)",
    ),
    "understand": Command(
        module="jangteo.channels.terminal.understand",
        ko="상품 한 줄을 이름, 중량, 값 등으로 나눈다(표준 입력)",
        en="Read product lines into name, weight, price (standard input)",
    ),
    "items": Command(
        module="jangteo.channels.terminal.items",
        ko="표준 상품을 합치고 나누고, 같은 상품을 찾는 모델을 다룬다",
        en="Merge and split standard products; the model that finds them",
    ),
    "dataset": Command(
        module="jangteo.channels.terminal.dataset",
        ko="표준 상품 공개 자료를 만들고, 받은 자료를 검사한다",
        en="Write the open dataset of standard products; check one",
    ),
    "user": Command(
        module="jangteo.channels.terminal.user",
        ko="사람과 역할을 다룬다",
        en="People and their roles",
    ),
    "provider": Command(
        module="jangteo.channels.terminal.provider",
        ko="업체 서비스가 계약을 지키는지 검사한다",
        en="Check whether a vendor's service keeps to the contract",
    ),
    "evidence": Command(
        module="jangteo.channels.terminal.evidence",
        ko="결정 기록을 셈하고, 봉인하고, 보관하고, 검사한다",
        en="Count, seal, archive and verify the log of decisions",
    ),
    "kpi": Command(
        module="jangteo.channels.terminal.kpi",
        ko="지표를 셈하고, 내보내고, 내보낸 파일을 다시 셈해 본다",
        en="Compute and export indicators; recompute an export",
    ),
    "books": Command(
        module="jangteo.channels.terminal.books",
        ko="장부를 기록에서 다시 셈해 맞춰 본다",
        en="Recompute the books from their ledgers",
    ),
}

#: called in this order after the migrations of every `jangteo up`; each takes nothing and does nothing twice
FIRST_START_STEPS: tuple[str, ...] = (
    "jangteo.apps.decisions.partitions:ensure_months_now",
    "jangteo.channels.terminal.sample.load:ensure_sample_market",
)

#: called in this order after every `jangteo restore`; each takes nothing
AFTER_RESTORE_STEPS: tuple[str, ...] = ("jangteo.apps.accounts.jobs:after_restore",)

#: takes nothing, returns the sample people to sign in as; each is printed with ``str``
SAMPLE_PEOPLE = "jangteo.channels.terminal.sample.load:sample_people"


def load(path: str) -> Callable[..., Any] | None:
    """The function at ``package.module:name``; None when that module is not part of this installation."""
    module_name, _, name = path.partition(":")
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as missing:
        if missing.name and (
            module_name == missing.name or module_name.startswith(missing.name + ".")
        ):
            return None
        raise
    function: Callable[..., Any] = getattr(module, name)
    return function
