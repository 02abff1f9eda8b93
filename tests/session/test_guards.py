"""Guards against accident: what is refused, by which words, and that nothing left this machine then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from eclips_cli.app import TREE
from eclips_cli.commands._entries import Leaf, Noun
from eclips_cli.session.guards import is_decision
from eclips_cli.system import ai_agents
from tests.inside import run_inside
from tests.installed import Result, Run
from tests.servers.raw import Action, RawServer, Received, json_reply

REAL = "eck_live_0123456789abcdef0123456789abcdef"
ITEM = "7b1f6a54-93d2-4f6e-8f0a-2d6c1a9be001"
AGENT = {"CLAUDECODE": "1"}


def answer(request: Received) -> Action:
    """What an API with one waiting item says to anything."""
    if request.method == "GET" and request.path == "/v1/triage":
        item = {"id": ITEM, "run_id": "r1", "status": "pending", "agent_runs": {"title": "Pay"}}
        return json_reply({"data": [item], "total": 1})
    if request.method == "GET":
        return json_reply({"data": [], "total": 0, "credits_remaining": 9})
    if request.path == "/v1/run":
        return json_reply({"run_id": "r1", "status": "queued"}, 202)
    if request.path == "/v1/batches":
        return json_reply({"success": True, "job": {"id": "b1", "status": "pending"}}, 201)
    return json_reply({"success": True, "data": {"id": ITEM, "status": "approved"}})


@pytest.fixture
def api() -> Iterator[RawServer]:
    with RawServer(answer=answer) as server:
        yield server


@pytest.fixture
def env(clean_env: dict[str, str], api: RawServer) -> dict[str, str]:
    return {**clean_env, "ECLIPS_BASE_URL": api.url, "ECLIPS_API_KEY": REAL}


@pytest.fixture
def eclips(env: dict[str, str]) -> Run:
    def run(*argv: str, stdin: str = "", terminal: bool = False, **more: str) -> Result:
        return run_inside(argv, {**env, **more}, stdin, terminal=terminal)

    return run


def changes(api: RawServer) -> list[str]:
    return [f"{request.method} {request.path}" for request in api.requests if request.method != "GET"]


def state(env: dict[str, str]) -> list[str]:
    """What lies in the state directory, less what is there to remember ids."""
    folder = Path(env["HOME"]) / ".local/state/eclips"
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and "recent" not in str(path))


CHANGING = [
    ("run", "--detach", "x"),
    ("triage", "approve", ITEM),
    ("triage", "reject", ITEM, "--reason", "no"),
    ("triage", "approve", "--all", "--yes"),
    ("triage", "review"),
    ("triage", "apply", "decided.csv"),
    ("webhooks", "create", "https://example.com/hook"),
    ("webhooks", "delete", "w1", "--yes"),
    ("webhooks", "trigger", "run.completed", "--to", "http://127.0.0.1:1/"),
    ("webhooks", "forward", "--to", "http://127.0.0.1:1/"),
    ("batches", "submit", "-", "--agent", "ap", "--detach"),
    ("batches", "cancel", "b1"),
    ("batches", "retry", "b1"),
    ("batches", "resume"),
    ("api", "POST", "/v1/run", "-f", "task=x"),
    ("api", "DELETE", "/v1/webhooks/w1"),
    ("api", "PUT", "/anything"),
]
DECIDING = [
    ("triage", "approve", ITEM),
    ("triage", "approve", ITEM, "other", "--note", "it's fine"),
    ("triage", "reject", ITEM),
    ("triage", "approve", "--all", "--yes"),
    ("triage", "reject", "--all", "--yes"),
    ("triage", "review"),
    ("triage", "apply", "decided.csv"),
    ("api", "POST", f"/v1/triage/{ITEM}/approve"),
    ("api", "POST", f"/v1/triage/{ITEM}/reject", "-f", "reason=no"),
    ("api", "-X", "post", f"/V1/Triage/{ITEM}/approve/"),
    ("api", "PATCH", f"/v1/tri%61ge/{ITEM}"),
]


def leaves() -> dict[str, Leaf]:
    found = {}
    for name, entry in TREE.items():
        inner = entry.commands if isinstance(entry, Noun) else {}
        found |= {f"{name} {verb}": leaf for verb, leaf in inner.items()}
        if isinstance(entry, Leaf):
            found[name] = entry
    return found


def test_every_command_that_changes_or_decides_is_tried_here() -> None:
    tried = {" ".join(argv[:2]) for argv in CHANGING} | {argv[0] for argv in CHANGING}
    assert {name for name, leaf in leaves().items() if leaf.changes and not leaf.local} <= tried
    decided = {" ".join(argv[:2]) for argv in DECIDING}
    assert {name for name, leaf in leaves().items() if leaf.decides} <= decided


@pytest.mark.parametrize("argv", CHANGING, ids=" ".join)
@pytest.mark.parametrize("terminal", [False, True])
def test_read_only_sends_nothing_that_changes_anything(
    eclips: Run, env: dict[str, str], api: RawServer, argv: tuple[str, ...], terminal: bool
) -> None:
    done = eclips(*argv, "--read-only", stdin="task\nx\n", terminal=terminal)
    assert (done.code, changes(api), state(env)) == (5, [], []), done.err
    assert "error: read_only is set (--read-only): nothing that changes anything is sent" in done.err


@pytest.mark.parametrize("argv", DECIDING, ids=" ".join)
@pytest.mark.parametrize("terminal", [False, True])
def test_an_agent_decides_nothing(
    eclips: Run, env: dict[str, str], api: RawServer, argv: tuple[str, ...], terminal: bool
) -> None:
    done = eclips(*argv, terminal=terminal, **AGENT)
    assert (done.code, changes(api), state(env)) == (5, [], []), done.err
    assert (
        "error: a person decides this: CLAUDECODE says that an AI agent (Claude Code) runs the command"
        in done.err
    )
    assert "hint: hand this to a person: eclips " in done.err


def test_what_is_handed_to_a_person_is_the_command_without_its_yes(
    eclips: Run, env: dict[str, str], api: RawServer
) -> None:
    done = eclips("triage", "approve", ITEM, "-y", "--note", "it's fine", "-o", "json", **AGENT)
    assert done.error["code"] == "permission"
    assert done.error["hint"] == (
        f"hand this to a person: eclips triage approve {ITEM} --note 'it'\"'\"'s fine' -o json --base-url {api.url}"
    )
    done = eclips("-o", "json", "--request-timeout", "9", "triage", "reject", ITEM, **AGENT)
    assert done.error["hint"].endswith(
        f"eclips -o json --request-timeout 9 triage reject {ITEM} --base-url {api.url}"
    )
    Path(env["HOME"], ".config/eclips").mkdir(parents=True)
    Path(env["HOME"], ".config/eclips/config.toml").write_text("[profiles.live]\n")
    done = eclips("triage", "approve", ITEM, "--profile", "live", **AGENT)
    assert done.err.count("--profile live") == 1, done.err
    done = eclips("triage", "approve", ITEM, ECLIPS_PROFILE="live", **AGENT)
    assert f"eclips triage approve {ITEM} --profile live --base-url {api.url}\n" in done.err


def test_an_agent_may_do_all_else(eclips: Run, api: RawServer) -> None:
    assert eclips("triage", "list", **AGENT).code == 0
    assert eclips("run", "--detach", "x", **AGENT).code == 0
    assert eclips("triage", "approve", ITEM, "--dry-run", **AGENT).code == 0
    assert eclips("triage", "approve", ITEM, "--curl", **AGENT).code == 0
    assert eclips("api", "GET", "/v1/triage", **AGENT).code == 0
    assert changes(api) == ["POST /v1/run"]


@pytest.mark.parametrize(
    ("variable", "value", "name"),
    [
        ("AI_AGENT", "robbie@2", "robbie@2"),
        ("AI_AGENT", "1", "an AI agent"),
        ("AGENT", "goose", "goose"),
        ("AGENT", "Claude-Code@2.1", "Claude-Code@2.1"),
        ("CURSOR_AGENT", "1", "Cursor"),
        ("GEMINI_CLI", "1", "Gemini CLI"),
        ("CODEX_THREAD_ID", "0199", "Codex"),
        ("COPILOT_CLI", "1", "GitHub Copilot"),
        ("AWS_EXECUTION_ENV", "AmazonQ-For-CLI Version/1.2", "AmazonQ-For-CLI Version/1.2"),
    ],
)
def test_the_refusal_names_what_was_seen(eclips: Run, variable: str, value: str, name: str) -> None:
    done = eclips("triage", "approve", ITEM, **{variable: value})
    assert done.code == 5 and f"{variable} says that an AI agent ({name}) runs" in done.err


@pytest.mark.parametrize(
    "environ",
    [
        {"CLAUDECODE": ""},
        {"CLAUDECODE": "0"},
        {"AGENT": "jenkins-7"},
        {"AGENT": "pipeline"},
        {"AI_AGENT": "false"},
        {
            "CODEX_HOME": "/home/me/.codex",
            "AIDER_MODEL": "x",
            "CURSOR_TRACE_ID": "1",
            "TERM_PROGRAM": "vscode",
        },
        {"AWS_EXECUTION_ENV": "AWS_ECS_FARGATE"},
    ],
)
def test_what_says_nothing_of_an_agent(environ: dict[str, str]) -> None:
    assert ai_agents.running(environ) is None


def test_a_profile_may_let_agents_decide(eclips: Run, api: RawServer) -> None:
    assert eclips("config", "set", "agents_may_decide", "true").code == 0
    assert eclips("triage", "approve", ITEM, **AGENT).code == 0
    assert changes(api) == [f"POST /v1/triage/{ITEM}/approve"]
    assert eclips("config", "unset", "agents_may_decide").code == 0
    assert eclips("triage", "approve", ITEM, **AGENT).code == 5
    assert eclips("triage", "approve", ITEM).code == 0, "a person may"


@pytest.mark.parametrize(
    ("argv", "handed"),
    [
        (("set", "agents_may_decide", "yes"), "config set agents_may_decide true --profile default"),
        (("set", "Read-Only", "off"), "config set read_only false --profile default"),
        (("set", "ask_from_rows", "5000"), "config set ask_from_rows 5000 --profile default"),
        (("unset", "read_only"), "config unset read_only --profile default"),
    ],
)
def test_an_agent_sets_no_guard(eclips: Run, argv: tuple[str, ...], handed: str) -> None:
    assert eclips("config", "set", "read_only", "true").code == 0
    before = eclips("config", "list", "-o", "json").json
    done = eclips("config", *argv, **AGENT)
    assert done.code == 5 and "error: a person sets " in done.err, done.err
    assert f"hint: hand this to a person: eclips {handed}" in done.err
    assert eclips("config", "list", "-o", "json").json == before
    assert eclips("config", "set", "agent", "ap", **AGENT).code == 0, "what is no guard it may set"


def test_the_strictest_read_only_wins(eclips: Run, api: RawServer) -> None:
    start = ("run", "--detach", "x")
    assert eclips(*start, ECLIPS_READ_ONLY="1").code == 5
    assert eclips(*start, ECLIPS_READ_ONLY="0").code == 0
    assert "1 or 0 is needed" in eclips(*start, ECLIPS_READ_ONLY="maybe").err
    assert eclips("config", "set", "read_only", "yes").code == 0
    done = eclips(*start, ECLIPS_READ_ONLY="0")
    assert done.code == 5 and "read_only is set (profile default)" in done.err
    assert "a person may lift it: eclips config set read_only false --profile default" in done.err
    assert eclips(*start, "--dry-run").code == 0 and eclips("runs", "list").code == 0
    assert len(changes(api)) == 1


@pytest.fixture
def sandboxed(api_env: dict[str, str]) -> Callable[..., Result]:
    """The same with a sandbox's own key."""
    return lambda *argv, **more: run_inside(argv, {**api_env, **more}, "")


def test_the_sandbox_is_excepted(sandboxed: Callable[..., Result], clean_env: dict[str, str]) -> None:
    run_id = sandboxed("run", "--detach", "[triage] [instant] Pay").out.strip()
    item = sandboxed("runs", "get", run_id, "-o", "json").json["triage_item"]["id"]
    assert sandboxed("config", "set", "read_only", "true").code == 0
    assert sandboxed("triage", "approve", item, **AGENT).code == 0, "a sandbox's own key"
    assert run_inside(("--sandbox", "run", "-d", "[triage] [instant] x"), {**clean_env, **AGENT}).code == 0
    assert run_inside(("--sandbox", "triage", "approve", "--all", "-y"), {**clean_env, **AGENT}).code == 0
    assert sandboxed("run", "--detach", "x", "--read-only").code == 5, "what is asked for here and now holds"


def test_without_a_key_a_guard_still_says_why(clean_env: dict[str, str]) -> None:
    env = {**clean_env, **AGENT, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    assert run_inside(("triage", "approve", ITEM), env).code == 5


def test_what_is_set_is_told(eclips: Run) -> None:
    status = eclips("auth", "status", "-o", "json").json["guards"]
    assert status == {"read_only": False, "agents_may_decide": False, "ask_from_rows": 25, "ai_agent": None}
    status = eclips("auth", "status", "-o", "json", "--read-only", **AGENT).json["guards"]
    assert (status["read_only"], status["ai_agent"]) == (True, "Claude Code (CLAUDECODE)")
    found = {c["check"]: c for c in eclips("doctor", "-o", "json", **AGENT).json}["guards"]
    assert found["status"] == "note"
    assert found["detail"] == (
        "changes are sent; AI agents may not decide what waits for a person; a submission asks from 25 rows on; "
        "an AI agent runs this command: Claude Code (CLAUDECODE)"
    )
    listed = {row["key"]: row for row in eclips("config", "list", "-o", "json", "--read-only").json}
    assert (listed["read_only"]["value"], listed["read_only"]["source"]) == (True, "--read-only")


def test_guards_in_the_file_are_checked(eclips: Run, env: dict[str, str]) -> None:
    folder = Path(env["HOME"], ".config/eclips")
    folder.mkdir(parents=True)
    for wrong in ('agents_may_decide = "yes"', "read_only = 1", "ask_from_rows = true"):
        (folder / "config.toml").write_text(f"[profiles.default]\n{wrong}\n")
        done = eclips("run", "--detach", "x")
        assert done.code == 2 and "must be" in done.err, done.err
    for key, value in (("read_only", "maybe"), ("ask_from_rows", "0"), ("agents_may_decide", "")):
        assert eclips("config", "set", key, value).code == 2


def test_help_lists_the_variables(eclips: Run) -> None:
    shown = eclips("help", "environment").out
    assert [
        name
        for name in (ai_agents.NAMED_BY_VALUE, *ai_agents.VARIABLES, *ai_agents.VALUES)
        if name not in shown
    ] == []
    assert "ECLIPS_READ_ONLY" in shown
    assert "not against malice" in " ".join(eclips("help", "guards").out.split())


@pytest.mark.parametrize(
    ("url", "decides"),
    [
        ("https://h/v1/triage/x/approve", True),
        ("https://h/prefix/v1/TRIAGE/x?y=1", True),
        ("https://h/v1%2Ftriage%2Fx", True),
        ("https://h/v1/run?task=/triage/", False),
        ("https://triage/v1/run", False),
    ],
)
def test_what_is_a_decision(url: str, decides: bool) -> None:
    assert is_decision(url) is decides


def test_nothing_is_recorded_of_what_was_refused(eclips: Run) -> None:
    eclips("triage", "approve", ITEM, **AGENT)
    assert json.loads(eclips("audit", "list", "-o", "json").out) == []
