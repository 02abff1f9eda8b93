"""Signing in: asking for a key, checking it against the API, and telling what a key can do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from eclips_cli.credentials.keys import LONGEST, clean_key
from eclips_cli.errors import ConfirmationRefused, EclipsError, KeyRejected, PlanWithoutApi, ScopeMissing

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.output.output import Output

JsonObject = dict[str, Any]
READS: dict[str, Callable[[EclipsClient], object]] = {
    "agents:read": lambda client: client.usage.summary(),
    "triage:read": lambda client: list(client.triage.list(limit=1)),
    "webhooks:read": lambda client: list(client.webhooks.list()),
    "batch:read": lambda client: list(client.batches.list(limit=1)),
}
"""scopes that can be tried without changing anything"""


def ask_key(output: Output, *, from_stdin: bool, no_input: bool) -> str:
    """A key from standard input, or asked for on the terminal without echo.

    Raises ConfirmationRefused where nobody can be asked, UsageError for what is no key.
    """
    if from_stdin:
        return clean_key(sys.stdin.buffer.read(LONGEST * 8).decode("utf-8", "replace"), "standard input")
    if no_input or not output.interactive:
        raise ConfirmationRefused(
            "there is no terminal to ask for the key on", hint="eclips auth login --with-key < key.txt"
        )
    from getpass import getpass

    return clean_key(getpass("API key (it is not shown): "), "what was typed")


def abilities(client: EclipsClient) -> JsonObject:
    """What a key can do, without changing anything: `plan`, `scopes` (found), `complete` if those are all.

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
                return {"plan": plan, "scopes": [str(name) for name in provided], "complete": True}
            continue
        found.append(scope)
        if scope == "agents:read":
            plan = getattr(answer, "json", {}).get("plan")
    return {"plan": plan, "scopes": found, "complete": False}


def in_words(can: JsonObject) -> str:
    """What a key can do, in a line."""
    scopes = ", ".join(can["scopes"]) or "nothing that can be read"
    unknown = "" if can["complete"] else "; scopes that write can't be told without writing"
    return f"it can: {scopes}{unknown}"


def validity(client: EclipsClient) -> JsonObject:
    """What a key can do, or why it can do nothing, for `auth status`; never raises for the key's sake."""
    try:
        return {"valid": True, **abilities(client)}
    except (KeyRejected, PlanWithoutApi) as error:
        return {"valid": False, "plan": None, "scopes": [], "problem": error.message}
    except EclipsError as error:
        return {"valid": None, "plan": None, "scopes": [], "problem": error.message}
