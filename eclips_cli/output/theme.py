"""The one visual language: statuses, confidence bands and bars have a colour, a shape and a word, never a colour alone."""

from typing import NamedTuple


class Mark(NamedTuple):
    """How a status looks: a symbol for any terminal that knows UTF-8, and a colour of rich's."""

    symbol: str
    color: str


class Look(NamedTuple):
    """What text for a person is written for: colours or none, the POSIX time it is read at, cells in a line."""

    color: bool = False
    now: float = 0.0
    width: int = 80


STATUSES = {
    "queued": Mark("○", "bright_black"),
    "pending": Mark("○", "bright_black"),
    "running": Mark("●", "cyan"),
    "completed": Mark("✓", "green"),
    "approved": Mark("✓", "green"),
    "accepted": Mark("✓", "green"),
    "ok": Mark("✓", "green"),
    "note": Mark("·", "bright_black"),
    "warning": Mark("!", "yellow"),
    "delivered": Mark("✓", "green"),
    "failed": Mark("✗", "red"),
    "server-error": Mark("✗", "red"),
    "refused": Mark("✗", "red"),
    "not-sent": Mark("–", "bright_black"),
    "unknown": Mark("?", "yellow"),
    "given up": Mark("✗", "red"),
    "repeat": Mark("↻", "bright_black"),
    "listening": Mark("●", "cyan"),
    "watching": Mark("●", "cyan"),
    "cancelled": Mark("–", "bright_black"),
    "rejected": Mark("–", "bright_black"),
    "pending_triage": Mark("!", "yellow"),
}
UNKNOWN = Mark("?", "magenta")
FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
"""what turns while something goes on"""
ERROR, WARNING, HINT, DIM, STRONG = "bold red", "yellow", "bright_black", "bright_black", "bold"
_CODES = {
    "bold": "1", "bold red": "1;31", "bold green": "1;32", "bold yellow": "1;33", "red": "31", "green": "32",
    "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36", "bright_black": "90",
}  # fmt: skip

BANDS = (
    (0.85, "proceeds", "green"),
    (0.65, "proceeds with a warning", "yellow"),
    (0.5, "uncertain", "yellow"),
    (0.0, "always goes to triage", "red"),
)
"""the API's confidence bands: from this score on, in words, and their colour"""


def mark(status: str) -> Mark:
    """The mark of a status; one that nobody knows has one of its own."""
    return STATUSES.get(status, UNKNOWN)


def painted(text: str, color: str, *, on: bool) -> str:
    """`text` in a colour of the theme, where colours are on."""
    return f"\x1b[{_CODES[color]}m{text}\x1b[0m" if on and text else text


def band(score: float) -> tuple[str, str]:
    """What a confidence score leads to, in words, and its colour."""
    return next(((words, color) for floor, words, color in BANDS if score >= floor), BANDS[-1][1:])


def bar(share: float, width: int) -> tuple[str, str]:
    """`share` (0 to 1) of a bar of `width` cells: its filled part, heavy, and its track, thin; half cells count."""
    halves = round(min(max(share, 0.0), 1.0) * width * 2)
    filled = "━" * (halves // 2) + ("╾" if halves % 2 else "")
    return filled, "─" * (width - len(filled))


def painted_bar(share: float, width: int, color: str, *, on: bool) -> str:
    """A bar in a colour, on a track that is there but stays out of the way."""
    filled, track = bar(share, width)
    return painted(filled, color, on=on) + painted(track, DIM, on=on)
