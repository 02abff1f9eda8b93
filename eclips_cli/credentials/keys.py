"""API keys as text: checked where they enter, masked where they are shown."""

from __future__ import annotations

from eclips_cli.errors import UsageError
from eclips_cli.masking import PREFIX, know

SANDBOX_PREFIX = "eck_live_sandbox_"
LONGEST = 512
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
        raise UsageError(f"{where} is not an Eclips API key", hint="an API key begins with eck_live_")
    if len(key) > LONGEST or not (key.isascii() and key.isprintable()) or " " in key:
        raise UsageError(
            f"{where} is not an Eclips API key: it holds white space or characters that no key has"
        )
    return key


def is_sandbox_key(key: str) -> bool:
    """Whether a key is one of the sandbox on this machine."""
    return key.startswith(SANDBOX_PREFIX)
