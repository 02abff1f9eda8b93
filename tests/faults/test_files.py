"""Files that can't be written, are not what they seem, or are wanted by two at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from eclips_cli.commands.webhooks._outbox import Outbox
from eclips_cli.errors import LocalFailure
from eclips_cli.records.journal.once import OnceKeys
from eclips_cli.records.journal.records import Target
from tests.installed import PROGRAM, Result, Run, run_installed

KEY = "eck_live_canary_0123456789abcdef"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB that is full but for a few bytes."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path) -> None:
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(b"x" * 4096)
        except OSError:
            return


def one_error(done: Result, *words: str) -> None:
    """One line that says what is wrong, and no traceback."""
    lines = [line for line in done.err.splitlines() if line.startswith("error:")]
    assert len(lines) == 1, done.err
    assert all(word in lines[0] for word in words), lines
    assert "Traceback" not in done.err and "a fault of eclips" not in done.err


def test_a_full_disk_stops_a_batch_before_anything_is_sent(
    eclips: Run, small_disk: Path, tmp_path: Path, server: Any
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("task\n" + "".join(f"full disk {number}\n" for number in range(50)))
    fill(small_disk)
    done = eclips("batches", "submit", str(rows), "--yes", ECLIPS_STATE_DIR=str(small_disk))
    assert done.code == 17
    one_error(done)
    listed = eclips("batches", "list", "--all", "-o", "json").json
    assert not any("rows" in str(job["name"]) and job["total_rows"] == 50 for job in listed)


def test_a_run_is_not_lost_on_a_full_disk(eclips: Run, small_disk: Path) -> None:
    """A run that can't be recorded before it is sent is not sent; nothing is half-done."""
    fill(small_disk)
    done = eclips("run", "[instant] x", "-o", "json", ECLIPS_STATE_DIR=str(small_disk))
    if done.code == 0:
        assert "run " in done.err and done.json["run"]["status"] == "completed"
    else:
        assert done.code == 17 and done.out == "" and len(done.err.splitlines()) <= 2


def test_a_full_disk_leaves_the_old_results(eclips: Run, small_disk: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("task\n" + "".join(f"[instant] old results {number}\n" for number in range(20)))
    results = small_disk / "results.csv"
    results.write_text("what was there before\n")
    fill(small_disk)
    done = eclips("batches", "submit", str(rows), "--yes", "--results", str(results))
    assert done.code == 1
    assert results.read_text() == "what was there before\n"
    assert [path.name for path in small_disk.iterdir()] == ["results.csv", "ballast"] or len(
        list(small_disk.iterdir())
    ) == 2


def test_a_full_disk_keeps_the_configuration(eclips: Run, small_disk: Path) -> None:
    config = small_disk / "config.toml"
    config.write_text('[profiles.default]\nagent = "payroll"\n')
    fill(small_disk)
    done = eclips("config", "set", "agent", "center", ECLIPS_CONFIG_DIR=str(small_disk))
    assert done.code == 17
    one_error(done)
    assert config.read_text() == '[profiles.default]\nagent = "payroll"\n'


def test_a_full_stdout_is_an_error(api_env: dict[str, str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [PROGRAM, "health", "-o", "json"], env=api_env, stdout=full, stderr=subprocess.PIPE, timeout=60
        )
    assert done.returncode == 1
    assert done.stderr.count(b"could not be written") == 1 and b"Traceback" not in done.stderr


def as_modes_say(argv: list[str], env: dict[str, str]) -> Result:
    """As somebody whom modes stop: a root without a root's powers."""
    powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    done = subprocess.run([*powerless, PROGRAM, *argv], env=env, capture_output=True, timeout=60)
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.debian("setpriv")
def test_read_only_directories(api_env: dict[str, str], tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("task\none\n")
    (tmp_path / "home").chmod(0o555)
    try:
        reading = as_modes_say(["runs", "list", "-o", "json", "--limit", "1"], api_env)
        assert reading.code == 0, reading.err
        for argv in (["config", "set", "agent", "payroll"], ["batches", "submit", str(rows), "--yes"]):
            done = as_modes_say(argv, api_env)
            assert done.code == 17, done.err
            one_error(done, "permission denied")
    finally:
        (tmp_path / "home").chmod(0o755)


def test_a_key_file_that_others_can_read_is_refused_with_the_way_to_mend_it(
    eclips: Run, tmp_path: Path
) -> None:
    path = tmp_path / "my key"
    path.write_text(KEY)
    for mode in (0o644, 0o640, 0o604, 0o660):
        path.chmod(mode)
        done = eclips("runs", "list", "--api-key-file", str(path))
        assert done.code == 2
        assert f"mode {mode:04o}" in done.err and "chmod 600" in done.err
    command = next(line for line in done.err.splitlines() if line.startswith("hint: "))[len("hint: ") :]
    subprocess.run(["sh", "-c", command], check=True)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", ["directory", "fifo", "loop", "dangling", "empty", "binary", "device"])
def test_a_key_file_that_is_none(eclips: Run, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "key"
    if kind == "directory":
        path.mkdir(mode=0o700)
    elif kind == "fifo":
        os.mkfifo(path, 0o600)
    elif kind in ("loop", "dangling", "device"):
        path.symlink_to({"loop": path, "dangling": tmp_path / "nowhere", "device": "/dev/zero"}[kind])
    else:
        path.write_bytes(b"" if kind == "empty" else bytes(range(256)))
        path.chmod(0o600)
    done = eclips("runs", "list", "--api-key-file", str(path))
    assert done.code == 2
    one_error(done)


def test_a_link_in_place_of_the_stored_key_file(eclips: Run, server: Any, tmp_path: Path) -> None:
    """What it points to is not written to: the link is replaced by a file of our own."""
    keys = tmp_path / "home" / ".config" / "eclips" / "keys"
    keys.mkdir(parents=True, mode=0o700)
    victim = tmp_path / "victim"
    victim.write_text("precious")
    victim.chmod(0o644)
    (keys / "default.key").symlink_to(victim)
    done = eclips(
        "auth", "login", "--with-key", "--store", "file", stdin=server.keys.full + "\n", ECLIPS_API_KEY=" "
    )
    assert done.code == 0, done.err
    assert victim.read_text() == "precious"
    stored = keys / "default.key"
    assert not stored.is_symlink() and stored.stat().st_mode & 0o777 == 0o600


def together(argvs: list[list[str]], env: dict[str, str], stdin: str = "") -> list[int]:
    """Several processes at the same time; their exit codes."""
    going = [
        subprocess.Popen([PROGRAM, *argv], env=env, stdin=subprocess.PIPE, stdout=-3, stderr=subprocess.PIPE)
        for argv in argvs
    ]
    for process in going:
        _out, err = process.communicate(stdin.encode(), timeout=60)
        assert b"Traceback" not in err and b"a fault of eclips" not in err, err
    return [process.returncode for process in going]


def test_two_at_once_on_the_configuration(api_env: dict[str, str]) -> None:
    """Each is whole: the file is always one that can be read, and nobody's profile is lost."""
    names = [f"p{number}" for number in range(4)]
    argvs = [["auth", "login", "--with-key", "--store", "file", "-p", name] for name in names]
    key = api_env["ECLIPS_API_KEY"]
    env = {name: value for name, value in api_env.items() if name != "ECLIPS_API_KEY"}
    assert together(argvs, env, key + "\n") == [0] * 4
    listed = run_installed(("auth", "list", "-o", "json"), env).json
    assert sorted(each["profile"] for each in listed) == names


def test_two_at_once_on_the_sandbox(clean_env: dict[str, str]) -> None:
    argvs = [["--sandbox", "run", f"[instant] task {number}", "-q"] for number in range(3)]
    assert together(argvs, clean_env) == [0] * 3
    listed = run_installed(("--sandbox", "runs", "list", "--all", "-o", "json"), clean_env).json
    assert len(listed) == 3


def test_two_at_once_on_the_same_file(
    clean_env: dict[str, str], faulty: Callable[..., Any], tmp_path: Path
) -> None:
    """One of them works, the other says so; each row is at the server once."""
    server = faulty(speed=100)
    env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": server.keys.full}
    rows = tmp_path / "rows.csv"
    rows.write_text("task\n" + "".join(f"[instant] {number}\n" for number in range(700)))
    codes = together([["batches", "submit", str(rows), "--yes"]] * 3, env)
    assert 0 in codes and set(codes) <= {0, 16}
    listed = json.loads(run_installed(("batches", "list", "--all", "-o", "json"), env).out)
    assert sum(job["total_rows"] for job in listed) == 700


def test_a_disk_that_fills_up_while_a_journal_is_made_is_called_full(small_disk: Path) -> None:
    """Never damaged, never to be moved away."""
    target = Target("default", "https://api.eclips.tech")
    makers = (lambda: OnceKeys(small_disk, target), lambda: Outbox(small_disk / "a.db"))
    for room in (0, 12, 40):
        for make in makers:
            (small_disk / "ballast").write_bytes(bytes(1024 * (64 - room)))
            with pytest.raises(LocalFailure, match="no room for the") as full:
                make()
            assert full.value.exit_code == 17 and full.value.hint == "make room and run it again"
            (small_disk / "ballast").unlink()
            for file in small_disk.glob("*.*"):
                file.unlink()
