"""The options every command takes, as they were given."""

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

FORMATS = ("table", "tsv", "json", "jsonl", "csv", "id")
"""what a result can look like"""
WORKBOOK = "xlsx"
"""what the result of a command that makes tables for spreadsheets can look like besides"""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""what `eclips api` can send"""
INPUT_FORMATS = ("csv", "tsv", "jsonl", "json", "xlsx")
"""what a file of rows can be"""


class Options(NamedTuple):
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
    read_only: bool | None = None
    color: str | None = None
    request_timeout: str | None = None
    max_retries: str | None = None
    max_outage: str | None = None

    @property
    def place(self) -> dict[str, str]:
        """What a suggested command has to repeat to ask the same API with the same key: options by name, as typed."""
        from shlex import quote

        given = {
            "--profile": self.profile,
            "--base-url": self.base_url,
            "--api-key-file": self.api_key_file,
        }
        words = {"--sandbox": "--sandbox"} if self.sandbox else {}
        return words | {name: f"{name} {quote(value)}" for name, value in given.items() if value is not None}

    def command(self, words: str) -> str:
        """A command that can be pasted, which reaches the same place as this one."""
        return " ".join(("eclips", *self.place.values(), words))


def place_asked(args: list[str]) -> dict[str, str | bool]:
    """The options of the place that was asked for, as far as a command line with an error in it tells."""
    typed = args[: args.index("--")] if "--" in args else args
    found: dict[str, str | bool] = {"sandbox": True} if "--sandbox" in typed else {}
    for name in ("profile", "base_url", "api_key_file"):
        option = f"--{name.replace('_', '-')}"
        for word, after in pairwise([*typed, ""]):
            if word.startswith(f"{option}="):
                found[name] = word.partition("=")[2]
            elif word == option or (name == "profile" and word == "-p"):
                found[name] = after
            elif name == "profile" and word.startswith("-p") and word != "-p":
                found[name] = word[2:]
    return found


def format_asked(args: list[str], environ: Mapping[str, str]) -> str | None:
    """The format that was asked for, as far as a command line with an error in it tells."""
    for before, after in zip(args, [*args[1:], ""], strict=False):
        if before in ("-o", "--output") and after in ("json", "jsonl"):
            return after
        if before in ("-ojson", "-ojsonl", "--output=json", "--output=jsonl"):
            return "json"
    return "json" if environ.get("ECLIPS_OUTPUT") in ("json", "jsonl") else "table"
