"""Whom TLS trusts: the system's store, as it is read; what a variable names; and what is said of what is not trusted."""

import datetime
import os
import select
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
import trustme

from eclips_cli.api import EclipsClient
from eclips_cli.api.http import tls_probe, trust
from eclips_cli.api.http.transport import Transport
from eclips_cli.errors import ConfigError, NetworkError
from tests.api.conftest import FakeClock
from tests.servers.raw import RawServer, json_reply

Connect = Callable[..., EclipsClient]
OK_RUN = {"run_id": "r1", "status": "queued"}
NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)
CA, STRANGER = trustme.CA(), trustme.CA()


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """`api.example.com` is this machine."""
    real = socket.getaddrinfo

    def look_up(host: Any, *rest: Any, **options: Any) -> Any:
        ours = host in ("api.example.com", b"api.example.com")
        return real("127.0.0.1" if ours else host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def https(name: str = "api.example.com", authority: trustme.CA = CA, **times: Any) -> RawServer:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **times).configure_cert(tls)
    return RawServer(json_reply(OK_RUN, 202), tls=tls)


def hashed(folder: Path, authority: trustme.CA) -> Path:
    """A directory as `openssl rehash` makes it."""
    folder.mkdir()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    name = ["openssl", "x509", "-hash", "-noout", "-in", str(folder / "ca.pem")]
    found = subprocess.run(name, capture_output=True, text=True, check=True).stdout.strip()
    (folder / "ca.pem").rename(folder / f"{found}.0")
    return folder


def bundle(folder: Path, authority: trustme.CA) -> Path:
    authority.cert_pem.write_to_path(str(folder / "bundle.pem"))
    return folder / "bundle.pem"


System = Callable[..., None]


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> System:
    """A machine whose OpenSSL looks for authorities in these places."""

    def make(directory: Path | None = None, file: Path | None = None, elsewhere: Path | None = None) -> None:
        at = str(directory or tmp_path / "none"), str(file or tmp_path / "none.pem")
        there = file and str(file), directory and str(directory)
        paths = ssl.DefaultVerifyPaths(*there, "SSL_CERT_FILE", at[1], "SSL_CERT_DIR", at[0])
        monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
        monkeypatch.setattr(
            "truststore._openssl._CA_FILE_CANDIDATES", [str(elsewhere or tmp_path / "none.pem")]
        )

    return make


def started(connect: Connect, server: RawServer) -> None:
    """A run is started at it, with a single request."""
    client = connect(f"https://api.example.com:{server.port}")
    assert client.runs.start("task").json == OK_RUN
    assert [request.method for request in server.requests] == ["POST"]


@pytest.mark.debian("openssl")
@pytest.mark.usefixtures("named")
def test_a_hashed_directory_is_the_systems_store_and_no_bundle_is_read(
    connect: Connect, system: System, tmp_path: Path
) -> None:
    broken = tmp_path / "bundle.pem"
    broken.write_text("it can't be read")
    system(hashed(tmp_path / "certs", CA), broken)
    with https() as server:
        started(connect, server)
        assert server.connections == 1


@pytest.mark.debian("openssl")
@pytest.mark.usefixtures("named")
def test_an_authority_that_only_the_bundle_has_is_found_and_nothing_is_sent_twice(
    connect: Connect, system: System, tmp_path: Path, clock: FakeClock
) -> None:
    system(hashed(tmp_path / "certs", STRANGER), bundle(tmp_path, CA))
    with https() as server:
        started(connect, server)
        assert (server.connections, clock.slept) == (2, [])
        assert tls_probe.tls("api.example.com", server.port, 5.0, 0.0).protocol.startswith("TLS")
    with https() as server:  # whoever of several threads comes late, and a stream
        client = connect(f"https://api.example.com:{server.port}")
        calls = [threading.Thread(target=client.request, args=("GET", "/v1/usage")) for _ in range(4)]
        for call in calls:
            call.start()
        for call in calls:
            call.join()
        assert len(server.requests) == 4
        stream = Transport(f"https://api.example.com:{server.port}", 5.0).open_stream(
            f"https://api.example.com:{server.port}/v1/runs/r/stream", {}, None
        )
        assert stream.head.status == 202
        stream.close()


@pytest.mark.usefixtures("named")
def test_a_bundle_and_one_that_only_truststore_knows_of_and_certifis(
    connect: Connect, system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, nothing = bundle(tmp_path, CA), tmp_path / "empty"
    nothing.mkdir()
    for places in ({"file": ours}, {"elsewhere": ours}, {"directory": nothing, "elsewhere": ours}):
        system(**places)
        with https() as server:
            started(connect, server)
            assert server.connections == 1
    system()
    monkeypatch.setattr("certifi.where", lambda: str(ours))
    with https() as server:
        started(connect, server)


@pytest.mark.usefixtures("named")
def test_where_the_system_verifies_no_handshake_waits_for_another(
    connect: Connect, system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust, "SYSTEM_VERIFIES", ("linux",))
    system(elsewhere=bundle(tmp_path, CA))
    with https() as server, closing(socket.create_server(("127.0.0.1", 0))) as mute:
        context = next(trust.contexts({}))
        held = socket.create_connection(mute.getsockname())
        stuck = threading.Thread(target=_handshake, args=(context, held), daemon=True)
        stuck.start()
        free = threading.Thread(
            target=lambda: _handshake(context, socket.create_connection(("127.0.0.1", server.port))),
            daemon=True,
        )
        free.start()
        free.join(10)
        assert stuck.is_alive() and not free.is_alive()
        mute.accept()[0].close()
        stuck.join(10)
        started(connect, server)


def _handshake(context: ssl.SSLContext, sock: socket.socket) -> None:
    try:
        context.wrap_socket(sock, server_hostname="api.example.com").close()
    except OSError:
        sock.close()


@pytest.mark.debian("openssl")
@pytest.mark.usefixtures("named")
def test_a_variable_names_all_that_is_trusted_and_a_file_wins(
    connect: Connect, system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "system"
    store.mkdir()
    system(hashed(tmp_path / "certs", CA), bundle(store, CA))
    ours, other = hashed(tmp_path / "ours", CA), bundle(tmp_path, STRANGER)
    monkeypatch.setenv("SSL_CERT_DIR", f"{tmp_path / 'none'}{os.pathsep}{ours}")
    with https() as server:
        started(connect, server)
        monkeypatch.setenv("SSL_CERT_FILE", str(other))
        with pytest.raises(NetworkError, match="does not trust") as caught:
            connect(f"https://api.example.com:{server.port}").runs.start("task")
        assert caught.value.hint == (
            "SSL_CERT_FILE alone says who is trusted: add the authority's certificate to it, or unset it"
        )
        monkeypatch.delenv("SSL_CERT_FILE")
        monkeypatch.setenv("SSL_CERT_DIR", str(hashed(tmp_path / "theirs", STRANGER)))
        with pytest.raises(NetworkError) as caught:
            connect(f"https://api.example.com:{server.port}").runs.start("task")
        assert "SSL_CERT_DIR alone" in str(caught.value.hint) and "rehash" in str(caught.value.hint)
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
        with pytest.raises(ConfigError, match="SSL_CERT_DIR") as refused:
            connect(f"https://api.example.com:{server.port}").runs.start("task")
        assert "directory of hashed" in str(refused.value.hint)


CLOCK = "2026-05-28 20:26 UTC"
"""what the fake clock says"""
SERVERS: dict[str, tuple[Callable[[], RawServer], str, str]] = {
    "expired": (lambda: https(not_after=NOW - DAY), "its TLS certificate has expired", CLOCK),
    "not yet valid": (lambda: https(not_before=NOW + DAY), "is not valid yet, or this machine's clock is wrong", CLOCK),
    "another host": (lambda: https("other.example.com"), "is for another host", "the host in the base URL"),
    "another address": (lambda: https("127.0.0.2"), "is for another host", "the host in the base URL"),
    "unknown authority": (lambda: https(authority=STRANGER), "this machine does not trust", "SSL_CERT_FILE name it"),
}  # fmt: skip


@pytest.fixture
def tunnel() -> Iterator[RawServer]:
    """A proxy that joins whoever asks with CONNECT to that port of this machine."""

    with RawServer(_join) as proxy:
        yield proxy


def _join(talk: Any) -> None:
    port = int(talk.request.target.rpartition(":")[2])
    with closing(socket.create_connection(("127.0.0.1", port))) as there:
        talk.send(b"HTTP/1.1 200 OK\r\n\r\n")
        with suppress(OSError):
            _pass_on(talk.sock, there)
    talk.close()


def _pass_on(here: socket.socket, there: socket.socket) -> None:
    """Bytes both ways, until one end closes; by one thread, as a TLS socket is not for two."""
    ends = {here: there, there: here}
    while True:
        decrypted = isinstance(here, ssl.SSLSocket) and here.pending()
        ready = [here] if decrypted else select.select(list(ends), [], [], 10)[0]
        if not ready:
            return
        for end in ready:
            data = end.recv(65536)
            if not data:
                return
            ends[end].sendall(data)


@pytest.mark.debian("openssl")
@pytest.mark.parametrize("cause", SERVERS)
@pytest.mark.usefixtures("named")
def test_each_failure_has_words_of_its_own_also_through_a_proxy(
    connect: Connect, system: System, tmp_path: Path, clock: FakeClock, tunnel: RawServer,
    monkeypatch: pytest.MonkeyPatch, cause: str,
) -> None:  # fmt: skip
    system(hashed(tmp_path / "certs", CA))
    make, words, hint = SERVERS[cause]
    host = "127.0.0.1" if cause == "another address" else "api.example.com"
    with make() as server:
        for proxy in ("", tunnel.url):
            monkeypatch.setenv("HTTPS_PROXY", proxy)
            for ask in ("GET", "POST"):
                with pytest.raises(NetworkError) as caught:
                    connect(f"https://{host}:{server.port}").request(ask, "/v1/run")
                assert caught.value.message.startswith(
                    f"could not reach {host}:{server.port}: its TLS certificate"
                )
                assert words in caught.value.message and hint in str(caught.value.hint)
                assert not caught.value.retryable
        with pytest.raises(NetworkError) as caught:
            tls_probe.tls(host, server.port, 5.0, clock.now())
        assert words in caught.value.message and hint in str(caught.value.hint)
        assert (server.requests, clock.slept) == ([], [])
    assert len(tunnel.requests) == (0 if host == "127.0.0.1" else 2)


@pytest.mark.debian("openssl")
@pytest.mark.usefixtures("named")
def test_the_systems_store_counts_through_a_proxy(
    connect: Connect, system: System, tmp_path: Path, tunnel: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    system(hashed(tmp_path / "certs", STRANGER), bundle(tmp_path, CA))
    monkeypatch.setenv("HTTPS_PROXY", tunnel.url)
    with https() as server:
        started(connect, server)
    assert len(tunnel.requests) == 2


@pytest.mark.debian("openssl")
@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_that_speaks_tls_itself_is_trusted_as_the_machine_trusts(
    connect: Connect, system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """A company's proxy, with a certificate by the company's CA."""
    system(hashed(tmp_path / "certs", STRANGER), bundle(tmp_path, CA))
    for authority, taken in ((CA, True), (trustme.CA(), False)):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(tls)
        with https() as server, RawServer(_join, tls=tls) as proxy:
            monkeypatch.setenv(variable, proxy.url)
            if taken:
                started(connect, server)
                stream = Transport(f"https://api.example.com:{server.port}", 5.0).open_stream(
                    f"https://api.example.com:{server.port}/v1/runs/r/stream", {}, None
                )
                assert stream.head.status == 202
                stream.close()
                assert {request.method for request in proxy.requests} == {"CONNECT"}
            else:
                with pytest.raises(NetworkError, match="does not trust"):
                    connect(f"https://api.example.com:{server.port}").runs.start("task")
                assert proxy.requests == server.requests == []
            for exception in ("*", "example.com"):
                monkeypatch.setenv("NO_PROXY", exception)
                server.requests.clear()
                proxy.requests.clear()
                started(connect, server)
                assert proxy.requests == []
            monkeypatch.delenv("NO_PROXY")


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (10, "expired"), (-67818, "expired"), (0x800B0101, "expired"), (9, "not yet valid"), (-67819, "not yet valid"),
        (-67602, "another host"), (0x800B010F, "another host"), (18, trust.UNKNOWN_AUTHORITY),
        (-67843, trust.UNKNOWN_AUTHORITY), (0x800B0109, trust.UNKNOWN_AUTHORITY), (23, "revoked"), (None, "certificate"),
        (79, "certificate"),
    ],
)  # fmt: skip
def test_the_systems_numbers(code: int | None, cause: str) -> None:
    error = ssl.SSLCertVerificationError("no")
    if code is not None:
        error.verify_code = code
    assert trust.cause_of(error) == cause
    message, hint = trust.words(cause, 0.0, {})
    assert message and hint and "{" not in hint


def test_a_certificate_of_which_the_system_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl.SSLSocket, "getpeercert", lambda *_: {})
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    monkeypatch.setattr(trust, "contexts", lambda: iter([context]))
    with https() as server:
        report = tls_probe.tls("127.0.0.1", server.port, 5.0, 0.0)
    assert (report.issuer, report.expires) == ("unknown", None)
