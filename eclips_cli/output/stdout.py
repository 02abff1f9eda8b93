"""stdout: chosen once by format, colour and width; what is written as it is, and how it is written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from eclips_cli.errors import NotWritten, ProtocolError, UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.masking import mask
from eclips_cli.output import formats, theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.choices import chosen_format, is_terminal, paths_of, wants_color
from eclips_cli.output.columns import member
from eclips_cli.output.stderr import Stderr
from eclips_cli.system.streams import leave_unread, must_be_written, point_nowhere

if TYPE_CHECKING:
    from eclips_cli.output.jq_filter import JqFilter


class Stdout(Stderr):
    """Where results go; besides, it talks on stderr.

    `format` is one of `formats.FORMATS`, or None for the default: table on a terminal, else tsv.
    Raises UsageError for a format, a colour or a jq expression that is none.
    """

    def __init__(
        self,
        *,
        format: str | None = None,
        fields: str | None = None,
        jq: str | None = None,
        raw: bool = False,
        quiet: bool = False,
        color: str | None = None,
        environ: Mapping[str, str],
        stdin: TextIO,
        stdout: TextIO,
        stderr: TextIO,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._stdout = stdout
        self.stdout_is_terminal = is_terminal(stdout)
        self.format = chosen_format(format, jq, self.stdout_is_terminal)
        self._format_given = format is not None or jq is not None or bool(fields)
        self.color = wants_color(color, environ, self.stdout_is_terminal)
        json_errors = format in ("json", "jsonl")
        super().__init__(stdin, stderr, environ, color=color, quiet=quiet, json_errors=json_errors)
        self.attended = self.attended or self.stdout_is_terminal
        self.on_terminal = self.attended or is_terminal(stdin)
        """whether any stream is a terminal's: a person may have started this"""
        self._fields = paths_of(fields)
        self._raw = raw
        self._now = now
        self.code_so_far = 0
        """the exit code that holds if the reader of stdout goes away"""
        self._jq = _filter(jq) if jq is not None else None
        self.changes = False
        """whether this command changes something: what is shown of that must come out, whatever --jq makes of it"""
        self.unwritten: OSError | NotWritten | None = None
        """what stood in the way of a change's result: the change goes on without its stdout"""
        self.filter_failed = False
        """whether --jq failed on the answer of a change, which was printed as it is"""

    @property
    def cut(self) -> bool:
        """Whether --fields or --jq choose what is shown of each thing."""
        return bool(self._fields) or self.filters

    @property
    def filters(self) -> bool:
        """Whether --jq makes something else of what is shown."""
        return self._jq is not None

    @property
    def fields(self) -> list[str]:
        """The members that --fields names; none for all of them."""
        return list(self._fields)

    @property
    def shows_objects(self) -> bool:
        """Whether the API's own objects are shown whole, or given to --jq."""
        return self._jq is not None or (self.format in ("json", "jsonl") and not self._fields)

    @property
    def is_for_people(self) -> bool:
        """Whether a person reads what we lay out: a table, of which nothing was chosen with --fields or --jq."""
        return self.format == "table" and not self.cut

    @property
    def look(self) -> theme.Look:
        """What text for a person on stdout is written for."""
        return theme.Look(self.color, self._now(), self.width)

    def ready(self, obj: JsonObject, text: str) -> None:
        """Something listens: one JSON object on one line for machines, lines to paste for people; flushed.

        It is the program's own, and its keys are meant to be read: those of a sandbox.
        """
        machine = self.format in ("json", "jsonl")
        self._put((formats.to_json(obj) if machine else text) + "\n", flush=True, own_keys=True)

    def body(self, content: bytes, *, filtered: bool = True) -> None:
        """A body of the API, verbatim (or, `filtered`, what --jq makes of it); on a terminal made safe.

        Raises ProtocolError when it is to be filtered and is no JSON.
        """
        self._stdout.flush()
        if self._jq is not None and filtered and (found := self._to_filter(content)) is not None:
            self._write(self._jq_lines(found[0]))
        elif not content:
            return
        elif self.stdout_is_terminal:
            text = safe_text(content.decode("utf-8", "replace"), multiline=True)
            self._write([text if text.endswith("\n") else text + "\n"])
        else:
            self._stdout.buffer.write(_without_keys(content))
            self._stdout.buffer.flush()

    def _in_colors(self, pieces: Iterable[str]) -> Iterable[str]:
        """JSON, coloured for who reads it on a terminal; in a pipe it is for programs, whatever --color says."""
        if not (self.color and self.stdout_is_terminal):
            return pieces
        from eclips_cli.output.drawing import json_colored

        return map(json_colored, pieces)

    def _to_filter(self, content: bytes) -> tuple[Any] | None:
        """A body for --jq; None for that of a change which is no JSON, and has to come out as it is."""
        import json

        from eclips_cli.json_values import number

        try:
            return (json.loads(content, parse_float=number),)
        except (ValueError, RecursionError, OverflowError):
            if not self.changes:
                raise ProtocolError("the answer is not JSON, so --jq can't filter it") from None
        self._filter_failed("the answer is not JSON")
        return None

    def document(self, fill: Callable[[BinaryIO], None]) -> None:
        """A document for a file or a pipe, once all of it is there: what `fill` writes. Raises NotWritten."""
        import shutil
        import tempfile

        with tempfile.TemporaryFile() as whole:
            try:
                fill(whole)
                whole.seek(0)
            except OSError as error:
                raise NotWritten(f"can't write a temporary file: {(error.strerror or '').lower()}") from None
            with must_be_written(self._stdout):
                self._stdout.flush()
                shutil.copyfileobj(whole, self._stdout.buffer)
                self._stdout.buffer.flush()

    def pieces(self, pieces: Iterable[str]) -> None:
        """A result that is formatted already, a piece of text at a time; on a terminal made safe."""
        if self.stdout_is_terminal:
            pieces = (safe_text(piece, multiline=True) for piece in pieces)
        self._write(pieces)

    def own(self, text: str) -> None:
        """Text of the program's own, headings painted already; nothing of the API is in it."""
        self._write([text])

    def line(self, text: str) -> None:
        """One line of the result, made safe and flushed."""
        self._write([safe_text(text, multiline=True) + "\n"])

    def head(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        """The status and headers of an answer, before its body."""
        lines = [f"HTTP {status}", *(f"{name}: {value}" for name, value in headers), ""]
        self._write(safe_text(line) + "\n" for line in lines)

    def leave_unread(self) -> None:
        """From now on what nobody reads is lost, and keeps nobody from ending."""
        leave_unread(self._stdout, self._stderr)

    def _cut(self, obj: JsonObject) -> JsonObject:
        return {path: member(obj, path) for path in self._fields} if self._fields else obj

    def _jq_lines(self, value: Any, *, indent: int | None = 2) -> Iterable[str]:
        """What --jq makes of a value; of what is changed already the value itself where --jq fails.

        Raises UsageError where it fails and nothing was changed.
        """
        from eclips_cli.output.jq_filter import FilterFailed

        assert self._jq is not None
        try:
            yield from self._jq.results(value)
        except FilterFailed as error:
            if not self.changes:
                raise UsageError(f"--jq: {error}") from None
            yield formats.to_json(value, indent=indent) + "\n"
            self._filter_failed(str(error))

    def _filter_failed(self, why: str) -> None:
        if not self.filter_failed:
            self.filter_failed = True
            self.warn(f"--jq: {why}; it is done, and the answer is printed as it is")

    def _write(self, lines: Iterable[str], *, flush: bool = False) -> None:
        flush_each = flush or self.format == "jsonl" or self.stdout_is_terminal
        for line in lines:
            self._put(line, flush=flush_each)
        self._put("", flush=True)

    def _put(self, text: str, *, flush: bool, own_keys: bool = False) -> None:
        """Write a piece of the result. What stands in the way stops a reading command, and no change."""
        # only now that there is a live view, and both are one terminal, does one have to make room for the other
        aside = (
            self._live.aside if text and self._live is not None and self.stdout_is_terminal else nullcontext
        )
        try:
            with aside(), must_be_written(self._stdout):
                self._stdout.write(text if own_keys else mask(text))
                if flush:
                    self._stdout.flush()
        except (BrokenPipeError, NotWritten) as error:
            if not self.changes:
                raise
            point_nowhere(self._stdout)
            self.unwritten = self.unwritten or error


def _without_keys(content: bytes) -> bytes:
    """Bytes as they are, unless a key is in them."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("latin-1")
        return content if mask(text) == text else mask(text).encode("latin-1", "replace")
    return content if (masked := mask(text)) == text else masked.encode()


def _filter(expression: str) -> JqFilter:
    """A jq program, compiled before anything is sent. Raises UsageError when it is none."""
    from eclips_cli.output.jq_filter import JqFilter

    return JqFilter(expression)
