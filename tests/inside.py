"""The whole program inside the test's process: `main(argv)` with streams and an environment of its own."""

from __future__ import annotations

import io
import os
import sys
from unittest import mock

import pytest

from eclips_cli.main import main
from tests import hints
from tests.installed import Result, Run


class Terminal(io.TextIOWrapper):
    """A stream that is taken for a terminal."""

    def isatty(self) -> bool:
        return True


def run_inside(
    argv: tuple[str, ...],
    env: dict[str, str],
    stdin: str | bytes = "",
    *,
    terminal: bool = False,
    session: str | None = "one terminal session",
) -> Result:
    """One command line; nothing of it a terminal, or all of it. `session`: whose `@last` it is, None for cron's."""
    kind = Terminal if terminal else io.TextIOWrapper
    streams = {name: kind(io.BytesIO(), encoding="utf-8") for name in ("stdout", "stderr")}
    raw = stdin.encode() if isinstance(stdin, str) else stdin
    given = kind(io.BytesIO(raw), encoding="utf-8")
    with (
        mock.patch.dict(os.environ, env, clear=True),
        mock.patch.multiple(sys, stdin=given, **streams),
        mock.patch("eclips_cli.system.terminal_session.terminal_session", lambda: session),
    ):
        code = main(argv)
    # a workbook on stdout is no text; whatever else is not UTF-8 does not pass as it either
    out, err = (stream.detach().getvalue().decode(errors="surrogateescape") for stream in streams.values())
    hints.check(err)
    return Result(code, out, err)


@pytest.fixture
def inside(api_env: dict[str, str]) -> Run:
    """`inside("triage", "list", "-o", "json")`: as `eclips`, without a process for it."""

    def run(*argv: str, stdin: str | bytes = "", env: dict[str, str] | None = None, **more: str) -> Result:
        return run_inside(argv, {**api_env, **(env or {}), **more}, stdin)

    return run
