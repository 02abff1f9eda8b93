"""A key that is rejected: when its source is read again, what a wait makes of it, and several threads at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from eclips_cli.api import EclipsClient, WaitBudget
from eclips_cli.api.http.key_in_use import KeySource
from eclips_cli.errors import ConfigError, KeyRejected, UsageError
from tests.api.conftest import KEY, FakeClock
from tests.output.rows import USAGE
from tests.servers.raw import Action, RawServer, Received, json_reply

NEW = "eck_live_renewed01234abcd"


class Source:
    """Where a key came from; `reads` counts how often it was looked at, `told` what was said."""

    def __init__(self, holds: str = KEY) -> None:
        self.holds, self.reads, self.told = holds, 0, list[tuple[str, str]]()

    def read(self) -> str:
        self.reads += 1
        if not self.holds:
            raise ConfigError("it is empty", hint="fill it")
        return self.holds

    @property
    def wired(self) -> KeySource:
        return KeySource("a file", "renew it", self.read, lambda *keys: self.told.append(keys))


class Api:
    """A server that takes one key; `seen` are those that came."""

    def __init__(self) -> None:
        self.good, self.seen = KEY, list[str]()

    def answer(self, request: Received) -> Action:
        self.seen.append(request.headers["authorization"].removeprefix("Bearer "))
        if self.seen[-1] != self.good:
            return json_reply({"error": f"no such key: {self.seen[-1]}"}, 401)
        return json_reply({"run_id": "r1"} if request.method == "POST" else USAGE)


@pytest.fixture
def api() -> Api:
    return Api()


def test_threads_that_are_rejected_at_once_read_the_source_once(
    api: Api, connect: Callable[..., EclipsClient]
) -> None:
    api.good, source = NEW, Source(NEW)
    with RawServer(answer=api.answer) as server:
        client = connect(server, key_source=source.wired)
        with ThreadPoolExecutor(8) as pool:
            plans = list(pool.map(lambda _: client.usage.summary().json["plan"], range(8)))
    assert plans == ["team"] * 8 and source.reads == 1
    assert source.told == [("eck_live_…6789", "eck_live_…abcd")]


def test_a_wait_goes_on_only_where_the_key_was_good_before(
    api: Api, connect: Callable[..., EclipsClient], clock: FakeClock
) -> None:
    source, said = Source(), list[str]()
    with RawServer(answer=api.answer) as server:
        client = connect(server, key_source=source.wired)
        budget = WaitBudget(clock, 300.0, say=said.append, doing="watching")
        waiting = client.within(budget)
        assert waiting.usage.summary().json["plan"] == "team"
        api.good, begun = NEW, clock.monotonic()
        with pytest.raises(
            KeyRejected, match="the API key eck_live_…6789 of a file was rejected: no such key"
        ) as ended:
            waiting.usage.summary()
        assert 280 <= clock.monotonic() - begun <= 320 and source.reads > 10, (
            "it looked for a new one all the time"
        )
        assert said == [f"{ended.value.message}; watching goes on"] and KEY not in said[0]
        source.holds, asked = "", len(api.seen)
        for other in (connect(server, key_source=source.wired), connect(server)):
            with pytest.raises(KeyRejected) as at_once:
                other.within(WaitBudget(clock, 300.0)).usage.summary()
        assert len(api.seen) == asked + 2, "what was never good is no rotation"
        assert at_once.value.hint == "eclips auth login"
        source.holds = NEW
        assert waiting.usage.summary().json["plan"] == "team"
        assert said[1:] == ["the API answers again"]


@pytest.mark.parametrize("refused", [True, False])
def test_a_key_is_kept_out_or_in_by_who_settles_it(
    api: Api, connect: Callable[..., EclipsClient], refused: bool
) -> None:
    """It is asked with a client of the new key, before any change goes out with it."""
    api.good, source, settled = NEW, Source(NEW), list[Any]()

    def settle(candidate: EclipsClient) -> None:
        settled.append(candidate.usage.summary().json)
        if refused:
            raise UsageError("another account's")

    with RawServer(answer=api.answer) as server:
        client = connect(server, key_source=source.wired)
        client.settle_renewals(settle)
        if refused:
            with pytest.raises(UsageError, match="another account's"):
                client.runs.start("x")
            assert api.seen == [KEY, NEW] and not source.told
        else:
            assert client.runs.start("x").json == {"run_id": "r1"}
            assert api.seen == [KEY, NEW, NEW]
    assert settled == [USAGE]
