"""A sandbox whose file is damaged: one line that says how to go on, and `sandbox reset` is that way."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.inside import run_inside


def _garbage(file: Path) -> None:
    file.write_bytes(os.urandom(20000))


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:9000])


def _other_tables(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.executescript("DROP TABLE runs; CREATE TABLE runs (id TEXT);")


@pytest.mark.parametrize("damage", [_garbage, _cut, _other_tables])
def test_reset_mends_a_damaged_sandbox(clean_env: dict[str, str], damage: Callable[[Path], None]) -> None:
    assert run_inside(("--sandbox", "run", "--detach", "one"), clean_env).code == 0
    file = Path(clean_env["HOME"]) / ".local/state/eclips/sandbox/sandbox.db"
    damage(file)
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    for argv in (("--sandbox", "runs", "list"), ("sandbox", "status")):
        broken = run_inside(argv, clean_env)
        assert broken.code == 17 and broken.err.count("error: ") == 1 and "the sandbox's state" in broken.err
    assert run_inside(("sandbox", "reset", "--yes"), clean_env).code == 0
    assert run_inside(("--sandbox", "run", "--detach", "two"), clean_env).code == 0


def test_what_no_program_wrote_into_it_is_no_fault(clean_env: dict[str, str]) -> None:
    assert run_inside(("sandbox", "status"), clean_env).code == 0
    file = Path(clean_env["HOME"]) / ".local/state/eclips/sandbox/sandbox.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("INSERT OR REPLACE INTO meta VALUES ('served', '{bad')")
        db.commit()
    done = run_inside(("sandbox", "status", "-o", "json"), clean_env)
    assert done.code == 0 and done.json["served"] is None
    assert done.json["keys"]["full"].startswith("eck_live_sandbox_"), "they are made to be shown"
