"""How the amounts of an item are shown: each under its own name, the input's first, a mark where the output differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from eclips_cli.counting import how_many
from eclips_cli.money import Amount, disagree, the_amount, totals
from eclips_cli.output import theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.spans import Line, line_width, wrapped


class Priced(Protocol):
    """What has one amount that may be called so, or none."""

    @property
    def amount(self) -> Amount | None:
        """It."""


SHOWN = 6
"""amounts of an input or an output that stand over an item"""
TITLE = 8
"""cells of the word before amounts, which says whose they are"""
DIFFERS = "≠"


def in_short(
    sent: list[Amount], put_out: list[Amount], own: list[Amount] | None = None, name: str | None = None
) -> str:
    """A cell that is never cut: the input's amount, else how many it has; a mark where input and output differ.

    Without any in the input the same of the output (`out: …`), else of the item (`item: …`). `name` says
    which one is the amount.
    """
    for whose, found in (("", sent), ("out: ", put_out), ("item: ", own or [])):
        if found:
            only = the_amount(found, name) or the_amount(found)
            text = whose + (only.shown if only else f"{len(found)} amounts")
            return safe_text(f"{text} {DIFFERS}" if disagree(sent, put_out, name) else text)
    return ""


def summed(details: Sequence[Priced]) -> str:
    """How much items are about in all, by currency, and how many have no amount that can be counted."""
    counted = [one.amount for one in details if one.amount is not None and one.amount.value is not None]
    sums = [safe_text(total.shown) for total in totals(counted)]
    left = len(details) - len(counted)
    if left and sums:
        sums.append(f"{left:,} without an amount")
    return " · ".join(sums)


def in_all(details: Sequence[Priced]) -> str:
    """`37 items: 120,000.00 EUR · 1,210.00 USD · 2 without an amount`."""
    sums = summed(details)
    return how_many(len(details), "item") + (f": {sums}" if sums else "")


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
