"""What the scripts offer at many places of a command line, asked without a terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from eclips_cli.api.statuses import KNOWN_STATUSES, TERMINAL_BATCH_STATUSES
from eclips_cli.reference import values
from eclips_cli.reference.tree import CommandEntry
from tests.installed import run_installed
from tests.reference.conftest import HOSTILE, StandIn

RUNS = ["list", "get", "tail", "wait", "watch"]
FORMATS = ["table", "tsv", "json", "jsonl", "csv", "id"]
CASES = {
    "eclips runs ": RUNS,
    "eclips runs w": ["wait", "watch"],
    "eclips -q runs ": RUNS,
    "eclips -p work runs ": RUNS,
    "eclips --profile=work runs ": RUNS,
    "eclips -o ": FORMATS,
    "eclips runs list -o ": FORMATS,
    "eclips runs list --output=js": ["json", "jsonl"],
    "eclips runs list --status ": list(values.RUN_STATUSES),
    "eclips runs list --status failed --status can": ["cancelled"],
    "eclips completion show ": ["bash", "zsh", "fish"],
    "eclips completion show bash ": [],
    "eclips run --timeout ": [],
    "eclips run -- -": [],
    "eclips runs nonsense ": [],
    "eclips runs list --limit 5 --needs": ["--needs-triage"],
    "eclips auth login --store ": ["keyring", "file"],
    "eclips health --curl --no": ["--no-input"],
    "eclips --vers": ["--version"],
    "eclips runs get ": ["live"],
    "eclips runs get one tw": ["two"],
    "eclips run --agent ": ["live"],
    "eclips run -a ": ["live"],
    "eclips run --agent=": ["live"],
    "eclips run --agent=tw": ["two"],
    "eclips --profile ": ["live"],
    "eclips auth use ": ["live"],
    "eclips batch li": ["list"],
    "eclips batch list --status pe": ["pending"],
    "eclips config set outp": ["output"],
    "eclips help exit": ["exit-codes"],
    "eclips triage approve --note x ": ["live"],
    "eclips webhooks trigger run.f": ["run.failed"],
    "eclips audit export -o ": [*FORMATS, "xlsx"],
    "eclips batches get one --status pe": ["pending_triage"],
    "eclips batches retry one --status ": ["failed", "cancelled"],
    "eclips runs list --fields st": ["status", "started_at"],
    "eclips runs list --fields id,status,st": ["id,status,started_at"],
    "eclips runs get one --fields=triage_item.agent_runs.": [
        f"triage_item.agent_runs.{name}" for name in ("id", "agent_type", "confidence_score")
    ],
    "eclips doctor --fields ": [],
}


@pytest.mark.debian("bash")
def test_bash_offers(scripts: dict[str, str], stand_in: StandIn, tmp_path: Path) -> None:
    stand_in.offer(["live", "two"])
    found = in_bash(scripts["bash"], stand_in, tmp_path, list(CASES))
    for line, wanted in CASES.items():
        written = re.split(r"[ =]", line)[-1]
        assert found[line] == [w for w in wanted_of(wanted, written)], line


@pytest.mark.debian("fish")
def test_fish_offers(scripts: dict[str, str], stand_in: StandIn, tmp_path: Path) -> None:
    stand_in.offer(["live", "two"])
    (tmp_path / "eclips.fish").write_text(scripts["fish"])
    asked = "\n".join(f"echo @@; complete -C '{line}'" for line in CASES)
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source {tmp_path}/eclips.fish\n{asked}"],
        env={"PATH": f"{stand_in.directory}:/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    answers = done.stdout.split("@@\n")[1:]
    for (line, wanted), answer in zip(CASES.items(), answers, strict=True):
        offered = [row.split("\t")[0].rpartition("=")[2] for row in answer.splitlines()]
        assert sorted(offered) == sorted(wanted_of(wanted, re.split(r"[ =]", line)[-1])), line


def wanted_of(wanted: list[str], written: str) -> list[str]:
    live = [word for word in ("live", "two") if word.startswith(written)]
    return live if set(wanted) & {"live", "two"} else wanted


def test_members_that_a_view_shows_are_known() -> None:
    """What is offered after --fields is what the command's own columns are made of."""
    from eclips_cli.commands.batches import _view as batches
    from eclips_cli.commands.runs import _view as runs
    from eclips_cli.commands.triage import _view as triage
    from eclips_cli.commands.webhooks import _view as webhooks
    from eclips_cli.reference.members import of_command

    shown = {
        "runs list": runs.RUNS, "runs get": runs.RUN, "runs tail": runs.CHANGES, "triage list": triage.TRIAGE,
        "triage show": triage.TRIAGE_DETAIL, "triage watch": triage.ARRIVALS, "triage approve": triage.DECISIONS,
        "webhooks list": webhooks.WEBHOOKS, "webhooks delete": webhooks.DELETED, "webhooks listen": webhooks.DELIVERIES,
        "webhooks forward": webhooks.FORWARDED, "batches list": batches.BATCHES, "batches get": batches.BATCH,
        "batches results": batches.BATCH_LINES, "batches history": batches.SUBMISSIONS,
    }  # fmt: skip
    for name, view in shown.items():
        offered = of_command(tuple(name.split()), workbook=False)["--fields"].words
        assert {column.path for column in view.columns} <= set(offered), name


@pytest.mark.debian("bash")
@pytest.mark.parametrize("before", ["", "'", '"'])
def test_bash_quotes_what_it_offers(
    before: str, scripts: dict[str, str], stand_in: StandIn, tmp_path: Path
) -> None:
    stand_in.offer(list(HOSTILE))
    found = in_bash(scripts["bash"], stand_in, tmp_path, [f"eclips runs get {before}"])
    [offered] = found.values()
    typed = [f"{before}{text}{before}" for text in offered]
    shown = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {' '.join(typed)}"], capture_output=True, text=True, cwd=tmp_path
    )
    assert shown.stdout.split("\0")[:-1] == list(HOSTILE)
    assert not list(tmp_path.rglob("pwned"))


def in_bash(script: str, stand_in: StandIn, directory: Path, lines: list[str]) -> dict[str, list[str]]:
    """What `_eclips` leaves in COMPREPLY for each line, with the cursor at its end."""
    (directory / "eclips.bash").write_text(script)
    asks = [f"source {directory}/eclips.bash"]
    for line in lines:
        words = [word for word in re.split(r" +|(=+)", line) if word is not None]
        words = [word for number, word in enumerate(words) if word or number == len(words) - 1]
        words = words[:-1] if words[-2:] == ["=", ""] else words
        quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
        # readline completes what stands after an equals sign
        last = "''" if words[-1] == "=" else '"${COMP_WORDS[COMP_CWORD]}"'
        text = "'" + line.replace("'", "'\\''") + "'"
        asks.append(
            f"COMP_LINE={text} COMP_POINT={len(line)} COMP_TYPE=9 COMP_WORDS=({quoted})"
            f" COMP_CWORD={len(words) - 1}\n_eclips eclips {last}\n"
            "printf '%s\\1' \"${COMPREPLY[@]}\"; printf '\\2'"
        )
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", "\n".join(asks)],
        env={"PATH": f"{stand_in.directory}:/usr/bin:/bin", "HOME": str(directory)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "eclips" not in done.stderr, done.stderr
    answers = done.stdout.split("\2")[:-1]
    return {
        line: [a for a in answer.split("\1")[:-1] if a] for line, answer in zip(lines, answers, strict=True)
    }


@pytest.mark.parametrize(
    "shell", [pytest.param(s, marks=pytest.mark.debian(s)) for s in ("bash", "zsh", "fish")]
)
def test_a_shell_can_read_its_script(shell: str, scripts: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "script").write_text(scripts[shell])
    done = subprocess.run([shell, "-n", str(tmp_path / "script")], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_compinit_finds_the_script(scripts: dict[str, str]) -> None:
    assert scripts["zsh"].startswith("#compdef eclips\n")


def test_every_command_and_option_is_in_every_script(scripts: dict[str, str], tree: CommandEntry) -> None:
    for command in tree.walk():
        for shell, script in scripts.items():
            assert all(word in script for word in command.path), (shell, command.title)
            for option in command.options:
                spelled = option.spellings[-1] if shell != "fish" else f"-l {option.spellings[-1][2:]}"
                assert spelled in script, (shell, command.title, option.spellings)


def test_statuses_are_those_the_client_knows() -> None:
    assert set(values.RUN_STATUSES) == KNOWN_STATUSES
    assert set(values.BATCH_STATUSES) > TERMINAL_BATCH_STATUSES


def test_live_values(tmp_path: Path) -> None:
    from eclips_cli.records.recent import Recent, Thing
    from eclips_cli.session.completion_values import lines

    env = {"ECLIPS_STATE_DIR": str(tmp_path / "state"), "ECLIPS_CONFIG_DIR": str(tmp_path / "config")}
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('[profiles.work]\nbase_url = "https://x"\n')
    here, work = Recent(env, "default"), Recent(env, "work")
    here.remember(Thing("run", "old-1", "first\x1b[31m\ttask\n", started=True))
    for bad in ("esc\x1b[2J", "two\nlines", "a\ttab", "-rf", "\u202eevil"):
        here.remember(Thing("run", bad))
    work.remember_listed(
        "/v1/runs", [{"id": "at-work", "agent_type": "payroll_new", "created_at": "2026-01-01T00:00:00Z"}]
    )

    def asked(*words: str, **more: str) -> list[list[str]]:
        return [line.rstrip("\n").split("\t") for line in lines(list(words), {**env, **more})]

    assert asked("run", "") == [
        ["@last", "the run started last from here"],
        ["old-1", "first\\x1b[31m\\ttask\\n"],
    ]
    assert asked("run", "ol") == [["old-1", "first\\x1b[31m\\ttask\\n"]]
    assert asked("run", "", "eclips", "-p", "work") == [["at-work", "payroll_new, 2026-01-01T00:00:00Z"]]
    assert asked("run", "", "eclips", "--profile=work") == asked("run", "", ECLIPS_PROFILE="work")
    assert asked("run", "", "eclips", "--sandbox") == []
    assert asked("agent", "payroll", "eclips", "-p", "work")[0] == ["payroll_new", "seen on this machine"]
    assert asked("profile", "") == [["work", "https://x"]]
    assert asked("nonsense", "") == []


def test_trouble_is_silent(tmp_path: Path, clean_env: dict[str, str]) -> None:
    from tests.inside import run_inside

    (tmp_path / "config.toml").write_text("no toml at all [")
    env = {**clean_env, "ECLIPS_CONFIG_DIR": str(tmp_path), "ECLIPS_STATE_DIR": "/dev/null/no"}
    for asked in (["run", ""], ["profile", ""], [], ["run"]):
        result = run_inside(("__complete", *asked), env)
        assert (result.out, result.err) == ("", "")


def test_a_prompt_never_waits(clean_env: dict[str, str]) -> None:
    config = Path(clean_env["HOME"], "config")
    config.mkdir()
    os.mkfifo(config / "config.toml")
    result = run_installed(("__complete", "profile", ""), {**clean_env, "ECLIPS_CONFIG_DIR": str(config)})
    assert (result.code, result.out, result.err) == (1, "", "")


def test_the_sandbox_has_a_memory_of_its_own(clean_env: dict[str, str]) -> None:
    from tests.inside import run_inside

    started = run_inside(("--sandbox", "run", "--detach", "[instant] Say hello"), clean_env)
    assert run_inside(("--sandbox", "runs", "get", "@last", "-o", "id"), clean_env).out == started.out
    real = run_inside(("runs", "get", "@last"), {**clean_env, "ECLIPS_API_KEY": "eck_live_0123456789abcdef"})
    assert (real.code, "no run was started" in real.err) == (2, True)


def test_lists_are_remembered_once(tmp_path: Path) -> None:
    from eclips_cli.records.recent import Recent

    recent = Recent({"ECLIPS_STATE_DIR": str(tmp_path)}, "default")
    page = [{"id": f"run-{number}", "agent_type": "center"} for number in range(100)]
    recent.remember_listed("/v1/runs", page)
    file = tmp_path / "recent" / "seen-run-default.json"
    assert list(json.loads(file.read_text())) == [run["id"] for run in page]
    assert file.stat().st_mode & 0o777 == 0o600
    os.utime(file, (1, 1))
    recent.remember_listed("/v1/runs", page[:20])
    assert file.stat().st_mtime == 1, "nothing new, nothing written"
    recent.remember_listed("/v1/runs", [{"id": f"new-{number}"} for number in range(250)])
    kept = list(json.loads(file.read_text()))
    assert (len(kept), kept[0], kept[-1]) == (300, "new-0", "run-49")
    assert recent.newest("run") is None, "a list starts nothing"
    recent.remember_listed("/v1/health", [{"id": "x"}])
    file.write_text("[1, 2")
    assert recent.candidates("run") == []
