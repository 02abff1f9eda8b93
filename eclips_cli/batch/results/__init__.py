"""Results beside the rows they belong to: each input row once, in the input's order, its newest outcome."""

from eclips_cli.batch.results.files import ResultsFile
from eclips_cli.batch.results.joining import Joiner, Outcome
from eclips_cli.batch.results.shaping import FORMATS, Shape, Tally, rendered

__all__ = ["FORMATS", "Joiner", "Outcome", "ResultsFile", "Shape", "Tally", "rendered"]
