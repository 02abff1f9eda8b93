"""`--jq`: a jq program over what would be printed, digits of numbers kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from eclips_cli.errors import UsageError
from eclips_cli.json_values import json_text, number
from eclips_cli.output.cells import safe_text

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*')


class FilterFailed(ValueError):
    """The program failed on a value; the text says why, and is safe."""


class JqFilter:
    """A jq program. Raises UsageError when it is none, or the jq package is missing.

    The jq package makes Python numbers of what it reads, which rounds them, but jq itself keeps the digits of a
    number that a program hands on: so the results are asked for as jq's own text.
    """

    def __init__(self, expression: str) -> None:
        try:
            import jq
        except ImportError:
            from eclips_cli.system import installation

            raise UsageError("--jq needs the jq package", hint=installation.to_add("jq")) from None
        try:
            self._plain = jq.compile(expression)
        except UnicodeError:
            raise UsageError("--jq is not valid UTF-8") from None
        except ValueError as error:
            # "jq: error: what is wrong at <top-level>, line 1, column 2:", then the program, then a count
            first = str(error).strip().split("\n")[0].removeprefix("jq: error: ").rstrip(":")
            raise UsageError(f"--jq: {safe_text(first)}", hint="`man jq` explains the language") from None
        try:
            self._as_text = jq.compile(f"({expression}\n) | tojson")
        except ValueError:  # nothing but a comment, say
            self._as_text = None

    def results(self, value: Any) -> Iterator[str]:
        """What the program makes of `value`, a line each: texts bare, tabs and line ends in them kept, the rest JSON.

        Raises FilterFailed before the first of them.
        """
        given = json_text(value)
        try:
            found = self._exact(given)
            if found is None:
                found = self._plain.input_text(given).all()
        except ValueError as error:
            raise FilterFailed(safe_text(str(error))) from None
        for result in found:
            if isinstance(result, str):
                yield safe_text(result, multiline=True, keep="\t\n") + "\n"
            else:
                from eclips_cli.output.formats import to_json

                yield to_json(result) + "\n"

    def _exact(self, given: str) -> list[Any] | None:
        """The results with the digits of `given`; None where jq's text of them can't be read (nested too deep for it)."""
        if self._as_text is None:
            return None
        texts = self._as_text.input_text(given).all()
        written = _exponents(given)
        try:
            return [
                json.loads(text, parse_float=lambda digits: number(written.get(digits, digits)))
                for text in texts
            ]
        except (ValueError, OverflowError, RecursionError):
            return None


def _exponents(given: str) -> dict[str, str]:
    """What jq writes for numbers with an exponent, and what stood there: `1E+5` for `1E5`."""
    from decimal import Decimal

    tokens = (found.group() for found in _TOKEN.finditer(given)) if re.search(r"\d[eE]", given) else ()
    return {
        str(Decimal(token)): token for token in tokens if token[0] != '"' and ("e" in token or "E" in token)
    }
