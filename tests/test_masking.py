"""A key is told nowhere and kept nowhere, also where it does not belong, without its prefix, or with something in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from eclips_cli import masking
from tests.faults.healthy import Healthy, a_run
from tests.inside import run_inside
from tests.servers.raw import Action, RawServer, Received, json_reply

BODY = "Zk4Tq8Wm2Xp6Rv9Bn3Lc7Hd5"
KEY = f"eck_live_{BODY}"
HIDDEN = f"eck\u200b_live_{BODY[:6]}\u2060{BODY[6:]}"
NOBODY = "http://127.0.0.1:1"
"""where nobody listens"""


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "_bodies", set())


@pytest.mark.parametrize("text", [KEY, HIDDEN, KEY.upper(), f"x{KEY}.json", repr(HIDDEN), f"/k/{KEY}/k"])
def test_a_key_by_its_shape(text: str) -> None:
    masked = masking.mask(f"a {text} b")
    assert "…" in masked and "Zk4T" not in masked and "ZK4T" not in masked
    assert masked.startswith("a ") and masked.endswith(" b")


@pytest.mark.parametrize("text", [BODY, f"{BODY[:9]}\u200b{BODY[9:]}", HIDDEN])
def test_a_known_key_without_its_prefix(text: str) -> None:
    masking.know(KEY)
    assert masking.mask(f"a {text} b") == f"a eck_live_…{BODY[-4:]} b"


@pytest.mark.parametrize(
    "text", ["eck_live_…cdef", "eck_live_", "reck_live_x", "live_long_and_prosper_then", "ü" * 40]
)
def test_what_is_no_key_stays(text: str) -> None:
    assert masking.mask(text) == text


WHERE = {
    "ECLIPS_API_KEY_FILE": ("runs", "list"),
    "ECLIPS_PROFILE": ("runs", "list"),
    "ECLIPS_BASE_URL": ("runs", "list"),
    "ECLIPS_OUTPUT": ("runs", "list"),
    "ECLIPS_SANDBOX": ("runs", "list"),
}


@pytest.mark.parametrize("shape", [KEY, BODY, HIDDEN], ids=["whole", "bare", "hidden"])
@pytest.mark.parametrize("variable", [*WHERE, "doctor", "word", "config", "id"])
def test_a_key_where_it_does_not_belong(clean_env: dict[str, str], variable: str, shape: str) -> None:
    argv = {"word": (shape,), "config": ("config", "set", "output", shape), "id": ("runs", "get", shape)}.get(
        variable
    )
    env = {**clean_env, "ECLIPS_BASE_URL": NOBODY}
    if variable in WHERE:
        env[variable] = shape
    elif variable == "doctor":
        env |= {"ECLIPS_API_KEY_FILE": shape, "ECLIPS_API_KEY": "eck_live_another0123456789"}
        argv = ("doctor",)
    if variable in ("config", "id", "ECLIPS_OUTPUT", "ECLIPS_SANDBOX"):
        env["ECLIPS_API_KEY"] = KEY
    for more in ((), ("-o", "json")):
        done = run_inside((*(argv or WHERE[variable]), *more, "--max-retries", "0"), env)
        assert BODY[:6] not in done.out + done.err, (done.out, done.err)


def test_a_task_that_holds_a_key_is_neither_shown_nor_remembered(clean_env: dict[str, str]) -> None:
    run = {**a_run(), "agent_type": f"with {KEY}", "task": f"use {KEY}"}

    def answer(request: Received) -> Action:
        if request.path == "/v1/triage":
            item = {"id": "i" * 36, "status": "pending", "title": f"use {KEY}", "triage_reason": HIDDEN}
            return json_reply({"data": [item], "total": 1})
        listed = request.path == "/v1/runs"
        return json_reply({"data": [run], "total": 1} if listed else {"run": run, "triage_item": None})

    with RawServer(answer=answer) as server:
        env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": "eck_live_another0123456789"}
        for argv in (
            ("runs", "list"),
            ("runs", "get", run["id"]),
            ("triage", "list"),
            ("api", "GET", "/v1/runs"),
        ):
            for format in ("json", "jsonl", "csv", "tsv", "table"):
                if argv[0] != "api" or format == "json":
                    done = run_inside((*argv, "-o", format), env)
                    assert done.code == 0 and BODY[:6] not in done.out + done.err, done.out
    for file in Path(clean_env["HOME"]).rglob("*"):
        assert not file.is_file() or BODY.encode() not in file.read_bytes(), file


def test_the_audit_record_holds_no_key(clean_env: dict[str, str]) -> None:
    with RawServer(answer=Healthy()) as server:
        env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": "eck_live_another0123456789"}
        assert run_inside(("run", "--detach", f"use {KEY}"), env).code == 0
    kept = b"".join(file.read_bytes() for file in Path(clean_env["HOME"]).rglob("*.jsonl"))
    assert kept and BODY.encode() not in kept
