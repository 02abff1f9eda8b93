"""Results beside the rows they belong to: each input row once, in the input's order, its newest outcome."""

from eclips_cli.commands.batches.rows.files import ResultsFile
from eclips_cli.commands.batches.rows.joining import Joiner, Outcome
from eclips_cli.commands.batches.rows.shaping import FORMATS, Shape, Tally, rendered

__all__ = ["FORMATS", "Joiner", "Outcome", "ResultsFile", "Shape", "Tally", "rendered"]
