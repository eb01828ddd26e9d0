"""`jangteo user`: people, their roles, their ways in."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from jangteo.platform.boot import django_ready
from jangteo.platform.say import say

app = typer.Typer(
    no_args_is_help=True,
    help=say(
        """사람과 역할을 다룬다.

\b
처음이라면:
  jangteo user grant 010-1234-5678 system --name 김운영     첫 운영자를 만든다
  jangteo user link 010-1234-5678                          그 사람이 누를 링크
  jangteo user grant 010-2222-3333 office --market amsa     상인회 직원
  jangteo user grant 010-4444-5555 stall_owner --market amsa --stall soonja
""",
        """People and their roles.

\b
To begin:
  jangteo user grant 010-1234-5678 system --name Kim       the first operator
  jangteo user link 010-1234-5678                          a link for that person to press
  jangteo user grant 010-2222-3333 office --market amsa     a colleague of the office
  jangteo user grant 010-4444-5555 stall_owner --market amsa --stall soonja
""",
    ),
    rich_markup_mode=None,
    add_completion=False,
)


class GivenRole(StrEnum):
    """Roles that can be given; everybody is a shopper anyway."""

    STALL_OWNER = "stall_owner"
    PROXY = "proxy"
    OFFICE = "office"
    AGENCY = "agency"
    SYSTEM = "system"


Phone = Annotated[str, typer.Argument(help=say("휴대전화 번호", "mobile number"))]
Market = Annotated[str, typer.Option(help=say("시장의 웹 주소 이름", "the market's web name"))]
Stall = Annotated[str, typer.Option(help=say("가게의 웹 주소 이름", "the stall's web name"))]


@app.callback()
def _group() -> None:
    django_ready()


@app.command(
    help=say(
        "사람을 더한다. 이미 있으면 이름을 고친다. 보기: jangteo user add 010-1234-5678 --name 박순자",
        "Add a person, or set the name. Example: jangteo user add 010-1234-5678 --name Park",
    )
)
def add(
    phone: Phone,
    name: Annotated[str, typer.Option(help=say("이름", "name"))] = "",
    language: Annotated[str, typer.Option(help="ko, en")] = "ko",
) -> None:
    from jangteo.channels.terminal import user_work  # noqa: PLC0415 - needs Django

    typer.echo(user_work.add(phone, name, language))


@app.command(
    "list",
    help=say(
        "역할이 있는 사람을 보인다. 보기: jangteo user list --market amsa",
        "Show people with roles. Example: jangteo user list --market amsa",
    ),
)
def list_(market: Market = "") -> None:
    from jangteo.channels.terminal import user_work  # noqa: PLC0415 - needs Django

    lines = user_work.people(market)
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo(say("아직 아무도 없어요.", "Nobody yet."), err=True)


@app.command(
    help=say(
        """역할을 준다. 모르는 번호면 사람도 만든다. 두 번 해도 하나다.

\b
보기:
  jangteo user grant 010-4444-5555 stall_owner --market amsa --stall soonja --send
  jangteo user grant 010-6666-7777 proxy --market amsa --stall soonja --until 2026-12-31
  jangteo user grant 010-8888-9999 agency            모든 시장을 보는 기관
""",
        """Give a role; an unknown number becomes a person. Twice is once.

\b
Examples:
  jangteo user grant 010-4444-5555 stall_owner --market amsa --stall soonja --send
  jangteo user grant 010-6666-7777 proxy --market amsa --stall soonja --until 2026-12-31
  jangteo user grant 010-8888-9999 agency            reads every market
""",
    )
)
def grant(
    phone: Phone,
    role: GivenRole,
    market: Market = "",
    stall: Stall = "",
    name: Annotated[str, typer.Option(help=say("이름", "name"))] = "",
    until: Annotated[
        str, typer.Option(help=say("이 날까지(2026-12-31)", "until the end of this day"))
    ] = "",
    send: Annotated[
        bool, typer.Option("--send", help=say("들어오는 링크를 문자로 보낸다", "send a link"))
    ] = False,
) -> None:
    from jangteo.channels.terminal import user_work  # noqa: PLC0415 - needs Django

    typer.echo(user_work.grant(phone, role.value, market, stall, name, until, send=send))


@app.command(
    help=say(
        "역할을 거둔다. 바로 막힌다. 보기: jangteo user revoke 010-2222-3333 office --market amsa",
        "Take a role back, at once. Example: jangteo user revoke 010-2222-3333 office --market amsa",
    )
)
def revoke(phone: Phone, role: GivenRole, market: Market = "", stall: Stall = "") -> None:
    from jangteo.channels.terminal import user_work  # noqa: PLC0415 - needs Django

    typer.echo(user_work.revoke(phone, role.value, market, stall))


@app.command(
    help=say(
        """API 토큰을 만든다. 한 번만 보여 준다.

\b
보기:
  jangteo user token 010-2222-3333 --label 회계 --scope orders:read --days 90
""",
        """Make an API token; it is shown once.

\b
Example:
  jangteo user token 010-2222-3333 --label books --scope orders:read --days 90
""",
    )
)
def token(
    phone: Phone,
    label: Annotated[str, typer.Option(help=say("무엇에 쓰는지", "what it is for"))],
    scope: Annotated[list[str], typer.Option(help=say("할 수 있는 일", "what it may do"))],
    days: Annotated[int, typer.Option(min=1, max=366)] = 90,
) -> None:
    from jangteo.channels.terminal import user_work  # noqa: PLC0415 - needs Django

    typer.echo(user_work.token(phone, label, scope, days))


@app.command(
    help=say(
        """하루 동안 한 번 쓰는 들어오기 링크를 보인다. 본인에게만 건네야 한다.

\b
보기:
  jangteo user link 010-1234-5678
  jangteo user link 010-1234-5678 --reset      인증 앱을 잃어버린 직원: 비밀번호, 인증 앱, 패스키를 지우고 새로
""",
        """Print a sign-in link, good once within a day. Hand it to that person only.

\b
Examples:
  jangteo user link 010-1234-5678
  jangteo user link 010-1234-5678 --reset      staff who lost the second factor: forget all factors, begin anew
""",
    )
)
def link(
    phone: Phone,
    next_path: Annotated[
        str, typer.Option("--next", help=say("들어간 뒤의 화면(/desk/)", "page after that"))
    ] = "",
    reset: Annotated[
        bool,
        typer.Option(
            "--reset",
            help=say("모든 기기에서 내보내고 새로 시작", "sign out everywhere, begin anew"),
        ),
    ] = False,
) -> None:
    from jangteo.channels.terminal import user_work  # noqa: PLC0415 - needs Django

    typer.echo(user_work.link(phone, next_path, reset=reset))
