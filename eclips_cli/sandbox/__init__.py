"""The sandbox: an Eclips API of one's own on this machine, for trying, testing and demos.

A second reading of the API's manual: it shares no code with the client. Nothing has to stay running;
what a run is at any moment follows from when it was started. Importing this loads no server.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eclips_cli.sandbox.faults import BadFault

if TYPE_CHECKING:
    from eclips_cli.sandbox.serve import RunningSandbox

__all__ = ["BadFault", "MissingServerExtra", "RunningSandbox", "reset", "start", "status"]


class MissingServerExtra(Exception):
    """What serves HTTP is not installed: `pip install 'eclips-cli[server]'`."""


def start(
    state_file: Path, *, port: int = 0, speed: float = 1.0, seed: int = 0, faults: Sequence[str] = ()
) -> RunningSandbox:
    """Serve on 127.0.0.1 in a thread of its own; returns once connections are accepted.

    `speed` makes its time run faster, `seed` varies what agents answer, `faults` make it misbehave (see
    `fault_kinds`). Raises BadFault, MissingServerExtra, and OSError for a port that is taken.
    """
    try:
        from eclips_cli.sandbox import serve
    except ImportError as error:
        raise MissingServerExtra(str(error)) from error
    return serve.start(state_file, port=port, speed=speed, seed=seed, faults=faults)


def reset(state_file: Path) -> None:
    """Forget all runs, batches, triage items and webhooks; the keys stay, unless the state is damaged.

    Then there is nothing to keep: it begins anew, with keys of its own.
    """
    import sqlite3

    from eclips_cli.sandbox.store import Store

    try:
        with Store(state_file) as store:
            store.forget()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in (
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_LOCKED,
            sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_IOERR,
        ):
            raise  # nothing is wrong with what the file holds
        for suffix in ("", "-wal", "-shm"):
            state_file.with_name(state_file.name + suffix).unlink(missing_ok=True)
        Store(state_file).close()


def status(state_file: Path) -> dict[str, Any]:
    """What the sandbox holds: counts, credits used, its keys, and where it is served right now (or None)."""
    from eclips_cli.sandbox.summary import summary

    return summary(state_file)


def seed_runs(state_file: Path, count: int) -> None:
    """Fill the sandbox with `count` completed runs, for measuring lists."""
    from eclips_cli.sandbox.store import Store

    with Store(state_file) as store:
        store.seed(count)


def test_cards() -> list[tuple[str, str]]:
    """What a task can say to steer its outcome, and what then happens."""
    from eclips_cli.sandbox.cards import CARDS

    return [(f"[{card.name}]", card.about) for card in CARDS]


def fault_kinds() -> str:
    """The kinds of `--fault` and their options, as text for help."""
    from eclips_cli.sandbox.faults import describe

    return describe()


def as_json(running: RunningSandbox) -> dict[str, Any]:
    """A served sandbox as one JSON object: its URL and test keys."""
    keys = running.keys
    named = {"full": keys.full, "read_only": keys.read_only, "revoked": keys.revoked, "no_plan": keys.no_plan}
    return {"url": running.url, "api_key": keys.full, "keys": named}


def as_text(running: RunningSandbox) -> str:
    """The same for a person: lines to paste."""
    keys = running.keys
    return (
        f"The sandbox listens on {running.url} until Ctrl-C. To use it from another terminal:\n\n"
        f"  export ECLIPS_BASE_URL={running.url}\n  export ECLIPS_API_KEY={keys.full}\n\n"
        f"Other keys: read only {keys.read_only}\n            revoked   {keys.revoked}\n"
        f"            no plan   {keys.no_plan}"
    )
