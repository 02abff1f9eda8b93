"""How the amounts of an item are shown: each under its own name, the input's first, a mark where the output differs."""

from __future__ import annotations

from eclips_cli.money import Amount, disagree, the_amount
from eclips_cli.output import theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.spans import Line, line_width, wrapped

SHOWN = 6
"""amounts of an input or an output that stand over an item"""
TITLE = 8
"""cells of the word before amounts, which says whose they are"""
DIFFERS = "≠"


def in_short(sent: list[Amount], put_out: list[Amount]) -> str:
    """A cell that is never cut: the amount, else how many the input has, else the same of the output (`out: …`).

    A mark where input and output differ.
    """
    found = sent or put_out
    only = the_amount(found)
    text = "" if not found else only.shown if only else f"{len(found)} amounts"
    text = f"out: {text}" if found and not sent else text
    return safe_text(f"{text} {DIFFERS}" if disagree(sent, put_out) else text)


def amount_lines(title: str, found: list[Amount], meant: Amount | None, width: int) -> list[Line]:
    """Amounts under their names, none cut in two where a line can hold it; `meant` alone stands out."""
    chunks: list[Line] = []
    for amount in found[:SHOWN]:
        style = "bold" if amount is meant else ""
        chunks.append([(safe_text(amount.shown), style), (f" {safe_text(amount.name)}", theme.DIM)])
    if len(found) > SHOWN:
        chunks.append([(f"and {len(found) - SHOWN} more", theme.DIM)])
    indent = " " * min(TITLE, width // 4)
    lines: list[Line] = []
    for chunk in chunks:
        between: Line = [(" · ", theme.DIM)]
        if lines and line_width([*lines[-1], *between, *chunk]) <= width:
            lines[-1] += [*between, *chunk]
        else:
            begin = (indent, "") if lines else (title.ljust(TITLE), theme.DIM)
            lines += wrapped([begin, *chunk], width, indent)
    return lines
