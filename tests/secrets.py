"""Where an API key must never be found: in what a command prints, and in what it leaves behind.

The key file that `auth login --store file` makes, and the sandbox's own file, are the places that may
hold one; everything else in the configuration and state directories may not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

MASKED = re.compile(rb"eck_live_(?:sandbox_)?[0-9A-Za-z_]{8,}")
"""a key with more of it than its last four characters"""


def check_output(env: Mapping[str, str], *streams: bytes) -> None:
    """The key of the environment is in none of the streams, plain or as base64."""
    from base64 import b64encode

    key = env.get("ECLIPS_API_KEY", "").strip().encode()
    if len(key) < 12:
        return
    for stream in streams:
        assert key not in stream, "the API key was printed"
        assert b64encode(key)[:-4] not in stream, "the API key was printed as base64"


def leaks(directory: Path) -> list[Path]:
    """Files below a directory that hold a key, and may not."""
    found = []
    for folder, _folders, names in os.walk(directory):
        for name in names:
            path = Path(folder, name)
            ours = path.relative_to(directory).parts
            if "sandbox" in ours or (ours[-2:-1] == ("keys",) and path.suffix == ".key"):
                continue
            if path.is_file() and not path.is_symlink() and MASKED.search(path.read_bytes()):
                found.append(path)
    return found


def check_home(home: Path) -> None:
    """No key in the configuration and state directories of a home."""
    for below in (".config/eclips", ".local/state/eclips", ".cache/eclips", "tmp"):
        assert leaks(home / below) == [], f"an API key was left in {below}"
