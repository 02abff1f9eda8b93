"""Where a forwarder keeps what it knows, and the lock that lets only one of them work on a target."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from eclips_cli.errors import LocalFailure, UsageError
from eclips_cli.locks import lock
from eclips_cli.paths import state_dir

if TYPE_CHECKING:
    from eclips_cli.credentials.settings import Settings


@dataclass(frozen=True)
class Place:
    """Where a forwarder keeps what it knows: one ledger for each API, profile and target, one lock a target."""

    target: str
    ledger: Path
    lock: Path

    @classmethod
    def of(
        cls, settings: Settings, environ: Mapping[str, str], target: str, *, only_showing: bool | None
    ) -> Place:
        """The place for this invocation. Raises UsageError for `--dry-run`, which would have to invent runs."""
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


class TargetLock:
    """Held while entered: one forwarder a target. The kernel drops it whatever ends the process."""

    def __init__(self, path: Path, target: str) -> None:
        self._path, self._target = path, target
        self._handle = -1

    def __enter__(self) -> TargetLock:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LocalFailure(
                f"can't write {self._path}: {(error.strerror or '').lower()}",
                hint="nothing was sent; ECLIPS_STATE_DIR names another directory",
            ) from None
        try:
            lock(self._handle, self._path, seconds=0.0)
        except LocalFailure:
            holder = os.pread(self._handle, 100, 0).decode(errors="replace")
            os.close(self._handle)
            raise LocalFailure(
                f"another eclips forwards to {self._target} already ({holder or 'a process'})",
                hint="stop that one first",
            ) from None
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, f"process {os.getpid()}".encode(), 0)
        return self

    def __exit__(self, *_exception: object) -> None:
        # not unlinked: another process may have it open, and would then lock a file nobody sees
        os.close(self._handle)


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]
