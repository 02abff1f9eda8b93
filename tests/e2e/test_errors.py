"""Keys, scopes, networks and broken answers: the right exit code and one clear line."""

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.installed import Run

REAL = "eck_live_0123456789abcdef"
QUICK = ("--max-retries", "0")


@pytest.mark.parametrize(
    ("key", "code", "name"),
    [("revoked", 4, "auth"), ("no_plan", 5, "permission"), ("read_only", 5, "permission")],
)
def test_what_is_wrong_with_a_key(eclips: Run, server: Any, key: str, code: int, name: str) -> None:
    done = eclips("run", "x", "-o", "json", ECLIPS_API_KEY=getattr(server.keys, key))
    assert (done.code, done.error["code"]) == (code, name)
    assert getattr(server.keys, key) not in done.err


def test_a_missing_scope_is_named(eclips: Run, server: Any) -> None:
    error = eclips("run", "x", "-o", "json", ECLIPS_API_KEY=server.keys.read_only).error
    assert "agents:run" in error["message"] + str(error["required"])


def test_no_key_names_the_ways_to_give_one(clean_env: dict[str, str], server: Any) -> None:
    from tests.installed import run_installed

    done = run_installed(("runs", "list"), {**clean_env, "ECLIPS_BASE_URL": server.url})
    assert done.code == 4
    assert "eclips auth login" in done.err and "ECLIPS_API_KEY_FILE" in done.err


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("status:code=500", 12),
        ("status:code=502,body=html", 12),
        ("html", 12),
        ("truncated", 12),
        ("empty", 12),
        ("wrong_shape", 12),
        ("rate_limit:retry_after=1", 10),
        ("unauthorized", 4),
        ("plan", 5),
        ("drop_before", 7),
    ],
)
def test_a_broken_answer_to_a_list(eclips: Run, faulty: Any, fault: str, code: int) -> None:
    running = faulty(fault)
    done = eclips(
        "runs", "list", *QUICK, "-o", "json", ECLIPS_BASE_URL=running.url, ECLIPS_API_KEY=running.keys.full
    )
    assert done.code == code, done
    assert done.out == ""
    assert done.error["message"]


def test_nobody_listens(eclips: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    done = eclips("run", "x", *QUICK, ECLIPS_BASE_URL=url)
    assert done.code == 7 and "refused" in done.err.lower()


def test_a_host_that_does_not_exist(eclips: Run) -> None:
    done = eclips("runs", "list", *QUICK, ECLIPS_BASE_URL="https://no-such-host.invalid", ECLIPS_API_KEY=REAL)
    assert done.code == 7 and "no-such-host.invalid" in done.err


def test_plain_http_to_another_machine_is_refused(eclips: Run) -> None:
    done = eclips("runs", "list", ECLIPS_BASE_URL="http://api.example.com", ECLIPS_API_KEY=REAL)
    assert done.code == 2 and "https" in done.err


@pytest.fixture
def tls_port(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A TLS server whose authority nobody trusts; and that authority's certificate."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(raw, server_side=True) as connection:
                    connection.recv(65536)
                    body = b'{"status": "ok", "version": "1.0.0", "timestamp": "2026-06-06T09:00:00.000Z"}'
                    connection.sendall(
                        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: "
                        + str(len(body)).encode() + b"\r\n\r\n" + body
                    )  # fmt: skip
            except OSError:
                continue

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1], tmp_path / "ca.pem"
    listener.close()


def test_an_untrusted_certificate_and_a_trusted_one(eclips: Run, tls_port: tuple[int, Path]) -> None:
    port, authority = tls_port
    url = f"https://localhost:{port}"
    done = eclips("health", ECLIPS_BASE_URL=url)
    assert done.code == 7 and "certificate" in done.err.lower()
    trusted = eclips("health", "-o", "json", ECLIPS_BASE_URL=url, SSL_CERT_FILE=str(authority))
    assert trusted.code == 0 and trusted.json["status"] == "ok"


@pytest.mark.parametrize(
    ("name", "value"),
    [("SSL_CERT_FILE", "/no/such/file.pem"), ("ALL_PROXY", "socks5://127.0.0.1:1"), ("NO_PROXY", "[::1")],
)
def test_a_broken_environment_is_one_line(eclips: Run, name: str, value: str) -> None:
    done = eclips("runs", "list", *QUICK, ECLIPS_BASE_URL="https://localhost:1", **{name: value})
    assert done.code in (2, 7)
    assert "Traceback" not in done.err and len(done.err.splitlines()) <= 2
