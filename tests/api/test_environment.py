"""Proxies, certificates, names and modules: what the machine around the client can do to it."""

import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from eclips_cli.api import EclipsClient
from eclips_cli.errors import ConfigError, NetworkError
from tests.api.conftest import KEY, FakeClock
from tests.servers.raw import RawServer, events, json_reply, stream_head, then

Connect = Callable[..., EclipsClient]
OK_RUN = {"run_id": "r1", "status": "queued"}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    return bundle


def https(authority: trustme.CA, name: str, *script: Any) -> RawServer:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(tls)
    return RawServer(*script, tls=tls)


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`api.example.com` is this machine."""
    real = socket.getaddrinfo

    def look_up(host: Any, *rest: Any, **options: Any) -> Any:
        return real(
            "127.0.0.1" if host in ("api.example.com", b"api.example.com") else host, *rest, **options
        )

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield


@pytest.mark.usefixtures("trusted")
def test_https_to_loopback(connect: Connect, authority: trustme.CA) -> None:
    with https(authority, "127.0.0.1", json_reply(OK_RUN, 202)) as server:
        assert connect(server).runs.start("task").json == OK_RUN


@pytest.mark.usefixtures("trusted", "named")
def test_https_to_a_name(connect: Connect, authority: trustme.CA) -> None:
    with https(authority, "api.example.com", json_reply(OK_RUN, 202)) as server:
        client = connect(f"https://api.example.com:{server.port}/gateway")
        assert client.runs.start("task").json == OK_RUN
        assert server.requests[0].path == "/gateway/v1/run"


@pytest.mark.usefixtures("trusted", "named")
def test_a_stream_over_tls_can_be_left(connect: Connect, authority: trustme.CA) -> None:
    detail = json_reply({"run": {"id": "r", "status": "queued"}, "triage_item": None})
    hang = threading.Event()
    stream = then(stream_head(), events({"status": "running"}), lambda talk: hang.wait(60) or None)
    with https(authority, "api.example.com", detail, stream) as server:
        changes = connect(f"https://api.example.com:{server.port}").runs.tail("r")
        assert [next(changes).status, next(changes).status] == ["queued", "running"]
        begun = time.monotonic()
        changes.close()  # type: ignore[attr-defined]
        assert time.monotonic() - begun < 20
        hang.set()


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_unusable_certificates_are_one_line(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    bundle = tmp_path / "missing.pem"
    if content is not None:
        bundle.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    with pytest.raises(ConfigError, match="SSL_CERT_FILE"):
        connect("https://api.example.com").runs.get("r1")


def test_plain_loopback_needs_no_certificates(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent")
    with RawServer(json_reply(OK_RUN, 202)) as server:
        assert connect(server).runs.start("task").json == OK_RUN


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:9"),
        ("HTTPS_PROXY", "socks5h://user:secret@127.0.0.1:9"),
        ("HTTPS_PROXY", "ftp://user:secret@127.0.0.1:9"),
        ("HTTPS_PROXY", "http://127.0.0.1:port"),
        ("NO_PROXY", "fe80::/10"),
        ("NO_PROXY", "example.org,[::1]"),
    ],
)
def test_unusable_proxy_variables_are_one_line(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    if name == "NO_PROXY":
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match="PROXY") as caught:
        connect("https://api.example.com").runs.get("r1")
    assert "secret" not in str(caught.value.as_json())
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
def test_loopback_goes_through_no_proxy(connect: Connect, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with RawServer(json_reply({})) as proxy, RawServer(json_reply(OK_RUN, 202)) as server:
        monkeypatch.setenv(name, proxy.url)
        assert connect(server).runs.start("task").json == OK_RUN
        assert proxy.requests == []


def test_a_proxy_sees_the_host_and_never_the_key(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(json_reply({}, 407)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(NetworkError, match="proxy asks for a user name"):
            connect("https://api.example.com").runs.start("task")
        assert [(r.method, r.target) for r in proxy.requests] == [("CONNECT", "api.example.com:443")]
        assert KEY not in str(proxy.requests)


def test_a_name_look_up_that_hangs_is_bounded_and_nothing_is_sent_later(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    free = threading.Event()
    real = socket.getaddrinfo
    looked_up: list[object] = []

    def hang(host: Any, *rest: Any, **options: Any) -> Any:
        if host != "api.example.com":  # what another test's sandbox still delivers to
            return real(host, *rest, **options)
        looked_up.append(host)
        free.wait(60)
        return real("127.0.0.1", *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    monkeypatch.setattr("eclips_cli.api.http.trust.contexts", lambda: iter([context]))
    with https(trustme.CA(), "api.example.com", json_reply(OK_RUN, 202)) as server:
        client = connect(f"https://api.example.com:{server.port}", request_timeout=0.1, max_retries=1)
        begun = time.monotonic()
        with pytest.raises(NetworkError, match=r"no connection within 0\.1 s"):
            client.runs.start("task")
        assert time.monotonic() - begun < 20
        assert len(looked_up) == 2, "it is a change that was surely not sent: repeated"
        free.set()
        time.sleep(0.3)
        assert server.requests == [], "what was given up must not be sent after all"


def test_a_name_that_does_not_exist(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NetworkError, match="its name could not be looked up"):
        connect("https://api.example.com").runs.start("task")
    assert len(clock.slept) == 4


def loaded(code: str, *path: str) -> set[str]:
    probe = f"import sys\nsys.path[:0] = {list(path)!r}\n{code}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, timeout=30, check=True
    )
    return set(done.stdout.split())


def test_importing_the_client_is_light() -> None:
    heavy = {"httpx", "pydantic", "rich", "ssl", "asyncio", "json", "socket", "urllib.request"}
    assert not loaded("from eclips_cli.api import EclipsClient") & heavy
    assert not loaded("from eclips_cli.api import EclipsClient; EclipsClient('k')") & {
        "httpx",
        "pydantic",
        "ssl",
    }
    assert "eclips_cli.api.client" not in loaded("import eclips_cli.api.statuses")


def test_httpx_comes_without_what_it_does_not_need(tmp_path: Path) -> None:
    for name in ("click", "rich", "pygments", "h2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('not wanted here')")
    modules = loaded(
        "from eclips_cli.api.http.transport import load_httpx as l; assert l() is l()", str(tmp_path)
    )
    assert "httpx" in modules
    assert not modules & {"click", "rich", "pygments", "httpx._main", "h2"}


def test_pydantic_is_loaded_when_asked_for() -> None:
    code = "from eclips_cli.api import Answer; a = Answer({'run_id': 'r'}, 'RunAccepted'); a.json"
    assert "pydantic" not in loaded(code)
    assert "pydantic" in loaded(code + "; assert a.checked['run_id'] == 'r'")
