"""One process at a time on a submission: a lock that its holder's death releases."""

from __future__ import annotations

from pathlib import Path

from eclips_cli.errors import Busy
from eclips_cli.system.locks import SingleInstanceLock


class SubmissionLock(SingleInstanceLock):
    """A lock by name in a directory, held while entered. The kernel drops it whatever ends the process.

    Entering raises Busy, which says who holds it, when another process does.
    """

    def __init__(self, folder: Path, name: str, *, what: str, since: str) -> None:
        def taken(holder: str) -> Busy:
            return Busy(
                f"another eclips is working on {what} ({holder}); this one sends nothing",
                hint="wait for it; `eclips batches history` shows how far it is",
            )

        super().__init__(folder / f"{name[:32]}.lock", taken, since=since)
