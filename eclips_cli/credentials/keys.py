"""API keys as text: checked where they enter, masked where they are shown."""

from __future__ import annotations

import re

from eclips_cli.errors import UsageError
from eclips_cli.masking import PREFIX, know

SANDBOX_PREFIX = "eck_live_sandbox_"
LONGEST = 512
QUOTES = ("'", '"', "`", "\u2018", "\u2019", "\u201c", "\u201d")
AROUND = " \t\r\n\v\f\u00a0\ufeff\"'"
"""what editors, shells and `.env` files leave around a key"""


def clean_key(text: str, where: str) -> str:
    """The key in `text`, without the blanks, quotes and byte order mark around it.

    Raises UsageError, which never shows the key, when it can't be one.
    """
    key = text.strip(AROUND)
    know(key)
    if not key:
        raise UsageError(f"{where} is empty", hint="an API key begins with eck_live_")
    if not key.startswith(PREFIX):
        raise UsageError(_no_key(key, where), hint="give the key alone: it begins with eck_live_")
    if len(key) > LONGEST or not (key.isascii() and key.isprintable()) or " " in key:
        raise UsageError(
            f"{where} is not an Eclips API key: it holds white space or characters that no key has"
        )
    return key


def check_bare(text: str, where: str) -> None:
    """Raise UsageError for quotes around what was pasted: a person sees none, and would paste them elsewhere, too."""
    if text.strip()[:1] in QUOTES or text.strip()[-1:] in QUOTES:
        know(text.strip().strip("".join(QUOTES)))
        raise UsageError(f"{where} has quotes around it", hint="paste the key without its quotes")


def _no_key(text: str, where: str) -> str:
    """Why a text that does not begin as a key is none; what follows on the key's prefix is known from now on."""
    before, prefix, after = text.partition(PREFIX)
    know(prefix + after.strip(AROUND))
    if re.match(r"(authorization\s*:\s*)?bearer\b", before, re.IGNORECASE):
        return f"{where} is a header and not the key alone: it begins with Bearer"
    if re.match(r"(export\s|set(x|env|\s+-\w+)?\s|\$env:)?\s*\w+\s*[= ]", before, re.IGNORECASE):
        return f"{where} is a shell's assignment and not the key alone"
    return f"{where} is not an Eclips API key"


def is_sandbox_key(key: str) -> bool:
    """Whether a key is one of the sandbox on this machine."""
    return key.startswith(SANDBOX_PREFIX)
