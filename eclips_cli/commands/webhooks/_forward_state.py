"""Where a forwarder keeps what it knows, and the lock that lets only one of them work on a target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from eclips_cli.command_line import command
from eclips_cli.commands.webhooks._target import ForwardTarget
from eclips_cli.errors import Busy, UsageError
from eclips_cli.system.locks import SingleInstanceLock
from eclips_cli.system.paths import failure, state_dir

if TYPE_CHECKING:
    from eclips_cli.credentials.settings import Settings


@dataclass(frozen=True)
class ForwardState:
    """Where a forwarder keeps what it knows: one outbox for each API, profile and target, one lock a target.

    `shown` names the target in messages. Before 0.2 each spelling of a target had an outbox of its own:
    `former` is that of the spelling in use.
    """

    shown: str
    outbox: Path
    lock: Path
    former: Path | None = None

    @classmethod
    def of(
        cls,
        settings: Settings,
        environ: Mapping[str, str],
        to: str,
        target: ForwardTarget,
        *,
        only_showing: bool | None,
    ) -> ForwardState:
        """The one of this invocation. Raises UsageError for `--dry-run`, which would have to invent runs."""
        if only_showing:
            raise UsageError(
                "forward has no --dry-run",
                hint=f"`{command('webhooks trigger EVENT --dry-run --to', to)}` shows what a delivery is",
            )
        folder = state_dir(environ) / "webhooks"
        # the embedded sandbox has another port each time
        api = "sandbox" if settings.sandbox else settings.base_url
        names = (_digest(api, settings.profile, spelled) for spelled in (target.key, to))
        outbox, former = (folder / f"{name}.db" for name in names)
        return cls(target.shown, outbox, folder / f"{_digest(target.key)}.lock", former)

    def opened(self) -> Path:
        """The outbox's file, which a former one becomes. To be called with the lock held. Raises LocalFailure."""
        if self.former is not None and self.former.exists() and not self.outbox.exists():
            try:
                # the database last: killed in between, it is still found where its log was
                for ending in ("-wal", "-shm", ""):
                    name = self.former.with_name(self.former.name + ending)
                    if name.exists():
                        name.rename(self.outbox.with_name(self.outbox.name + ending))
            except OSError as error:
                raise failure(self.former, error) from None
        return self.outbox


class TargetLock(SingleInstanceLock):
    """Held while entered: one forwarder a target. Raises Busy where there is one already."""

    def __init__(self, path: Path, target: str) -> None:
        def taken(holder: str) -> Busy:
            return Busy(f"another eclips forwards to {target} already ({holder})", hint="stop that one first")

        super().__init__(path, taken)


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]
