"""`jangteo doctor`."""

from __future__ import annotations

import typer

from jangteo.platform.config import config
from jangteo.platform.doctor import State, as_text, examine
from jangteo.platform.say import Exit, say

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    help=say(
        "장터가 서 있는 것을 모두 살피고 고치는 법을 알려 준다. ✗가 있으면 3으로 끝난다.",
        "Look at everything the market stands on and say how to mend it. Ends with 3 when there is a ✗.",
    )
)
def doctor() -> int:
    findings = list(examine(config()))
    typer.echo(as_text(findings))
    if any(finding.state is State.FAIL for finding in findings):
        return Exit.NOT_READY
    typer.echo(say("\n다 괜찮아요.", "\nAll is well."))
    return Exit.OK
