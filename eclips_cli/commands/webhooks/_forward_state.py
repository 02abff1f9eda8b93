"""Where a forwarder keeps what it knows, and the lock that lets only one of them work on a target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from eclips_cli.errors import Busy, UsageError
from eclips_cli.system.locks import OneProcess
from eclips_cli.system.paths import state_dir

if TYPE_CHECKING:
    from eclips_cli.credentials.settings import Settings


@dataclass(frozen=True)
class ForwardState:
    """Where a forwarder keeps what it knows: one outbox for each API, profile and target, one lock a target."""

    target: str
    outbox: Path
    lock: Path

    @classmethod
    def of(
        cls, settings: Settings, environ: Mapping[str, str], target: str, *, only_showing: bool | None
    ) -> ForwardState:
        """The one of this invocation. Raises UsageError for `--dry-run`, which would have to invent runs."""
        if only_showing:
            raise UsageError(
                "forward has no --dry-run",
                hint="`eclips webhooks trigger --dry-run` shows what a delivery is",
            )
        folder = state_dir(environ) / "webhooks"
        # the embedded sandbox has another port each time
        api = "sandbox" if settings.sandbox else settings.base_url
        name = _digest(api, settings.profile, target)
        return cls(target, folder / f"{name}.db", folder / f"{_digest(target)}.lock")


class TargetLock(OneProcess):
    """Held while entered: one forwarder a target. Raises Busy where there is one already."""

    def __init__(self, path: Path, target: str) -> None:
        def taken(holder: str) -> Busy:
            return Busy(f"another eclips forwards to {target} already ({holder})", hint="stop that one first")

        super().__init__(path, taken)


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]
