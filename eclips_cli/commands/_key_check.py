"""Signing in: asking for a key, checking it against the API, and telling what a key can do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from eclips_cli.command_line import repeated
from eclips_cli.credentials.keys import LONGEST, check_bare, clean_key
from eclips_cli.errors import (
    ConfirmationRefused,
    EclipsError,
    KeyRejected,
    PlanWithoutApi,
    ScopeMissing,
    UsageError,
)
from eclips_cli.exits import ExitCode
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.output.output import Output

READS: dict[str, Callable[[EclipsClient], object]] = {
    "agents:read": lambda client: client.usage.summary(),
    "triage:read": lambda client: list(client.triage.list(limit=1)),
    "webhooks:read": lambda client: list(client.webhooks.list()),
    "batch:read": lambda client: list(client.batches.list(limit=1)),
}
"""scopes that can be tried without changing anything"""
TYPED = "what was typed"
WRITES = ["agents:run", "triage:write", "webhooks:write", "batch:run"]
"""scopes that can't"""


def ask_key(output: Output, typed: Sequence[str], *, from_stdin: bool, no_input: bool) -> str:
    """A key from standard input, or asked for on the terminal without echo; `typed` are the words of the command.

    Raises ConfirmationRefused where nobody can be asked, UsageError for what is no key.
    """
    if from_stdin:
        return clean_key(sys.stdin.buffer.read(LONGEST * 8).decode("utf-8", "replace"), "standard input")
    if no_input or not output.interactive:
        raise ConfirmationRefused(
            "there is no terminal to ask for the key on", hint=f"{repeated(typed, '--with-key')} < key.txt"
        )
    from getpass import getpass

    try:
        pasted = getpass("API key (it is not shown): ")
    except EOFError:
        output.interrupted()
        raise UsageError("no key was given", hint="paste it and press Enter") from None
    check_bare(pasted, TYPED)
    return clean_key(pasted, TYPED)


def abilities(client: EclipsClient) -> JsonObject:
    """What a key can do, without changing anything: `plan`, `scopes` (found), `unknown_scopes` that were not tried.

    Raises KeyRejected, PlanWithoutApi, NetworkError, ServerError.
    """
    found: list[str] = []
    plan = None
    for scope, read in READS.items():
        try:
            answer = read(client)
        except ScopeMissing as error:
            provided = error.details.get("provided")
            if isinstance(provided, list):
                return {"plan": plan, "scopes": [str(name) for name in provided], "unknown_scopes": []}
            continue
        found.append(scope)
        if scope == "agents:read":
            plan = getattr(answer, "json", {}).get("plan")
    return {"plan": plan, "scopes": found, "unknown_scopes": WRITES}


def in_words(can: JsonObject) -> str:
    """What a key can do, in a line."""
    scopes = ", ".join(can["scopes"]) or "nothing that can be read"
    unknown = "; scopes that write can't be told without writing" if can["unknown_scopes"] else ""
    return f"it can: {scopes}{unknown}"


def validity(connect: Callable[[str], EclipsClient], key: str | None) -> tuple[JsonObject, ExitCode]:
    """What the key can do, or why nothing can be told, for `auth status`; and the exit code that says it."""
    if key is None:
        return {"valid": False}, ExitCode.AUTH
    try:
        return {"valid": True, **abilities(connect(key))}, ExitCode.OK
    except EclipsError as error:
        valid = False if isinstance(error, (KeyRejected, PlanWithoutApi)) else None
        return {"valid": valid, "plan": None, "scopes": [], "problem": error.message}, error.exit_code
