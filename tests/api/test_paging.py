"""Lists: exactly what is needed is asked for, each item comes once, memory and threads stay bounded."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eclips_cli.api import EclipsClient, Listing
from eclips_cli.api.paging import AHEAD, Page
from eclips_cli.errors import NotFound, ProtocolError, UsageError
from tests.servers.raw import Action, RawServer, Received, json_reply

Connect = Callable[..., EclipsClient]


class Runs:
    """A list at a server, newest first; `change` is called after each request with its number."""

    def __init__(self, count: int, change: Callable[["Runs", int], None] = lambda *_: None) -> None:
        self.ids = [f"r{number}" for number in range(count, 0, -1)]
        self.asked: list[tuple[int, int]] = []
        self._change = change
        self._lock = threading.Lock()

    def insert(self, *ids: str) -> None:
        self.ids[:0] = ids

    def __call__(self, request: Received) -> Action:
        with self._lock:
            limit, offset = int(request.query["limit"]), int(request.query["offset"])
            self.asked.append((offset, limit))
            items = [{"id": name} for name in self.ids[offset : offset + limit]]
            answer = {"data": items, "total": len(self.ids), "limit": limit, "offset": offset}
            self._change(self, len(self.asked))
            return json_reply(answer)


def names(listing: Listing[Any]) -> list[str]:
    return [item["id"] for item in listing]


@pytest.mark.parametrize(
    ("count", "limit", "asked"),
    [
        (500, 20, [(0, 20)]),
        (500, 100, [(0, 100)]),
        (500, 150, [(0, 100), (100, 50)]),
        (500, 250, [(0, 100), (100, 100), (200, 50)]),
        (100, None, [(0, 100)]),
        (101, None, [(0, 100), (100, 100)]),
        (0, None, [(0, 100)]),
        (30, 50, [(0, 50)]),
        (500, 0, []),
    ],
)
def test_no_more_is_asked_for_than_needed(
    connect: Connect, count: int, limit: int | None, asked: Any
) -> None:
    runs = Runs(count)
    with RawServer(answer=runs) as server:
        listing = connect(server).runs.list(limit=limit)
        assert len(names(listing)) == min(count, count if limit is None else limit)
    assert sorted(runs.asked) == asked
    assert listing.total == (None if limit == 0 else count)


def test_all_of_a_long_list_in_order_and_again(connect: Connect) -> None:
    runs = Runs(2345)
    with RawServer(answer=runs) as server:
        listing = connect(server).runs.list()
        assert listing.total is None
        assert names(listing) == runs.ids
        assert (listing.total, listing.fetched) == (2345, 2345)
        assert names(listing) == runs.ids


def test_parameters_go_along(connect: Connect) -> None:
    runs = Runs(300)
    with RawServer(answer=runs) as server:
        client = connect(server)
        assert names(client.runs.list(status="pending triage&x", offset=250)) == runs.ids[250:]
        assert server.requests[0].query == {"status": "pending triage&x", "limit": "100", "offset": "250"}


def test_models(connect: Connect) -> None:
    with RawServer(answer=Runs(3)) as server:
        assert [run["id"] for run in connect(server).runs.list().checked()] == ["r3", "r2", "r1"]


def test_new_items_while_reading_repeat_nothing_and_hide_nothing(connect: Connect) -> None:
    runs = Runs(1000, lambda self, number: self.insert(f"n{number}", f"m{number}"))
    with RawServer(answer=runs) as server:
        found = names(connect(server).runs.list())
    assert [name for name in found if name.startswith("r")] == [f"r{number}" for number in range(1000, 0, -1)]
    assert len(set(found)) == len(found)


def test_a_limit_is_reached_while_new_items_arrive(connect: Connect) -> None:
    runs = Runs(1000, lambda self, number: self.insert(f"n{number}", f"m{number}"))
    with RawServer(answer=runs) as server:
        found = names(connect(server).runs.list(limit=102))
    assert found == [f"r{number}" for number in range(1000, 898, -1)]
    assert len(runs.asked) <= 2 + AHEAD


def test_a_burst_of_new_items(connect: Connect) -> None:
    def burst(self: Runs, number: int) -> None:
        if number == 2:
            self.insert(*(f"n{i}" for i in range(500)))

    with RawServer(answer=Runs(600, burst)) as server:
        found = names(connect(server).runs.list())
    assert [name for name in found if name.startswith("r")] == [f"r{number}" for number in range(600, 0, -1)]
    assert len(set(found)) == len(found)


def test_items_that_leave_the_list_hide_no_others(connect: Connect) -> None:
    def leave(self: Runs, number: int) -> None:
        if number in (1, 3):
            del self.ids[10:15]

    with RawServer(answer=Runs(700, leave)) as server:
        found = names(connect(server).runs.list())
    gone = {f"r{number}" for number in range(700 - 20, 700 - 10 + 1)}
    assert set(found) >= {f"r{number}" for number in range(1, 701)} - gone
    assert len(set(found)) == len(found)


class Shrinking:
    """A list of which items leave right after some of the reads: at a place, so many."""

    paged = True

    def __init__(self, count: int, leave: dict[int, tuple[int, int]]) -> None:
        self.ids = [f"r{number}" for number in range(count, 0, -1)]
        self.reads = 0
        self._leave = leave

    def read(self, offset: int, limit: int) -> Page:
        page = Page(
            offset, limit, [{"id": name} for name in self.ids[offset : offset + limit]], len(self.ids)
        )
        self.reads += 1
        place, count = self._leave.get(self.reads, (0, 0))
        del self.ids[place : place + count]
        return page


@settings(deadline=None, max_examples=300)
@example(350, {1: (10, 5), 3: (10, 5)})
@example(350, {number: (0, 1) for number in range(1, 9)})
@given(
    st.integers(0, 600),
    st.dictionaries(st.integers(1, 8), st.tuples(st.integers(0, 300), st.integers(0, 150)), max_size=5),
)
def test_whenever_items_leave_those_that_stay_are_found_once(
    count: int, leave: dict[int, tuple[int, int]]
) -> None:
    pages = Shrinking(count, leave)
    found = names(Listing(pages, "Run", ahead=False))
    assert set(found) >= set(pages.ids) and len(set(found)) == len(found)


def test_a_list_that_never_stops_shrinking_is_read_to_an_end() -> None:
    pages = Shrinking(1000, {number: (0, 1) for number in range(1, 1000)})
    assert names(Listing(pages, "Run", ahead=False))
    assert pages.reads < 250


class Timeline:
    """Pages of a growing list, each read at a moment of its own: what threads in any order would see."""

    paged = True

    def __init__(self, count: int, moments: dict[int, int]) -> None:
        self.base = [f"r{number}" for number in range(count, 0, -1)]
        self.moments = moments
        self.latest = 0
        self.read_before: set[int] = set()
        self._lock = threading.Lock()

    def read(self, offset: int, limit: int) -> Page:
        with self._lock:
            moment = self.latest if offset in self.read_before else self.moments.get(offset, self.latest)
            if offset == 0:
                moment = 0
            self.read_before.add(offset)
            self.latest = max(self.latest, moment)
            ids = [f"n{number}" for number in range(moment, 0, -1)] + self.base
            return Page(offset, limit, [{"id": name} for name in ids[offset : offset + limit]], len(ids))


@settings(deadline=None, max_examples=150)
@given(
    st.integers(0, 900),
    st.dictionaries(st.integers(1, 14).map(lambda page: page * 100), st.integers(0, 250), max_size=14),
)
def test_whenever_each_page_was_read(count: int, moments: dict[int, int]) -> None:
    timeline: Any = Timeline(count, moments)
    found = names(Listing(timeline, "Run"))
    assert [name for name in found if name.startswith("r")] == timeline.base
    assert len(set(found)) == len(found)


def test_items_without_an_id_are_never_dropped() -> None:
    pages: Any = Timeline(0, {})
    pages.read = lambda offset, limit: Page(offset, limit, [{}] * min(limit, 150 - offset), 150)
    assert len(list(Listing(pages, "Run"))) == 150


def test_a_server_with_smaller_pages_than_asked_for() -> None:
    pages: Any = Timeline(0, {})
    pages.read = lambda offset, limit: Page(
        offset, limit, [{"id": f"{i}"} for i in range(offset, min(offset + limit, offset + 30, 400))], 400
    )
    assert names(Listing(pages, "Run")) == [f"{i}" for i in range(400)]


@pytest.mark.parametrize("total", [10**9, None])
def test_a_server_that_ignores_offset_does_not_go_on_for_ever(total: int | None) -> None:
    pages: Any = Timeline(0, {})
    pages.read = lambda offset, limit: Page(offset, limit, [{"id": f"{i}"} for i in range(limit)], total)
    with pytest.raises(ProtocolError, match="repeats itself"):
        list(Listing(pages, "Run"))


@pytest.mark.parametrize("total", ["7", -1, True, None, 1.5])
def test_an_odd_total_counts_as_none(connect: Connect, total: Any) -> None:
    with RawServer(json_reply({"data": [{"id": "a"}], "total": total})) as server:
        listing = connect(server).runs.list()
        assert (names(listing), listing.total) == (["a"], None)


def test_a_total_that_is_too_large_ends_with_an_empty_page() -> None:
    pages: Any = Timeline(0, {})
    pages.read = lambda offset, limit: Page(
        offset, limit, [{"id": f"{i}"} for i in range(offset, min(offset + limit, 130))], 1000
    )
    seen: list[Any] = []
    with pytest.raises(ProtocolError, match="ends early: after 130 of 1,000"):
        for item in Listing(pages, "Run"):
            seen.append(item)
    assert len(seen) == 130
    assert len(list(Listing(pages, "Run", limit=130))) == 130


def test_batches_have_no_total_and_end_with_a_short_page(connect: Connect) -> None:
    ids = [f"b{i}" for i in range(250)]

    def answer(request: Received) -> Action:
        limit, offset = int(request.query["limit"]), int(request.query["offset"])
        return json_reply({"jobs": [{"id": name} for name in ids[offset : offset + limit]]})

    with RawServer(answer=answer) as server:
        listing = connect(server).batches.list()
        assert names(listing) == ids
        assert listing.total is None
        assert [r.query["offset"] for r in server.requests] == ["0", "100", "200"]


def test_pages_are_read_at_the_same_time_but_only_so_far(connect: Connect) -> None:
    runs = Runs(5000)
    with RawServer(answer=runs) as server:
        listing = iter(connect(server).runs.list())
        for _ in range(101):
            next(listing)
        deadline = time.monotonic() + 20
        while len(runs.asked) < 1 + AHEAD and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.05)  # a fifth page would be asked for by now
        assert len(runs.asked) == 1 + AHEAD
        assert server.connections <= 1 + AHEAD


def test_leaving_early_stops_the_reading(connect: Connect) -> None:
    runs = Runs(5000)
    with RawServer(answer=runs) as server:
        for item in connect(server).runs.list():
            if item["id"] == "r4990":
                break
        assert runs.asked == [(0, 100)]


def test_an_error_comes_after_the_items_before_it(connect: Connect) -> None:
    runs = Runs(1000)

    def answer(request: Received) -> Action:
        return json_reply({"error": "gone"}, 404) if request.query["offset"] == "300" else runs(request)

    seen = []
    with RawServer(answer=answer) as server, pytest.raises(NotFound):
        for item in connect(server).runs.list():
            seen.append(item["id"])
    assert seen == runs.ids[:300]


def test_a_rate_limited_page_is_read_again(connect: Connect) -> None:
    runs = Runs(1000)
    limited: set[str] = set()

    def answer(request: Received) -> Action:
        if request.query["offset"] in ("200", "500") and request.query["offset"] not in limited:
            limited.add(request.query["offset"])
            return json_reply({"error": "slow down"}, 429, [("Retry-After", "1")])
        return runs(request)

    with RawServer(answer=answer) as server:
        assert names(connect(server).runs.list()) == runs.ids


def test_a_slow_consumer_does_not_grow_the_memory() -> None:
    import tracemalloc

    pages: Any = Timeline(0, {})
    pages.read = lambda offset, limit: Page(
        offset,
        limit,
        [{"id": f"{i}", "text": "x" * 1000 + str(i)} for i in range(offset, offset + limit)],
        60_000,
    )
    tracemalloc.start()
    try:
        for count, _ in enumerate(Listing(pages, "Run")):
            if count == 20_000:
                early = tracemalloc.get_traced_memory()[0]
        late = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert late - early < 10_000_000, "40 MB went by"


@pytest.mark.parametrize("window", [{"limit": -1}, {"offset": -1}])
def test_negative_windows_are_refused(connect: Connect, window: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        connect("http://127.0.0.1:1").runs.list(**window)
