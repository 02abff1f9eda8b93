"""Reading the rows of a CSV, TSV, JSONL, JSON or XLSX file, as often as asked, in flat memory.

No network and no terminal: a file comes in, rows with line numbers and complaints go out.
`interface.py` says what every format offers; each format is a file of its own.
"""

from eclips_cli.sheets.interface import Cells, Problems, Row, RowProblem, RowSource
from eclips_cli.sheets.opening import AS_FOUND, Reading, open_rows

__all__ = ["AS_FOUND", "Cells", "Problems", "Reading", "Row", "RowProblem", "RowSource", "open_rows"]
