"""A results file, written whole or not at all: a file beside it, fsync, rename."""

from __future__ import annotations

import io
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from eclips_cli.commands.batches.rows.shaping import FORMATS, Shape
from eclips_cli.errors import NotWritten, UsageError


class ResultsFile:
    """Where results go. Checked when made, before anything is sent; raises UsageError then.

    `shape` says how; the format comes from the name's ending when `format` is None.
    """

    def __init__(
        self, path: Path, *, format: str | None = None, excel: bool = False, raw: bool = False
    ) -> None:
        kind = format or path.suffix.lower().removeprefix(".")
        if kind not in FORMATS:
            raise UsageError(
                f"can't tell the format of {path} by its name",
                hint="end it in .csv, .jsonl or .json, as in --results results.csv",
            )
        if excel and kind != "csv":
            raise UsageError(f"--excel is for CSV; {path} is {kind}")
        # A link is followed now: the rename is to replace the file, not the link.
        self.path = path.resolve()
        self.shape = Shape(kind, excel, raw)
        self._check_place()

    def write(self, pieces: Iterable[str]) -> None:
        """Write it. A failure, also of what gives the pieces, leaves the old file as it was; NotWritten."""
        if self._is_special():
            self._write_into(self.path.open("wb"), pieces)
            return
        try:
            descriptor, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name[:80]}.")
        except OSError as error:
            raise self._failed(error) from None
        try:
            self._write_into(os.fdopen(descriptor, "wb"), pieces)
            Path(temporary).chmod(self._mode())
            Path(temporary).replace(self.path)
            self._sync_folder()
        except OSError as error:
            Path(temporary).unlink(missing_ok=True)
            raise self._failed(error) from None
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _write_into(self, file: BinaryIO, pieces: Iterable[str]) -> None:
        with io.TextIOWrapper(file, encoding=self.shape.encoding, newline="") as out:
            for piece in pieces:
                out.write(piece)
            out.flush()
            if not self._is_special():
                os.fsync(out.fileno())

    def _check_place(self) -> None:
        folder = self.path.parent
        if self.path.is_dir():
            raise UsageError(f"{self.path} is a directory", hint="name a file in it")
        if not folder.is_dir():
            raise UsageError(f"no directory {folder} for the results", hint="make it first")
        if not os.access(folder, os.W_OK | os.X_OK) and not self._is_special():
            raise UsageError(f"can't write results into {folder}: permission denied")

    def _is_special(self) -> bool:
        """Whether it is a pipe or a device such as /dev/stdout, which can't be renamed to."""
        return self.path.exists() and not self.path.is_file()

    def _mode(self) -> int:
        if self.path.exists():
            return stat.S_IMODE(self.path.stat().st_mode)
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o666 & ~mask

    def _sync_folder(self) -> None:
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _failed(self, error: OSError) -> NotWritten:
        return NotWritten(
            f"can't write {self.path}: {(error.strerror or '').lower()}",
            hint="what was there is as it was; `eclips batches results` writes the results again",
        )
