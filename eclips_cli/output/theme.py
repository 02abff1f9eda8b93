"""The one visual language: each status has a colour, a symbol and a word, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """How a status looks: a symbol for any terminal that knows UTF-8, and a colour of rich's."""

    symbol: str
    color: str


STATUSES = {
    "queued": Mark("○", "bright_black"),
    "pending": Mark("○", "bright_black"),
    "running": Mark("●", "cyan"),
    "completed": Mark("✓", "green"),
    "approved": Mark("✓", "green"),
    "ok": Mark("✓", "green"),
    "failed": Mark("✗", "red"),
    "cancelled": Mark("–", "bright_black"),
    "rejected": Mark("–", "bright_black"),
    "pending_triage": Mark("!", "yellow"),
}
UNKNOWN = Mark("?", "magenta")
ERROR, WARNING, HINT, DIM = "bold red", "yellow", "bright_black", "bright_black"
_CODES = {
    "bold": "1", "bold red": "1;31", "bold green": "1;32", "bold yellow": "1;33", "red": "31", "green": "32",
    "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36", "bright_black": "90",
}  # fmt: skip


def mark(status: str) -> Mark:
    """The mark of a status; one that nobody knows has one of its own."""
    return STATUSES.get(status, UNKNOWN)


def painted(text: str, color: str, *, on: bool) -> str:
    """`text` in a colour of the theme, where colours are on."""
    return f"\x1b[{_CODES[color]}m{text}\x1b[0m" if on else text
