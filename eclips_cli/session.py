"""One invocation's wiring: options, settings, key, client and output, each made on first use."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eclips_cli.errors import ConfigError, EclipsError, UsageError

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.credentials.settings import Settings
    from eclips_cli.ids import IdResolver
    from eclips_cli.output.output import Output
    from eclips_cli.sandbox import RunningSandbox


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
