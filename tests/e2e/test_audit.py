"""The audit record through the program: every change leaves its lines, and what can't be recorded is not sent."""

from __future__ import annotations

import csv
import io
import json
import os
import pwd
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eclips_cli.errors import LocalFailure
from eclips_cli.records.audit.record import AuditRecord
from tests.inside import inside, run_inside
from tests.installed import PROGRAM, Result, Run, wait_until
from tests.servers.raw import RawServer, json_reply

__all__ = ["inside"]
REAL = "eck_live_0123456789abcdef"
QUICK = ("--max-retries", "0")


def record_path(env: dict[str, str], name: str = "sandbox") -> Path:
    return Path(env["HOME"]) / ".local/state/eclips/audit" / f"{name}.jsonl"


@pytest.fixture
def changes(inside: Run) -> Callable[..., list[dict[str, Any]]]:
    def listed(*options: str, **env: str) -> list[dict[str, Any]]:
        return inside("audit", "list", *options, "-o", "json", **env).json

    return listed


@pytest.fixture
def accepts() -> Any:
    """A server that takes any run, also with a key that is not the sandbox's."""
    with RawServer(
        *[json_reply({"run_id": f"r{number}", "status": "queued"}, 202) for number in range(9)]
    ) as server:
        yield server


def test_each_change_leaves_who_what_and_how_it_ended(
    inside: Run, changes: Callable[..., Any], api_env: dict[str, str], server: Any
) -> None:
    assert changes() == []
    run_id = inside("run", "--detach", "[triage] [instant] Pay INV-1001").out.strip()
    item = inside("runs", "get", run_id, "-o", "json").json["triage_item"]["id"]
    assert inside("triage", "approve", item, "--note", "=checked").code == 0
    assert inside("run", "x", "--agent", "nope").code == 14
    assert inside("api", "POST", "/v1/run", "-f", "task=x", "-f", "agent_type=nope").code == 14
    by_api, refused, approved, started = changes()
    assert (by_api["command"], by_api["action"], by_api["ended"]) == ("eclips api", "run", "refused")
    assert (started["action"], started["asked"]["task"], started["ended"]) == (
        "run",
        "[triage] [instant] Pay INV-1001",
        "accepted",
    )
    assert (started["subject"], approved["subject"], refused["subject"]) == (run_id, item, None)
    assert (started["about"], approved["about"]) == (started["asked"]["task"], "=checked")
    assert started["answer"]["run_id"] == run_id and started["command"] == "eclips run"
    assert (approved["action"], approved["id"], approved["note"]) == ("approve", item, "=checked")
    assert (refused["ended"], refused["status"], refused["command"]) == ("refused", 400, "eclips run")
    assert started["key"] == f"eck_live_…{server.keys.full[-4:]}" and started["base_url"] == server.url
    assert server.keys.full not in record_path(api_env).read_text()
    assert [change["action"] for change in changes("--action", "run", "--limit", "1")] == ["run"]
    _check_export(inside)
    verified = inside("audit", "verify", "-o", "json")
    assert verified.code == 0 and (verified.json["lines"], verified.json["changes"]) == (8, 4)


def _check_export(inside: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(inside("audit", "export", "-o", "csv").out)))
    assert [row["action"] for row in rows] == ["run", "approve", "run", "run"]
    assert [row["ended"] for row in rows] == ["accepted", "accepted", "refused", "refused"]
    assert rows[1]["note"] == "'=checked" and rows[0]["asked.task"].startswith("[triage]")
    assert {row["user"] for row in rows} == {pwd.getpwuid(os.geteuid()).pw_name}
    assert {(row["host"], row["terminal"], row["ai_agent"]) for row in rows} == {
        (os.uname().nodename, "false", "")
    }
    lines = [json.loads(line) for line in inside("audit", "export", "-o", "jsonl").lines]
    assert [line["seq"] for line in lines] == [1, 3, 5, 7]
    raw = Path(inside("audit", "verify", "-o", "json").json["file"]).read_text()
    chain = [json.loads(line) for line in raw.splitlines()]
    hashes = [(line["hash"], line["ended_hash"]) for line in lines]
    assert hashes == [(a["hash"], b["hash"]) for a, b in zip(chain[::2], chain[1::2], strict=True)]


def test_who_made_a_change_is_kept_and_shown(
    inside: Run, changes: Callable[..., Any], api_env: dict[str, str]
) -> None:
    who = f"{pwd.getpwuid(os.geteuid()).pw_name}@{os.uname().nodename}"
    assert inside("run", "--detach", "[instant] x").code == 0
    assert inside("run", "--detach", "[instant] y", AI_AGENT="robbie@2").code == 0
    assert run_inside(("run", "--detach", "[instant] z"), api_env, terminal=True).code == 0
    at_terminal, by_agent, alone = changes()
    assert (at_terminal["by"], at_terminal["terminal"]) == (who, True)
    assert (by_agent["by"], by_agent["ai_agent"]) == (f"{who} through robbie@2", "robbie@2")
    assert (alone["by"], alone["terminal"]) == (f"{who}, no terminal", False)
    shown = inside("audit", "list", "-o", "table", COLUMNS="160").out
    assert "BY" in shown and "robbie@2" in shown


def test_where_a_decision_was_asked_for_is_exported(inside: Run, api_env: dict[str, str]) -> None:
    record = AuditRecord({"ECLIPS_STATE_DIR": str(record_path(api_env).parents[1])}, sandbox=True)
    origin = {"file": "items.xlsx", "row": 7}
    record.append(
        {"kind": "intent", "change": "a", "action": "approve", "from": origin}, "2026-06-06T09:00:00.000Z"
    )
    (row,) = csv.DictReader(io.StringIO(inside("audit", "export", "-o", "csv").out))
    assert (row["from.file"], row["from.row"], row["ended"]) == ("items.xlsx", "7", "unknown")


def test_a_part_of_the_record_by_time(inside: Run, api_env: dict[str, str]) -> None:
    record = AuditRecord({"ECLIPS_STATE_DIR": str(record_path(api_env).parents[1])}, sandbox=True)
    for day in (
        "2026-05-31T23:59:59.999Z",
        "2026-06-01T00:00:00.000Z",
        "2026-06-30T23:00:00Z",
        "2026-07-01T00:00:00Z",
    ):
        record.append({"kind": "intent", "change": day, "action": "run"}, day)
    june = ("--since", "2026-06-01T00:00Z", "--until", "2026-07-01T00:00Z")
    found = [row["change"] for row in inside("audit", "export", *june, "-o", "json").json]
    assert found == ["2026-06-01T00:00:00.000Z", "2026-06-30T23:00:00Z"], "oldest first, the end not in it"
    assert [row["change"] for row in inside("audit", "list", *june, "-o", "json").json] == found[::-1]
    nothing = inside("audit", "export", "--until", "2026-01-01T00:00Z", "-o", "csv")
    assert "none of 4 changes matches --until" in nothing.err
    assert inside("audit", "export", "--until", "soon").code == 2


def test_webhooks_and_batches_leave_what_matters_and_no_secret(
    inside: Run, changes: Callable[..., Any], api_env: dict[str, str], tmp_path: Path
) -> None:
    made = inside("webhooks", "create", "https://user:pass@example.com/hook?token=hush", "-o", "json").json
    secret, webhook = made["secret"], made["id"]
    assert inside("webhooks", "delete", webhook, "--yes").code == 0
    rows = tmp_path / "rows.csv"
    rows.write_text("task,iban\n" + "".join(f"[hang] Pay {n},DE{n}\n" for n in range(30)))
    submitted = inside("batches", "submit", str(rows), "--detach", "--agent", "ap_specialist", "-o", "json")
    assert submitted.code == 0, submitted.err
    batch = inside("batches", "list", "-o", "id").lines[0]
    inside("batches", "cancel", batch)
    cancelled, submitted, deleted, created = changes()
    assert [change["action"] for change in (created, deleted, submitted, cancelled)] == [
        "webhook-create", "webhook-delete", "batch-submit", "batch-cancel",
    ]  # fmt: skip
    assert (created["answer"]["id"], created["asked"]["url"]) == (webhook, "https://example.com/hook")
    assert (deleted["id"], cancelled["id"], submitted["answer"]["id"]) == (webhook, batch, batch)
    assert (submitted["asked"]["rows"]["count"], submitted["asked"]["agent_type"]) == (30, "ap_specialist")
    text = record_path(api_env).read_text()
    assert not [word for word in (secret, "hush", "user:pass", "DE7", "Pay 7") if word in text]


def test_a_batch_that_can_not_be_recorded_is_not_sent_and_goes_on_afterwards(
    inside: Run, api_env: dict[str, str], faulty: Any, tmp_path: Path
) -> None:
    running = faulty()
    where = {"ECLIPS_BASE_URL": running.url, "ECLIPS_API_KEY": running.keys.full}
    rows = tmp_path / "rows.csv"
    rows.write_text("task\n[instant] a\n[instant] b\n")
    submit = ("batches", "submit", str(rows), "--agent", "ap_specialist", "--detach")
    record_path(api_env).mkdir(parents=True)
    done = inside(*submit, **where)
    assert done.code == 17 and "nothing was sent" in done.err
    assert inside("batches", "list", "-o", "json", **where).json == []
    record_path(api_env).rmdir()
    assert inside(*submit, **where).code == 0
    assert [job["total_rows"] for job in inside("batches", "list", "-o", "json", **where).json] == [2]


def test_a_result_is_not_lost_when_its_outcome_can_not_be_recorded(
    inside: Run, changes: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    append = AuditRecord.append

    def full_after_the_intent(self: AuditRecord, members: Any, at: str, scrub: Any = None) -> Any:
        if members["kind"] == "outcome":
            raise LocalFailure("record.jsonl: no space left on device")
        return append(self, members, at, scrub)

    with monkeypatch.context() as patched:
        patched.setattr(AuditRecord, "append", full_after_the_intent)
        done = inside("run", "--detach", "[instant] x")
    assert done.code == 0 and len(done.out.strip()) == 36
    assert "warning: the change was sent, but how it ended could not be recorded" in done.err
    assert [change["ended"] for change in changes()] == ["unknown"]


def test_what_is_only_shown_is_not_recorded(inside: Run, api_env: dict[str, str]) -> None:
    assert inside("run", "--detach", "x", "--dry-run").code == 0
    assert inside("run", "--detach", "x", "--curl").code == 0
    assert inside("runs", "list").code == 0
    assert not record_path(api_env).exists()


def test_what_can_not_be_recorded_is_not_sent(inside: Run, api_env: dict[str, str], faulty: Any) -> None:
    running = faulty()
    where = {"ECLIPS_BASE_URL": running.url, "ECLIPS_API_KEY": running.keys.full}
    record_path(api_env).mkdir(parents=True)
    done = inside("run", "--detach", "x", "-o", "json", **where)
    assert (done.code, done.out, done.error["code"]) == (17, "", "local")
    assert "nothing was sent" in done.error["message"] and str(record_path(api_env)) in done.error["message"]
    assert inside("runs", "list", "-o", "json", **where).json == []


@pytest.mark.parametrize(
    ("fault", "code", "ended"),
    [
        ("drop_after:path=/v1/run,method=POST", 11, "unknown"),
        ("drop_inside:path=/v1/run,method=POST", 11, "accepted"),
        ("status:code=502,method=POST", 12, "server-error"),
        ("unauthorized:method=POST", 4, "refused"),
        ("html:method=POST", 11, "accepted"),
    ],
)
def test_how_a_change_ended_is_told(
    inside: Run, changes: Callable[..., Any], faulty: Any, fault: str, code: int, ended: str
) -> None:
    running = faulty(fault)
    where = {"ECLIPS_BASE_URL": running.url, "ECLIPS_API_KEY": running.keys.full}
    assert inside("run", "--detach", "x", *QUICK, **where).code == code
    assert [change["ended"] for change in changes(**where)] == [ended]


def test_a_change_that_nobody_heard_is_not_sent(inside: Run, changes: Callable[..., Any]) -> None:
    assert inside("run", "x", *QUICK, ECLIPS_BASE_URL="http://127.0.0.1:1").code == 7
    assert [change["ended"] for change in changes()] == ["not-sent"]


def test_a_change_that_met_another_protocol_is_not_sent(inside: Run, changes: Callable[..., Any]) -> None:
    with RawServer(answer=lambda _: lambda talk: talk.send(b"SSH-2.0-OpenSSH_9.2\r\n")) as server:
        assert inside("run", "x", *QUICK, ECLIPS_BASE_URL=server.url).code == 12
    assert [change["ended"] for change in changes()] == ["not-sent"]


def test_a_program_killed_between_asking_and_hearing(
    inside: Run, changes: Callable[..., Any], api_env: dict[str, str], faulty: Any
) -> None:
    running = faulty("hang:method=POST")
    env = {**api_env, "ECLIPS_BASE_URL": running.url, "ECLIPS_API_KEY": running.keys.full}
    with subprocess.Popen([PROGRAM, "run", "--detach", "x"], env=env, stderr=subprocess.DEVNULL) as program:
        path = record_path(api_env)
        wait_until(lambda: path.exists() and path.read_bytes().endswith(b"\n"))
        program.send_signal(signal.SIGKILL)
    found = inside("audit", "verify", "-o", "json").json
    assert (found["ok"], found["lines"], found["without_outcome"]) == (True, 1, 1)
    assert "no outcome was recorded" in changes()[0]["error"]
    path.write_bytes(path.read_bytes() + b'{"seq":2,"at":"20')
    assert inside("audit", "verify").code == 1
    assert inside("run", "--detach", "[instant] y").code == 0
    mended = inside("audit", "verify", "-o", "json")
    assert mended.code == 0 and mended.json["mended_after_a_crash"] == 1


def test_the_sandboxs_changes_stay_out_of_the_true_record(
    inside: Run, changes: Callable[..., Any], api_env: dict[str, str], accepts: RawServer
) -> None:
    true = {"ECLIPS_API_KEY": REAL, "ECLIPS_BASE_URL": accepts.url}
    assert inside("run", "--detach", "x", **true).code == 0
    assert inside("run", "--detach", "[instant] y", "--sandbox").code == 0
    assert [change["asked"]["task"] for change in changes(**true)] == ["x"]
    assert [change["asked"]["task"] for change in changes("--sandbox", **true)] == ["[instant] y"]
    assert record_path(api_env, "record").exists() and REAL not in record_path(api_env, "record").read_text()


def test_a_broken_chain_is_told_by_line(inside: Run, api_env: dict[str, str]) -> None:
    for task in ("a", "b"):
        inside("run", "--detach", f"[instant] {task}")
    head = inside("audit", "verify", "-o", "json").json["head"]
    path = record_path(api_env)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], lines[2].replace(b"[instant] b", b"[instant] c"), lines[3]]))
    broken = inside("audit", "verify", "-o", "json")
    assert broken.code == 1
    assert [(p["line"], p["problem"]) for p in broken.json["problems"]] == [(3, "altered")]
    assert "1 of its lines can't be read" in inside("audit", "list").err
    path.write_bytes(b"".join(lines[:2]))
    assert inside("audit", "verify").code == 0, "the file alone can't show that its end is gone"
    assert inside("audit", "verify", "--expect-head", head).code == 1
    shown = inside("audit", "verify", "--expect-head", head, "-o", "table").out
    assert "the chain is broken: 2 lines, 1 change" in shown and "known hash is not in the chain" in shown
    path.write_bytes(b"".join(lines))
    assert inside("audit", "verify", "--expect-head", head.upper()).code == 0


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("list", "--action", "aprove"), "did you mean approve"),
        (("list", "--since", "tomorrow"), "not a time"),
        (("export", "--since", "1d", "--until", "2d"), "nothing lies between"),
        (("list", "--limit", "0"), "limit"),
        (("verify", "--expect-head", "abc"), "64 hexadecimal"),
    ],
)
def test_bad_input(inside: Run, argv: tuple[str, ...], words: str) -> None:
    done: Result = inside("audit", *argv)
    assert done.code == 2 and words in done.err
