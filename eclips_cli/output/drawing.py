"""What rich draws, as text: `Text`, never markup, and safe before it gets here.

rich is loaded by whoever draws, which in a pipe is nobody.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from eclips_cli.output import cells, theme
from eclips_cli.output.cells import safe_text

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.segment import Segment
    from rich.text import Text

_JSON = {
    "json.key": "cyan", "json.str": "green", "json.number": "yellow", "json.brace": "none",
    "json.bool_true": "magenta", "json.bool_false": "magenta", "json.null": "magenta",
}  # fmt: skip
"""colours of JSON, the same as in the review"""


def text_of(what: RenderableType, *, width: int, color: bool) -> str:
    """What rich makes of it, as text of at most `width` cells a line, nothing behind a line's last character."""
    console = console_of(width, color=color)
    drawn = console.render_lines(what, pad=False)
    return "".join(f"{_written(line, color=color)}\n" for line in drawn)


@lru_cache(16)
def console_of(width: int, *, color: bool) -> Console:
    """A console of rich's that looks at nothing but what it is told."""
    import io

    from rich.console import Console
    from rich.theme import Theme

    return Console(
        file=io.StringIO(), width=width, height=100, color_system="standard" if color else None,
        force_terminal=color, force_jupyter=False, no_color=not color, legacy_windows=False,
        theme=Theme(_JSON), markup=False, emoji=False, highlight=False,
    )  # fmt: skip


def _written(line: list[Segment], *, color: bool) -> str:
    from rich.color import ColorSystem
    from rich.segment import Segment

    system = ColorSystem.STANDARD if color else None
    parts = list(Segment.simplify(line))
    while parts and not parts[-1].text.rstrip(" "):
        parts.pop()
    if parts:
        parts[-1] = Segment(parts[-1].text.rstrip(" "), parts[-1].style)
    return "".join(style.render(text, color_system=system) if style else text for text, style, _ in parts)


def json_colored(text: str) -> str:
    """JSON in colours; what stands in it is not touched."""
    from rich.color import ColorSystem
    from rich.highlighter import JSONHighlighter
    from rich.text import Text

    painted = Text(text, end="")
    JSONHighlighter().highlight(painted)
    parts = painted.render(console_of(80, color=True))
    return "".join(
        style.render(part, color_system=ColorSystem.STANDARD) if style else part for part, style, _ in parts
    )


def uncut(text: str) -> Text:
    """A text that stays on its line, and ends in an ellipsis where there is no room for it."""
    from rich.text import Text

    return Text(text, no_wrap=True, overflow="ellipsis")


def width_of(text: str) -> int:
    """Cells that a text takes on a terminal."""
    from rich.cells import cell_len

    return len(text) if text.isascii() else cell_len(text)


def status(value: str) -> Text:
    """A status with its symbol, in its colour."""
    from rich.text import Text

    mark = theme.mark(value)
    return Text(f"{mark.symbol} {safe_text(value)}", mark.color, no_wrap=True, overflow="ellipsis")


def confidence(value: Any) -> Text:
    """A confidence score with its bar, in the colour of its band: `━━━━━╾ 0.94`."""
    found = cells.score(value) or 0.0
    return bar(found, cells.CONFIDENCE_BAR, theme.band(found)[1]).append(f" {found:.2f}")


def bar(share: float, width: int, color: str) -> Text:
    """`share` (0 to 1) of a bar of `width` cells, on a track that is there but stays out of the way."""
    from rich.text import Text

    filled, track = theme.bar(share, width)
    return Text(no_wrap=True).append(filled, color).append(track, theme.DIM)
