"""The bench's server as a child process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import ProxyHandler, build_opener

from tests.bench.installation import ROOT


class Serving:
    """A running server: its URL, and what it counted."""

    def __init__(self, url: str) -> None:
        self.url = url

    def told(self) -> dict[str, Any]:
        """How many requests it answered, its CPU seconds, the batches it took."""
        with build_opener(ProxyHandler({})).open(self.url + "/bench", timeout=10) as answer:
            return dict(json.load(answer))

    def environment(self) -> dict[str, str]:
        """What points `eclips` to it."""
        return {"ECLIPS_BASE_URL": self.url, "ECLIPS_API_KEY": "eck_live_bench"}


@contextmanager
def serving(**options: float | str) -> Iterator[Serving]:
    """Serve while entered: `serving(runs=10_000, delay=5)`; see `tests.bench.server`. With a `certificate` over TLS."""
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.server", *words], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    try:
        scheme = "https" if "certificate" in options else "http"
        yield Serving(f"{scheme}://127.0.0.1:{int(process.stdout.readline())}")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
