"""What a check found, and running checks side by side: none can hold up the others, or the program's end."""

from __future__ import annotations

import textwrap
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from eclips_cli.errors import EclipsError
from eclips_cli.json_values import JsonObject
from eclips_cli.output import theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.columns import Column, View

OK, NOTE, WARNING, FAILED = "ok", "note", "warning", "failed"
_INDENT = 14
CHECKS = View(
    (
        Column("CHECK", "check", "id", 1),
        Column("STATUS", "status", "status", 1),
        Column("DETAIL", "detail", "text", 2),
        Column("REMEDY", "remedy", "text", 3),
    ),
    id_path="check",
)


class Finding(NamedTuple):
    """What one check found: its name, one of the four states, what was seen, and what to do about it."""

    check: str
    status: str
    detail: str
    remedy: str | None = None


Check = Callable[[], Finding]


class Redactor:
    """Takes out of a text what does not belong into a support ticket: the home directory and keys."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._home = environ.get("HOME", "").rstrip("/")
        self._keys: list[tuple[str, str]] = []

    def hide(self, key: str, masked: str) -> None:
        """Let `masked` stand for `key` from now on."""
        self._keys.append((key, masked))

    def __call__(self, text: str) -> str:
        """`text` without them."""
        for key, masked in self._keys:
            text = text.replace(key, masked)
        return text.replace(self._home, "~") if len(self._home) > 1 else text


class Later:
    """Something that is being found out in a thread of its own, and is given up on after a while."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._found: list[Any] = []
        self._failed: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, args=(work,), name="eclips-doctor", daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], Any]) -> None:
        try:
            self._found.append(work())
        except BaseException as error:
            self._failed.append(error)

    def get(self, seconds: float) -> Any:
        """What was found, or the exception that ended it. Raises TimeoutError after `seconds`."""
        self._thread.join(max(0.0, seconds))
        if self._found:
            return self._found[0]
        raise self._failed[0] if self._failed else TimeoutError


def run(
    checks: Mapping[str, Check], redact: Redactor, *, seconds: float, monotonic: Callable[[], float]
) -> Iterator[JsonObject]:
    """What each check finds, in their order; all of them together take at most `seconds`.

    A check that raises an error of ours has failed with its message and hint. Others, `NotSent` among
    them, are raised.
    """
    deadline = monotonic() + seconds
    begun = {name: Later(check) for name, check in checks.items()}
    for name, later in begun.items():
        try:
            found: Finding = later.get(deadline - monotonic())
        except EclipsError as error:
            found = Finding(name, FAILED, error.message, error.hint)
        except OSError as error:
            what = "no answer" if isinstance(error, TimeoutError) else (error.strerror or "it failed").lower()
            within = f" within {seconds:g} s" if isinstance(error, TimeoutError) else ""
            found = Finding(
                name, FAILED, what + within, "run it again; if it stays so, look at what it waits for"
            )
        yield {
            "check": name,
            "status": found.status,
            "detail": redact(found.detail),
            "remedy": None if found.remedy is None else redact(found.remedy),
        }


def as_lines(found: JsonObject, look: theme.Look) -> str:
    """A line with its mark, wrapped under itself, and the remedy below where there is one."""
    mark = theme.mark(str(found["status"]))
    head = f"{mark.symbol} {safe_text(str(found['check']))}".ljust(_INDENT)
    lines = _wrapped(safe_text(str(found["detail"])), look.width)
    shown = [theme.painted(head, mark.color, on=look.color) + lines[0]]
    shown += [" " * _INDENT + line for line in lines[1:]]
    if found["remedy"]:
        for number, line in enumerate(_wrapped(safe_text(str(found["remedy"])), look.width - 2)):
            start = "→ " if number == 0 else "  "
            shown.append(" " * _INDENT + theme.painted(start + line, theme.HINT, on=look.color))
    return "\n".join(shown) + "\n"


def _wrapped(text: str, width: int) -> list[str]:
    room = max(width - _INDENT - 1, 20)
    return textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
