"""The file of the record: lines are added under a lock, written through to the disk, never changed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eclips_cli.errors import LocalFailure
from eclips_cli.masking import mask
from eclips_cli.records.audit import chain
from eclips_cli.system.locks import lock
from eclips_cli.system.paths import failure, private_directory, state_dir, sync_directory

TAIL = 512 * 1024
"""bytes from the end in which the last line is found; a line is far smaller"""

FOLDER = "audit"
"""in the state directory"""


class AuditRecord:
    """One record of one user. The sandbox's changes have a record of their own, so that the true one stays true."""

    def __init__(self, environ: Mapping[str, str], *, sandbox: bool) -> None:
        self.sandbox = sandbox
        self.path = state_dir(environ) / FOLDER / ("sandbox.jsonl" if sandbox else "record.jsonl")

    @property
    def nothing(self) -> str:
        """What to say where nothing is found in it."""
        elsewhere = "" if self.sandbox else "; --sandbox shows what went to the sandbox"
        return f"no such change is recorded in {self.path}{elsewhere}"

    def append(self, members: Mapping[str, Any], at: str, scrub: tuple[str, str] | None = None) -> str | None:
        """Add one line, in the chain and on the disk when this returns; what is wrong with the record, if anything.

        `scrub` is a text that must not be kept, and what stands for it. Raises LocalFailure, and then
        nothing was added.
        """
        private_directory(self.path.parent)
        try:
            handle = os.open(self.path, _FLAGS, 0o600)
        except OSError as error:
            raise failure(self.path, error) from None
        try:
            self._check(handle)
            lock(handle, self.path)
            return self._add(handle, _scrubbed(members, scrub), at)
        except OSError as error:
            raise failure(self.path, error) from None
        finally:
            os.close(handle)

    def raw_lines(self) -> Iterator[bytes]:
        """The lines as they stand, line feeds included; none when nothing was recorded. Raises LocalFailure."""
        try:
            with self.path.open("rb") as file:
                yield from file
        except FileNotFoundError:
            return
        except OSError as error:
            raise failure(self.path, error) from None

    def _check(self, handle: int) -> None:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise LocalFailure(f"{self.path} is not a regular file")
        if mode & 0o077:
            os.fchmod(handle, 0o600)

    def _add(self, handle: int, members: Mapping[str, Any], at: str) -> str | None:
        size = os.fstat(handle).st_size
        tail = os.pread(handle, TAIL, max(0, size - TAIL))
        end = chain.end_of(tail, at, whole=size <= TAIL)
        if end is None:
            raise LocalFailure(
                f"{self.path}: its end holds no line of the record",
                hint="move the file away; a new one begins",
            )
        data = end.before + chain.sealed({"at": at, **members}, end.seq + 1, end.hash)
        try:
            while data:  # a disk that is nearly full takes a part; the next write says why
                data = data[os.write(handle, data) :]
            os.fsync(handle)
            if not size:
                sync_directory(self.path.parent)
        except OSError:
            os.ftruncate(handle, size)
            raise
        if end.damaged:
            return f"{self.path}: its last line was altered; `eclips audit verify` tells more"
        return None


def has_recorded(folder: Path, action: str) -> bool:
    """Whether a record in `folder`, the state directory, has a change of this kind; also where one can't be read."""
    try:
        for path in (folder / FOLDER).glob("*.jsonl"):
            with path.open("rb") as file:
                if any(f'"action":"{action}"'.encode() in raw for raw in file):
                    return True
    except OSError:
        return True
    return False


_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def _scrubbed(value: Any, scrub: tuple[str, str] | None) -> Any:
    if isinstance(value, str):
        return mask(value if scrub is None else value.replace(*scrub))
    if isinstance(value, Mapping):
        return {_scrubbed(name, scrub): _scrubbed(inner, scrub) for name, inner in value.items()}
    return [_scrubbed(inner, scrub) for inner in value] if isinstance(value, list) else value
