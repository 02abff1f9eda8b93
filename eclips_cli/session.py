"""One invocation's wiring: options, settings, key, client and output, each made on first use."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eclips_cli.durations import parse_duration
from eclips_cli.errors import EclipsError

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient, OutgoingRequest
    from eclips_cli.api.clock import Clock
    from eclips_cli.credentials.settings import Settings
    from eclips_cli.follow.following import Following
    from eclips_cli.ids import IdResolver
    from eclips_cli.output.output import Output
    from eclips_cli.records.recent import Recent
    from eclips_cli.sandbox import RunningSandbox

JsonObject = dict[str, Any]
DEFAULT_MAX_OUTAGE = "5m"


@dataclass(frozen=True)
class Options:
    """The options every command takes, as given; None where not given."""

    profile: str | None = None
    sandbox: bool | None = None
    base_url: str | None = None
    api_key_file: str | None = None
    output: str | None = None
    fields: str | None = None
    jq: str | None = None
    raw: bool | None = None
    quiet: bool | None = None
    verbose: bool | None = None
    curl: bool | None = None
    dry_run: bool | None = None
    no_input: bool | None = None
    color: str | None = None
    request_timeout: str | None = None
    max_retries: str | None = None
    max_outage: str | None = None


class NotSent(Exception):  # noqa: N818
    """`--curl` or `--dry-run` stopped a request: `text` says what would have been sent."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Session:
    """Everything one command needs, wired from its options and the environment.

    The boundary makes it before the command line is read, so that every error has somewhere to go.
    """

    def __init__(self, args: list[str], environ: Mapping[str, str] | None = None) -> None:
        self.args = args
        self.environ = os.environ if environ is None else environ
        self.options = Options()
        self.command = "eclips"
        self.code_so_far = 0
        """the exit code that holds if the reader of stdout goes away"""
        self._to_close: list[Callable[[], None]] = []

    def configure(self, values: Mapping[str, object], command: str) -> Session:
        """Take the options of the command that is about to run."""
        self.options = Options(**values)  # type: ignore[arg-type]
        self.command = command
        return self

    def close(self) -> None:
        """Close what was opened, last first."""
        while self._to_close:
            self._to_close.pop()()
