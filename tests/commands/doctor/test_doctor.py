"""`eclips doctor`: each fault is found and comes with its remedy, nothing hangs, nothing private is printed."""

from __future__ import annotations

import datetime
import json
import os
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from eclips_cli.commands.doctor import _machine, command
from eclips_cli.commands.doctor._checks import OK, Finding, Redactor, run
from eclips_cli.errors import LocalFailure
from eclips_cli.system import installation
from eclips_cli.system.paths import private_directory
from tests.inside import inside, run_inside
from tests.installed import Run
from tests.servers.raw import RawServer, json_reply, silent

__all__ = ["inside"]
REAL = "eck_live_0123456789abcdef"
HEALTHY = {"status": "ok", "version": "1.0.0"}
CHECKS = [
    "version", "python", "config", "guards", "state", "audit", "submissions",
    "keyring", "key", "proxy", "dns", "tls", "api", "latency",
    "clock", "scopes", "terminal", "completion",
]  # fmt: skip
Look = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def look(inside: Run) -> Look:
    """The findings by name; `code` is compared with whether one of them failed."""

    def found(*argv: str, **env: str) -> dict[str, dict[str, Any]]:
        done = inside("doctor", *argv, "-o", "json", **env)
        findings = {finding["check"]: finding for finding in done.json}
        failed = [name for name, finding in findings.items() if finding["status"] == "failed"]
        assert done.code == (1 if failed else 0), done
        assert list(findings) == CHECKS
        return findings

    return found


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "STEP", 0.4)


def now(seconds: float = 0.0) -> str:
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds")


def test_all_is_well(look: Look, inside: Run, api_env: dict[str, str], server: Any) -> None:
    inside("run", "--detach", "[instant] x")
    found = look()
    assert {name for name, finding in found.items() if finding["status"] not in ("ok", "note")} == set()
    assert all(finding["remedy"] for finding in found.values() if finding["status"] not in ("ok", "note"))
    assert found["key"]["detail"].startswith(f"eck_live_…{server.keys.full[-4:]} from ECLIPS_API_KEY")
    assert "agents:read" in found["scopes"]["detail"] and "plan team" in found["scopes"]["detail"]
    assert found["state"]["detail"].startswith("~/.local/state/eclips")


@pytest.mark.parametrize("format_", ["table", "tsv", "json"])
def test_it_can_be_pasted_into_a_ticket(
    inside: Run, api_env: dict[str, str], server: Any, format_: str
) -> None:
    directory = Path(api_env["HOME"]) / "private"
    key = directory / "the.key"
    directory.mkdir(parents=True)
    key.write_text(server.keys.full)
    key.chmod(0o644)
    env = {"ECLIPS_API_KEY": "", "ECLIPS_API_KEY_FILE": str(key), "ECLIPS_STATE_DIR": str(directory)}
    done = inside("doctor", "-o", format_, **env)
    assert done.code == 1 and "~/private/the.key" in done.out and "chmod 600" in done.out
    for secret in (server.keys.full, api_env["HOME"]):
        assert secret not in done.out + done.err


def test_lines_for_a_person_are_wrapped_under_their_check(inside: Run) -> None:
    shown = inside("doctor", "-o", "table", COLUMNS="60").out.splitlines()
    assert len(shown) > len(CHECKS)
    assert max(map(len, shown)) <= 60
    assert inside("doctor", "-o", "table").err in (
        "all is well\n",
        "0 failed, 1 to look at; → says what to do\n",
    )
    assert shown[0].startswith("✓ version") and any(line.startswith(" " * 14 + "→ ") for line in shown)


def test_the_sandbox_is_looked_at_instead(look: Look) -> None:
    found = look("--sandbox", ECLIPS_API_KEY="", ECLIPS_BASE_URL="https://no-such-host.invalid")
    assert (found["api"]["status"], found["scopes"]["status"]) == ("ok", "ok")
    assert found["key"]["detail"].endswith("from the sandbox")


@pytest.mark.parametrize(
    "url",
    ["https://h:99999", "http://api.example.com", "https://[::1", "api.example.com", "https://u:hush@h"],
)
def test_a_base_url_that_must_not_be_used(look: Look, url: str) -> None:
    found = look(ECLIPS_BASE_URL=url, ECLIPS_API_KEY=REAL)
    assert found["api"]["status"] == "failed" and found["api"]["remedy"]
    assert "URL" in found["api"]["detail"] or "in the clear" in found["api"]["detail"]
    assert (found["dns"]["status"], found["config"]["status"]) == ("note", "ok")
    assert "hush" not in json.dumps(found)


def test_offline(look: Look, quick: None) -> None:
    found = look(ECLIPS_BASE_URL="https://no-such-host.invalid", ECLIPS_API_KEY=REAL)
    states = {name: found[name]["status"] for name in ("dns", "tls", "api", "latency", "clock", "scopes")}
    assert states == {
        "dns": "failed", "tls": "note", "api": "failed", "latency": "note", "clock": "note", "scopes": "failed",
    }  # fmt: skip
    assert "no-such-host.invalid could not be looked up" in found["dns"]["detail"] and found["dns"]["remedy"]
    assert found["key"]["status"] == "ok"


def test_a_step_takes_no_longer_than_a_request_may(look: Look) -> None:
    with RawServer(silent(20)) as server:
        found = look("--request-timeout", "0.3", ECLIPS_BASE_URL=server.url, ECLIPS_API_KEY=REAL)
    assert "no answer within 0.3 s" in found["api"]["detail"]


def test_a_server_that_says_nothing_holds_up_nobody(look: Look, quick: None) -> None:
    with RawServer(silent(20)) as server:
        begun = time.monotonic()
        found = look(ECLIPS_BASE_URL=server.url, ECLIPS_API_KEY=REAL)
        assert time.monotonic() - begun < 15
    assert "no answer within 0.4 s" in found["api"]["detail"]
    assert found["scopes"]["status"] == "failed" and found["terminal"]["status"] == "ok"


def test_a_check_that_never_ends_is_given_up_on() -> None:
    def stuck() -> Finding:
        threading.Event().wait()
        raise AssertionError

    def broken() -> Finding:
        raise LocalFailure("/home/me/x: denied", hint="chmod /home/me/x")

    checks = {
        "stuck": stuck,
        "broken": broken,
        "well": lambda: Finding("well", OK, "/home/me/y eck_live_secret"),
    }
    redact = Redactor({"HOME": "/home/me"})
    redact.hide("eck_live_secret", "eck_live_…")
    found = list(run(checks, redact, seconds=1.5, monotonic=time.monotonic))
    assert [(each["check"], each["status"]) for each in found] == [
        ("stuck", "failed"), ("broken", "failed"), ("well", "ok"),
    ]  # fmt: skip
    assert "no answer within 1.5 s" in found[0]["detail"]
    assert (found[1]["detail"], found[1]["remedy"]) == ("~/x: denied", "chmod ~/x")
    assert found[2]["detail"] == "~/y eck_live_…"


def test_a_fault_of_the_program_is_not_hidden_as_a_finding() -> None:
    def faulty() -> Finding:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(run({"faulty": faulty}, Redactor({}), seconds=5, monotonic=time.monotonic))


@pytest.mark.parametrize(
    ("key", "state", "words"), [("revoked", "failed", "rejected"), ("read_only", "ok", "agents:read")]
)
def test_what_a_key_may_do(look: Look, server: Any, key: str, state: str, words: str) -> None:
    found = look(ECLIPS_API_KEY=getattr(server.keys, key))
    assert found["scopes"]["status"] == state and words in found["scopes"]["detail"]


def test_no_key(look: Look) -> None:
    found = look(ECLIPS_API_KEY="")
    assert found["key"]["status"] == "failed" and "eclips auth login" in found["key"]["remedy"]
    assert (found["scopes"]["status"], found["keyring"]["status"]) == ("note", "note")


def test_a_sandbox_key_is_not_sent_elsewhere(look: Look, quick: None) -> None:
    found = look(ECLIPS_BASE_URL="https://no-such-host.invalid")
    assert found["key"]["status"] == found["scopes"]["status"] == "failed"
    assert "not sent to" in found["scopes"]["detail"]


@pytest.mark.parametrize(
    ("answer", "check", "state", "words"),
    [
        ({**HEALTHY, "timestamp": now(-300)}, "clock", "failed", "ahead of the API's"),
        ({**HEALTHY, "timestamp": now(1000)}, "clock", "failed", "behind the API's"),
        ({**HEALTHY, "status": "degraded"}, "api", "failed", "says degraded"),
        ({"version": "1"}, "api", "failed", "status is missing"),
    ],
)
def test_what_the_api_says(look: Look, answer: Any, check: str, state: str, words: str) -> None:
    with RawServer(json_reply(answer)) as server:
        found = look(ECLIPS_BASE_URL=server.url, ECLIPS_API_KEY=REAL)
    assert found[check]["status"] == state and words in found[check]["detail"]


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[Callable[..., tuple[RawServer, Path]]]:
    """A TLS server on loopback, and the certificate of its authority."""
    started: list[RawServer] = []

    def start(days: int) -> tuple[RawServer, Path]:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days, hours=1)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", not_after=until).configure_cert(context)
        started.append(RawServer(json_reply({**HEALTHY, "timestamp": now()}), tls=context).__enter__())
        return started[-1], tmp_path / "ca.pem"

    yield start
    for server in started:
        server.__exit__(None, None, None)


@pytest.mark.parametrize(("days", "state"), [(300, "ok"), (5, "warning")])
def test_tls(look: Look, tls_server: Callable[..., Any], days: int, state: str) -> None:
    server, authority = tls_server(days)
    url = server.url.replace("127.0.0.1", "localhost").replace("http:", "https:")
    found = look(ECLIPS_BASE_URL=url, SSL_CERT_FILE=str(authority), ECLIPS_API_KEY=REAL)
    assert found["tls"]["status"] == state and f"valid for {days} days" in found["tls"]["detail"]
    assert "trustme" in found["tls"]["detail"] and found["api"]["status"] == "ok"
    distrusted = look(ECLIPS_BASE_URL=url, ECLIPS_API_KEY=REAL)
    assert distrusted["tls"]["status"] == distrusted["api"]["status"] == "failed"
    assert "SSL_CERT_FILE" in distrusted["tls"]["remedy"]
    unreadable = look(ECLIPS_BASE_URL=url, ECLIPS_API_KEY=REAL, SSL_CERT_FILE="/no/such.pem")
    assert "SSL_CERT_FILE" in unreadable["tls"]["detail"]


def test_a_proxy_is_shown_without_its_password(look: Look, quick: None) -> None:
    where = {"ECLIPS_BASE_URL": "https://no-such-host.invalid", "ECLIPS_API_KEY": REAL}
    found = look(**where, HTTPS_PROXY="http://me:hush@127.0.0.1:1")
    assert found["proxy"]["status"] == "failed" and "127.0.0.1:1 (HTTPS_PROXY)" in found["proxy"]["detail"]
    assert "hush" not in json.dumps(found)
    assert (found["dns"]["status"], found["tls"]["status"]) == ("note", "note")
    none = look(**where, HTTPS_PROXY="http://127.0.0.1:1", NO_PROXY="no-such-host.invalid")
    assert none["proxy"]["detail"] == "none is used"


def test_settings_that_can_not_be_used(look: Look, api_env: dict[str, str]) -> None:
    path = Path(api_env["HOME"]) / ".config/eclips/config.toml"
    path.parent.mkdir(parents=True)
    for content, words in (
        ("active = \n", "line 1, column 10"),
        ("[profiles.default]\nmax_retries=-1\n", "'-1'"),
    ):
        path.write_text(content)
        found = look()
        assert found["config"]["status"] == "failed" and words in found["config"]["detail"]
        assert found["api"]["remedy"] == "see the check `config`"
    path.write_text("[profiles.default]\n")
    path.chmod(0o666)
    assert look()["config"]["remedy"] == "chmod go-w ~/.config/eclips/config.toml"


def test_the_state_directory(look: Look, inside: Run, api_env: dict[str, str]) -> None:
    state = Path(api_env["HOME"]) / ".local/state/eclips"
    assert "is not there yet" in look()["state"]["detail"]
    inside("run", "--detach", "[instant] x")
    assert look()["state"]["status"] == "ok"
    state.chmod(0o755)
    assert look()["state"]["status"] == "warning"
    (state / "notes").write_text("x")
    (state / "notes").chmod(0o644)
    found = look()["state"]
    assert found["status"] == "failed" and found["remedy"] == "chmod -R go= ~/.local/state/eclips"
    in_the_way = Path(api_env["HOME"]) / "file"
    in_the_way.write_text("x")
    assert look(ECLIPS_STATE_DIR=str(in_the_way))["state"]["status"] == "failed"


def test_a_state_directory_that_can_not_be_made(look: Look) -> None:
    found = look(ECLIPS_STATE_DIR="/proc/nope")
    assert (found["state"]["status"], found["state"]["detail"]) == (
        "failed",
        "/proc/nope can't be made: no such file or directory",
    )
    sandboxed = look("--sandbox", ECLIPS_STATE_DIR="/proc/nope")
    assert sandboxed["api"]["status"] == "failed" and "/proc/nope" in sandboxed["api"]["detail"]
    assert sandboxed["key"]["remedy"] == "see the check `api`"


def test_directories_that_are_made_are_their_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        private_directory(tmp_path / "a/b/c")
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("a", "a/b", "a/b/c")] == [0o700] * 3
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalFailure, match="file"):
        private_directory(tmp_path / "file/below")


def test_a_full_disk_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(_machine, "LEAST_SPACE", 2**80)
    assert _machine.state({"ECLIPS_STATE_DIR": str(tmp_path)}).status == "warning"


def test_a_broken_audit_record(look: Look, api_env: dict[str, str]) -> None:
    with RawServer(json_reply({"run_id": "r1"}, 202)) as server:
        run_inside(
            ("run", "--detach", "x"), {**api_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": REAL}
        )
    path = Path(api_env["HOME"]) / ".local/state/eclips/audit/record.jsonl"
    assert "2 lines, 1 change, the chain" in look(ECLIPS_API_KEY=REAL)["audit"]["detail"]
    path.write_bytes(path.read_bytes().replace(b'"task":"x"', b'"task":"y"'))
    found = look(ECLIPS_API_KEY=REAL)["audit"]
    assert (found["status"], found["remedy"]) == ("failed", "eclips audit verify")
    assert "line 1: altered" in found["detail"]


def test_the_audit_record_is_the_one_that_changes_go_to(look: Look, inside: Run) -> None:
    assert look()["audit"]["detail"] == "nothing is recorded yet"
    inside("run", "--detach", "[instant] x")
    assert "2 lines, 1 change, the chain" in look()["audit"]["detail"]


def test_completion(look: Look, inside: Run, api_env: dict[str, str]) -> None:
    assert look(SHELL="/bin/zsh")["completion"]["remedy"] == "eclips completion install zsh"
    assert look(SHELL="/bin/ksh")["completion"]["status"] == "note"
    assert "open a new shell" in inside("completion", "install", "fish", "-o", "table").out
    found = look(SHELL="/usr/bin/fish")["completion"]
    assert found["status"] == "ok" and found["detail"].startswith("fish: ~/")
    script = Path(api_env["HOME"]) / found["detail"].removeprefix("fish: ~/")
    script.write_text(script.read_text() + "# old\n")
    assert look(SHELL="/usr/bin/fish")["completion"]["status"] == "warning"


def test_a_script_inside_a_virtual_environment_is_not_found_by_a_shell(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = tmp_path / "share/zsh/site-functions"
    below.mkdir(parents=True)
    (below / "_eclips").write_text("#compdef eclips\n")
    monkeypatch.setattr(_machine.sys, "prefix", str(tmp_path))
    assert look(SHELL="/bin/zsh")["completion"]["detail"] == "zsh: not installed"
    monkeypatch.setattr(_machine.sys, "base_prefix", str(tmp_path))
    assert look(SHELL="/bin/zsh")["completion"]["status"] == "warning"


def test_what_is_missing_in_this_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_machine, "REQUIRED", ("httpx", "no_such_module"))
    monkeypatch.setattr(installation, "EXTRAS", {"jq": ("no_such_module",), "server": ("httpx",)})
    assert _machine.python().status == "failed" and "no_such_module" in _machine.python().detail
    assert _machine.version().status == "note" and "[jq]" in (_machine.version().remedy or "")


def test_nothing_is_sent_when_only_curl_is_asked_for(inside: Run) -> None:
    with RawServer(json_reply(HEALTHY)) as server:
        done = inside("doctor", "--curl", ECLIPS_BASE_URL=server.url, ECLIPS_API_KEY=REAL)
        assert server.requests == [], done
    assert done.code == 0 and done.out.startswith("curl ")
