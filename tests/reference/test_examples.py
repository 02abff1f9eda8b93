"""Every example of every help text works as it stands there, on a sandbox with something in it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from eclips_cli import app
from eclips_cli.reference import topics
from eclips_cli.reference.topics import Code
from eclips_cli.reference.tree import describe
from tests.reference.stage import ENDED, Stage

ENDLESS = (
    ("runs", "watch"),
    ("triage", "watch"),
    ("triage", "review"),
    ("webhooks", "listen"),
    ("webhooks", "forward"),
    ("sandbox", "serve"),
    ("health", "--watch"),
)
ELSEWHERE = (("auth", "login"), ("auth", "logout"), ("webhooks", "trigger"), ("doctor",))
"""what needs a keyring, or another server: tested by its own tests, here its words are read"""
REFUSED = {"--expect 12": "items match, not 12"}
"""examples that must be refused here, and why: another count"""


def examples() -> list[str]:
    found = [line for command in describe(app.build()).walk() for line in command.examples]
    for name in topics.names():
        if name in ("cron", "systemd", "containers"):  # run as those run them by tests of their own
            continue
        for block in topics.topic(name).blocks:
            found += [line for line in getattr(block, "lines", ()) if isinstance(block, Code)]
    return list(dict.fromkeys(found))


def parsed_only(argv: list[str]) -> bool:
    words = [word for word in argv if word != "--sandbox"]
    elsewhere = any(tuple(words[: len(known)]) == known for known in (*ENDLESS, *ELSEWHERE))
    return (elsewhere or "--save-secret" in words) and "--dry-run" not in words


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, server: Any) -> Iterator[Stage]:
    from tests.installed import fresh_environment

    home = tmp_path_factory.mktemp("stage")
    env = fresh_environment(home) | {
        "ECLIPS_BASE_URL": server.url,
        "ECLIPS_API_KEY": server.keys.full,
        "ECLIPS_CONFIG_DIR": str(home / "config"),
        "SHELL": "/bin/bash",
        "EDITOR": "true",
        "HOOK_SECRET": "whsec_secret",
    }
    found = Stage(home, env, parsed_only)
    yield found
    found.close()


def _body() -> bytes:
    """A delivery of right now."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps({"event": "run.completed", "timestamp": now}).encode()


def furnish(stage: Stage) -> None:
    """The files and variables that examples name, and none that others have made."""
    directory = stage.directory
    for made in directory.glob("items.*"):
        made.unlink()
    (directory / "config").mkdir(exist_ok=True)
    (directory / "config" / "config.toml").write_text(
        'active = "default"\n[profiles.default]\nagent = "center"\n[profiles.staging]\n'
    )
    for name, text in {
        "task.txt": "[instant] Reconcile the May statements\n",
        "key.txt": "eck_live_none\n",
        "hook.secret": "whsec_secret",
        "invoices.csv": "number,vendor\n00123,Dell\n00124,HP\n",
        "tasks.jsonl": '{"task": "[instant] one"}\n{"task": "[instant] two"}\n',
        "slow.jsonl": '{"task": "[slow] one"}\n',
    }.items():
        (directory / name).write_text(text)
    (directory / "hook.secret").chmod(0o600)
    body = _body()
    (directory / "body.json").write_bytes(body)
    stage.env["SIGNATURE"] = "sha256=" + hmac.new(b"whsec_secret", body, hashlib.sha256).hexdigest()


def prepare(stage: Stage, line: str) -> None:
    """What an example takes for granted: a newest run, item, webhook, batch, or some that are running."""
    if "runs" in line and "@last" in line:
        stage.given("run", "--detach", "[instant] Say hello")
    if "--status running" in line or "--status queued,running" in line:
        stage.given("run", "--detach", "[slow] Count the stock")
    if "find" in line:
        stage.given("run", "--detach", "[instant] Pay invoice INV-1001 of Acme Ltd")
    if "--status failed" in line:
        stage.given("run", "--detach", "[fail] [instant] Say hello")
    if "triage apply" in line:
        stage.given("run", "--detach", "[triage] [instant] Pay invoice INV-1001")
        file = next(word for word in line.split() if word.startswith("items."))
        stage.given("triage", "export", file, "--overwrite")
    if "triage" in line and ("@last" in line or "-o id" in line):
        stage.given("run", "--detach", "[triage] [instant] Pay invoice INV-1001")
        [newest, *_] = stage.given("triage", "list", "-o", "id").lines
        stage.given("triage", "show", newest)
    if "webhooks" in line and ("@last" in line or "-o id" in line):
        (stage.directory / "other.secret").unlink(missing_ok=True)
        stage.given("webhooks", "create", "https://your-app.com/hook", "--secret-file", "other.secret")
    if "webhooks create" in line:
        (stage.directory / "hook.secret").unlink()
    if "head.txt" in line:
        stage.given("run", "--detach", "[instant] Say hello")
        head = stage.given("audit", "verify", "--jq", ".head").out
        (stage.directory / "head.txt").write_text(head)
    if "batches" in line and "@last" in line:
        tasks = "slow.jsonl" if "cancel" in line else "tasks.jsonl"
        stage.given("batches", "submit", tasks, "--again", *(["--detach"] if "cancel" in line else []))
    if "batches" in line and "running" in line:
        stage.given("batches", "submit", "slow.jsonl", "--again", "--detach")


def _param(line: str) -> Any:
    return pytest.param(line, marks=pytest.mark.debian("jq") if "jq -r" in line else ())


@pytest.mark.parametrize("line", list(map(_param, examples())))
def test_example(line: str, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(stage.directory)
    furnish(stage)
    for _attempt in range(3):
        prepare(stage, line)
        done = stage.run(_sandboxed(line))
        assert stage.codes, f"no eclips was run: {done}"
        if set(stage.codes) <= ENDED or "running" not in line:
            break
    expected = next((why for part, why in REFUSED.items() if part in line), None)
    if expected is None:
        assert set(stage.codes) <= ENDED, (stage.codes, done)
    else:
        assert expected in done.err
    assert "command not found" not in done.err


def _sandboxed(line: str) -> str:
    """The sandbox inside the process runs in real time: runs go to the test's own, faster one."""
    return line.replace("eclips --sandbox run", "eclips run")
