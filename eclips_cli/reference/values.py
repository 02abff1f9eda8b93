"""What can stand where a command line asks for a value: what completion offers there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from eclips_cli.api.statuses import BATCH_STATUSES, RUN_STATUSES
from eclips_cli.api.webhooks import EVENTS
from eclips_cli.credentials.config_file import KEYS
from eclips_cli.options import FORMATS, INPUT_FORMATS, METHODS
from eclips_cli.output.choices import COLORS
from eclips_cli.records.audit.fields import ACTIONS
from eclips_cli.reference import topics
from eclips_cli.sandbox import fault_kinds


@dataclass(frozen=True)
class Values:
    """What a value can be: `words` to choose from, a `live` kind that this machine remembers, or a file.

    `file` is `file` for a path, `@file` for a path after an `@`, or empty. `listed`: several words with commas.
    """

    words: tuple[str, ...] = ()
    live: str = ""
    file: str = ""
    listed: bool = False


NOTHING = Values()
FILE = Values(file="file")
SHELLS = ("bash", "zsh", "fish")

OPTIONS = {
    "--output": Values(words=FORMATS),
    "--color": Values(words=COLORS),
    "--priority": Values(words=("low", "normal", "high", "urgent")),
    "--status": Values(words=RUN_STATUSES),
    "--event": Values(words=EVENTS),
    "--format": Values(words=INPUT_FORMATS),
    "--fault": Values(words=tuple(line.split()[0] for line in fault_kinds().splitlines())),
    "--agent": Values(live="agent"),
    "--secret-file": FILE,
    "--profile": Values(live="profile"),
    "--method": Values(words=METHODS),
    "--action": Values(words=ACTIONS),
}
"""by an option's long spelling, where its metavar does not tell"""

BELOW = {
    ("batches", "--status"): Values(words=BATCH_STATUSES),
    **dict.fromkeys(
        (("batches get", "--status"), ("batches results", "--status")), Values(words=RUN_STATUSES)
    ),
    ("batches retry", "--status"): Values(words=("failed", "cancelled")),
    ("batches", "--format"): Values(words=("csv", "tsv", "jsonl", "json", "xlsx")),
    ("config", "KEY"): Values(words=tuple(key for key in KEYS if key != "store")),
    ("api", "PATH"): NOTHING,
}
"""where an option or a metavar of the same name means something else, by the command or its first word"""

NAMED = {
    "RUN": Values(live="run"),
    "BATCH": Values(live="batch"),
    "ITEM": Values(live="triage"),
    "TRIAGE": Values(live="triage"),
    "WEBHOOK": Values(live="webhook"),
    "PROFILE": Values(live="profile"),
    "AGENT": Values(live="agent"),
    "TYPE": Values(live="agent"),
    "EVENT": Values(words=EVENTS),
    "SHELL": Values(words=SHELLS),
    "TASK": Values(file="@file"),
    "TOPIC": Values(words=tuple(topics.names())),
    "FILE": FILE,
    "PATH": FILE,
}
"""by a word of the metavar"""


KINDS = {
    "N": "integer", "N|N%": "text", "DURATION": "duration", "SECONDS": "number", "WHEN": "time", "X": "number",
    "PATH": "file", "FILE": "file", "F": "file", "JSON|@FILE|-": "json", "URL": "url",
}  # fmt: skip
"""by metavar: what a value is"""


def kind_of(param: Any) -> str:
    """What an option's value is, by its metavar and type: integer, number, duration, time, file, json, url or text."""
    by_type = {"integer": "integer", "integer range": "integer", "float": "number", "float range": "number"}
    named = "text" if param.name in ("color", "format") else KINDS.get(param.metavar or "", "text")
    return by_type.get(param.type.name, named)


def of_option(param: Any, path: tuple[str, ...]) -> Values:
    """The values of an option of the command at `path`, from its name, its metavar and its type."""
    for spelling in param.opts:
        found = _below(path, spelling) or OPTIONS.get(spelling)
        if found:
            return found
    return _of_metavar(param.metavar or "", path) or _of_type(param.type)


def of_argument(param: Any, path: tuple[str, ...]) -> Values:
    """The values of a positional argument of the command at `path`."""
    return _of_metavar(param.metavar or param.human_readable_name, path) or _of_type(param.type)


def _of_metavar(metavar: str, path: tuple[str, ...]) -> Values | None:
    if "@FILE" in metavar:
        return Values(file="@file")
    words = re.split(r"[|\s]+", re.sub(r"\.\.\.|[\[\]]", "", metavar))
    if len(words) > 1 and all(re.fullmatch(r"[a-z][a-z0-9._-]*", word) for word in words):
        return Values(words=tuple(words))
    here = (_below(path, word) or NAMED.get(word) for word in words)
    return next((found for found in here if found is not None), None)


def _below(path: tuple[str, ...], word: str) -> Values | None:
    return BELOW.get((" ".join(path), word)) or BELOW.get((path[0] if path else "", word))


def _of_type(kind: Any) -> Values:
    return Values(words=tuple(map(str, getattr(kind, "choices", ()))))
