"""Lists: which of a kind were asked for, read newest first, and what is said where some or all were left out."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import chain, islice
from shlex import quote
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from eclips_cli.commands._arguments import word
from eclips_cli.errors import EclipsError
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api.paging import Listing
    from eclips_cli.output.columns import View
    from eclips_cli.output.output import Output

COUNTED = 100
"""things of a list without a total that are counted, to say out of how many nothing matched: one page"""


class Extent(Protocol):
    """How far a list reaches; both are known when all of it was read."""

    @property
    def total(self) -> int | None:
        """How many there are, where that is known."""

    @property
    def more(self) -> bool:
        """Whether there are more than were shown."""


class LimitedList(Extent, Protocol):
    """A list that may have been cut."""

    def __iter__(self) -> Iterator[JsonObject]: ...


def status_words(given: Sequence[str] | None, known: Sequence[str], warn: Callable[[str], None]) -> list[str]:
    """The statuses of `--status`, repeated or with commas, each once. Raises UsageError for an empty one.

    One that is not `known` is asked for all the same, since a server may have others, with a warning.
    """
    pieces = [piece.strip() for text in given or () for piece in text.split(",")]
    statuses = [status for status in dict.fromkeys(pieces) if word(status, "--status")]
    for status in statuses:
        if status not in known:
            near = did_you_mean([status], known) or f"; known are {', '.join(known)}"
            warn(f"--status {status} is none that the manual knows{near}")
    return statuses


def did_you_mean(statuses: Iterable[str], known: Sequence[str]) -> str:
    """`; did you mean …?` for the first of `statuses` that is near to a known one, else nothing."""
    unknown = (status for status in statuses if status not in known)
    found = (get_close_matches(status.lower(), known, n=1) for status in unknown)
    return next((f"; did you mean {near[0]}?" for near in found if near), "")


def typed(options: Mapping[str, Any]) -> str:
    """The filters that were given, as they are typed: `--status failed --needs-triage`."""
    words = []
    for name, value in options.items():
        if value is True:
            words.append(name)
        elif value is not None and value is not False:
            values = value if isinstance(value, (list, tuple)) else [value]
            words += [f"{name} {quote(str(one))}" for one in values]
    return " ".join(words)


class Selection:
    """The things of one list that were asked for, newest first, read as they are asked for.

    `listed` is the API's own list (`status`, `limit`, `offset`); several statuses are asked for one after another and
    merged. `matches` and `is_older` are filters of our own: what is older ends the list, since it is newest first.
    """

    def __init__(
        self,
        listed: Callable[..., Listing[Any]],
        statuses: Sequence[str] = (),
        *,
        limit: int | None,
        offset: int = 0,
        tells_total: bool = True,
        matches: Callable[[Any], bool] | None = None,
        is_older: Callable[[Any], bool] | None = None,
    ) -> None:
        self._listed, self._statuses = listed, statuses
        self._limit, self._offset, self._tells_total = limit, offset, tells_total
        self._matches, self._is_older = matches, is_older
        self._listing: Listing[Any] | None = None
        self.more = False

    @property
    def total(self) -> int | None:
        """How many there are after `offset`, where the API says it."""
        total = self._listing.total if self._listing is not None else None
        return total if total is None else max(0, total - self._offset)

    def __iter__(self) -> Iterator[JsonObject]:
        return chain.from_iterable(self.chunks())

    def chunks(self) -> Iterator[list[JsonObject]]:
        """The same, as many at once as are there without waiting."""
        if len(self._statuses) > 1 or self._matches or self._is_older:
            yield from self._up_to_limit(islice(self._filtered(), self._offset, None))
            return
        status = self._statuses[0] if self._statuses else None
        if self._tells_total:
            self._listing = self._listed(status=status, limit=self._limit, offset=self._offset)
            yield from self._listing.chunks()
            return
        # one more than is shown, to know whether there are more
        ask = None if self._limit is None else self._limit + 1
        yield from self._up_to_limit(iter(self._listed(status=status, limit=ask, offset=self._offset)))

    def _up_to_limit(self, things: Iterator[JsonObject]) -> Iterator[list[JsonObject]]:
        yield from ([thing] for thing in islice(things, self._limit))
        self.more = self._limit is not None and next(things, None) is not None

    def _filtered(self) -> Iterator[JsonObject]:
        lists = [self._newest(status) for status in self._statuses or (None,)]
        newest_first = heapq.merge(*lists, key=lambda thing: str(thing.get("created_at")), reverse=True)
        seen: set[str] = set()
        for thing in newest_first:
            if len(lists) > 1:
                if str(thing.get("id")) in seen:
                    continue
                seen.add(str(thing.get("id")))
            if self._matches is None or self._matches(thing):
                yield thing

    def _newest(self, status: str | None) -> Iterator[JsonObject]:
        if self._is_older is None:
            yield from self._listed(status=status)
            return
        # nobody knows on which page it ends: none is read before the one before it was seen
        for thing in self._listed(status=status, ahead=False):
            if self._is_older(thing):
                return
            yield thing


class ListWords(NamedTuple):
    """What is said of a list: what its `things` are called, and `empty` where there are none at all.

    `whole` tells how many there are without `filters` (as they are typed) and `offset` (see `counted`); `meant`
    follows where nothing matched.
    """

    things: str
    empty: str
    whole: Callable[[], str]
    filters: str = ""
    offset: int = 0
    meant: str = ""


def show(output: Output, found: LimitedList, view: View, words: ListWords) -> None:
    """Show a list; say, also with --quiet, that it was cut, and that there is something where nothing matched."""
    tell(output, found, output.items(found, view), words)


def tell(output: Output, found: Extent, shown: int, words: ListWords) -> None:
    """What `show` says of a list of which `shown` things were shown."""
    if not shown:
        if not output.quiet:
            output.note(nothing(words) + (words.meant if words.filters else ""))
    elif found.total is not None and found.total > shown:
        output.announce(f"showing {shown:,} of {found.total:,}; --all for the rest")
    elif found.more:
        matching = " that match" if words.filters else ""
        output.announce(f"showing the newest {shown:,}{matching}; --all for the rest")


def nothing(words: ListWords) -> str:
    """Why a list is empty: there is nothing, nothing of so many matches, or all of it was skipped."""
    if not words.filters and not words.offset:
        return words.empty
    try:
        count = words.whole()
    except EclipsError:
        count = "the"  # the list itself was answered; that it can't be counted is no failure of it
    if count == "0":
        return words.empty
    skipped = f" after --offset {words.offset:,}" if words.offset else ""
    return f"none of {count} {words.things} {f'matches {words.filters}' if words.filters else 'is left'}{skipped}"


def counted(listing: Listing[Any]) -> str:
    """How many a list holds: its total where the API tells it (ask for one thing), else its first page counted."""
    read = sum(1 for _ in listing)
    if listing.total is not None:
        return f"{listing.total:,}"
    return f"{read:,} or more" if read >= COUNTED else f"{read:,}"
