"""Every exchange has a bound as a whole, also with a server on this machine that never stops beginning its answer."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from eclips_cli import errors
from eclips_cli.api import EclipsClient
from eclips_cli.api.http import exchange, transport
from tests.servers.raw import Action, Conversation, RawServer

Connect = Callable[..., EclipsClient]


def again_and_again(data: bytes) -> Action:
    def act(talk: Conversation) -> None:
        end = time.monotonic() + 20
        while talk.keep and time.monotonic() < end and not talk.server.stopping.wait(0.02):
            talk.send(data)

    return act


@pytest.mark.parametrize(
    "data", [b"HTTP/1.1 100 Continue\r\n\r\n", b"H"], ids=["endless 100", "dripped head"]
)
@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda api: api.runs.get("r1"), errors.NetworkError),
        (lambda api: api.triage.approve("t1"), errors.UnknownOutcome),
    ],
    ids=["read", "change"],
)
def test_an_answer_that_never_begins(
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    data: bytes,
    ask: Callable[[EclipsClient], object],
    error: type[errors.EclipsError],
) -> None:
    monkeypatch.setattr(transport, "WHOLE_ANSWER_FACTOR", 2)
    monkeypatch.setattr(exchange, "WHOLE_ANSWER_FACTOR", 2)
    begun = time.monotonic()
    with RawServer(again_and_again(data)) as server, pytest.raises(error):
        ask(connect(server.url, request_timeout=0.3, max_retries=0))
    assert time.monotonic() - begun < 15
