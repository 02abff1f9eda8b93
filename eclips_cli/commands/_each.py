"""Several things by id, each in turn: one that fails does not stop the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from eclips_cli.api.http.hooks import NotSent
from eclips_cli.errors import (
    FATAL_FOR_ALL,
    EclipsError,
    Interrupted,
    PartialFailure,
    Terminated,
)
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.output.columns import View
    from eclips_cli.output.output import Output
    from eclips_cli.records.recent import Thing

Found = JsonObject | Iterable[JsonObject | EclipsError]
NAMED = 5
"""things that are named one by one; of more of them there is a count"""


class Shown(NamedTuple):
    """How one kind of thing is shown: its name, its columns, and its text for a person."""

    name: str
    view: View
    detail: Callable[..., str] | None = None
    done: str = "read"
    """what is done to each, in the past tense"""
    look: str | None = None
    """the command that shows how things stand after a stop"""
    thing: Callable[[JsonObject], Thing | None] = lambda _found: None
    """what is remembered of one that was shown alone"""

    @property
    def changes(self) -> bool:
        """Whether each is changed, and not only read."""
        return self.done != "read"


def for_each(
    output: Output,
    ids: Sequence[str],
    act: Callable[[str], Found],
    shown: Shown,
    *,
    remember: Callable[[Thing | None], None] = lambda _thing: None,
    empty: str = "",
) -> int:
    """Show what `act` gives for each id, in turn: an object for one, a list for several; the exit code.

    `act` may give several things for an id, and errors in place of those that failed. The failure of one id
    alone is raised; among several it is reported, and the rest goes on. Where all failed with one exit code
    it is that code, else PartialFailure (13). What would fail for every other id too stops at once, as Ctrl-C
    does, with a word about the rest. With --dry-run and --curl what would be sent for each is printed.
    """
    turns = _Turns(output, ids, act, shown)
    things = turns.each()
    try:
        first = list(islice(things, 1))
    except NotSent:
        return _show_requests(output, ids, act)
    if first and turns.one_object:
        output.item(first[0], shown.view, detail=shown.detail)
        remember(shown.thing(first[0]))
    elif first and shown.changes:
        output.stream(chain(first, things), shown.view)
    elif first or turns.all_well:
        output.items(chain(first, things), shown.view, empty=empty)
    end = turns.conclusion()
    if end is not None:
        raise end
    if shown.changes and output.unwritten is not None:
        output.announce(f"the result was not written to its end; {turns.tally}")
    return 0


def _show_requests(output: Output, ids: Sequence[str], act: Callable[[str], Found]) -> int:
    """Print what would be sent for each id, and once what would be the same for several."""
    texts: dict[str, None] = {}
    for id_ in ids:
        try:
            list(_things(act(id_)))
        except NotSent as request:
            if request.text not in texts:
                output.line(request.text)
            texts[request.text] = None
    return 0


def _things(found: Found) -> Iterable[JsonObject | EclipsError]:
    return [found] if isinstance(found, Mapping) else found


class _Turns:
    """What each id gave, as it comes: counted, and what failed reported."""

    def __init__(self, output: Output, ids: Sequence[str], act: Callable[[str], Found], shown: Shown) -> None:
        self._output, self._ids, self._act, self._shown = output, ids, act, shown
        self.one_object = False
        self._done = 0
        self._failed: list[EclipsError] = []
        self._unsaid: EclipsError | None = None
        """the last failure, as long as it may be the error that ends the command"""
        self._at = -1
        self._stopped: BaseException | None = None

    def each(self) -> Iterator[JsonObject]:
        """The things. A list of what is read is whole or it is not there: where that stops, `conclusion` is raised."""
        for at, id_ in enumerate(self._ids):
            self._at = at
            try:
                found = self._act(id_)
                self.one_object = isinstance(found, dict) and len(self._ids) == 1
                for thing in _things(found):
                    if isinstance(thing, EclipsError):
                        self._fail(thing)
                        continue
                    self._done += 1
                    self._say()
                    yield thing
            except (KeyboardInterrupt, Terminated, *FATAL_FOR_ALL) as error:
                self._stopped = error
                break
            except EclipsError as error:
                self._fail(error)
        end = self.conclusion() if self._stopped is not None and not self._shown.changes else None
        if end is not None:
            raise end

    @property
    def all_well(self) -> bool:
        """Whether nothing failed, and nothing stopped it."""
        return self._stopped is None and not self._failed

    def conclusion(self) -> BaseException | None:
        """The error that ends the command; None when all is well."""
        if self.all_well:
            return None
        stop, tally = self._stopped, self.tally
        if isinstance(stop, EclipsError):
            self._say()
            if not self._done and not self._failed:
                return stop
            left = len(self._ids) - self._at
            return PartialFailure(f"{tally}, {left} not tried: {stop.message}", hint=stop.hint)
        if isinstance(stop, KeyboardInterrupt):
            self._say()
            alone = len(self._ids) == 1 and not self._shown.changes
            return stop if alone else Interrupted(self._where(tally), hint=self._shown.look)
        if stop is not None:
            self._output.announce(self._where(tally))
            return stop
        if not self._done and len({error.exit_code for error in self._failed}) == 1:
            return self._failed[-1]
        self._say()
        return PartialFailure(f"{tally}, {len(self._failed)} failed", hint=self._shown.look)

    def _fail(self, error: EclipsError) -> None:
        if isinstance(error, FATAL_FOR_ALL):
            raise error
        self._say()
        self._failed.append(error)
        self._unsaid = error
        if self._done:
            self._say()

    def _say(self) -> None:
        """Report the failure that is not the end of it."""
        if self._unsaid is not None:
            self._output.error(self._unsaid)
        self._unsaid = None

    @property
    def tally(self) -> str:
        """How many of all were done."""
        total = self._done + len(self._failed)
        if self._stopped is not None:
            total += len(self._ids) - self._at
        return f"{self._done} of {total} {self._shown.done}"

    def _where(self, tally: str) -> str:
        """How far it came, and what is left."""
        doubt, left = "", self._ids[self._at :]
        if self._shown.changes:
            doubt, left = f"; {left[0]} may have been {self._shown.done}", left[1:]
        return f"stopped: {tally}{doubt}" + (f"; not tried: {some(left, ', ')}" if left else "")


def some(texts: Sequence[str], between: str) -> str:
    """The first of `texts`, and how many more there are."""
    more = f" and {len(texts) - NAMED:,} more" if len(texts) > NAMED else ""
    return between.join(texts[:NAMED]) + more
