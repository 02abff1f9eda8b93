"""Each row of the retry table, provoked for real: what httpx raises, how often we try, how it ends."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import trustme

from eclips_cli.api import EclipsClient, Hooks
from eclips_cli.api.http.exchange import Exchange, FailedTry
from eclips_cli.api.http.retry import FAULTS, Phase, RetryDecision, on_fault
from eclips_cli.api.http.transport import load_httpx
from eclips_cli.errors import EclipsError, NetworkError, ProtocolError, UnknownOutcome, UsageError
from tests.api.conftest import KEY, FakeClock, longest
from tests.servers.raw import (
    Action,
    RawServer,
    close_now,
    let_it_be_read,
    raw,
    reply,
    reset_now,
    silent,
    then,
)

RETRIES = 2


@dataclass
class Situation:
    """Where a request goes, and what is odd about it."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    timeout: float = 5.0
    big: bool = False


@contextmanager
def answered(*script: Action, **options: Any) -> Iterator[Situation]:
    with RawServer(*script) as server:
        yield Situation(server.url, **options)


@contextmanager
def refused() -> Iterator[Situation]:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    yield Situation(f"http://127.0.0.1:{port}")


@contextmanager
def no_handshake() -> Iterator[Situation]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield Situation(f"https://127.0.0.1:{listening.getsockname()[1]}", timeout=0.1)


@contextmanager
def never_reads() -> Iterator[Situation]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield Situation(f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=0.2, big=True)


@contextmanager
def stranger() -> Iterator[Situation]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    with RawServer(reply(200, b"{}"), tls=tls) as server:
        yield Situation(server.url)


@contextmanager
def proxied(answer: Action) -> Iterator[Situation]:
    with RawServer(answer) as proxy, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTPS_PROXY", proxy.url)
        yield Situation("https://api.example.com")


@contextmanager
def given(situation: Situation) -> Iterator[Situation]:
    yield situation


HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n"
BANNER = b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"
CUT = raw(HEAD + b"\r\n{", close=False)

SITUATIONS: dict[tuple[str, Phase], Callable[[], Any]] = {
    ("ConnectError", Phase.BEFORE): refused,
    ("ConnectTimeout", Phase.BEFORE): no_handshake,
    ("CertificateError", Phase.BEFORE): stranger,
    ("ProxyError", Phase.BEFORE): lambda: proxied(reply(502)),
    ("ProxyRefused", Phase.BEFORE): lambda: proxied(reply(403)),
    ("ProxyLogin", Phase.BEFORE): lambda: proxied(reply(407)),
    ("OtherProtocol", Phase.BEFORE): lambda: proxied(raw(BANNER)),
    ("NotHttp", Phase.BEFORE): lambda: proxied(raw(b"hello\r\n")),
    ("InvalidURL", Phase.BEFORE): lambda: given(Situation("https://☃.com")),
    ("UnicodeEncodeError", Phase.BEFORE): lambda: answered(reply(200), headers={"x-note": "ž"}),
    ("LocalProtocolError", Phase.SENT): lambda: answered(reply(200), headers={"x-note": "a\0b"}),
    ("ReadError", Phase.SENT): lambda: answered(reset_now),
    ("ReadTimeout", Phase.SENT): lambda: answered(silent(), timeout=0.1),
    ("WriteTimeout", Phase.SENT): never_reads,
    ("RemoteProtocolError", Phase.SENT): lambda: answered(close_now),
    # a server of another protocol says no more than its banner, and waits
    ("OtherProtocol", Phase.SENT): lambda: answered(then(raw(BANNER), silent())),
    ("NotHttp", Phase.SENT): lambda: answered(then(raw(b"hello\r\n"), silent())),
    ("ReadError", Phase.ANSWERED): lambda: answered(then(CUT, let_it_be_read, reset_now)),
    ("ReadTimeout", Phase.ANSWERED): lambda: answered(then(CUT, silent()), timeout=0.1),
    ("RemoteProtocolError", Phase.ANSWERED): lambda: answered(then(CUT, close_now)),
    ("DecodingError", Phase.ANSWERED): lambda: answered(
        raw(HEAD + b"content-encoding: gzip\r\n\r\n" + b"x" * 50)
    ),
    ("TooLarge", Phase.ANSWERED): lambda: answered(reply(200, b" " * 5000)),
}


@dataclass
class Tried:
    troubles: list[str | None]
    error: EclipsError
    slept: list[float]


def attempt(situation: Situation, method: str) -> Tried:
    troubles: list[str | None] = []
    clock = FakeClock()
    client = EclipsClient(
        KEY,
        base_url=situation.url,
        request_timeout=situation.timeout,
        max_retries=RETRIES,
        hooks=Hooks(on_response=lambda line: troubles.append(line.trouble)),
        clock=clock,
        uniform=longest,
    )
    body = b"x" * 30_000_000 if situation.big else None
    with client, pytest.raises(EclipsError) as caught:
        client.request(method, "/v1/run", headers=situation.headers, content=body, check=True)
    return Tried(troubles, caught.value, clock.slept)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("row", SITUATIONS, ids=lambda row: f"{row[0]} {row[1].name.lower()}")
def test_row(row: tuple[str, Phase], method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, phase = row
    monkeypatch.setattr("eclips_cli.api.http.exchange.MAX_ANSWER", 1000)
    with SITUATIONS[row]() as situation:
        tried = attempt(situation, method)
    decision = on_fault(kind, phase, change=method != "GET")
    tries = RETRIES + 1 if decision is RetryDecision.REPEAT else 1
    assert tried.troubles == [f"{kind} {phase.value}"] * tries
    assert tried.slept == [0.5, 1.0][: tries - 1]
    assert isinstance(tried.error, expected(kind, decision)), tried.error
    assert ("accepted (status 200)" in tried.error.message) is (decision is RetryDecision.ACCEPTED)
    assert KEY not in tried.error.message + str(tried.error.hint)
    assert tried.error.__cause__ is None and tried.error.__context__ is None


def expected(kind: str, decision: RetryDecision) -> type[EclipsError]:
    if decision in (RetryDecision.UNKNOWN, RetryDecision.ACCEPTED):
        return UnknownOutcome
    if kind in ("LocalProtocolError", "InvalidURL", "UnicodeEncodeError"):
        return UsageError
    return ProtocolError if kind in ("TooLarge", "OtherProtocol", "NotHttp") else NetworkError


def test_the_two_that_the_client_itself_rules_out() -> None:
    httpx = load_httpx()
    with (
        RawServer(then(CUT, silent())) as server,
        httpx.Client(limits=httpx.Limits(max_connections=1)) as client,
    ):
        held = Exchange(client, "GET", server.url, {}, None, 5).head()
        assert raised(Exchange(client, "GET", server.url, {}, None, 0.05)) == ("PoolTimeout", Phase.BEFORE)
        held.close()
        assert raised(Exchange(client, "GET", "ftp://x/", {}, None, 1)) == (
            "UnsupportedProtocol",
            Phase.BEFORE,
        )


def raised(exchange: Exchange) -> tuple[str, Phase]:
    with pytest.raises(FailedTry) as caught:
        exchange.run()
    return caught.value.kind, caught.value.phase


def test_every_row_of_the_table_is_provoked() -> None:
    ruled_out = {("PoolTimeout", Phase.BEFORE), ("UnsupportedProtocol", Phase.BEFORE)}
    assert set(FAULTS) == set(SITUATIONS) | ruled_out


def test_a_proxy_that_dies_during_connect_has_sent_nothing_on() -> None:
    with proxied(reset_now) as situation:
        tried = attempt(situation, "POST")
    assert tried.troubles == [f"ReadError {Phase.BEFORE.value}"] * (RETRIES + 1)
    assert isinstance(tried.error, NetworkError)


@pytest.mark.parametrize(
    ("first", "named"),
    [
        (b"220 mail.example ESMTP\r\n", "SMTP or FTP"), (b"220-ftp.example\r\n", "SMTP or FTP"), (BANNER, "SSH"),
        (b"+OK ready\r\n", "POP3"), (b"* OK IMAP4rev1\r\n", "IMAP"), (b"-ERR unknown command\r\n", "Redis or POP3"),
        (b"RFB 003.008\n", "VNC"), (b"AMQP\0\0\x09\1", "AMQP"), (b"\x15\x03\x03\0\x02\x02\x16", "TLS"),
    ],
)  # fmt: skip
def test_a_server_of_another_protocol_is_named_at_once_whatever_was_asked(first: bytes, named: str) -> None:
    with RawServer(then(raw(first), silent())) as server, RawServer(greeting=first) as greeter:
        for method in ("GET", "POST"):
            tried = attempt(Situation(server.url), method)
            assert (tried.error.type, tried.error.exit_code, tried.slept) == ("other_protocol", 12, [])
            assert tried.error.message == f"127.0.0.1:{server.port} speaks {named}, not HTTP"
            assert ("https://" in str(tried.error.hint)) is (named == "TLS") and not tried.error.retryable
            plain = attempt(Situation(greeter.url.replace("http:", "https:")), method)
            if named != "TLS":
                assert plain.error.message == f"127.0.0.1:{greeter.port} speaks no TLS on this port"
                assert (plain.error.exit_code, plain.slept) == (12, [])


@pytest.mark.parametrize(
    "garbage",
    [b"hello\r\n\r\n", b"http/1.1 200 OK\r\n\r\n", b"HTTX", b"\r\nHTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n",
     b"\x16\x03\x01\x02\x00", b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n"],
)  # fmt: skip
def test_an_answer_that_is_no_http_by_whomever_is_12_and_leaves_a_change_unknown(garbage: bytes) -> None:
    """An API that did the work may stand behind a gateway that spoils its answers; a mail server did nothing."""
    with answered(raw(garbage)) as situation:
        unknown = attempt(situation, "POST").error
        assert isinstance(unknown, UnknownOutcome) and "is not HTTP" in unknown.message
        wrong = attempt(situation, "GET")
        assert (wrong.error.type, wrong.error.exit_code, len(wrong.troubles)) == ("protocol", 12, RETRIES + 1)


def test_http_that_comes_in_pieces_and_on_a_kept_connection_is_http() -> None:
    seen: list[int] = []

    def slowly(talk: Any) -> None:
        seen.append(talk.request.connection)
        for piece in (b"H", b"TTP/1.1 200 OK\r\ncontent-length: 2\r\n", b"\r\n{}"):
            talk.send(piece)
            talk.wait(0.02)

    with RawServer(slowly) as server, EclipsClient(KEY, base_url=server.url) as client:
        assert [client.request("GET", "/v1/usage").content for _ in range(2)] == [b"{}"] * 2
    assert seen == [1, 1]


def test_a_lost_body_of_a_refusal_is_still_a_refusal() -> None:
    cut = raw(b"HTTP/1.1 404 X\r\ncontent-length: 50\r\n\r\n{", close=False)
    with answered(then(cut, close_now)) as situation:
        tried = attempt(situation, "POST")
    assert (tried.error.code, tried.troubles) == ("not_found", [None])
