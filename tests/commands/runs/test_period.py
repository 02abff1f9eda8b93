"""`--since` and `--until`: which runs, how many pages are read for them, and by whose clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import formatdate

import pytest

from eclips_cli.durations import iso_text
from tests.inside import run_inside
from tests.installed import Result
from tests.servers.raw import Action, RawServer, Received, json_reply

COUNT = 1000
NEWEST = datetime(2026, 6, 6, 12, tzinfo=UTC).timestamp()
"""what the server's clock says; half a minute before it the newest run was created, and one a minute before that"""


class Api:
    """An API of a thousand runs, which says what it was asked for, and somebody who asks it."""

    def __init__(self, env: dict[str, str]) -> None:
        self.server = RawServer(answer=self._answer)
        self.env = {**env, "ECLIPS_BASE_URL": self.server.url, "ECLIPS_API_KEY": "eck_live_canary0123456789"}

    def _answer(self, request: Received) -> Action:
        asked, only = request.query, request.query.get("status")
        runs = [run for run in map(self.run, range(COUNT)) if only in (None, run["status"])]
        first, count = int(asked.get("offset", 0)), int(asked.get("limit", 20))
        page = {"data": runs[first : first + count], "total": len(runs), "limit": count, "offset": first}
        return json_reply(page, headers=[("Date", formatdate(NEWEST, usegmt=True))])

    @staticmethod
    def run(number: int) -> dict[str, str]:
        status = "failed" if number % 2 else "completed"
        return {"id": f"{number:04}", "status": status, "created_at": iso_text(NEWEST - 60 * number - 30)}

    def list(self, *argv: str) -> Result:
        self.server.requests.clear()
        return run_inside(("runs", "list", *argv), self.env)

    def read(self, *argv: str) -> tuple[range, list[int]]:
        """The runs that are listed (without a gap), and the offsets of the pages that were read for them."""
        done = self.list("--all", *argv, "-o", "id")
        assert done.code == 0, done
        found = [int(line) for line in done.lines]
        listed = range(found[0], found[-1] + 1) if found else range(0)
        assert found == list(listed)
        return listed, [int(request.query["offset"]) for request in self.server.requests]


@pytest.fixture
def api(clean_env: dict[str, str]) -> Iterator[Api]:
    made = Api(clean_env)
    with made.server:
        yield made


def test_no_page_is_read_before_it_is_known_to_be_needed(api: Api) -> None:
    assert api.read("--since", "5m") == (range(5), [0])
    assert api.read("--since", "98m") == (range(98), [0])
    # the page of which all is asked for does not tell whether the next one is
    assert api.read("--since", "100m") == (range(100), [0, 100])
    assert api.read("--since", "3h") == (range(180), [0, 100])
    assert api.read("--since", "5h") == (range(300), [0, 100, 200, 300])
    assert api.read("--since", "1w") == (range(COUNT), list(range(0, COUNT, 100)))
    # the second request is for one run: how many there are, to say that none of them matches
    assert api.read("--since", "2026-07-01T00:00Z") == (range(0), [0, 0])


def test_until_leaves_out_what_is_newer_and_ends_where_since_does(api: Api) -> None:
    assert api.read("--since", "2h", "--until", "1h") == (range(60, 120), [0, 100])
    assert api.read("--since", "3h", "--until", "150m", "--status", "failed,completed")[0] == range(150, 180)
    assert sorted(api.read("--since", "3h", "--until", "2h", "--status", "failed,completed")[1]) == [0, 0]
    assert api.read("--until", "16h")[0] == range(960, COUNT)
    cut = api.list("--until", "1h", "--limit", "2", "-o", "id")
    assert cut.lines == ["0060", "0061"] and "showing the newest 2 that match" in cut.err
    none = api.list("--until", "2026-01-01")
    assert none.err == f"none of {COUNT:,} runs matches --until 2026-01-01\n"
    for wrong in (("--since", "1h", "--until", "2h"), ("--until", "soon"), ("--since", "soon")):
        assert api.list(*wrong).code == 2 and api.server.requests == []


def test_relative_times_count_from_the_servers_clock_and_days_are_those_of_this_zone(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert abs(time.time() - NEWEST) > 86400, "this machine's clock is another one"
    assert api.read("--since", "today")[0] == range(12 * 60)
    assert api.read("--since", "yesterday", "--until", "today")[0] == range(12 * 60, COUNT)
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    try:
        assert api.read("--since", "today")[0] == range(14 * 60)
        assert api.read("--since", "2026-06-06T13:00")[0] == range(60)
        assert api.read("--since", "2026-06-06T11:00Z")[0] == range(60)
    finally:
        monkeypatch.undo()
        time.tzset()
