"""A process that opens a second connection keeps the locks of its first: other processes see that the file is in use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from eclips_cli.records.journal import Journal
from eclips_cli.records.journal.spending import Spending

# the bytes that readers of an SQLite database hold a lock on for as long as they have it open (WAL)
TAKE = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
    except OSError:
        sys.exit(3)
"""


def is_in_use(path: Path) -> bool:
    """As another process sees it."""
    return subprocess.run([sys.executable, "-I", "-S", "-c", TAKE, str(path)]).returncode == 3


def test_a_second_connection_leaves_the_first_ones_locks(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.submissions()
    assert is_in_use(tmp_path / "batches.sqlite3")
    second = Spending(tmp_path)
    second.before("abcdef")
    assert is_in_use(tmp_path / "batches.sqlite3")
    second.close()
    again = Spending(tmp_path)
    assert is_in_use(tmp_path / "batches.sqlite3")
    again.close()
    journal.close()
    assert not is_in_use(tmp_path / "batches.sqlite3")
