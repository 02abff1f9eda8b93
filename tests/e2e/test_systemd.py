"""The recipes of `eclips help systemd`: systemd itself reads the units, and what they start works."""

import shlex
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from eclips_cli.reference import topics
from tests.installed import PROGRAM

UNITS = ("eclips-invoices.service", "eclips-invoices.timer", "eclips-triage.service")
LIBRARY = "/usr/lib/systemd/system"


def units() -> dict[str, str]:
    """The units as the help shows them; each is named in the text before it."""
    blocks = topics.topic("systemd").blocks
    found: dict[str, str] = {}
    for before, code in pairwise(blocks):
        if isinstance(code, topics.Code) and isinstance(before, topics.Text):
            [name] = [word for word in UNITS if f"/etc/systemd/system/{word}" in before.text]
            found[name] = "\n".join(code.lines) + "\n"
    assert sorted(found) == sorted(UNITS)
    return found


def service(name: str) -> dict[str, list[str]]:
    """The lines of a unit's [Service], by their names."""
    lines = units()[name].split("[Service]\n")[1].split("[Install]")[0].splitlines()
    found: dict[str, list[str]] = {}
    for line in lines:
        member, _, value = line.partition("=")
        found.setdefault(member, []).append(value)
    return found


@pytest.mark.debian("systemd-analyze", LIBRARY)
def test_systemd_finds_no_fault_with_the_units(tmp_path: Path) -> None:
    """In a tree of its own, with the program where the units have it."""
    here, there = tmp_path / "etc/systemd/system", tmp_path / LIBRARY[1:]
    here.mkdir(parents=True)
    shutil.copytree(LIBRARY, there, symlinks=True)
    (tmp_path / "usr/local/bin").mkdir(parents=True)
    shutil.copy(PROGRAM, tmp_path / "usr/local/bin/eclips")

    def verdict(given: dict[str, str]) -> tuple[int, str]:
        for name, text in given.items():
            (here / name).write_text(text)
        words = ["systemd-analyze", f"--root={tmp_path}", "--man=no", "--recursive-errors=no", "verify"]
        done = subprocess.run(
            [*words, *(str(here / name) for name in given)], capture_output=True, text=True, timeout=60
        )
        return done.returncode, done.stdout + done.stderr

    assert verdict(units()) == (0, "")
    spoilt = {
        "eclips-triage.service": units()["eclips-triage.service"].replace("RestartSec=30", "RestartSec=soon")
    }
    assert "Failed to parse sec value" in verdict(spoilt)[1], "it would be told"


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith("service")])
def test_what_a_service_starts_finds_its_credential(tmp_path: Path, faulty: Any, name: str) -> None:
    # one of its own: another test's batch of this name could not be told from it
    server = faulty()
    lines = service(name)
    credential, _, source = lines["LoadCredential"][0].partition(":")
    assert source == "/etc/eclips/api.key"
    (tmp_path / credential).write_text(f"{server.keys.full}\n")
    (tmp_path / credential).chmod(0o440)  # as systemd makes it
    (tmp_path / "invoices.csv").write_text("number,vendor,amount\nINV-1 [instant],A,1\n")
    [state] = lines["Environment"]
    _, _, directory = state.partition("=")
    assert directory == f"/var/lib/{lines['StateDirectory'][0]}"
    given = {"CREDENTIALS_DIRECTORY": str(tmp_path), "ECLIPS_BASE_URL": server.url, "PATH": "/usr/bin:/bin"}
    env = ["env", "-i", f"ECLIPS_STATE_DIR={tmp_path}", *(f"{name}={value}" for name, value in given.items())]
    for start in lines["ExecStart"]:
        program, *words = shlex.split(start.replace("%%", "%"))
        assert program == "/usr/local/bin/eclips"
        words = [
            word.replace("/srv/eclips", str(tmp_path)).replace(directory, str(tmp_path)) for word in words
        ]
        words += ["--timeout", "0"] if "watch" in words else []
        done = subprocess.run([*env, PROGRAM, *words], cwd="/", capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and "error" not in done.stderr, done
    assert "watch" in words or (tmp_path / "done.csv").read_text().count("completed") == 1
