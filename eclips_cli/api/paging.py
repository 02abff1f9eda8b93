"""Lists: each item exactly once, read ahead by a few threads, in flat memory, while new ones arrive.

A new item at the front moves every later page by one. A page that saw the same `total` as the page
before it, or a larger one, overlaps it: nothing is missing, and repeats are dropped by id. A page
that saw a smaller total was read earlier, or items left the list: it is read again, further back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar, cast

from eclips_cli.api.http.answer import check_types
from eclips_cli.api.repeats import SeenIds
from eclips_cli.errors import ProtocolError, UsageError
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api.http.call import Call, Param
    from eclips_cli.api.http.requester import Requester

M = TypeVar("M")

PAGE = 100
"""Items a page, the most that the API gives (manual: conventions)."""

AHEAD = 6
"""Pages that are read at the same time."""

READ_BACK = 10
"""How often one place of a list that gets shorter is looked for further back."""


class Page(NamedTuple):
    """One page as it was answered; `asked` is the limit it was asked with, `total` None if not told."""

    offset: int
    asked: int
    items: list[JsonObject]
    total: int | None


class Reads(Protocol):
    """What reads the pages of one list."""

    @property
    def paged(self) -> bool:
        """Whether there can be more than one page."""

    def read(self, offset: int, limit: int) -> Page:
        """The page at `offset`, of at most `limit` items; raises EclipsError."""


class Pages:
    """How to read one page: a call made of parameters, and the member of its answer that holds the items."""

    def __init__(
        self,
        requester: Requester,
        make_call: Callable[[dict[str, Param]], Call],
        params: dict[str, Param],
        member: str,
        *,
        paged: bool = True,
    ) -> None:
        self._requester = requester
        self._make_call = make_call
        self._params = params
        self._member = member
        self.paged = paged

    def read(self, offset: int, limit: int) -> Page:
        """The page at `offset`; raises EclipsError."""
        window: dict[str, Param] = {"limit": limit, "offset": offset} if self.paged else {}
        call = self._make_call(self._params | window)
        obj, _status = self._requester.json(call)
        if offset == 0:
            self._requester.told_list(call, obj[self._member])
        total = obj.get("total")
        known = isinstance(total, int) and not isinstance(total, bool) and total >= 0
        return Page(offset, limit, obj[self._member], total if known else None)


class Ahead:
    """Pages being read, in the order of their offsets; never more than `AHEAD` that were not taken."""

    def __init__(self, read: Callable[[int, int], Page]) -> None:
        self._read = read
        self._pending: deque[_PageReading] = deque()

    def fill(self, offset: int, total: int, size: int, last: int | None) -> None:
        """Begin reading from `offset` on, as far as the window, `total` and the last wanted item allow.

        Without a last one every page is a whole one: a list that grows can't run away from it.
        """
        if self._pending:
            offset = self._pending[-1].offset + self._pending[-1].limit
        while len(self._pending) < AHEAD and offset < (total if last is None else min(total, last)):
            limit = size if last is None else min(size, last - offset)
            self._pending.append(_PageReading(self._read, offset, limit))
            offset += limit

    def take(self, offset: int, limit: int) -> Page:
        """The page at `offset`: the next one that is being read, else read now."""
        if self._pending and self._pending[0].offset == offset:
            return self._pending.popleft().result()
        self._pending.clear()
        return self._read(offset, limit)


class _PageReading:
    """One page being read by a daemon thread, so that leaving early never waits for it."""

    def __init__(self, read: Callable[[int, int], Page], offset: int, limit: int) -> None:
        from threading import Thread

        self.offset = offset
        self.limit = limit
        self._read = read
        self._page: Page | None = None
        self._error: Exception | None = None
        self._thread = Thread(target=self._work, name="eclips-page", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            self._page = self._read(self.offset, self.limit)
        except Exception as error:
            self._error = error

    def result(self) -> Page:
        self._thread.join()
        if self._error is not None:
            raise self._error
        return cast(Page, self._page)


class Listing(Generic[M]):
    """An iterable of the API's own objects, each exactly once.

    `.total` is what the server last told (None before the first page, and where it tells none),
    `.fetched` how many items were handed out, or are about to be: whole pages are counted. Iterating
    again reads again. Stopping early stops reading. `to_the_end` takes a page shorter than asked not for the
    last one: a server that tells no total may give smaller pages than it was asked for.
    """

    def __init__(
        self,
        pages: Reads,
        kind: str,
        *,
        limit: int | None = None,
        offset: int = 0,
        ahead: bool = True,
        size: int = PAGE,
        to_the_end: bool = False,
    ) -> None:
        if offset < 0 or (limit is not None and limit < 0):
            raise UsageError("limit and offset must not be negative")
        self.total: int | None = None
        self.fetched = 0
        self._pages = pages
        self._kind = kind
        self._limit = limit
        self._offset = offset
        self._ahead = ahead
        self._size = size
        self._to_the_end = to_the_end

    def __iter__(self) -> Iterator[M]:
        return chain.from_iterable(self.chunks())

    def chunks(self) -> Iterator[list[M]]:
        """The same, as many items at once as are there without waiting: those of a page."""
        self.fetched = 0
        if self._limit == 0:
            return
        seen = SeenIds()
        for page in self._read_pages():
            left = None if self._limit is None else self._limit - self.fetched
            new = seen.new(page.items)[:left]
            self.fetched += len(new)
            if new:
                yield cast("list[M]", new)
            if self.fetched == self._limit or (self._to_the_end and not new):
                return
            seen.end_of_page(page.offset)

    def checked(self) -> Iterator[M]:
        """The same, each held against its definition; ProtocolError for a member of another type."""
        for item in self:
            check_types(self._kind, item)
            yield item

    def _last(self, following: int) -> int | None:
        """The offset after the last item that is wanted; None for all of them.

        After repeats nobody knows how many more of them come, so whole pages are read then.
        """
        if self._limit is None or following - self._offset > self.fetched:
            return None
        return following + self._limit - self.fetched

    def _read_pages(self) -> Iterator[Page]:
        ahead = Ahead(self._pages.read)
        page = self._pages.read(
            self._offset, self._size if self._limit is None else min(self._size, self._limit)
        )
        size = self._size
        while True:
            self.total = page.total
            yield page
            following = page.offset + len(page.items)
            if not self._more(page, following):
                self._check_end(page, following)
                return
            if len(page.items) < page.asked:
                size = len(page.items)  # the server gives smaller pages than were asked for
            last = self._last(following)
            if self._ahead and page.total is not None:
                ahead.fill(following, page.total, size, last)
            wanted = size if last is None else min(size, last - following)
            page = self._not_older(ahead.take(following, wanted), page)

    def _check_end(self, page: Page, following: int) -> None:
        """Raises ProtocolError where the list ends before what it says of itself."""
        wanted = self._limit is None or self.fetched < self._limit
        if self._pages.paged and wanted and page.total is not None and following < page.total:
            raise ProtocolError(f"the list ends early: after {following:,} of {page.total:,}, an empty page")

    def _more(self, page: Page, following: int) -> bool:
        if not self._pages.paged or not page.items:
            return False
        if page.total is not None:
            return following < page.total
        return self._to_the_end or len(page.items) >= page.asked

    def _not_older(self, page: Page, before: Page) -> Page:
        """`page`, unless it saw a smaller total than the page before it: then that place again, and further back.

        What left the list may have stood before the place, and may go on leaving while it is read.
        """
        if page.total is None or before.total is None or page.total >= before.total:
            return page
        place = page.offset
        page = self._pages.read(place, page.asked)
        for _ in range(READ_BACK):
            if page.total is None:
                break
            moved_to = max(0, place - (before.total - page.total))
            if page.offset <= moved_to:
                break
            page = self._pages.read(moved_to, self._size)
        return page
