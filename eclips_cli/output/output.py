"""The output of one invocation: what is shown of things, in the one format that was chosen for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from eclips_cli.json_values import JsonObject, id_text
from eclips_cli.output import formats, theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.columns import View, member
from eclips_cli.output.stdout import Stdout

if TYPE_CHECKING:
    from eclips_cli.output.member_check import MemberCheck
    from eclips_cli.output.screen import Screen

T = TypeVar("T")


class Output(Stdout):
    """Shows things: lists, one thing, what happens, in the format that was chosen. See `Stdout` for its making."""

    def items(self, items: Iterable[JsonObject], view: View, *, empty: str = "") -> int:
        """Show a list, in flat memory except as a table; how many there were. `empty` says what to do next.

        JSON is written when the last item is there: a document is whole, or it is not there at all.
        """
        check = self._checked(view)
        counted = _Counted(items, check)
        if self._jq is not None:
            self._write(self._jq_lines(list(counted)))
        elif self.format == "table":
            found = list(counted)
            if found:
                self._write([self._table(found, view)])
        elif self.format == "jsonl":
            chunks = ("".join(formats.json_lines(map(self._cut, chunk))) for chunk in counted.chunks())
            self._write(self._in_colors(chunks))
        elif self.format == "json":
            self._write(formats.held_back(self._lines(counted, view)))
        else:
            self._write(self._lines(counted, view))
        if not counted.count and empty:
            self.note(empty)
        self._told(check)
        return counted.count

    def stream(
        self,
        items: Iterable[JsonObject],
        view: View,
        *,
        line: Callable[[JsonObject, theme.Look], str] | None = None,
    ) -> None:
        """Show things as they happen, each flushed at once; a line of text each for a person, or what `line` makes."""
        check = self._checked(view)
        items = items if check is None else check.watched(items)
        if self.format == "table" and self._jq is None and not self._fields:
            from eclips_cli.output import table

            text = line or (lambda item, look: table.line(item, view, look))
            self._write((text(item, self.look) for item in items), flush=True)
        elif self._jq is not None:
            self._write((line for item in items for line in self._jq_lines(item, indent=None)), flush=True)
        elif self.format == "json":
            self._write(self._in_colors(formats.closed_array(map(self._cut, items))), flush=True)
        else:
            self._write(self._lines(items, view), flush=True)
        self._told(check)

    def endless(self, items: Iterable[JsonObject], view: View) -> None:
        """The same for what never ends: JSON is a line each, also in a pipe unless something else was asked for."""
        if self.endless_format == "jsonl" and self._jq is None:
            self._write(self._in_colors(formats.json_lines(map(self._cut, items))), flush=True)
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
            self._write(self._in_colors([formats.to_json(self._cut(obj), indent=2) + "\n"]))
            if (check := self._checked(view)) is not None:
                check.look(obj)
                self._told(check)
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
        from eclips_cli.output.columns import of_rows

        if self._jq is not None:
            self._write(self._jq_lines(found.json))
        elif self.format == "json" and not self._fields:
            self._write(self._in_colors([formats.to_json(found.json, indent=2) + "\n"]))
        else:
            rows = found.rows
            if self.items(rows, of_rows(rows), empty=empty) and self.format == "table":
                self._write([chart(rows, self.look)])

    def watched(self, found: Iterable[T], view: View, shown: Callable[[T], JsonObject]) -> Iterator[T]:
        """Things that a document or text of another making shows, as they pass; then what `--fields` misspells is said.

        `shown` is the object that a thing is shown as.
        """
        check = self._checked(view)
        for thing in found:
            if check is not None:
                check.look(shown(thing))
            yield thing
        self._told(check)

    @property
    def draws(self) -> bool:
        """Whether a table may be drawn again in place: for a person, on a terminal that can."""
        moves = self.stdout_is_terminal and self._environ.get("TERM") != "dumb"
        return moves and self.format == "table" and self._jq is None

    def screen(self) -> Screen:
        """A table on the terminal that is drawn again and again; only where the output `draws`."""
        from eclips_cli.output.screen import Screen

        screen = Screen(self._stdout, self.table, lambda: self.look)
        self._drawings[Screen] = screen
        return screen

    def table(self, items: list[JsonObject], view: View) -> str:
        """`items` as a table of this terminal's width."""
        return self._table(items, view)

    def aside(self, made: Callable[[theme.Look], str]) -> None:
        """Text on stderr: what a question is about."""
        self._stderr.write(made(theme.Look(self.stderr_color, self._now(), self.width)))
        self._stderr.flush()

    def _table(self, items: list[JsonObject], view: View) -> str:
        from eclips_cli.output import table

        if self._fields:
            view = self._cut_view(view)
        return table.render(items, view, width=self.width, color=self.color, now=self._now())

    def _lines(self, items: Iterable[JsonObject], view: View) -> Iterable[str]:
        if self.format == "json":
            return self._in_colors(formats.json_array(map(self._cut, items)))
        if self.format == "jsonl":
            return self._in_colors(formats.json_lines(map(self._cut, items)))
        if self.format == "id":
            return formats.ids(self._with_ids(items, view), view)
        paths = self._fields or [column.path for column in view.columns]
        if self.format == "csv":
            return formats.csv(items, paths, raw=self._raw)
        return formats.tsv(items, paths)

    def _with_ids(self, items: Iterable[JsonObject], view: View) -> Iterator[JsonObject]:
        """Those that can be named; of the others the number is told."""
        left = 0
        for item in items:
            if id_text(member(item, view.id_path)) is None:
                left += 1
            else:
                yield item
        if left:
            self.warn(f"{left:,} left out: the API gives no id")

    def _checked(self, view: View) -> MemberCheck | None:
        """What looks for the members that --fields names, where they choose what is shown."""
        if not self._fields or self._jq is not None or self.format == "id":
            return None
        from eclips_cli.output.member_check import MemberCheck

        return MemberCheck(self._fields, view)

    def _told(self, check: MemberCheck | None) -> None:
        for text in check.warnings() if check is not None else ():
            self.warn(text)

    def _cut_view(self, view: View) -> View:
        from eclips_cli.output.columns import Column

        known = {column.path: column for column in view.columns}
        columns = [
            known.get(path) or Column(safe_text(path.upper().replace("_", " ")), path, "text", 2 + order)
            for order, path in enumerate(self._fields)
        ]
        return View(tuple(columns), view.id_path)


class RowsFound(Protocol):
    """An answer of no fixed shape: whole, and as rows where it holds any."""

    json: Any

    @property
    def rows(self) -> list[JsonObject]:
        """Its rows."""
        ...


class _Counted:
    """Counts what passes through it, and lets `check` look at it."""

    def __init__(self, items: Iterable[JsonObject], check: MemberCheck | None) -> None:
        self._items, self._check = items, check
        self.count = 0

    def __iter__(self) -> Iterator[JsonObject]:
        return chain.from_iterable(self.chunks())

    def chunks(self) -> Iterator[list[JsonObject]]:
        """What is there at once, at once: a page of a list that is read by pages."""
        at_once = getattr(self._items, "chunks", None)
        for chunk in at_once() if at_once else ([item] for item in self._items):
            self.count += len(chunk)
            if self._check is not None:
                self._check.look(*chunk)
            yield chunk
