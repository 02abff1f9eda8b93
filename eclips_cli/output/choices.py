"""What an output is chosen by: the format, colours, a jq expression, whether a stream is a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TextIO

from eclips_cli.errors import UsageError
from eclips_cli.options import FORMATS, WORKBOOK

COLORS = ("auto", "always", "never")


def is_terminal(stream: TextIO) -> bool:
    """Whether a stream is a terminal; one that is closed is none."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


def chosen_format(chosen: str | None, jq: str | None, terminal: bool) -> str:
    """The format to use: the one that was asked for, else table on a terminal and tsv in a pipe. Raises UsageError."""
    if chosen is None:
        return "json" if jq is not None else "table" if terminal else "tsv"
    if chosen == WORKBOOK:
        if jq is not None:
            raise UsageError("--jq makes JSON, -o xlsx a workbook", hint="give one of them")
        if terminal:
            raise UsageError(
                "-o xlsx goes into a file or a pipe, not to a terminal", hint="-o xlsx > FILE.xlsx"
            )
        return chosen
    if chosen not in FORMATS:
        raise UsageError(f"there is no output format {chosen!r}", hint=f"one of {', '.join(FORMATS)}")
    return chosen


def wants_color(chosen: str | None, environ: Mapping[str, str], terminal: bool) -> bool:
    """Whether to colour a stream: --color, then NO_COLOR and TERM=dumb, then FORCE_COLOR and the terminal."""
    if chosen not in (None, *COLORS):
        raise UsageError(f"--color {chosen!r}", hint=f"one of {', '.join(COLORS)}")
    if chosen in ("always", "never"):
        return chosen == "always"
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return terminal or environ.get("FORCE_COLOR", "0") not in ("", "0")


def paths_of(fields: str | None) -> list[str]:
    """The dotted members that `--fields` names. Raises UsageError when it names none."""
    if fields is None:
        return []
    paths = [path.strip() for path in fields.split(",") if path.strip()]
    if not paths:
        raise UsageError("--fields names nothing", hint="write it like --fields id,status")
    return paths


def speak_utf8(*streams: Any) -> None:
    """UTF-8 whatever the locale says; what can't be encoded is escaped, never a crash."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            with suppress(OSError):  # it flushes what a full disk did not take
                reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
