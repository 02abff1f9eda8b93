"""Streams, locales and terminals that are not what a program hopes for."""

import subprocess
from pathlib import Path

import pytest

from tests.inside import run_inside
from tests.installed import PROGRAM, Run, run_installed

HOSTILE = "[hostile] [instant] Prüfe die Rechnung 会計 🧾"


@pytest.fixture
def hostile(eclips: Run) -> str:
    return eclips("run", "-d", HOSTILE).lines[0]


def shell(command: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`command` in bash, `eclips` being the installed program, failing as its first failing part does."""
    script = f'set -o pipefail; eclips() {{ {PROGRAM} "$@"; }}; {command}'
    return subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    "locale",
    [
        {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "cp1252"},
        {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
)
def test_any_locale_gets_utf8(eclips: Run, hostile: str, locale: dict[str, str]) -> None:
    done = eclips("runs", "get", hostile, "-o", "table", env=locale)
    assert (done.code, done.err) == (0, "")
    assert "Prüfe die Rechnung 会計 🧾" in done.out and "✓" in done.out
    assert eclips("runs", "get", "é", env=locale).code == 6


@pytest.mark.parametrize("columns", ["0", "1", "x", "-5", "40", "100000"])
def test_any_width_shows_whole_ids(api_env: dict[str, str], hostile: str, columns: str) -> None:
    done = run_inside(("runs", "list", "-o", "table"), {**api_env, "COLUMNS": columns})
    assert done.code == 0 and hostile in done.out


@pytest.mark.parametrize(
    ("variables", "argv", "colored"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "0"}, (), False),
        ({"FORCE_COLOR": ""}, (), False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, (), False),
        ({}, ("--color", "always"), True),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
        ({"FORCE_COLOR": "1"}, ("-o", "json"), False),
    ],
)
def test_who_decides_on_colour(
    api_env: dict[str, str], hostile: str, variables: dict[str, str], argv: tuple[str, ...], colored: bool
) -> None:
    done = run_inside(("-o", "table", "runs", "get", hostile, *argv), {**api_env, **variables})
    assert done.code == 0 and ("\x1b[" in done.out) == colored


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_on_a_terminal_there_is_colour_unless_it_is_dumb(
    api_env: dict[str, str], hostile: str, term: str
) -> None:
    done = run_inside(("runs", "list"), {**api_env, "TERM": term}, terminal=True)
    assert "STATUS" in done.out, "a table on a terminal"
    assert ("\x1b[" in done.out) == (term != "dumb")


@pytest.mark.parametrize(
    "argv", ["runs list --all -o jsonl", "runs get - -o json", "--help", "run '[instant] x' -o json"]
)
def test_a_reader_that_leaves_ends_it_quietly(api_env: dict[str, str], hostile: str, argv: str) -> None:
    ids = f"for i in $(seq 200); do echo {hostile}; done | " if " - " in argv else ""
    done = shell(
        f"{ids} eclips {argv} 2>$HOME/err | head -c 1 >/dev/null; echo ${{PIPESTATUS[*]}}; cat $HOME/err >&2",
        api_env | {"TMPDIR": "/tmp"},
    )
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr
    assert "error" not in done.stderr, done.stderr


def test_the_code_of_a_run_counts_though_nobody_reads_its_result(api_env: dict[str, str]) -> None:
    done = shell("eclips run '[fail] [instant] x' -q | true; exit ${PIPESTATUS[0]}", api_env)
    assert done.returncode == 3


@pytest.mark.parametrize(
    "argv", ["runs list", "runs list -o json", "usage -o table", "health -o csv", "--version"]
)
def test_a_full_disk_is_an_error_in_one_line(api_env: dict[str, str], hostile: str, argv: str) -> None:
    done = shell(f"eclips {argv} > /dev/full", api_env)
    assert done.returncode == 1
    assert "the result could not be written: no space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_can_not_be_said_stops_no_work(api_env: dict[str, str]) -> None:
    for stderr in ("2>/dev/full", "2>&-", "2> >(true)"):
        done = shell(f"eclips run '[instant] x' --jq .run.status {stderr}", api_env)
        assert (done.returncode, done.stdout) == (0, "completed\n"), stderr
    assert shell("eclips runs get nope 2>/dev/full", api_env).returncode == 6


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("eclips usage >&-", 1),
        ("eclips runs list -o json >&- 2>&-", 1),
        ("eclips --version >&-", 1),
        ("eclips --help >&-", 1),
        ("eclips nope 2>&-", 2),
        ("eclips run - <&-", 2),
        ("eclips auth login --with-key --store file <&-", 2),
        ("eclips health -q <&- 2>&-", 0),
    ],
)
def test_streams_that_are_closed_from_the_start(api_env: dict[str, str], command: str, code: int) -> None:
    done = shell(command, api_env)
    assert done.returncode == code, done
    assert "Traceback" not in done.stderr and "fault of eclips" not in done.stderr


@pytest.mark.parametrize(
    "argv",
    [
        [b"runs", b"get", b"\xff\xfe"],
        [b"runs", b"list", b"--agent", b"\xff"],
        [b"run", b"task \xff"],
        [b"run", b"@/no/\xff"],
        [b"run", b"x", b"--data", b'{"a": "\xff"}'],
        [b"run", b"x", b"--webhook-url", b"https://\xff"],
        [b"\xff"],
        [b"--\xff"],
        [b"-o", b"\xff", b"health"],
        [b"--jq", b"\xff", b"health"],
    ],
)
def test_bytes_that_are_not_utf8_are_one_clear_line(api_env: dict[str, str], argv: list[bytes]) -> None:
    words = tuple(word.decode("utf-8", "surrogateescape") for word in argv)
    done = run_inside(words, api_env)
    assert done.code == 2, done
    assert done.out == "" and done.err.startswith("error: ") and len(done.err.splitlines()) <= 2
    assert "fault of eclips" not in done.err


def test_such_bytes_reach_a_process_as_they_are(api_env: dict[str, str]) -> None:
    done = subprocess.run(
        [PROGRAM.encode(), b"runs", b"get", b"\xff"], env=api_env, capture_output=True, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.decode() == "error: the run id holds bytes that are not UTF-8\n"


def test_a_state_directory_that_can_not_be_written_loses_nothing(eclips: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "state"
    blocked.write_text("a file where a directory should be")
    done = eclips("runs", "list", "--limit", "1", "-o", "id", ECLIPS_STATE_DIR=str(blocked))
    assert done.code == 0, done
    sandbox = run_installed(
        ("--sandbox", "run", "x"), {"HOME": str(tmp_path), "ECLIPS_STATE_DIR": str(blocked)}
    )
    assert sandbox.code == 17 and len(sandbox.err.splitlines()) <= 2, sandbox
    assert str(blocked) in sandbox.err and blocked.read_text().startswith("a file")
