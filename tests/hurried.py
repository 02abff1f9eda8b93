"""The program with some waiting times of its own cut short: `python hurried.py MODULE:NAME=SECONDS … -- ARGV…`.

For tests of a real process in which only time passes; what is changed is one of its constants, and nothing else.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

PROGRAM = str(Path(sys.executable).with_name("eclips"))


def hurried(*changes: str) -> list[str]:
    """The words that start it, instead of PROGRAM."""
    return [sys.executable, __file__, *changes, "--"]


def change(order: str) -> None:
    """Give a constant another value; it must exist."""
    where, _, seconds = order.partition("=")
    module, _, name = where.partition(":")
    changed = importlib.import_module(module)
    assert isinstance(getattr(changed, name), float)
    setattr(changed, name, float(seconds))


if __name__ == "__main__":
    at = sys.argv.index("--")
    for order in sys.argv[1:at]:
        change(order)
    sys.argv = [PROGRAM, *sys.argv[at + 1 :]]
    importlib.import_module("eclips_cli.main").entry()
