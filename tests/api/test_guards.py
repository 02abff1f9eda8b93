"""What may go out: base URLs, ids, paths and keys."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclips_cli.api import EclipsClient
from eclips_cli.api.http.checks import check_base_url, check_key, check_path, is_loopback, segment
from eclips_cli.errors import ConfigError, EclipsError, UsageError
from tests.api.conftest import KEY
from tests.servers.raw import RawServer, json_reply

Connect = Callable[..., EclipsClient]


@pytest.mark.parametrize(
    ("given_url", "url"),
    [
        ("https://api.eclips.tech", "https://api.eclips.tech"),
        (" https://api.eclips.tech/ \n", "https://api.eclips.tech"),
        ("https://gw.example/eclips//", "https://gw.example/eclips"),
        ("https://gw.example:8443/a/b", "https://gw.example:8443/a/b"),
        ("HTTPS://GW.Example/API", "https://gw.example/API"),
        ("https://gw.example:443", "https://gw.example"),
        ("https://gw.example:/", "https://gw.example"),
        ("https://gw.example:80/v/", "https://gw.example:80/v"),
        ("http://127.0.0.1:80//", "http://127.0.0.1"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://LOCALHOST", "http://localhost"),
        ("http://127.8.9.10", "http://127.8.9.10"),
        ("http://[::1]:9", "http://[::1]:9"),
        ("https://[2001:DB8::1]:443", "https://[2001:db8::1]"),
    ],
)
def test_good_base_urls(given_url: str, url: str) -> None:
    assert check_base_url(given_url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "api.eclips.tech",
        "ftp://x",
        "https://",
        "https:///v1",
        "//x",
        "file:///etc/passwd",
        "javascript:1",
        "http://api.eclips.tech",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://127.1",
        "http://0.0.0.0",
        "http://[::]",
        "http://10.0.0.1",
        "http://2130706433",
        "http://localhost%00.evil.example",
        "https://user@x",
        "https://user:secret@x",
        "http://localhost@evil.example",
        "https://@x",
        "https://x?",
        "https://x?a=1",
        "https://x#",
        "https://x/#a",
        "https://x:99999",
        "https://x:port",
        "https://[::1",
        "https://x y",
        "https://x\\@evil",
        "https://x\ty",
        "https://x\0",
        "https://x\n.y",
        "https://x/..",
        "https://x/a/../b",
        "https://x/%2e%2E/b",
        "https://x/.",
        "https://x/<",
    ],
)
def test_bad_base_urls(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_base_url(url)
    assert "secret" not in caught.value.message
    with pytest.raises(ConfigError):
        EclipsClient(KEY, base_url=url)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.255.0.1", "::1"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "example.com", "128.0.0.1", "::2", "::ffff:10.0.0.1", "localhost.", "1"]
)
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("value", ["", ".", "..", "a\nb", "\0", "a\x7f", "\x9b", "\ud800"])
def test_ids_that_are_none(value: str) -> None:
    with pytest.raises(UsageError):
        segment(value)


@pytest.mark.parametrize(
    "call",
    [
        lambda c, i: c.runs.get(i),
        lambda c, i: list(c.runs.tail(i)),
        lambda c, i: c.triage.approve(i),
        lambda c, i: c.triage.reject(i),
        lambda c, i: c.webhooks.delete(i),
        lambda c, i: c.batches.get(i),
        lambda c, i: c.batches.cancel(i),
    ],
)
@pytest.mark.parametrize("value", ["", "..", "a\r\nHost: evil"])
def test_no_call_sends_a_bad_id(connect: Connect, call: Callable[..., object], value: str) -> None:
    with RawServer(json_reply({})) as server:
        with pytest.raises(UsageError):
            call(connect(server), value)
        assert server.requests == []


@pytest.mark.parametrize(
    "value", ["../x", "a/b", "a?b=1", "a#b", "a%2e%2e", "%2e%2e", "...", "a b", "ž", "a;b", "@last"]
)
def test_any_other_id_arrives_as_one_segment(connect: Connect, value: str) -> None:
    from urllib.parse import unquote

    with RawServer(json_reply({"run": {"status": "x"}})) as server:
        connect(server).runs.get(value)
        assert [unquote(part) for part in server.requests[0].target.split("/")] == ["", "v1", "runs", value]


@given(st.text(min_size=1, max_size=20))
def test_no_id_leaves_its_segment(value: str) -> None:
    try:
        encoded = segment(value)
    except UsageError:
        return
    assert not set(encoded) & set("/?#\\ \r\n") and encoded not in (".", "..")


@pytest.mark.parametrize("path", ["/v1/runs", "/v1/runs?status=completed&limit=5", "/", "/a//b", "/v1/x%20y"])
def test_good_paths(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "v1/runs",
        "https://evil.example/v1",
        "@evil.example/",
        "/v1/../x",
        "/%2e%2e/x",
        "/.",
        "/a b",
        "/a#b",
        "/a\nb",
        "/ž",
        "/a\\b",
    ],
)
def test_bad_paths(connect: Connect, path: str) -> None:
    with pytest.raises(UsageError):
        check_path(path)
    with pytest.raises(UsageError):
        connect("http://127.0.0.1:1").request("GET", path)


def test_a_double_slash_stays_with_the_host(connect: Connect) -> None:
    with RawServer(json_reply({})) as server:
        connect(server).request("GET", "//evil.example/v1")
        assert server.requests[0].target == "//evil.example/v1"


def test_a_gateways_prefix_is_kept(connect: Connect) -> None:
    with RawServer(json_reply({"run": {"status": "x"}})) as server:
        connect(server.url + "/eclips/").runs.get("r1")
        assert server.requests[0].target == "/eclips/v1/runs/r1"


def test_keys_are_stripped() -> None:
    assert check_key(" \teck_live_x\r\n") == "eck_live_x"


@pytest.mark.parametrize(
    "key", ["", " ", "eck_live_secret\0", "eck live_secret", "eck_live_secretž", "a\nsecret", "\ufeffsecret"]
)
def test_bad_keys_are_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        EclipsClient(key)
    assert "secret" not in str(caught.value.as_json()) + repr(caught.value)


@pytest.mark.parametrize(
    "options",
    [{"request_timeout": 0}, {"request_timeout": float("nan")}, {"max_retries": -1}, {"max_retries": 1000}],
)
def test_absurd_settings(options: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        EclipsClient(KEY, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["", "GET ", "G\nT", "GE T"])
def test_bad_methods(connect: Connect, method: str) -> None:
    with pytest.raises(UsageError):
        connect("http://127.0.0.1:1").request(method, "/v1/runs")


@pytest.mark.parametrize("task", ["\ud800", "a\udcff"])
def test_text_that_is_no_utf8_is_refused(connect: Connect, task: str) -> None:
    with RawServer(json_reply({})) as server, pytest.raises(UsageError, match="not UTF-8"):
        connect(server).runs.start(task)
    assert server.requests == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}])
def test_values_that_json_does_not_have(connect: Connect, value: object) -> None:
    with RawServer(json_reply({})) as server, pytest.raises(UsageError, match="JSON does not have"):
        connect(server).runs.start("task", data={"x": value})
    assert server.requests == []


def test_a_users_header_cannot_replace_the_key(connect: Connect) -> None:
    with RawServer(json_reply({})) as server:
        connect(server).request("GET", "/v1/runs", headers={"AUTHORIZATION": "Basic x", "Accept": "text/csv"})
        headers = server.requests[0].headers
        assert (headers["authorization"], headers["accept"]) == (f"Bearer {KEY}", "text/csv")


def test_nothing_shows_the_key() -> None:
    client = EclipsClient(KEY)
    assert KEY not in repr(client)
    with pytest.raises(EclipsError) as caught:
        EclipsClient(KEY, base_url="http://127.0.0.1:1", max_retries=0).runs.list().__iter__().__next__()
    assert KEY not in repr(caught.value)
