"""`webhooks create|list|delete|verify|trigger`, in this process."""

import base64
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eclips_cli.commands.webhooks import _deliverer
from eclips_cli.commands.webhooks._signature import sign
from eclips_cli.credentials import keyring_store
from tests.commands.webhooks.conftest import SECRET, body_of
from tests.installed import Result
from tests.servers.raw import RawServer, reply, silent

Here = Callable[..., Result]
URL = "https://your-app.com/webhooks/eclips"


def made(here: Here, *more: str) -> dict[str, Any]:
    done = here("webhooks", "create", URL, "-o", "json", *more)
    assert done.code == 0, done.err
    return done.json


def listed(here: Here) -> list[str]:
    return [hook["id"] for hook in here("webhooks", "list", "-o", "json").json]


def test_the_secret_is_printed_once_with_a_warning(here: Here) -> None:
    done = here("webhooks", "create", URL, "--event", "run.failed", "-o", "json")
    assert done.json["secret"].startswith("whsec_") and done.json["events"] == ["run.failed"]
    assert "once" in done.err and done.json["secret"] not in done.err
    assert done.json["secret"] not in here("webhook", "list", "-o", "json").out
    assert here("webhooks", "create", URL, "-o", "table").out.count("whsec_") == 1


@pytest.mark.parametrize("output", [("-o", "id"), ("--fields", "id,url"), ("--jq", ".id")])
def test_an_output_without_the_secret_needs_a_place_for_it(
    here: Here, tmp_path: Path, output: tuple[str, ...]
) -> None:
    before = listed(here)
    refused = here("webhooks", "create", URL, *output)
    assert refused.code == 2 and "--secret-file" in refused.err and listed(here) == before
    kept = here("webhooks", "create", URL, *output, "--secret-file", str(tmp_path / "secret"))
    assert kept.code == 0 and (tmp_path / "secret").read_text().startswith("whsec_")
    assert "whsec_" in here("webhooks", "create", URL, "--jq", ".secret").out


def test_the_secret_in_a_file(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "hook.secret"
    hook = made(here, "--secret-file", str(file))
    assert "secret" not in hook and set(hook["events"]) == {
        "run.completed", "run.failed", "run.triage_required",
    }  # fmt: skip
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().startswith("whsec_") and file.read_text() == file.read_text().strip()


@pytest.mark.parametrize("bad", ["exists", "link", "folder", "missing/hook.secret", "a\0b", "/dev/full"])
def test_a_secret_file_that_cannot_be_written_creates_nothing(here: Here, tmp_path: Path, bad: str) -> None:
    (tmp_path / "exists").write_text("precious")
    (tmp_path / "link").symlink_to(tmp_path / "exists")
    (tmp_path / "folder").mkdir()
    before = listed(here)
    done = here("webhooks", "create", URL, "--secret-file", str(tmp_path / bad))
    assert done.code == 2 and done.err.startswith("error: --secret-file") and done.out == ""
    assert listed(here) == before
    assert (tmp_path / "exists").read_text() == "precious"


def test_no_file_is_left_when_the_api_refuses(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "hook.secret"
    refused = here("webhooks", "create", URL, "--event", "run.nope", "--secret-file", str(file))
    shown = here("webhooks", "create", URL, "--secret-file", str(file), "--dry-run")
    assert (refused.code, shown.code) == (14, 0) and not file.exists()
    assert shown.json["body"] == {
        "url": URL,
        "events": ["run.completed", "run.failed", "run.triage_required"],
    }
    assert here("webhooks", "create", URL, "--save-secret", "--curl").out.startswith("curl -X POST")
    assert here("webhooks", "delete", "x", "--dry-run").json["method"] == "DELETE"


def test_without_a_keyring_save_secret_creates_nothing(here: Here) -> None:
    before = listed(here)
    done = here("webhooks", "create", URL, "--save-secret")
    assert done.code == 17 and "keyring" in done.err and "--secret-file" in done.err
    assert listed(here) == before


class Kept:
    """A keyring back end that keeps what it is given, or only the first thing."""

    name = "kept"

    def __init__(self, most: int = 1000) -> None:
        self.most, self.entries = most, dict[str, str]()

    def set_password(self, _service: str, name: str, secret: str) -> None:
        self.most -= 1
        if self.most >= 0:
            self.entries[name] = secret

    def get_password(self, _service: str, name: str) -> str | None:
        return self.entries.get(name)

    def delete_password(self, _service: str, name: str) -> None:
        del self.entries[name]


@pytest.mark.parametrize("most", [0, 1])
def test_a_keyring_that_does_not_keep_it(here: Here, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Found out beforehand, nothing is created; found out too late, the secret is shown rather than lost."""
    backend = Kept(most)
    monkeypatch.setattr(keyring_store, "_backend", lambda: backend)
    before = len(listed(here))
    done = here("webhooks", "create", URL, "--save-secret", PYTHON_KEYRING_BACKEND="x")
    assert done.code == (1 if most else 17) and "did not keep" in done.err
    assert ("whsec_" in done.out, len(listed(here)) - before) == ((True, 1) if most else (False, 0))


def test_a_kept_secret_is_used_again(here: Here, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    backend = Kept()
    monkeypatch.setattr(keyring_store, "_backend", lambda: backend)
    done = here("webhooks", "create", URL, "-o", "json", "--save-secret", PYTHON_KEYRING_BACKEND="x")
    assert done.code == 0 and "--secret-of" in done.err
    hook = done.json
    assert "secret" not in hook
    (secret,) = backend.entries.values()
    (tmp_path / "body").write_bytes(body_of())
    verify = ("webhooks", "verify", "--signature", sign(secret.encode(), body_of()), f"{tmp_path}/body")
    assert here(*verify, "--secret-of", hook["id"], PYTHON_KEYRING_BACKEND="x").code == 0
    assert here(*verify, "--secret-of", "x", PYTHON_KEYRING_BACKEND="x").code == 2


@pytest.mark.parametrize(
    "url", ["http://your-app.com/x", "ftp://h", "", "https://", "https://a b", "https://[", "http://127.0.0.1.evil.example/"]
)  # fmt: skip
def test_a_url_that_is_not_https_is_refused_before_anything_is_sent(here: Here, url: str) -> None:
    with RawServer(reply(500)) as server:
        done = here("webhooks", "create", url, ECLIPS_BASE_URL=server.url)
    assert done.code == 2 and server.requests == []


def test_http_to_this_machine_is_for_the_sandbox_alone(here: Here) -> None:
    local = "http://127.0.0.1:8080/hook"
    assert here("webhooks", "create", local).code == 0
    assert here("--sandbox", "webhooks", "create", local).code == 0
    elsewhere = here("--base-url", "https://api.example", "webhooks", "create", local)
    assert elsewhere.code == 2 and "https://" in elsewhere.err


@pytest.mark.parametrize(
    "typed, meant",
    [("run.faild", "run.failed"), ("failed", "run.failed"), ("RUN.COMPLETED", "run.completed"),
     ("triage", "run.triage_required"), ("run.triage", "run.triage_required"), ("run.complete", "run.completed")],
)  # fmt: skip
def test_a_misspelt_event_is_refused_with_the_nearest(here: Here, typed: str, meant: str) -> None:
    with RawServer(reply(500)) as server:
        done = here(
            "webhooks", "create", URL, "--event", "run.failed", "--event", typed, ECLIPS_BASE_URL=server.url
        )
    assert done.code == 2 and server.requests == []
    assert f"there is no event {typed!r}" in done.err and f"did you mean {meant}?" in done.err


@pytest.mark.parametrize("event", ["", " "])
def test_an_empty_event_is_refused(here: Here, event: str) -> None:
    done = here("webhooks", "create", URL, "--event", event)
    assert done.code == 2 and "--event is empty" in done.err


def test_deleting(here: Here) -> None:
    one, two, three, four = (made(here)["id"] for _ in range(4))
    assert here("webhooks", "delete", one, stdin=b"n\n", terminal=True).code == 1
    assert one in listed(here)
    asked = here("webhooks", "delete", one, stdin=b"y\n", terminal=True)
    assert asked.code == 0 and f"Delete webhook {one} ({URL})?" in asked.err
    assert here("webhooks", "delete", "@last", "--yes", "-o", "json").json == {"id": four, "success": True}
    some = here("webhooks", "delete", "nope", two, "--yes", "-o", "json")
    assert some.code == 13 and some.json == [{"id": two, "success": True}]
    assert here("webhooks", "delete", two, "--yes").code == 6
    assert here("webhooks", "delete", three).code == 0, "nobody could be asked, and it was named"
    assert not {one, two, three, four} & set(listed(here))


def test_the_ids_of_others_are_not_found(here: Here, server: Any) -> None:
    theirs = here("webhooks", "create", URL, "-o", "json", ECLIPS_API_KEY=server.other_org).json["id"]
    assert here("webhooks", "delete", theirs, "--yes").code == 6
    assert here("webhooks", "delete", theirs, "--yes", ECLIPS_API_KEY=server.keys.read_only).code == 5


def test_verify(here: Here, tmp_path: Path) -> None:
    file, secret = tmp_path / "body.json", tmp_path / "secret"
    file.write_bytes(body_of())
    secret.write_text(SECRET + "\n")
    given = ("--signature", sign(SECRET.encode(), body_of()), "--secret-file", str(secret))
    good = here("webhooks", "verify", *given, str(file), "-o", "json")
    assert good.code == 0 and good.json["run_id"] == "a1b2" and good.json["valid"] is True
    assert here("webhooks", "verify", *given, "-", stdin=body_of()).code == 0
    changed = here("webhooks", "verify", *given, "-", stdin=body_of() + b"\n")
    assert changed.code == 1 and "a newline was added" in changed.err and changed.out == ""
    from_env = ("--signature", given[1], "--secret-env", "HOOK", str(file))
    assert here("webhooks", "verify", *from_env, HOOK=SECRET).code == 0
    assert here("webhooks", "verify", *from_env, HOOK="whsec_other").code == 1


def test_verify_with_the_secrets_of_a_rotation(here: Here, tmp_path: Path) -> None:
    old, body = tmp_path / "old.secret", body_of()
    old.write_text("whsec_old")
    both = ("--secret-file", str(old), "--secret-env", "NEW", "-", "-o", "json")

    def check(secret: bytes, *more: str) -> Result:
        signature = sign(secret, body)
        return here("webhooks", "verify", "--signature", signature, *both, *more, stdin=body, NEW=SECRET)

    assert check(SECRET.encode()).json["secret"] == "--secret-env NEW"
    assert check(b"whsec_old").json["secret"] == f"--secret-file {old}"
    again = check(b"whsec_third", "--secret-env", "THIRD")
    assert again.code == 2 and "THIRD" in again.err
    wrong = check(SECRET.encode() + b"\n")
    assert wrong.code == 1 and "trailing newline" in wrong.err


def test_age_is_judged_by_the_body(here: Here, tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    def check(age: float, *more: str) -> Result:
        sent = (datetime.now(UTC) - timedelta(seconds=age)).isoformat().replace("+00:00", "Z")
        body = body_of(timestamp=sent)
        signature = sign(SECRET.encode(), body)
        return here(
            "webhooks",
            "verify",
            "--signature",
            signature,
            "--secret-env",
            "S",
            *more,
            "-",
            stdin=body,
            S=SECRET,
        )

    assert check(3600).code == 0
    assert check(30, "--tolerance", "5m").code == 0
    assert "1h old" in check(3600, "--tolerance", "5m").err
    assert "in the future" in check(-3600, "--tolerance", "5m").err
    lied = check(3600, "--timestamp", datetime.now(UTC).isoformat())
    assert lied.code == 1 and "another time" in lied.err
    assert check(0, "--timestamp", "noon").code == 2


@pytest.mark.parametrize(
    "source",
    [(), ("--secret-env", "NOT_SET"), ("--secret-env", "EMPTY"), ("--secret-file", "/nope"), ("--secret-file", "/"),
     ("--secret-env", "TWO"), ("--secret-env", "EMPTY", "--secret-file", "/nope")],
)  # fmt: skip
def test_a_secret_that_cannot_be_one(here: Here, source: tuple[str, ...]) -> None:
    done = here(
        "webhooks", "verify", "--signature", "x", *source, "-", stdin=b"", EMPTY=" \n", TWO="canary word"
    )
    assert done.code == 2 and "canary" not in done.err and done.err.startswith("error: ")


def test_trigger_sends_one_signed_delivery(here: Here, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    with RawServer(reply(204)) as server:
        sent = here(
            "webhooks", "trigger", "run.triage_required", "--to", f"{server.url}/hook?a=1", "--secret-file",
            str(secret), "-o", "json", HTTP_PROXY="http://127.0.0.1:9", ALL_PROXY="http://127.0.0.1:9",
        )  # fmt: skip
    (got,) = server.requests
    assert sent.code == 0 and sent.json["status"] == 204 and sent.json["run_id"] == got.json["run_id"]
    assert got.method == "POST" and got.target == "/hook?a=1"
    assert got.headers["x-eclips-signature"] == sign(SECRET.encode(), got.body)
    assert got.headers["x-eclips-event"] == got.json["event"] == "run.triage_required"
    assert got.headers["x-eclips-timestamp"] == got.json["timestamp"]
    assert got.headers["content-type"] == "application/json" and "authorization" not in got.headers
    assert list(got.json) == ["event", "run_id", "agent_type", "organization_id", "timestamp", "data"]
    assert got.json["data"]["requires_triage"] and got.json["data"]["triage_item_id"]


def test_a_password_in_to_is_sent_and_never_printed(here: Here) -> None:
    with RawServer(reply(200), reply(500)) as server:
        to = server.url.replace("http://", "http://me:canary%21@")
        send = ("webhooks", "trigger", "run.failed", "--to", f"{to}/hook")
        told = [here(*send, "-o", "json"), here(*send), here(*send, "--dry-run"), here(*send, "--curl")]
    told += [here(*send, "-v"), here(*send[:4], "http://me:canary@example.com/")]
    assert [done.code for done in told[:4]] == [0, 1, 0, 0] and told[4].code in (7, 11) and told[5].code == 2
    assert not any("canary" in done.out + done.err for done in told)
    assert told[0].json["url"] == f"{server.url.replace('http://', 'http://me:***@')}/hook"
    authorization = server.requests[0].headers["authorization"]
    assert base64.b64decode(authorization.removeprefix("Basic ")) == b"me:canary!"


def test_a_password_in_a_webhook_s_url_is_not_remembered(here: Here) -> None:
    hook = here("webhooks", "create", "https://me:canary@your-app.com/x", "-o", "json").json
    asked = here("webhooks", "delete", hook["id"], stdin=b"n\n", terminal=True)
    assert "me:***@your-app.com" in asked.err and "canary" not in asked.err


def test_forward_from_a_time_that_is_yet_to_come_is_refused(here: Here) -> None:
    done = here("webhooks", "forward", "--to", "http://127.0.0.1:9/", "--since", "2999-01-01")
    assert done.code == 2 and "yet to come" in done.err


def test_trigger_makes_a_secret_and_says_so(here: Here) -> None:
    with RawServer(reply(200)) as server:
        done = here("webhooks", "trigger", "run.failed", "--to", server.url, "--quiet")
    secret = done.err.split()[1]
    assert secret.startswith("whsec_") and "whsec_" not in done.out
    assert server.requests[0].headers["x-eclips-signature"] == sign(secret.encode(), server.requests[0].body)


def test_what_trigger_says_of_a_receiver_that_fails(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setattr(_deliverer, "SECONDS", 0.3)
    with RawServer(reply(500), reply(302, headers=[("location", "http://evil.example")]), silent()) as server:
        send = ("webhooks", "trigger", "run.failed", "--to", server.url)
        assert here(*send).code == 1
        moved = here(*send)
        assert moved.code == 1 and "302" in moved.err
        assert here(*send).code == 11
    assert here(*send[:4], "http://127.0.0.1:9").code == 7


@pytest.mark.parametrize("url", ["http://example.com/", "http://0.0.0.0/", "file:///x", "127.0.0.1:80", ""])
def test_trigger_refuses_other_machines_in_the_clear(here: Here, url: str) -> None:
    done = here("webhooks", "trigger", "run.failed", "--to", url)
    assert done.code == 2 and "--to" in done.err


def test_trigger_knows_its_events_and_can_only_show(here: Here) -> None:
    wrong = here("webhooks", "trigger", "run.complete", "--to", "http://127.0.0.1:9/")
    assert wrong.code == 2 and "did you mean run.completed?" in wrong.err
    with RawServer(reply(200)) as server:
        shown = here("webhooks", "trigger", "run.failed", "--to", server.url, "--dry-run")
        curl = here("webhooks", "trigger", "run.failed", "--to", server.url, "--curl")
    assert "run.failed" in shown.json["body"] and server.requests == []
    assert curl.out.startswith(f"curl -X POST {server.url}") and "X-eClips-Signature: sha256=" in curl.out
