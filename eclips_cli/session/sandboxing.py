"""The sandbox of this machine: where its state lies, and what stands in the way of serving it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eclips_cli.errors import LocalFailure, UsageError
from eclips_cli.system.paths import private_directory, state_dir

if TYPE_CHECKING:
    from eclips_cli.sandbox import RunningSandbox


def state_file(environ: Mapping[str, str]) -> Path:
    """Where the sandbox keeps its state. Raises LocalFailure when that directory can't be made."""
    return private_directory(state_dir(environ) / "sandbox") / "sandbox.db"


def served(file: Path, **how: Any) -> RunningSandbox:
    """The sandbox, served on loopback as `how` says (see `sandbox.start`).

    Raises UsageError for a bad fault or without the `server` extra, LocalFailure for a port that is taken.
    """
    from eclips_cli import sandbox

    try:
        return sandbox.start(file, **how)
    except sandbox.MissingServerExtra as error:
        raise UsageError(
            "the sandbox needs the server extra", hint="pip install 'eclips-cli[server]'"
        ) from error
    except sandbox.BadFault as error:
        raise UsageError(f"--fault: {error}") from None
    except OSError as error:
        reason = (error.strerror or "cannot be used").split(" (while")[0].lower()
        raise LocalFailure(f"port {how.get('port', 0)}: {reason}", hint="--port 0 takes a free one") from None
