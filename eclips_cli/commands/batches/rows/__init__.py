"""Results beside the rows they belong to: each input row once, in the input's order, its newest outcome."""

from eclips_cli.commands.batches.rows.by_file import file_outcomes
from eclips_cli.commands.batches.rows.files import ResultsFile
from eclips_cli.commands.batches.rows.joining import Joiner, RowOutcome
from eclips_cli.commands.batches.rows.shaping import FORMATS, Shape, Tally, rendered
from eclips_cli.commands.batches.rows.table import Given

__all__ = [
    "FORMATS",
    "Given",
    "Joiner",
    "ResultsFile",
    "RowOutcome",
    "Shape",
    "Tally",
    "file_outcomes",
    "rendered",
]
