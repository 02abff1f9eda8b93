"""Command lines in this process, against a sandbox over real TCP; what a delivery looks like."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.inside import run_inside
from tests.installed import Result, Run

SECRET = "whsec_0123456789abcdef0123456789abcdef"


@pytest.fixture
def here(api_env: dict[str, str]) -> Run:
    """Run a command line in this process: `here("webhooks", "list", stdin=b"…", VARIABLE="…")`."""

    def run(*argv: str, stdin: bytes = b"", terminal: bool = False, **env: str) -> Result:
        return run_inside(argv, api_env | env, stdin, terminal=terminal)

    return run


def body_of(event: str = "run.completed", timestamp: str = "2026-06-06T09:00:42.000Z", **data: Any) -> bytes:
    """A delivery's body as the API writes it."""
    said = {"event": event, "run_id": "a1b2", "agent_type": "ap_specialist", "organization_id": "org_1"}
    return json.dumps({**said, "timestamp": timestamp, "data": data}, separators=(",", ":")).encode()
