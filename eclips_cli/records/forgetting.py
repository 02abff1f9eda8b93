"""What this machine knows of the sandbox, forgotten: submissions, keys of `run --once`, the memory of ids."""

from __future__ import annotations

import json
from collections.abc import Mapping

from eclips_cli.records.journal import SANDBOX
from eclips_cli.records.journal.once import forget_all
from eclips_cli.records.recent import replace_file
from eclips_cli.system.paths import state_dir


def forget_sandbox(environ: Mapping[str, str]) -> None:
    """Forget what was done and seen in the sandbox, with any profile. Raises LocalFailure and OSError."""
    forget_all(state_dir(environ), SANDBOX)
    memory = state_dir(environ) / "recent"
    for file in memory.glob("seen-*@sandbox.json"):
        file.unlink(missing_ok=True)
    for path in memory.glob("*.jsonl"):
        lines = path.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if not _of_sandbox(line)]
        if len(kept) < len(lines):
            replace_file(path, b"".join(kept))


def _of_sandbox(line: bytes) -> bool:
    try:
        return str(json.loads(line)[2]).endswith("@sandbox")
    except (ValueError, TypeError, LookupError, RecursionError):
        return False
