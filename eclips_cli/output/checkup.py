"""What a check of `eclips doctor` found, for a person."""

from __future__ import annotations

import textwrap

from eclips_cli.json_values import JsonObject
from eclips_cli.output import theme
from eclips_cli.output.cells import safe_text

_INDENT = 14


def finding(found: JsonObject, look: theme.Look) -> str:
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
