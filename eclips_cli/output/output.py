"""The output of one invocation: its format, colour and width are chosen once, here and nowhere else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from eclips_cli.errors import ProtocolError, UsageError
from eclips_cli.output import formats, theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.choices import chosen_format, compiled_jq, is_terminal, paths_of, wants_color
from eclips_cli.output.talk import Talk
from eclips_cli.output.views import JsonObject, View, member
from eclips_cli.streams import must_be_written

if TYPE_CHECKING:
    from eclips_cli.output.live import Live
    from eclips_cli.output.screen import Screen


class Output(Talk):
    """Where results, notes and errors go.

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
        self._fields = paths_of(fields)
        self._raw = raw
        self._now = now
        self.code_so_far = 0
        """the exit code that holds if the reader of stdout goes away"""
        self._jq = compiled_jq(jq) if jq is not None else None

    @property
    def cut(self) -> bool:
        """Whether --fields or --jq choose what is shown of each thing."""
        return bool(self._fields) or self._jq is not None

    @property
    def width(self) -> int:
        """Cells in a line of the terminal; 80 where nothing says otherwise."""
        import shutil

        return shutil.get_terminal_size((80, 24)).columns or 80

    @property
    def look(self) -> theme.Look:
        """What text for a person on stdout is written for."""
        return theme.Look(self.color, self._now(), self.width)

    def items(self, items: Iterable[JsonObject], view: View, *, empty: str = "") -> int:
        """Show a list, in flat memory except as a table; how many there were. `empty` says what to do next.

        JSON is written when the last item is there: a document is whole, or it is not there at all.
        """
        counted = _Counted(items)
        if self._jq is not None:
            self._write(self._jq_lines(list(counted)))
        elif self.format == "table":
            found = list(counted)
            if found:
                self._write([self._table(found, view)])
        elif self.format == "jsonl":
            self._write("".join(formats.json_lines(map(self._cut, chunk))) for chunk in counted.chunks())
        elif self.format == "json":
            self._write(formats.held_back(self._lines(counted, view)))
        else:
            self._write(self._lines(counted, view))
        if not counted.count and empty:
            self.note(empty)
        return counted.count

    def listing(self, items: Any, view: View, *, empty: str = "") -> None:
        """Show a list that may have been cut, and say so: `items` knows its `total` and whether there is `more`."""
        shown = self.items(items, view, empty=empty)
        total = items.total
        if total is not None and total > shown:
            self.note(f"showing {shown:,} of {total:,}; --all for the rest")
        elif items.more:
            self.note(f"showing the newest {shown:,} that match; --all for the rest")

    def stream(
        self,
        items: Iterable[JsonObject],
        view: View,
        *,
        line: Callable[[JsonObject, theme.Look], str] | None = None,
    ) -> None:
        """Show things as they happen, each flushed at once; a line of text each for a person, or what `line` makes."""
        if self.format == "table" and self._jq is None and not self._fields:
            from eclips_cli.output import table

            text = line or (lambda item, look: table.line(item, view, look))
            self._write((text(item, self.look) for item in items), flush=True)
        elif self._jq is not None:
            self._write((line for item in items for line in self._jq_lines(item)), flush=True)
        elif self.format == "json":
            self._write(formats.closed_array(map(self._cut, items)), flush=True)
        else:
            self._write(self._lines(items, view), flush=True)

    def endless(self, items: Iterable[JsonObject], view: View) -> None:
        """The same for what never ends: JSON is a line each, also in a pipe unless something else was asked for."""
        if self.endless_format == "jsonl" and self._jq is None:
            self._write(formats.json_lines(map(self._cut, items)), flush=True)
        else:
            self.stream(items, view)

    @property
    def endless_format(self) -> str:
        """The format of what never ends."""
        piped = not self._format_given and not self.stdout_is_terminal
        return "jsonl" if self.format == "json" or piped else self.format

    def item(self, obj: JsonObject, view: View, *, detail: Callable[..., str] | None = None) -> None:
        """Show one thing: an object in JSON; for a person `detail`'s text for a `theme.Look`."""
        if self._jq is not None:
            self._write(self._jq_lines(obj))
        elif self.format == "json":
            self._write([formats.to_json(self._cut(obj), indent=2) + "\n"])
        elif self.format == "table" and detail is not None and not self._fields:
            self._write([detail(obj, self.look)])
        else:
            self.items([obj], view)

    def rows(
        self,
        found: RowsFound,
        *,
        chart: Callable[[list[JsonObject], theme.Look], str],
        empty: str,
    ) -> None:
        """Rows of no fixed shape, with a chart under their table; as JSON the whole answer verbatim."""
        from eclips_cli.output import views

        if self._jq is not None:
            self._write(self._jq_lines(found.json))
        elif self.format == "json" and not self._fields:
            self._write([formats.to_json(found.json, indent=2) + "\n"])
        else:
            rows = found.rows
            if self.items(rows, views.of_rows(rows), empty=empty) and self.format == "table":
                self._write([chart(rows, self.look)])

    def ready(self, obj: JsonObject, text: str) -> None:
        """Something listens: one JSON object on one line for machines, lines to paste for people; flushed."""
        machine = self.format in ("json", "jsonl")
        self._write(
            [formats.to_json(obj) + "\n" if machine else safe_text(text, multiline=True) + "\n"], flush=True
        )

    def body(self, content: bytes, *, filtered: bool = True) -> None:
        """A body of the API, verbatim (or, `filtered`, what --jq makes of it); on a terminal made safe.

        Raises ProtocolError when it is to be filtered and is no JSON.
        """
        self._stdout.flush()
        if self._jq is not None and filtered:
            import json

            try:
                found = json.loads(content)
            except (ValueError, RecursionError):
                raise ProtocolError("the answer is not JSON, so --jq can't filter it") from None
            self._write(self._jq_lines(found))
        elif not content:
            return
        elif self.stdout_is_terminal:
            text = safe_text(content.decode("utf-8", "replace"), multiline=True)
            self._write([text if text.endswith("\n") else text + "\n"])
        else:
            self._stdout.buffer.write(content)
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

    def live(self) -> Live:
        """A view on stderr that changes while something goes on."""
        from eclips_cli.output.live import Live

        self._live = Live(
            self._stderr, terminal=self.stderr_is_terminal and self._environ.get("TERM") != "dumb",
            color=self.stderr_color, quiet=self.quiet, width=lambda: self.width,
        )  # fmt: skip
        return self._live

    @property
    def draws(self) -> bool:
        """Whether a table may be drawn again in place: for a person, on a terminal that can."""
        moves = self.stdout_is_terminal and self._environ.get("TERM") != "dumb"
        return moves and self.format == "table" and self._jq is None

    def screen(self) -> Screen:
        """A table on the terminal that is drawn again and again; only where the output `draws`."""
        from eclips_cli.output.screen import Screen

        return Screen(self._stdout, self)

    def table(self, items: list[JsonObject], view: View) -> str:
        """`items` as a table of this terminal's width."""
        return self._table(items, view)

    def aside(self, items: list[JsonObject], view: View) -> None:
        """A table on stderr: what a question is about."""
        from eclips_cli.output import table

        text = table.render(items, view, width=self.width, color=self.stderr_color, now=self._now())
        self._stderr.write(text)
        self._stderr.flush()

    def _table(self, items: list[JsonObject], view: View) -> str:
        from eclips_cli.output import table

        if self._fields:
            view = self._cut_view(view)
        return table.render(items, view, width=self.width, color=self.color, now=self._now())

    def _lines(self, items: Iterable[JsonObject], view: View) -> Iterable[str]:
        if self.format == "json":
            return formats.json_array(map(self._cut, items))
        if self.format == "jsonl":
            return formats.json_lines(map(self._cut, items))
        if self.format == "id":
            return formats.ids(items, view)
        paths = self._fields or [column.path for column in view.columns]
        if self.format == "csv":
            return formats.csv(items, paths, raw=self._raw)
        return formats.tsv(items, paths)

    def _cut(self, obj: JsonObject) -> JsonObject:
        return {path: member(obj, path) for path in self._fields} if self._fields else obj

    def _cut_view(self, view: View) -> View:
        from eclips_cli.output.views import Column

        known = {column.path: column for column in view.columns}
        columns = [
            known.get(path) or Column(safe_text(path.upper().replace("_", " ")), path, "text", 2 + order)
            for order, path in enumerate(self._fields)
        ]
        return View(tuple(columns), view.id_path)

    def _jq_lines(self, value: Any) -> Iterable[str]:
        assert self._jq is not None
        try:
            found = self._jq.input_value(value).all()
        except ValueError as error:
            raise UsageError(f"--jq: {safe_text(str(error))}") from None
        for result in found:
            yield (
                safe_text(result, multiline=True) if isinstance(result, str) else formats.to_json(result)
            ) + "\n"

    def head(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        """The status and headers of an answer, before its body."""
        lines = [f"HTTP {status}", *(f"{name}: {value}" for name, value in headers), ""]
        self._write(safe_text(line) + "\n" for line in lines)

    def _write(self, lines: Iterable[str], *, flush: bool = False) -> None:
        flush_each = flush or self.format == "jsonl" or self.stdout_is_terminal
        # only now that there is a live view, and both are one terminal, does one have to make room for the other
        aside = self._live.aside if self._live is not None and self.stdout_is_terminal else nullcontext
        for line in lines:
            with aside(), must_be_written(self._stdout):
                self._stdout.write(line)
                if flush_each:
                    self._stdout.flush()
        with must_be_written(self._stdout):
            self._stdout.flush()


class RowsFound(Protocol):
    """An answer of no fixed shape: whole, and as rows where it holds any."""

    json: Any

    @property
    def rows(self) -> list[JsonObject]:
        """Its rows."""
        ...


class _Counted:
    """Counts what passes through it."""

    def __init__(self, items: Iterable[JsonObject]) -> None:
        self._items = items
        self.count = 0

    def __iter__(self) -> Iterator[JsonObject]:
        return chain.from_iterable(self.chunks())

    def chunks(self) -> Iterator[list[JsonObject]]:
        """What is there at once, at once: a page of a list that is read by pages."""
        at_once = getattr(self._items, "chunks", None)
        for chunk in at_once() if at_once else ([item] for item in self._items):
            self.count += len(chunk)
            yield chunk
