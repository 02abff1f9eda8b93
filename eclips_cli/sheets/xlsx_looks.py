"""How a workbook's cells look: each look is made once, since making one takes longer than writing a row."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from openpyxl.cell import Cell

COLORS = {"green": "E2F0D9", "red": "F8D7DA", "yellow": "FFF3CD", "grey": "EDEDED", "input": "FFFBE6"}
"""backgrounds of rows and of columns that a person fills in"""


class CellLook(NamedTuple):
    """A look: a number format, a background (a name of COLORS), and whether long text is broken into lines.

    `quoted` text is none but text also when it begins like a formula.
    """

    format: str = "General"
    color: str | None = None
    wrap: bool = False
    quoted: bool = False
    bold: bool = False
    right: bool = False
    """at the right edge, a little off the next column's text"""


class Looks:
    """Makes the cells of one sheet, which is openpyxl's own."""

    def __init__(self, target: Any) -> None:
        self._target = target
        self._made: dict[CellLook, Cell] = {}

    def cell(self, value: Any, look: CellLook) -> Cell:
        """A cell with a value (one without is for one row after another) and a look."""
        model = self._made.get(look)
        if model is None:
            model = self._made[look] = self._model(look)
        if value is None:
            return model
        cell = copy(model)
        cell.value = value
        return cell

    def _model(self, look: CellLook) -> Cell:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill

        cell = WriteOnlyCell(self._target)
        cell.number_format = look.format
        side = "right" if look.right else None
        cell.alignment = Alignment(side, "top", wrap_text=look.wrap, indent=int(look.right))
        cell.quotePrefix = look.quoted
        if look.bold:
            cell.font = Font("Calibri", 11, bold=True)
        if look.color is not None:
            cell.fill = PatternFill("solid", fgColor=COLORS[look.color])
        return cell
