"""A container: secrets that are mounted, a user without a home, file systems that lack what disks have."""

from __future__ import annotations

import os
import pwd
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.inside import inside, run_inside
from tests.installed import PROGRAM, Result, Run
from tests.servers.limited_files import LIMITED, POSSIBLE

__all__ = ["inside"]
SOMEBODY = 54321
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def posts(server: Any) -> int:
    with urllib.request.urlopen(f"{server.url}/__sandbox__/requests") as answer:
        return answer.read().decode().count("POST")


def one_line(done: Result) -> str:
    """The error, which is one line; no traceback and no fault of the program."""
    assert "Traceback" not in done.err and "a fault of eclips" not in done.err, done.err
    [line] = [line for line in done.err.splitlines() if line.startswith("error: ")]
    return line


# -- keys


@pytest.fixture
def from_file(inside: Run, server: Any) -> Run:
    """`eclips` with the key in a file alone."""

    def run(path: str, *argv: str, **env: str) -> Result:
        given = {"ECLIPS_API_KEY": "", "ECLIPS_API_KEY_FILE": path, **env}
        return inside(*(argv or ("runs", "list", "--limit", "1")), env=given)

    return run


@as_root
@pytest.mark.parametrize("mode", [0o444, 0o644, 0o440, 0o640])
def test_a_secret_that_belongs_to_somebody_else_is_taken(
    from_file: Run, server: Any, tmp_path: Path, mode: int
) -> None:
    """As Kubernetes mounts it: behind links, for a group."""
    data = tmp_path / "..data"
    data.mkdir()
    (data / "key").write_text(server.keys.full)
    (data / "key").chmod(mode)
    os.chown(data / "key", SOMEBODY, SOMEBODY)
    (tmp_path / "key").symlink_to("..data/key")
    done = from_file(str(tmp_path / "key"))
    assert done.code == 0 and "error" not in done.err, done


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, still to be written."""
    disk = tmp_path / "secrets"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@as_root
def test_a_secret_that_is_mounted_read_only_is_taken(from_file: Run, server: Any, read_only: Path) -> None:
    """As Docker mounts it, for root."""
    key = read_only / "api_key"
    key.write_text(server.keys.full)
    key.chmod(0o444)
    assert from_file(str(key)).code == 2
    subprocess.run(["mount", "-o", "remount,ro", str(read_only)], check=True, capture_output=True)
    assert from_file(str(key)).code == 0


def test_a_file_of_ones_own_that_others_can_read_is_refused(
    from_file: Run, server: Any, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(server.keys.full)
    (tmp_path / "key").chmod(0o644)
    done = from_file(str(tmp_path / "key"))
    assert done.code == 2 and "mode 0644" in one_line(done) and f"chmod 600 {tmp_path}/key" in done.err


@pytest.mark.parametrize("around", ["\ufeff{}", '"{}"\n', "'{}'", '\ufeff "{}" \r\n', "\t{}\n\n"])
def test_what_editors_put_around_a_key_is_no_part_of_it(
    from_file: Run, server: Any, tmp_path: Path, around: str
) -> None:
    key = tmp_path / "key"
    key.write_text(around.format(server.keys.full), "utf-8")
    key.chmod(0o600)
    assert from_file(str(key)).code == 0
    assert from_file("", env_key=around.format(server.keys.full)).code == 4
    assert from_file("", ECLIPS_API_KEY=around.format(server.keys.full)).code == 0


def test_a_home_that_no_shell_put_in(from_file: Run, server: Any, api_env: dict[str, str]) -> None:
    key = Path(api_env["HOME"], "my.key")
    key.write_text(server.keys.full)
    key.chmod(0o600)
    assert from_file("~/my.key").code == 0
    assert from_file("", "runs", "list", "--api-key-file=~/my.key").code == 0
    key.unlink()


# -- no home

READING = [
    ("runs", "list"), ("triage", "list"), ("webhooks", "list"), ("batches", "list"), ("batches", "history"),
    ("usage",), ("usage", "history"), ("health",), ("auth", "status"), ("auth", "list"), ("config", "list"),
    ("config", "get", "profile"), ("api", "/v1/runs"), ("completion", "show", "bash"), ("--help",),
]  # fmt: skip
CHANGING = [
    ("run", "x"), ("triage", "approve", "0123abcd-0000"), ("webhooks", "delete", "0123abcd-0000", "--yes"),
    ("batches", "submit", "-", "--task-column", "t", "--yes"), ("config", "set", "agent", "center"), ("config", "path"),
    ("audit", "list"),    ("api", "POST", "/v1/run", "-f", "task=x"), ("--sandbox", "runs", "list"), ("sandbox", "status"),
    ("webhooks", "forward", "--to", "http://127.0.0.1:9/"),
]  # fmt: skip


@pytest.fixture
def nobody(api_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a user whom the system does not know, and who was given no home."""

    def unknown(_uid: int) -> Any:
        raise KeyError("uid not found")

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    return {name: value for name, value in api_env.items() if name != "HOME"}


@pytest.mark.parametrize("argv", READING, ids=" ".join)
def test_reading_needs_no_home(
    nobody: dict[str, str], argv: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))
    done = run_inside(argv, nobody)
    assert done.code == 0 and "error" not in done.err, done
    assert set(tmp_path.rglob("*")) == before, "nothing is left lying about"


@pytest.mark.parametrize("argv", CHANGING, ids=" ".join)
def test_what_must_be_noted_says_that_there_is_no_place(
    nobody: dict[str, str], server: Any, argv: tuple[str, ...], tmp_path: Path
) -> None:
    before = posts(server)
    done = run_inside(argv, nobody, "t\nx\n")
    assert done.code == 17 and done.out == "", done
    assert "this user has no home directory, and ECLIPS_" in one_line(done)
    assert "is not set: nothing can be kept" in done.err and "name a directory" in done.err
    assert posts(server) == before
    if argv[0] == "run":
        assert run_inside(argv, {**nobody, "ECLIPS_STATE_DIR": str(tmp_path / "state")}).code == 0


def test_the_doctor_names_what_is_missing(nobody: dict[str, str]) -> None:
    done = run_inside(("doctor", "-o", "json"), nobody)
    found = {each["check"]: each for each in done.json}
    assert found["state"]["status"] == "failed" and "no home directory" in found["state"]["detail"]
    assert "ECLIPS_STATE_DIR" in found["state"]["remedy"]
    assert found["config"]["status"] == "note" and "ECLIPS_CONFIG_DIR" in found["config"]["remedy"]


@as_root
@pytest.mark.debian("setpriv")
def test_a_user_of_a_container(api_env: dict[str, str], tmp_path: Path) -> None:
    """In earnest: a number without a name. The capability is for reading this installation, wherever it lies."""
    words = [
        "setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}", "--clear-groups",
        "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", PROGRAM,
    ]  # fmt: skip
    env = {name: value for name, value in api_env.items() if name not in ("HOME", "TMPDIR")}

    def run(*argv: str) -> Result:
        done = subprocess.run([*words, *argv], env=env, capture_output=True, cwd="/", timeout=60)
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    assert run("runs", "list", "--limit", "1").code == 0
    changed = run("run", "x")
    assert changed.code == 17 and "nothing was sent: this user has no home directory" in one_line(changed)


# -- file systems

by_the_kernel = pytest.mark.skipif(not POSSIBLE, reason="needs Linux on x86-64 or arm64")
NO_LOCKS = ("flock=ENOLCK", "flock=ENOSYS", "setlk=ENOLCK", "setlk=ENOSYS", "setlk=EIO")


def limited(limit: str, env: dict[str, str], *argv: str) -> Result:
    """The installed program where the kernel refuses something about files."""
    words = [*LIMITED, limit, "--", PROGRAM, *argv]
    done = subprocess.run(words, env=env, input=b"t\nx\n", capture_output=True, timeout=60)
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


@by_the_kernel
@pytest.mark.parametrize("limit", [*NO_LOCKS, "share=ENODEV"])
def test_a_file_system_that_lacks_something(api_env: dict[str, str], server: Any, limit: str) -> None:
    """It is told in words that are true: nobody else is at work, there is room, and nothing is damaged."""
    before = posts(server)
    done = limited(limit, api_env, "batches", "submit", "-", "--task-column", "t", "--yes")
    assert done.code == 17 and done.out == "" and posts(server) == before, done
    said = "can't share memory between programs" if limit.startswith("share") else "can't lock files: "
    assert said in one_line(done) and "ECLIPS_STATE_DIR" in done.err
    for untrue in ("another eclips", "another process", "no room", "damaged", "move the file"):
        assert untrue not in done.err


@by_the_kernel
@pytest.mark.parametrize("limit", ["flock=ENOLCK", "setlk=ENOLCK", "share=ENODEV"])
def test_the_sandbox_on_one(clean_env: dict[str, str], limit: str) -> None:
    done = limited(limit, clean_env, "--sandbox", "run", "[instant] x")
    assert done.code == 17 and "file system" in one_line(done)


@by_the_kernel
def test_the_configuration_on_one(clean_env: dict[str, str]) -> None:
    done = limited("flock=ENOSYS", clean_env, "config", "set", "agent", "center")
    assert done.code == 17 and "can't lock files" in one_line(done) and "ECLIPS_CONFIG_DIR" in done.err


@by_the_kernel
def test_reading_on_one(api_env: dict[str, str]) -> None:
    assert limited("flock=ENOSYS", api_env, "runs", "list", "-o", "json").code == 0
