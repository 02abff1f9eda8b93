"""The sandbox of this machine: where its state lies, and what stands in the way of serving it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eclips_cli.errors import LocalFailure, UsageError
from eclips_cli.system import database
from eclips_cli.system.paths import private_directory, state_dir

if TYPE_CHECKING:
    from eclips_cli.sandbox import RunningSandbox


STATE = database.Schema(
    "sandbox's state",
    (),
    unwritable="ECLIPS_STATE_DIR names another directory",
    damaged="to begin a new one: eclips sandbox reset",
)


def state_file(environ: Mapping[str, str]) -> Path:
    """Where the sandbox keeps its state. Raises LocalFailure when that directory can't be made."""
    return private_directory(state_dir(environ) / "sandbox") / "sandbox.db"


def state_errors(file: Path) -> AbstractContextManager[None]:
    """Turn what goes wrong with the state into LocalFailure."""
    return database.readable_errors(file, STATE)


def served(file: Path, **how: Any) -> RunningSandbox:
    """The sandbox, served on loopback as `how` says (see `sandbox.start`).

    Raises UsageError for a bad fault or without the `server` extra, LocalFailure for a port that is taken
    and for a state that can't be kept.
    """
    from eclips_cli import sandbox

    database.make(file, STATE)
    try:
        with state_errors(file):
            return sandbox.start(file, **how)
    except sandbox.MissingServerExtra as error:
        from eclips_cli.system import installation

        raise UsageError("the sandbox needs the server extra", hint=installation.to_add("server")) from error
    except sandbox.BadFault as error:
        raise UsageError(f"--fault: {error}") from None
    except OSError as error:
        reason = (error.strerror or "cannot be used").split(" (while")[0].lower()
        raise LocalFailure(f"port {how.get('port', 0)}: {reason}", hint="--port 0 takes a free one") from None
