"""`jangteo provider check`: does a vendor's service keep to the contract? Needs no database and no market."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import django
import typer

from jangteo.platform.errors import InvalidInput
from jangteo.platform.say import Exit, language, say
from jangteo.platform.text import clean_line

if TYPE_CHECKING:
    from jangteo.apps.decisions.contract_check import CheckReport

HELP = say(
    """업체 서비스가 계약을 지키는지 검사한다. 시장도 데이터베이스도 필요 없다.

\b
  jangteo provider check https://api.example.kr/jangteo --secret 비밀
  jangteo provider check http://127.0.0.1:9100 --secret my-secret
  jangteo provider check URL --secret S --capability shelf-order

지어낸 자료만 보낸다. 하나라도 어긋나면 1로 끝난다. 계약은 docs/vendors.md에 있다.
""",
    """Check whether a vendor's service keeps to the contract. Needs neither a market nor a database.

\b
  jangteo provider check https://api.example.kr/jangteo --secret secret
  jangteo provider check http://127.0.0.1:9100 --secret my-secret
  jangteo provider check URL --secret S --capability shelf-order

Sends made-up data only. Ends with 1 when anything fails. The contract is in docs/vendors.md.
""",
)

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def _provider() -> None:
    """A group, so that more than checking may come."""


@app.command(name="check", help=HELP)
def check(
    url: str = typer.Argument(help=say("서비스의 주소", "the service's address")),
    secret: str = typer.Option(
        ...,
        "--secret",
        envvar="JANGTEO_VENDOR_SECRET",
        help=say("서명하는 비밀", "the secret that signs"),
    ),
    capability: str = typer.Option(
        "", "--capability", help=say("이 기능만 (없으면 서비스가 말하는 모두)", "only this one")
    ),
    as_json: bool = typer.Option(False, "--json", help=say("JSON으로 보인다", "print JSON")),
) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jangteo.platform.settings")
    django.setup()
    from jangteo.apps.decisions.capability import capabilities  # noqa: PLC0415 - needs the app registry
    from jangteo.apps.decisions.contract_check import check_vendor, listed_at  # noqa: PLC0415
    from jangteo.apps.decisions.vendors import known_capability  # noqa: PLC0415

    address = clean_line(url, field="url", at_most=300, required=True)
    if not secret.strip():
        raise InvalidInput(
            field="secret",
            ko="--secret에 서명하는 비밀을 적어 주세요.",
            en="Give the secret that signs with --secret.",
        )
    if capability:
        wanted = [known_capability(capability)]
    else:
        open_ones = {k: c for k, c in capabilities().items() if not c.inside_transaction}
        listed = listed_at(address, secret, may_be_local=True)
        wanted = [open_ones[key] for key in dict.fromkeys(listed) if key in open_ones]
    report = check_vendor(address, secret, wanted, may_be_local=True)
    if as_json:
        told = {"passed": report.passed, "p95_ms": report.p95_ms}
        typer.echo(json.dumps(told | {"steps": [asdict(step) for step in report.steps]}))
    else:
        _tell(report, [one.key for one in wanted])
    return Exit.OK if report.passed and wanted else Exit.REFUSED


def _tell(report: CheckReport, wanted: list[str]) -> None:
    english = language() == "en"
    for step in report.steps:
        mark = say("통과", "pass") if step.passed else say("실패", "FAIL")
        what = step.en if english else step.ko
        found = step.found_en if english else step.found_ko
        typer.echo(f"  {mark}  {what}" + (f": {found}" if found else ""))
    failed = len(report.failed)
    if not wanted:
        typer.echo(
            say(
                "검사할 기능이 없어요. /v1/health의 capabilities에 이 시장이 아는 기능을 적거나 --capability로 골라 주세요.",
                "Nothing to check. List a capability that this version knows under capabilities of /v1/health, or give"
                " --capability.",
            )
        )
    elif failed:
        typer.echo(
            say(
                f"{len(report.steps)}가지 중 {failed}가지가 어긋나요. 고친 뒤 다시 검사해 주세요. 설명: docs/vendors.md",
                f"{failed} of {len(report.steps)} failed. Mend them and check again. See docs/vendors.md",
            )
        )
    else:
        names = ", ".join(wanted)
        typer.echo(
            say(
                f"{len(report.steps)}가지를 모두 지켜요: {names}",
                f"All {len(report.steps)} passed: {names}",
            )
        )
