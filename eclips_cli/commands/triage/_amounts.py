"""How the amounts of an item are shown: each under its own name, the input's first, a mark where the output differs."""

from __future__ import annotations

from eclips_cli.money import Amount, disagree, the_amount
from eclips_cli.output import theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.spans import Line, line_width, wrapped

SHOWN, FEW = 6, 2
"""amounts of an input or an output that stand over an item, and in one cell of a table"""
TITLE = 8
"""cells of the word before amounts, which says whose they are"""
DIFFERS = "≠"


def in_short(sent: list[Amount], put_out: list[Amount]) -> str:
    """The amount, else those of the input by their names, else the output's; a mark where the two differ."""
    meant = the_amount(sent)
    named = [f"{amount.name} {amount.shown}" for amount in sent or put_out]
    text = ", ".join(named[:FEW]) + (f" and {len(named) - FEW} more" if len(named) > FEW else "")
    if meant is not None:
        text = meant.shown
    elif put_out and not sent:
        text = f"output: {text}"
    return safe_text(f"{text} {DIFFERS} output" if disagree(sent, put_out) else text)


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
