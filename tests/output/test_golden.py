"""What every command prints, in every format, with rows of hard cases; compared with golden files."""

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eclips_cli.api.waiting import SystemClock
from eclips_cli.errors import EclipsError
from tests.golden import AllFormats
from tests.output import rows
from tests.servers.raw import RawServer, json_reply

ANSWERS = {
    "/v1/health": rows.HEALTH,
    "/v1/runs": {"data": rows.RUNS, "total": 1347, "limit": 20, "offset": 0},
    f"/v1/runs/{rows.ID}5": rows.DETAIL,
    "/v1/usage": rows.USAGE,
    "/v1/usage/history": {"data": rows.LEDGER},
    "/v1/usage/members": rows.MEMBERS,
    "/v1/triage": {"data": [], "total": 0, "limit": 1, "offset": 0},
    "/v1/webhooks": {"data": []},
    "/v1/batches": {"jobs": []},
}


@pytest.fixture
def answers() -> dict[str, Any]:
    return dict(ANSWERS)


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemClock, "now", lambda _self: rows.NOW)
    monkeypatch.setattr(SystemClock, "monotonic", lambda _self: 1000.0)
    monkeypatch.setattr("time.perf_counter", lambda: 1.0)


@pytest.fixture
def formats(
    answers: dict[str, Any], frozen: None, clean_env: dict[str, str], tmp_path: Path
) -> Iterator[AllFormats]:
    def answer(request: Any) -> Any:
        return json_reply(answers[request.path])

    with RawServer(answer=answer) as server:
        env = {
            **clean_env,
            "ECLIPS_BASE_URL": server.url,
            "ECLIPS_API_KEY": "eck_live_canary_0123456789abcdef",
        }
        yield AllFormats(env, lambda text: text.replace(server.url, "http://127.0.0.1:54321"))


CALLS = {
    "health": ["health"],
    "runs-list": ["runs", "list", "--limit", "9"],
    "runs-list-fields": ["runs", "list", "--limit", "9", "--fields", "status,organization.tags.0,nope,id"],
    "runs-get": ["runs", "get", f"{rows.ID}5"],
    "usage": ["usage"],
    "usage-history": ["usage", "history"],
    "usage-members": ["usage", "members"],
    "auth-status": ["auth", "status"],
}


@pytest.mark.parametrize("name", CALLS)
def test_every_format(formats: AllFormats, name: str) -> None:
    formats.check(name, *CALLS[name], least=70)


def test_json_is_the_apis_own_object(formats: AllFormats, answers: dict[str, Any]) -> None:
    for name, path in (
        ("runs-get", f"/v1/runs/{rows.ID}5"),
        ("usage", "/v1/usage"),
        ("usage-history", "/v1/usage/history"),
    ):
        assert formats.run(*CALLS[name], "-o", "json").json == answers[path]
    assert formats.run("runs", "list", "-o", "json", "--limit", "9").json == rows.RUNS


def test_a_cut_list_says_so_on_stderr(formats: AllFormats) -> None:
    done = formats.run("runs", "list", "--limit", "9", "-o", "id")
    assert done.err == "showing 9 of 1,347; --all for the rest\n"
    assert formats.run("runs", "list", "--limit", "9", "-o", "id", "--quiet").err == done.err, "never hidden"


def test_an_unlimited_plan(formats: AllFormats, answers: dict[str, Any]) -> None:
    answers["/v1/usage"] = rows.UNLIMITED
    formats.check("usage-unlimited", "usage", "--fail-under", "10%", least=70)


@pytest.mark.parametrize("body", [[], {"data": []}, {"entries": [], "total": 0}])
def test_a_ledger_without_entries(formats: AllFormats, answers: dict[str, Any], body: Any) -> None:
    answers["/v1/usage/history"] = body
    done = formats.run("usage", "history", "-o", "table")
    assert (done.code, done.out) == (0, "")
    assert done.err == "no ledger entries yet\n"
    assert formats.run("usage", "history", "-o", "json").json == body


@pytest.mark.parametrize(
    "body", [[1, "x", None], {"data": [{"x": {"y": [1]}}], "more": [{"z": 1}]}, [{}], {}, "text", 5]
)
def test_rows_of_any_shape_never_break_it(formats: AllFormats, answers: dict[str, Any], body: Any) -> None:
    answers["/v1/usage/members"] = body
    for format_ in ("table", "tsv", "csv", "json", "jsonl", "id"):
        done = formats.run("usage", "members", "-o", format_)
        assert done.code in (0, EclipsError.exit_code.SERVER), done
        assert "Traceback" not in done.err and "fault of eclips" not in done.err
    assert formats.run("usage", "members", "-o", "json").json == body


def test_profiles(formats: AllFormats, clean_env: dict[str, str]) -> None:
    config = Path(clean_env["HOME"], ".config/eclips/config.toml")
    config.parent.mkdir(parents=True)
    config.write_text(
        'active = "staging"\n[profiles.default]\nstore = "keyring"\n'
        '[profiles.staging]\nstore = "file"\nbase_url = "https://staging.eclips.tech"\n'
    )
    formats.check("auth-list", "auth", "list")


def test_the_sandbox_status(frozen: None, clean_env: dict[str, str]) -> None:
    def masked(text: str) -> str:
        text = re.sub(r"/tmp/tmp\w{8}", "/tmp/tmp" + "0" * 8, text)
        return re.sub(r"_[0-9a-f]{24,32}\b", "_" + "0" * 24, text)

    with tempfile.TemporaryDirectory(dir="/tmp") as state:  # as long a name on each machine
        env = {**clean_env, "ECLIPS_STATE_DIR": state}
        AllFormats(env, masked).check("sandbox-status", "sandbox", "status", least=80)


def test_raw_leaves_formulas_as_they_are(formats: AllFormats) -> None:
    done = formats.run("runs", "list", "--limit", "9", "-o", "csv", "--raw", "--fields", "error_message")
    assert '"=HYPERLINK(""https://evil.example"")"' in done.lines
    safe = formats.run("runs", "list", "--limit", "9", "-o", "csv", "--fields", "error_message,priority")
    assert '"\'=HYPERLINK(""https://evil.example"")",normal' in safe.lines
    assert "-12.50,'+1 urgent" in safe.lines


def test_jq_prints_text_bare_and_the_rest_as_json(formats: AllFormats) -> None:
    assert formats.run("runs", "list", "--jq", ".[0].id", "--limit", "9").out == f"{rows.ID}0\n"
    assert (
        formats.run("runs", "list", "--jq", ".[6].organization", "--limit", "9").out
        == '{"id":"org_1","tags":["a",1]}\n'
    )
    hostile = formats.run("runs", "list", "--jq", ".[5].error_message", "--limit", "9")
    assert "\x1b" not in hostile.out and "\\x1b[2J" in hostile.out
    assert formats.run("usage", "--jq", ".credits_remaining").out == "37520\n"
    assert json.loads(formats.run("health", "--jq", ".").out)["status"] == "ok"


@pytest.mark.parametrize(
    ("option", "says"),
    [
        (("--jq", ".["), "--jq: syntax error"),
        (("--jq", ".[].id.x"), "--jq: Cannot index string"),
        (("--jq", "\udcff"), "--jq is not valid UTF-8"),
        (("--fields", ""), "--fields names nothing"),
        (("--fields", " , "), "--fields names nothing"),
        (("-o", "yaml"), ""),
        (("--color", "blue"), "--color 'blue'"),
    ],
)
def test_what_chooses_the_output_is_checked(formats: AllFormats, option: tuple[str, str], says: str) -> None:
    done = formats.run("runs", "list", "--limit", "9", *option)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: {says}") and len(done.err.splitlines()) <= 2
