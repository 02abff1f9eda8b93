"""How a sheet lies on paper, and how high its rows are: what no reader of the file works out by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eclips_cli.sheets.xlsx_cells import cell_text

LINE = 15.0
"""points that a line of a row is high"""
MOST_LINES = 8
"""lines that a row is high at most: a text of pages is read in its cell"""
LETTERS = 1.08
"""letters in the width of a digit, on an average, as words break"""
MARGIN = 0.4
"""inches around what is printed"""


def lines_of(broken: Iterable[tuple[Any, float]]) -> int:
    """How many lines a row needs for texts that are broken, each at a width in characters.

    LibreOffice and Excel leave a row at one line that says nothing of its height.
    """
    most = 1
    for value, characters in broken:
        if isinstance(value, str):
            width = max(int(characters * LETTERS), 1)
            parts = cell_text(value).split("\n")
            most = max(most, sum(-(-max(len(part), 1) // width) for part in parts))
    return min(most, MOST_LINES)


def lay_out_print(target: Any) -> None:
    """Print a sheet across one page, the header and the page's number on each; to be said before its first row."""
    from openpyxl.worksheet.page import PageMargins
    from openpyxl.worksheet.properties import PageSetupProperties

    target.page_setup.orientation, target.page_setup.fitToHeight = "landscape", 0
    target.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    target.page_margins = PageMargins(MARGIN, MARGIN, MARGIN, 2 * MARGIN, MARGIN, MARGIN)
    target.print_title_rows = "1:1"
    target.oddFooter.right.text = "&P / &N"
