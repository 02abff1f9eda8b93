"""The record's file: written whole or not at all, by several at once, readable by its owner alone."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclips_cli import strict_json
from eclips_cli.errors import LocalFailure
from eclips_cli.json_values import json_text
from eclips_cli.records.audit import fields
from eclips_cli.records.audit.reading import UNREADABLE, Changes, verify
from eclips_cli.records.audit.record import AuditRecord

AT = "2026-06-06T09:00:00.000Z"
KEY = "eck_live_canary0123456789"


@pytest.fixture
def record(tmp_path: Path) -> AuditRecord:
    return AuditRecord({"ECLIPS_STATE_DIR": str(tmp_path / "state")}, sandbox=False)


def intent(change: str, **more: object) -> dict[str, object]:
    return {"kind": "intent", "change": change, "action": "approve", **more}


def test_a_file_is_its_owners_alone_from_the_first_byte(record: AuditRecord) -> None:
    before = os.umask(0)
    try:
        record.append(intent("a"), AT)
    finally:
        os.umask(before)
    assert stat.S_IMODE(record.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(record.path.parent.stat().st_mode) == 0o700
    record.path.chmod(0o644)
    record.append(intent("b"), AT)
    assert stat.S_IMODE(record.path.stat().st_mode) == 0o600


def _append_many(path: str, name: str, count: int) -> None:
    record = AuditRecord({"ECLIPS_STATE_DIR": path}, sandbox=False)
    for number in range(count):
        record.append(intent(f"{name}{number}"), AT)


def test_processes_at_once_keep_the_chain_whole(record: AuditRecord) -> None:
    state = str(record.path.parents[1])
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_append_many, args=(state, name, 40)) for name in "abcd"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 4
    found = verify(record, None)
    assert (found["ok"], found["lines"], found["changes"]) == (True, 160, 160)


def test_a_full_disk_adds_nothing(record: AuditRecord) -> None:
    record.append(intent("a"), AT)
    before = record.path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 40, limits[1]))
    try:
        with pytest.raises(LocalFailure, match="file too large"):
            record.append(intent("b"), AT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert record.path.read_bytes() == before
    record.append(intent("c"), AT)
    assert verify(record, None)["ok"]


@pytest.mark.parametrize("kind", ["directory", "fifo", "link"])
def test_what_is_no_file_of_ours_is_refused(record: AuditRecord, kind: str, tmp_path: Path) -> None:
    record.path.parent.mkdir(parents=True)
    if kind == "directory":
        record.path.mkdir()
    elif kind == "fifo":
        os.mkfifo(record.path)
    else:
        record.path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LocalFailure, match=r"record\.jsonl"):
        record.append(intent("a"), AT)
    assert not (tmp_path / "elsewhere").exists()


def test_junk_without_any_line_of_the_record_stops_a_change(record: AuditRecord) -> None:
    record.path.parent.mkdir(parents=True)
    record.path.write_bytes(b"junk\n" * 200_000)
    with pytest.raises(LocalFailure) as caught:
        record.append(intent("a"), AT)
    assert "move the file away" in (caught.value.hint or "")


def test_an_altered_last_line_is_told_and_does_not_stop_work(record: AuditRecord) -> None:
    record.append(intent("a", note="paid 100"), AT)
    record.path.write_bytes(record.path.read_bytes().replace(b"100", b"999"))
    trouble = record.append(intent("b"), AT)
    assert trouble is not None and "verify" in trouble
    assert [(p["line"], p["problem"]) for p in verify(record, None)["problems"]] == [(1, "altered")]


def test_how_a_change_ended_is_told_though_what_was_asked_was_altered(record: AuditRecord) -> None:
    record.append(intent("a", note="paid 100"), AT)
    record.append({"kind": "outcome", "change": "a", "ended": "accepted", "status": 200}, AT)
    record.path.write_bytes(record.path.read_bytes().replace(b"100", b"999"))
    changes = Changes(record, actions=None)
    assert [(c["change"], c["ended"], c["error"]) for c in changes] == [("a", "accepted", UNREADABLE)]
    assert changes.damaged == 1 and changes.warnings


def test_a_record_that_was_begun_before_who_was_kept_goes_on_and_is_whole(record: AuditRecord) -> None:
    record.append(intent("a", profile="default"), AT)
    record.append({"kind": "outcome", "change": "a", "ended": "accepted"}, AT)
    record.append(intent("b", user="anna", host="desk", terminal=True, ai_agent="Codex"), AT)
    assert verify(record, None)["ok"]
    new, old = Changes(record, actions=None)
    assert (old["by"], new["by"]) == (None, "anna@desk through Codex")
    record.path.write_bytes(record.path.read_bytes().replace(b'"anna"', b'"otto"'))
    assert not verify(record, None)["ok"], "who it was is part of the chain"


NUMBERS = "10.00", "1E5", "1e400", "-1e400", "100000000000000000.01", "9007199254740993", "0.1"


def test_numbers_keep_their_digits(record: AuditRecord) -> None:
    """Of a body that was read by us, and of one that goes out as it is."""
    text = "{" + ",".join(f'"n{place}":{number}' for place, number in enumerate(NUMBERS)) + "}"
    sent = strict_json.document(text.replace("1e400", "1e300"))
    record.append(intent("a", **fields.asked(None, f'{{"data":{text},"amount":10.00}}'.encode())), AT)
    record.append(intent("b", **fields.asked({"data": sent, "amount": sent["n0"]}, None)), AT)
    lines = record.path.read_bytes()
    assert f'"asked":{{"data":{text},"amount":10.00}}'.encode() in lines
    assert f'"asked":{{"data":{text.replace("1e400", "1e300")},"amount":10.00}}'.encode() in lines
    assert verify(record, None)["ok"]
    _, found = Changes(record, actions=None)
    assert json_text(found["asked"]) == f'{{"data":{text},"amount":10.00}}'


@pytest.mark.parametrize("word", ["NaN", "Infinity"])
def test_a_body_that_is_no_json_is_kept_as_a_digest(record: AuditRecord, word: str) -> None:
    record.append(intent("a", **fields.asked(None, f'{{"amount":{word}}}'.encode())), AT)
    [found] = Changes(record, actions=None)
    assert "asked" not in found and found["body"]["bytes"] and word.encode() not in record.path.read_bytes()


@given(st.text(max_size=30))
def test_the_key_is_in_no_line_wherever_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    record = AuditRecord({"ECLIPS_STATE_DIR": str(tmp_path_factory.mktemp("state"))}, sandbox=True)
    body = {"task": f"{text}{KEY}{text}", KEY: [KEY], "data": {"deep": {"deeper": KEY}}, "reason": KEY}
    members = {"kind": "intent", "path": f"/v1/{KEY}", **fields.asked(body, None)}
    record.append(members, AT, (KEY, "eck_live_…6789"))
    assert KEY.encode() not in record.path.read_bytes()
    assert verify(record, None)["ok"]


def test_changes_are_joined_with_how_they_ended_newest_first(record: AuditRecord) -> None:
    record.append(intent("a", note="one"), AT)
    record.append(intent("b", action="run"), "2026-06-07T09:00:00.000Z")
    record.append({"kind": "outcome", "change": "a", "ended": "accepted", "status": 200}, AT)

    def changes(**asked: object) -> list[dict[str, object]]:
        return list(Changes(record, **{"actions": None, **asked}))

    assert [(c["change"], c["ended"], c.get("status")) for c in changes()] == [
        ("b", "unknown", None),
        ("a", "accepted", 200),
    ]
    assert "error" in changes()[0] and "error" not in changes()[1]
    assert [c["change"] for c in changes(actions=["approve"])] == ["a"]
    assert [c["change"] for c in changes(since=1780790400.0)] == ["b"]
    assert [c["change"] for c in changes(limit=1)] == ["b"]


def test_what_reading_told_besides_the_changes(record: AuditRecord) -> None:
    for name in "abc":
        record.append(intent(name), AT)
    for limit, more in ((2, True), (3, False), (None, False)):
        changes = Changes(record, actions=None, limit=limit)
        for _again in range(2):
            assert len(list(changes)) == min(limit or 3, 3)
            assert (changes.total, changes.recorded, changes.more) == (3, 3, more)
            assert changes.warnings == []
    lines = record.path.read_bytes().splitlines(keepends=True)
    record.path.write_bytes(b"".join(line.replace(b"approve", b"reject") for line in lines[:2]) + lines[2])
    changes = Changes(record, actions=None)
    assert [change["change"] for change in changes] == ["c"]
    assert changes.warnings == [
        "2 of its lines can't be read and are left out; `eclips audit verify` tells more"
    ]


def test_what_a_verdict_counts(record: AuditRecord) -> None:
    for name, day in (("a", 6), ("b", 7), ("c", 8)):
        record.append(intent(name), AT.replace("-06T", f"-0{day}T"))
    record.append({"kind": "renewed", "change": "b", "key": "5678"}, AT)
    record.append({"kind": "outcome", "change": "b", "ended": "accepted"}, AT.replace("-06T", "-09T"))
    told = verify(record, None)
    assert (told["changes"], told["without_outcome"], told["lines"]) == (3, 2, 5)
    assert (told["first_at"], told["last_at"]) == (AT, AT.replace("-06T", "-09T"))
    assert {change["change"]: change.get("key") for change in Changes(record, actions=None)} == {
        "a": None, "b": "5678", "c": None,
    }  # fmt: skip


def test_the_members_that_are_kept_of_a_body() -> None:
    rows = [{"task": f"Process invoice {n}", "data": {"n": n}} for n in range(500)]
    body = {
        "agent_type": "ap_specialist",
        "name": "June",
        "rows": rows,
        "webhook_url": "https://u:p@h/x?token=t#f",
    }
    found = fields.asked(body, None)
    assert found["asked"]["rows"]["count"] == 500 and len(json.dumps(found)) < 600
    assert found["asked"]["webhook_url"] == "https://h/x"
    assert found["body"]["bytes"] > 20_000
    noted = fields.asked({"resolution_note": "n" * 100_000}, None)
    assert "(100000 characters)" in noted["note"] and "asked" not in noted
    secret = fields.asked(None, b'{"client_secret": "whsec_1", "n": {"api_key": "x"}}')
    assert secret["asked"] == {"client_secret": "[not kept]", "n": {"api_key": "[not kept]"}}
    assert "asked" not in fields.asked(None, b"\xff\x00")
    assert len(json.dumps(fields.asked({f"m{n}": "x" * 9000 for n in range(60)}, None))) < 10_000


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/v1/run", ("run", None)),
        ("POST", "/v1/triage/t%2F1/approve", ("approve", "t/1")),
        ("POST", "/v1/triage/t1/reject", ("reject", "t1")),
        ("POST", "/v1/webhooks?x=1", ("webhook-create", None)),
        ("DELETE", "/v1/webhooks/w1", ("webhook-delete", "w1")),
        ("POST", "/v1/batches", ("batch-submit", None)),
        ("POST", "/v1/batches/b1/cancel", ("batch-cancel", "b1")),
        ("PATCH", "/v1/run", ("other", None)),
        ("POST", "/v2/run", ("other", None)),
    ],
)
def test_actions(method: str, path: str, expected: tuple[str, str | None]) -> None:
    assert fields.action(method, path) == expected
    assert expected[0] in fields.ACTIONS


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (202, None, "accepted"),
        (200, "unknown_outcome", "accepted"),
        (400, "rejected", "refused"),
        (429, "limit", "refused"),
        (302, "server", "refused"),
        (502, "server", "server-error"),
        (None, "network", "not-sent"),
        (None, "usage", "not-sent"),
        (None, "server", "not-sent"),
        (None, "local", "not-sent"),
        (None, "unknown_outcome", "unknown"),
        (None, "interrupted", "unknown"),
    ],
)
def test_how_a_change_ended(status: int | None, code: str | None, expected: str) -> None:
    assert fields.ended(status, code) == expected
    assert expected in fields.ENDS


def test_what_is_kept_of_an_answer() -> None:
    created = {"data": {"id": "w1", "secret": "whsec_1", "status": "x"}}
    assert fields.answered(created) == {"id": "w1", "status": "x"}
    assert fields.answered({"job": {"id": "b1", "status": "pending"}}) == {"id": "b1", "status": "pending"}
    assert fields.answered({"run_id": "r1", "status": "queued"}) == {"run_id": "r1", "status": "queued"}
    assert fields.answered([1]) == {}
