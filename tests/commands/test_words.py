"""Words of the command line that every command shares, and those that can't be meant."""

from pathlib import Path
from typing import Any

import pytest

from eclips_cli import app, words
from eclips_cli.api import EclipsClient
from tests.inside import run_inside
from tests.installed import Result
from tests.servers.raw import RawServer, json_reply


def run_main(*argv: str, env: dict[str, str], stdin: bytes = b"", terminal: bool = False) -> Result:
    return run_inside(argv, env, stdin, terminal=terminal)


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["runs", "list", "--all", "--limit", "3"], "--limit and --all together"),
        (["runs", "list", "--status", ""], "--status is empty"),
        (["runs", "list", "--agent", " "], "--agent is empty"),
        (["runs", "list", "--since", ""], "not a time"),
        (["runs", "list", "--since", "tomorrow"], "not a time"),
        (["runs", "list", "--status", "\udcff"], "--status is not valid UTF-8"),
        (["runs", "list", "--limit", "x"], "'x' is not a whole number"),
        (["runs", "list", "--limit", "0"], "--limit"),
        (["runs", "list", "extra"], "extra"),
        (["run", "x", "-f", "\udcff=1"], "not valid UTF-8"),
        (["run", "x", "-a", "\udcff"], "not valid UTF-8"),
        (["run", "x", "--max-outage", "soon"], "not a duration"),
        (["sandbox", "serve", "--speed", "x"], "'x' is not a number"),
        (["sandbox", "serve", "--fault", "nope"], "no such fault: nope"),
        (["usage", "--fail-under", "-5"], "neither a number nor a percentage"),
        (["usage", "--fail-under", "101%"], "more than 100%"),
        (["health", "--interval", "often", "--watch"], "not a duration"),
        (["health", "--interval", "0s", "--watch"], "--interval must be at least 0.1s"),
        (["--profile", "../x", "health"], "can't be a profile's name"),
        (["--request-timeout", "0", "health"], "--request-timeout"),
        (["--max-retries", "-1", "health"], "--max-retries"),
        (["--base-url", "ftp://x", "health"], "must begin with https://"),
        (["--base-url", "https://u:p@x", "health"], "user name or password"),
        (["--base-url", "http://example.com", "health"], "in the clear"),
        (["--api-key-file", "/no/such", "usage"], "no such file"),
    ],
)
def test_what_can_not_be_meant_is_one_line_and_2(api_env: dict[str, str], argv: list[str], says: str) -> None:
    done = run_main(*argv, env=api_env)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert done.err.startswith("error: ") and len(done.err.splitlines()) <= 2


@pytest.mark.parametrize(
    ("argv", "near"),
    [
        (["rnus"], "`eclips runs`"),
        (["runs", "lst"], "`eclips runs list`"),
        (["health", "--wacth"], "--watch"),
        (["run", "x", "--agnt", "y"], "--agent"),
        (["runs", "list", "--outptu", "json"], "--output"),
        (["auth", "use", "stagign"], "staging"),
        (["-p", "stagign", "health"], "staging"),
    ],
)
def test_the_nearest_word_is_named(api_env: dict[str, str], argv: list[str], near: str) -> None:
    config = Path(api_env["HOME"], ".config/eclips/config.toml")
    config.parent.mkdir(parents=True)
    config.write_text("[profiles.staging]\nagent = 'payroll'\n")
    done = run_main(*argv, env=api_env)
    assert done.code == 2
    assert f"hint: did you mean {near}?" in done.err


def test_its_version_and_what_a_noun_alone_says(api_env: dict[str, str]) -> None:
    assert run_main("--version", env=api_env).out == run_main("--version", "runs", env=api_env).out
    noun = run_main("runs", env=api_env)
    assert noun.code == 2 and "list, get, tail, wait, watch" in noun.err


def test_options_stand_before_or_after_the_name_and_the_nearest_wins(api_env: dict[str, str]) -> None:
    before = run_main("-o", "json", "health", "--fields", "status", env=api_env)
    after = run_main("health", "--fields", "status", "-o", "json", env=api_env)
    assert before.json == after.json == {"status": "ok"}
    assert (
        run_main("-o", "json", "runs", "-o", "csv", "list", "-o", "id", "--limit", "1", env=api_env).code == 0
    )
    assert run_main("-o", "json", "health", "-o", "id", env=api_env).out == "ok\n"


def test_each_variable_and_what_wins_over_it(api_env: dict[str, str], server: Any, tmp_path: Path) -> None:
    config = tmp_path / "own"
    config.mkdir()
    (config / "config.toml").write_text(
        f'active = "one"\n[profiles.one]\noutput = "json"\nagent = "payroll"\nbase_url = "{server.url}"\n'
        f'[profiles.two]\noutput = "id"\nbase_url = "{server.url}"\n'
    )
    env = {key: value for key, value in api_env.items() if key != "ECLIPS_BASE_URL"}
    env["ECLIPS_CONFIG_DIR"] = str(config)
    assert run_main("health", env=env).json["status"] == "ok"
    assert run_main("health", env={**env, "ECLIPS_PROFILE": "two"}).out == "ok\n"
    assert run_main("health", env={**env, "ECLIPS_OUTPUT": "csv"}).lines[0].startswith("status,version")
    assert run_main("health", "-p", "two", env={**env, "ECLIPS_PROFILE": "one"}).out == "ok\n"
    assert run_main("health", "-o", "id", env={**env, "ECLIPS_OUTPUT": "csv"}).out == "ok\n"
    wrong = {**env, "ECLIPS_BASE_URL": "ftp://x"}
    assert run_main("health", env=wrong).code == 2
    assert run_main("health", "--base-url", server.url, env=wrong).code == 0
    assert run_main("run", "x", "--dry-run", env=env).json["body"]["agent_type"] == "payroll"
    assert run_main("run", "x", "--dry-run", "-a", "center", env=env).json["body"]["agent_type"] == "center"
    sandbox = {**env, "ECLIPS_SANDBOX": "1", "ECLIPS_STATE_DIR": str(tmp_path / "state")}
    assert run_main("runs", "list", "-o", "json", env=sandbox).json == []
    assert (tmp_path / "state/sandbox/sandbox.db").exists()
    assert run_main("health", env={**env, "ECLIPS_SANDBOX": "perhaps"}).code == 2
    # an option wins over the environment, and two of them must not contradict each other
    elsewhere = run_main("runs", "list", "--base-url", "http://api.example.com", env=sandbox)
    assert elsewhere.code == 2 and "is not sent to api.example.com" in elsewhere.err
    both = run_main("health", "--sandbox", "--base-url", "https://api.example.com", env=env)
    assert both.code == 2 and "--sandbox and --base-url together" in both.err
    refused = run_main("sandbox", "reset", env={**sandbox, "ECLIPS_NO_INPUT": "1"}, terminal=True)
    assert refused.code == 2 and "--yes" in refused.err


def test_a_dry_run_changes_nothing_on_this_machine_either(api_env: dict[str, str], server: Any) -> None:
    kept = run_main(
        "auth", "login", "--with-key", "--store", "file", env=api_env, stdin=f" {server.keys.full}\n".encode()
    )
    assert kept.code == 0, kept
    with EclipsClient(server.keys.full, base_url=server.url) as client:
        client.batches.create(
            "payroll", [{"task": "[instant] x"}]
        )  # so that lists have something to remember
    home = Path(api_env["HOME"])
    before = snapshot(home)
    assert "default" in str(before)
    for argv in (
        ["auth", "logout"],
        ["auth", "use", "default"],
        ["auth", "login", "--with-key", "-p", "other"],
        ["sandbox", "reset", "--yes"],
        ["run", "x"],
    ):
        done = run_main(*argv, "--dry-run", env=api_env, stdin=server.keys.full.encode())
        assert done.code == 0, done
        assert "nothing was done" in done.err or done.json["method"] == "POST"
    assert snapshot(home) == before


def snapshot(directory: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_quiet_keeps_the_id_and_the_result(api_env: dict[str, str]) -> None:
    done = run_main("run", "[instant] Say hello", "-q", "-o", "json", env=api_env)
    assert done.code == 0
    assert done.err == f"run {done.json['run']['id']}\n"


def test_verbose_shows_requests_and_never_the_key(api_env: dict[str, str], server: Any) -> None:
    done = run_main("runs", "list", "--limit", "1", "-v", env=api_env)
    assert f"> GET {server.url}/v1/runs?limit=1&offset=0" in done.err.splitlines()[0]
    assert "< 200, " in done.err
    assert server.keys.full not in done.err


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("list", "`eclips runs list`"),
        ("ls", "`eclips runs list`"),
        ("get", "`eclips runs get`"),
        ("show", "`eclips runs get`"),
        ("view", "`eclips runs get`"),
        ("watch", "`eclips runs watch`"),
        ("tail", "`eclips runs tail`"),
        ("logs", "`eclips runs tail`"),
        ("wait", "`eclips runs wait`"),
        (" List ", "`eclips runs list`"),
        ("status", "did you mean `eclips status`?"),
        ("cancel", "the API can't cancel a run"),
        ("help", "`eclips help run`"),
        ("version", "`eclips --version`"),
        ("login", "`eclips auth login`"),
        ("approve", "`eclips triage approve`"),
        ("usage", "`eclips usage`"),
        ("batch", "`eclips batch`"),
    ],
)
def test_a_command_in_place_of_a_task_starts_nothing(
    api_env: dict[str, str], server: Any, word: str, meant: str
) -> None:
    with EclipsClient(server.keys.full, base_url=server.url) as client:
        before = len(list(client.runs.list()))
        done = run_main("run", word, "--detach", "-o", "json", env=api_env)
        assert (done.code, done.out) == (2, "") and meant in done.err
        assert len(list(client.runs.list())) == before, "a run was started, and costs money"


def test_every_command_of_the_tree_is_no_task(api_env: dict[str, str]) -> None:
    tree = app.build().verbs_by_noun
    for word in {*tree, *(verb for verbs in tree.values() for verb in verbs)}:
        done = run_main("run", word, "--dry-run", env=api_env)
        assert (done.code, done.out) == (2, ""), word
    given = run_main("run", "-", "--dry-run", env=api_env, stdin=b"list\n")
    assert given.json["body"]["task"] == "list"
    assert run_main("run", "list the vendors", "--dry-run", env=api_env).code == 0


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("login", "did you mean `eclips auth login`?"),
        ("logout", "did you mean `eclips auth logout`?"),
        ("whoami", "did you mean `eclips auth status`?"),
        ("ls", "did you mean `eclips runs list`?"),
        ("logs", "did you mean `eclips runs tail`?"),
        ("tail", "did you mean `eclips runs tail`?"),
        ("credits", "did you mean `eclips usage`?"),
        ("agents", "`eclips run --agent TYPE TASK` names one"),
        ("approve", "did you mean `eclips triage approve`?"),
        ("zzz", "`eclips` has: run, runs, "),
        ("runs cancel", "the API can't cancel a run"),
        ("runs logs", "did you mean `eclips runs tail`?"),
        ("runs start", "`eclips run TASK` starts a run"),
        ("runs zzz", "`eclips runs` has: list, get, tail, wait, watch"),
        ("webhooks rm", "did you mean `eclips webhooks delete`?"),
        ("webhooks delte", "did you mean `eclips webhooks delete`?"),
        ("webhooks update", "`eclips webhooks` has: list, "),
        ("triage approved", "`eclips triage` has: list, "),
        ("batches cancelled", "`eclips batches` has: submit, "),
        ("config edit", "eclips config path"),
        ("help login", "did you mean `eclips help auth login`?"),
        ("runs list --json", "did you mean -o json?"),
        ("runs list --jsno", "did you mean -o json?"),
        ("runs list -n 5", "did you mean --limit?"),
        ("health -n 5", "`eclips health --help` shows how it is used"),
        ("usage --api-key x", "`eclips auth login`, or ECLIPS_API_KEY"),
        ("runs -V", "did you mean `eclips --version`?"),
    ],
)
def test_words_are_understood_by_their_meaning(api_env: dict[str, str], typed: str, says: str) -> None:
    done = run_main(*typed.split(), env=api_env)
    assert (done.code, done.out) == (2, "")
    assert says in done.err.splitlines()[1]


def test_no_harmless_word_leads_to_a_change() -> None:
    tree = app.build().verbs_by_noun
    for noun, verbs in tree.items():
        for word in words.HARMLESS:
            meant = words.meant(noun, word, tree)
            assert meant is None or not verbs.get(meant.split()[-1]), f"{noun} {word} leads to {meant}"
            assert not verbs.get(words.near(word, verbs) or ""), f"{noun} {word}"
    root = {"run": True}
    assert not any(words.AT_ROOT.get(word) in root for word in words.HARMLESS)


@pytest.mark.parametrize("other", ["get", "show", "view"])
def test_get_show_and_view_are_one(api_env: dict[str, str], server: Any, other: str) -> None:
    with EclipsClient(server.keys.full, base_url=server.url) as client:
        run_id = client.runs.start("[triage] [instant] x").json["run_id"]
        batch_id = client.batches.create("payroll", [{"task": "[instant] x"}]).json["job"]["id"]
    assert run_main("runs", other, run_id, "-o", "json", env=api_env).json["run"]["id"] == run_id
    assert run_main("triage", other, run_id, "-o", "json", env=api_env).json["run"]["id"] == run_id
    assert run_main("batches", other, batch_id, "-o", "json", env=api_env).json["job"]["id"] == batch_id
    assert run_main("config", other, "base_url", env=api_env).code == 0
    listed = run_main("runs", "--help", env=api_env).out
    names = [line.split()[0] for line in listed.splitlines() if line.startswith("  ")]
    assert "get" in names and not {"show", "view", "ls"} & set(names)


def test_short_words_for_help_version_and_no_colour(api_env: dict[str, str]) -> None:
    for path in ([], ["runs"], ["runs", "list"], ["api"]):
        assert run_main(*path, "-h", env=api_env).out == run_main(*path, "--help", env=api_env).out != ""
    for word in ("version", "-V"):
        assert run_main(word, env=api_env).out == run_main("--version", env=api_env).out
    plain = run_main("health", "-o", "table", "--no-color", env=api_env, terminal=True)
    assert plain.code == 0 and "\x1b[" not in plain.out
    assert "\x1b[" in run_main("health", "-o", "table", env=api_env, terminal=True).out
    assert run_main("triage", "ls", "-o", "json", env=api_env).code == 0


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["run", "x", "--data", '{"a":1,"a":2}'], "--data: the member 'a' comes twice"),
        (["run", "x", "--data", '{"a":[{"b":1,"b":1}]}'], "--data: the member 'b' comes twice"),
        (["run", "x", "--data", '{"a": NaN}'], "--data: NaN is not JSON"),
        (["run", "x", "--data", '{"a": '], "--data is not JSON: Expecting value at line 1, column 7"),
        (["run", "x", "--data", '{"a": ' + "[" * 200 + "]" * 200 + "}"], "nested deeper than 100 levels"),
        (["run", "x", "-f", "a=1", "-f", "a=2"], "two values for a"),
        (["api", "POST", "/v1/run", "-F", 'data={"a":1,"a":2}'], "-F data: the member 'a' comes twice"),
        (["api", "POST", "/v1/run", "-F", "a=1", "-f", "a=2"], "two values for a"),
        (["api", "POST", "/v1/run", "--input", "-"], "--input -: the member 'a' comes twice"),
        (["run", "x", "--data", "-"], "standard input: the member 'a' comes twice"),
    ],
)
def test_json_that_readers_disagree_about_is_not_sent(
    api_env: dict[str, str], argv: list[str], says: str
) -> None:
    done = run_main(*argv, env=api_env, stdin=b'{"a":1,"a":2}')
    assert (done.code, done.out) == (2, "") and says in done.err


def test_what_is_no_json_stays_text_for_api(api_env: dict[str, str]) -> None:
    argv = ("api", "POST", "/v1/run", "-F", "task={now}", "-F", "n=NaN", "-F", "data={}", "--dry-run")
    assert run_main(*argv, env=api_env).json["body"] == {"task": "{now}", "n": "NaN", "data": {}}
    plain = ("api", "POST", "/v1/run", "--input", "-", "-H", "Content-Type: text/plain", "--dry-run")
    assert run_main(*plain, env=api_env, stdin=b'{"a":1,"a":2}').code == 0
    assert run_main(*plain[:5], "--dry-run", env=api_env, stdin=b"not json").code == 0


@pytest.mark.parametrize(
    "typed",
    [
        "run x --agent=", "run x --priority=", "run x --webhook-url=", "run x --data-file=", "runs list --agent=",
        "runs watch --agent=", "triage list --agent=", "triage approve --all --agent=", "triage review --agent=",
        "triage watch --exec=", "batches list --status=", "batches submit f.csv --agent=", "batches submit f.csv --task=",
        "batches submit f.csv --sheet=", "webhooks create https://e.com/h --event=", "webhooks trigger run.failed --to=",
        "webhooks verify - --signature=", "webhooks listen --secret-env=", "webhooks forward --to=", "audit list --action=",
        "audit verify --expect-head=", "auth login --store=", "health --profile=", "--profile= health",
        "usage --base-url=", "usage --api-key-file=", "health --output=", "health --jq=",
        "api GET /v1/runs --input=", "api GET /v1/runs --method=",
    ],
)  # fmt: skip
def test_an_empty_word_is_an_unset_variable(api_env: dict[str, str], typed: str) -> None:
    done = run_main(*typed.split(), env=api_env)
    assert (done.code, done.out) == (2, "") and " is empty" in done.err


@pytest.mark.parametrize("argv", [("auth", "use", ""), ("config", "get", " "), ("completion", "show", "")])
def test_an_empty_argument_is_one_too(api_env: dict[str, str], argv: tuple[str, ...]) -> None:
    done = run_main(*argv, env=api_env)
    assert (done.code, done.out) == (2, "") and " is empty" in done.err


WRITTEN = '{"total":10.00,"big":1E5,"id":1234567890123456789,"long":100000000000000000.01,"none":-0}'


@pytest.mark.parametrize(
    "argv",
    [
        ["run", "x", "--data", WRITTEN],
        ["run", "x", "--data", "-"],
        ["api", "POST", "/v1/run", "-F", "task=x", "-F", f"data={WRITTEN}"],
        ["api", "POST", "/v1/run", "--input", "-"],
    ],
)
def test_digits_reach_the_api_as_they_were_typed(api_env: dict[str, str], argv: list[str]) -> None:
    with RawServer(json_reply({"run_id": "r-1", "status": "queued"}, 202)) as server:
        env = {**api_env, "ECLIPS_BASE_URL": server.url}
        more = ["--detach"] if argv[0] == "run" else []
        assert run_main(*argv, *more, env=env, stdin=WRITTEN.encode()).code == 0
    assert WRITTEN.encode() in server.requests[0].body


def test_digits_of_a_query_are_as_typed(api_env: dict[str, str]) -> None:
    done = run_main("api", "GET", "/v1/runs", "-F", "limit=1E5", "-F", "offset=10.00", "--curl", env=api_env)
    assert "limit=1E5" in done.out and "offset=10.00" in done.out
