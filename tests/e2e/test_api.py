"""`eclips api`: any request, its body verbatim both ways, all pages, and what is refused before it is sent."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.inside import inside
from tests.installed import PROGRAM, Run
from tests.servers.raw import RawServer, Received, json_reply, raw, reply

__all__ = ["inside"]
QUICK = ("--max-retries", "0")
Answer = Callable[..., Any]


@pytest.fixture
def at(inside: Run) -> Run:
    """`at(server, "GET", "/v1/x")`: `eclips api` against a scripted server."""

    def run(server: RawServer, *argv: str, **more: Any) -> Any:
        return inside("api", *argv, ECLIPS_BASE_URL=server.url, **more)

    return run


def test_a_body_is_printed_as_it_came(at: Run) -> None:
    body = '{"a":1.10,  "é":"<\\u00e9>",\n"big":123456789012345678901234567890}'
    with RawServer(reply(200, body.encode())) as server:
        assert at(server, "/v1/usage").out == body
        assert at(server, "GET", "v1/usage", "--jq", ".a").out == "1.10\n"
        assert server.requests[0].headers["authorization"].startswith("Bearer eck_live_")


def test_bytes_pass_both_ways_unchanged(api_env: dict[str, str], tmp_path: Path) -> None:
    sent = bytes(range(256)) * 40
    (tmp_path / "body.bin").write_bytes(sent)
    for given, stdin in ((str(tmp_path / "body.bin"), b""), ("-", sent)):
        with RawServer(reply(200, sent[::-1])) as server:
            argv = [PROGRAM, "api", "/v1/x", "--input", given, "-H", "content-type: application/octet-stream"]
            env = {**api_env, "ECLIPS_BASE_URL": server.url}
            done = subprocess.run(argv, env=env, input=stdin, capture_output=True, timeout=60)
            assert (done.returncode, done.stdout) == (0, sent[::-1]), done.stderr
            (request,) = server.requests
            assert (request.method, request.body) == ("POST", sent)
            assert request.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("argv", "method", "target", "body"),
    [
        (("/v1/x",), "GET", "/v1/x", None),
        (("get", "/v1/x", "-f", "a=1 &é", "-F", "n=null"), "GET", "/v1/x?a=1+%26%C3%A9&n=null", None),
        (("/v1/x?b=2", "-X", "delete", "-f", "a=1"), "DELETE", "/v1/x?b=2&a=1", None),
        (("/v1/x?back=https://h/", "-X", "GET"), "GET", "/v1/x?back=https://h/", None),
        (("HEAD", "/v1/x"), "HEAD", "/v1/x", None),
        (("/v1/x", "-f", "a=1", "-f", "b=x=y"), "POST", "/v1/x", {"a": "1", "b": "x=y"}),
        (("POST", "/v1/x"), "POST", "/v1/x", None),
        (
            ("PUT", "/v1/x", *(word for pair in ("t=true", "f=1.5", "o={\"k\": [1]}", "s=tr", "m=-", "i=-Infinity",
                                                 "e=", "q=\"5\"") for word in ("-F", pair))),
            "PUT", "/v1/x",
            {"t": True, "f": 1.5, "o": {"k": [1]}, "s": "tr", "m": "-", "i": "-Infinity", "e": "", "q": "5"},
        ),
    ],
)  # fmt: skip
def test_words_make_the_request(at: Run, argv: tuple[str, ...], method: str, target: str, body: Any) -> None:
    with RawServer(json_reply({})) as server:
        assert at(server, *argv).code == 0
        (request,) = server.requests
        assert (request.method, request.target) == (method, target)
        assert (json.loads(request.body) if request.body else None) == body


def test_a_field_from_a_file_and_from_standard_input(at: Run, tmp_path: Path) -> None:
    (tmp_path / "task.txt").write_text("Pay\nINV-1")
    with RawServer(json_reply({})) as server:
        at(server, "/v1/run", "-F", f"task=@{tmp_path / 'task.txt'}")
        at(server, "/v1/run", "-F", "task=@-", stdin="12")
        assert [request.json["task"] for request in server.requests] == ["Pay\nINV-1", "12"]


def test_include_prints_the_head_before_the_body(at: Run) -> None:
    with RawServer(reply(200, b"x", headers=[("X-Id", "7"), ("X-Evil", "a\x1b[31m")])) as server:
        head, _, body = at(server, "/v1/x", "-i").out.partition("\n\n")
    lines = head.splitlines()
    assert lines[0] == "HTTP 200" and body == "x"
    assert any(line.lower() == "x-id: 7" for line in lines)
    assert "\x1b" not in head


@pytest.mark.parametrize(
    ("status", "code"), [(400, 14), (401, 4), (403, 5), (404, 6), (422, 14), (429, 10), (500, 12), (302, 12)]
)
def test_an_error_is_printed_and_told_by_the_exit_code(at: Run, status: int, code: int) -> None:
    with RawServer(json_reply({"error": "no", "more": [1]}, status)) as server:
        done = at(server, "POST", "/v1/x", *QUICK, "-o", "json", "--jq", ".a")
    assert (done.code, done.json) == (code, {"error": "no", "more": [1]})
    assert done.error["status"] == status


def test_jq_over_what_is_no_json(at: Run) -> None:
    with RawServer(reply(200, b"plain text")) as server:
        done = at(server, "/v1/x", "--jq", ".a")
    assert done.code == 12 and "not JSON" in done.err


def test_a_change_whose_answer_is_lost_is_not_repeated_and_a_read_is(at: Run) -> None:
    dropped = raw(b"")
    with RawServer(dropped) as server:
        assert at(server, "POST", "/v1/x", "-f", "a=1").code == 11
        assert len(server.requests) == 1
    with RawServer(json_reply({}, 503), json_reply({"a": 1})) as server:
        assert at(server, "/v1/x").json == {"a": 1}


@pytest.mark.debian("curl")
def test_what_would_be_sent(at: Run, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"task": "x"}')
    with RawServer(json_reply({})) as server:
        shown = at(server, "/v1/run", "--input", str(tmp_path / "b.json"), "--dry-run").json
        assert shown == {"method": "POST", "url": f"{server.url}/v1/run", "body": '{"task": "x"}'}
        line = at(server, "/v1/run", "-f", "task=it's", "-H", "X-A: b", "--curl").out
        assert server.requests == []
        assert "$ECLIPS_API_KEY" in line and "eck_live_" not in line
        env = {"ECLIPS_API_KEY": "eck_live_1234567890", "PATH": "/usr/bin:/bin"}
        subprocess.run(["sh", "-c", line], env=env, capture_output=True, timeout=30, check=True)
        (request,) = server.requests
    assert (request.method, request.json, request.headers["x-a"]) == ("POST", {"task": "it's"}, "b")
    assert request.headers["authorization"] == "Bearer eck_live_1234567890"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("https://evil.example/v1/runs",), "a path, not a URL"),
        (("GET", "//evil.example/v1"), "a path, not a URL"),
        (("HTTPS://evil",), "a path, not a URL"),
        (("/v1/runs/../keys",), ".."),
        (("/v1/runs/%2e%2E/keys",), ".."),
        (("/v1/a b",), "percent-encoded"),
        (("/v1/é",), "percent-encoded"),
        (("/v1/x#f",), "percent-encoded"),
        (("",), "a path"),
        (("GET",), "needs a path"),
        (("GET", "/a", "/b"), "nothing after"),
        (("FROB", "/v1/x"), "no method"),
        (("GET", "/v1/x", "-X", "POST"), "two methods"),
        (("/v1/x", "-f", "a"), "KEY=VALUE"),
        (("/v1/x", "-F", "=a"), "KEY=VALUE"),
        (("/v1/x", "-f", "a=1", "-F", "a=2"), "two values"),
        (("/v1/x", "-F", "a=@/no/such"), "no such file"),
        (("/v1/x", "--input", "/no/such"), "no such file"),
        (("/v1/x", "--input", "/"), "is a directory"),
        (("/v1/x", "--input", "-", "-f", "a=1"), "together"),
        (("/v1/x", "-H", "nonsense"), "not a header"),
        (("/v1/x", "-H", "a b: c"), "not a header"),
        (("/v1/x", "-H", "X-A: b\r\nX-B: c"), "not a header"),
        (("/v1/x", "-H", "X-A: é"), "not a header"),
        (("/v1/x", "-H", "Authorization: Bearer x"), "not yours"),
        (("/v1/x", "-H", "HOST: evil"), "not yours"),
        (("/v1/x", "--fields", "a"), "--jq"),
        (("POST", "/v1/x", "--paginate"), "GET"),
        (("/v1/x", "--paginate", "-i"), "several"),
        (("/v1/x?limit=x", "--paginate"), "whole number"),
        (("POST", "/v1/x", "-F", "a=1e999"), "a number too large"),
        (("POST", "/v1/x", "-f", "a=\udcff"), "UTF-8"),
    ],
)
def test_what_makes_no_request_is_refused_before_it_is_sent(
    at: Run, argv: tuple[str, ...], words: str
) -> None:
    with RawServer(json_reply({"data": []})) as server:
        done = at(server, *argv)
        assert (done.code, server.requests) == (2, []), done
    assert words in done.err and "Traceback" not in done.err


class Growing:
    """A list that answers by limit and offset, newest first, and grows or shrinks between two pages."""

    def __init__(self, count: int, *, total: bool = True, largest: int = 100, shape: str = "data") -> None:
        self.items = [{"id": f"i{number}"} for number in range(count, 0, -1)]
        self.total, self.largest, self.shape = total, largest, shape
        self.between: Callable[[Growing], None] = lambda _list: None
        self.asked: list[tuple[int, int]] = []

    def __call__(self, request: Received) -> Any:
        limit = min(int(request.query.get("limit", "20")), self.largest)
        offset = int(request.query.get("offset", "0"))
        self.asked.append((offset, limit))
        page = self.items[offset : offset + limit]
        told = {"total": len(self.items), "limit": limit, "offset": offset} if self.total else {}
        self.between(self)
        return json_reply(page if not self.shape else {self.shape: page, **told})


def paged(at: Run, answer: Growing, *argv: str) -> Any:
    with RawServer(answer=answer) as server:
        done = at(server, "/v1/things", "--paginate", *argv)
    assert done.code == 0, done.err
    return done.json


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, 453])
@pytest.mark.parametrize(("shape", "total"), [("data", True), ("jobs", False), ("", False)])
def test_every_page_of_any_shape(at: Run, count: int, shape: str, total: bool) -> None:
    answer = Growing(count, total=total, shape=shape)
    found = paged(at, answer)
    items = found[shape] if shape else found
    assert items == answer.items
    if total:
        assert found["total"] == count


def test_items_that_arrive_while_pages_are_read_repeat_nothing_and_hide_nothing(at: Run) -> None:
    answer = Growing(250)
    old = list(answer.items)

    def arrive(grown: Growing) -> None:
        grown.items[:0] = [{"id": f"new{len(grown.items)}{number}"} for number in range(7)]

    answer.between = arrive
    ids = [item["id"] for item in paged(at, answer)["data"]]
    assert len(ids) == len(set(ids))
    assert set(ids) >= {item["id"] for item in old}


def test_limit_is_the_size_of_a_page_and_offset_where_it_begins(at: Run) -> None:
    answer = Growing(12, total=False, shape="jobs")
    assert len(paged(at, answer, "-f", "limit=5", "-f", "offset=2")["jobs"]) == 10
    assert answer.asked == [(2, 5), (7, 5), (12, 5)]
    larger = Growing(230, largest=50)
    assert len(paged(at, larger, "-F", "limit=9999")["data"]) == 230


@pytest.mark.parametrize("ids", [True, False])
def test_a_list_that_knows_no_pages_is_read_once(at: Run, ids: bool) -> None:
    rows = [{"id": f"w{n}"} if ids else {"amount": n} for n in range(130)]
    with RawServer(json_reply({"data": rows})) as server:
        assert at(server, "/v1/webhooks", "--paginate").json["data"] == rows
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    "body", [b"{}", b'{"a": [], "b": []}', b'"x"', b"3", b"null", b"<html>", b"", b'{"a": NaN}']
)
def test_what_is_no_list_can_not_be_paged(at: Run, body: bytes) -> None:
    with RawServer(reply(200, body)) as server:
        done = at(server, "/v1/x", "--paginate")
    assert done.code == 12 and done.out == "" and "Traceback" not in done.err


def test_a_page_that_fails_prints_nothing(at: Run) -> None:
    full = json_reply({"data": [{"id": str(n)} for n in range(100)], "total": 300})
    with RawServer(full, json_reply({"error": "gone"}, 404)) as server:
        done = at(server, "/v1/x", "--paginate")
    assert (done.code, done.out) == (6, "")
