"""The `jangteo` command. It imports a command's module only when that command is called: `--help` takes a blink."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import typer
from typer._click import Command as ClickCommand
from typer._click import Context
from typer._click.exceptions import ClickException
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from jangteo.platform.errors import JangteoError
from jangteo.platform.registry import COMMANDS
from jangteo.platform.say import Exit, language, say

HELP_KO = """전통시장과 작은 가게를 위한 열린 장터.

\b
처음이라면:
  jangteo up                      장터를 열고 주소를 알려 준다
  jangteo doctor                  안 되는 것이 있으면 까닭과 고치는 법
  jangteo backup 장터.jtb          모든 데이터를 파일 하나로
  jangteo restore 장터.jtb         그 파일을 되살린다
  jangteo COMMAND --help          명령마다 보기와 설명

\b
끝날 때의 숫자:
  0 됨   1 거절 또는 실패(까닭을 말함)   2 잘못 쓴 명령
  3 준비되지 않음(포트, 디스크, 데이터베이스)   4 파일이 망가졌거나 모르는 형식
"""
HELP_EN = """An open market place for traditional markets and small shops.

\b
To begin:
  jangteo up                      open the market and say its address
  jangteo doctor                  what is wrong, and how to mend it
  jangteo backup market.jtb       all data into one file
  jangteo restore market.jtb      bring that file back
  jangteo COMMAND --help          examples of each command

\b
Exit codes:
  0 done   1 refused or failed, with the reason   2 wrong usage
  3 not ready (port, disk, database)   4 the file is damaged or of an unknown format
"""


class LazyGroup(TyperGroup):
    """Lists commands from the registry; imports one only to run it."""

    def list_commands(self, ctx: Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> ClickCommand | None:
        """A light stand-in with the help line, for the list; `resolve_command` brings the real one."""
        entry = COMMANDS.get(cmd_name)
        return None if entry is None else TyperCommand(cmd_name, help=say(entry.ko, entry.en))

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, ClickCommand | None, list[str]]:
        name, stand_in, rest = super().resolve_command(ctx, args)
        if name is None or stand_in is None:
            return name, stand_in, rest
        command = get_command(import_module(COMMANDS[name].module).app)
        command.name = name
        return name, command, rest


root = typer.Typer(
    cls=LazyGroup,
    help=say(HELP_KO, HELP_EN),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@root.callback()
def _root(
    debug: bool = typer.Option(
        False, "--debug", help=say("오류가 나면 자세한 내용을 모두 보인다", "show tracebacks")
    ),
) -> None:
    if debug:
        os.environ["JANGTEO_CLI_DEBUG"] = "1"


def exit_code(problem: JangteoError) -> int:
    """The exit code of an error: its own ``exit_code``, or 3 for what is not ready, or 1."""
    default = Exit.NOT_READY if problem.status == 503 else Exit.REFUSED
    return int(getattr(problem, "exit_code", default))


def fail(message: str, code: int) -> int:
    """Print one problem to stderr and give its exit code back."""
    sys.stderr.write(f"jangteo: {message}\n")
    return code


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code. Errors become one line, never a traceback."""
    command: Any = get_command(root)
    try:
        result = command.main(args=arguments, prog_name="jangteo", standalone_mode=False)
    except ClickException as problem:
        problem.show()
        return int(Exit.USAGE)
    except typer.Exit as end:
        return int(end.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return fail(say("멈췄어요.", "stopped."), Exit.REFUSED)
    except BrokenPipeError:
        return int(Exit.OK)
    except JangteoError as problem:
        if os.environ.get("JANGTEO_CLI_DEBUG"):
            raise
        return fail(problem.message(language()), exit_code(problem))
    except Exception as problem:
        if os.environ.get("JANGTEO_CLI_DEBUG"):
            raise
        return fail(_unexpected(problem), Exit.REFUSED)
    return int(result) if isinstance(result, int) else int(Exit.OK)


def _unexpected(problem: Exception) -> str:
    lines = str(problem).strip().splitlines()
    reason = f"{type(problem).__name__}: {lines[0] if lines else ''}".rstrip(": ")
    return say(
        f"생각지 못한 문제: {reason}. `jangteo --debug ...`로 다시 하면 자세히 보여요.",
        f"unexpected problem: {reason}. Run `jangteo --debug ...` again to see more.",
    )


if __name__ == "__main__":
    sys.exit(main())
