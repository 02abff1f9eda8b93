"""Command lines in this process, against a sandbox over real TCP."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import Any

import pytest

from eclips_cli.main import main
from tests.installed import Result

SECRET = "whsec_0123456789abcdef0123456789abcdef"


class _Stdin(io.TextIOWrapper):
    """Bytes to be read as standard input; a terminal if told so."""

    terminal = False

    def isatty(self) -> bool:
        return self.terminal


@pytest.fixture
def here(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], api_env: dict[str, str]
) -> Callable[..., Result]:
    """Run a command line in this process: `here("webhooks", "list", stdin=b"…", env={…})`."""
    for name in list(os.environ):
        if name.startswith(("ECLIPS_", "DBUS_", "XDG_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name, value in api_env.items():
        monkeypatch.setenv(name, value)

    def run(*argv: str, stdin: bytes = b"", terminal: bool = False, **env: str) -> Result:
        given = _Stdin(io.BytesIO(stdin))
        given.terminal = terminal
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", given)
            patch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
            for name, value in env.items():
                patch.setenv(name, value)
            code = main(list(argv))
        said = capfd.readouterr()
        return Result(code, said.out, said.err)

    return run


def body_of(event: str = "run.completed", timestamp: str = "2026-06-06T09:00:42.000Z", **data: Any) -> bytes:
    """A delivery's body as the API writes it."""
    import json

    said = {"event": event, "run_id": "a1b2", "agent_type": "ap_specialist", "organization_id": "org_1"}
    return json.dumps({**said, "timestamp": timestamp, "data": data}, separators=(",", ":")).encode()
