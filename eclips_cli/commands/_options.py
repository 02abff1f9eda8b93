"""The options that commands share, spelled once."""

from typing import Annotated

import typer


def every_command(
    profile: Annotated[
        str | None,
        typer.Option("--profile", "-p", metavar="NAME", help="Use this profile's key and settings."),
    ] = None,
    sandbox: Annotated[
        bool | None, typer.Option("--sandbox", help="Use the sandbox on this machine: no account, no key.")
    ] = None,
    base_url: Annotated[str | None, typer.Option(metavar="URL", help="Where the API is.")] = None,
    api_key_file: Annotated[
        str | None, typer.Option(metavar="PATH", help="Read the API key from this file (mode 0600).")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FORMAT",
            help="table, tsv, json, jsonl, csv or id; xlsx where help says so. [table; tsv in a pipe]",
        ),
    ] = None,
    fields: Annotated[
        str | None, typer.Option(metavar="A,B.C", help="Show these members only, in this order.")
    ] = None,
    jq: Annotated[
        str | None, typer.Option(metavar="EXPR", help="Filter the JSON result with a jq expression.")
    ] = None,
    raw: Annotated[
        bool | None, typer.Option("--raw", help="With csv: leave cells that look like formulas as they are.")
    ] = None,
    quiet: Annotated[
        bool | None, typer.Option("--quiet", "-q", help="No progress and no notes on stderr.")
    ] = None,
    verbose: Annotated[
        bool | None,
        typer.Option(
            "--verbose", "-v", help="Show each request on stderr; tracebacks of the program's faults."
        ),
    ] = None,
    curl: Annotated[
        bool | None, typer.Option("--curl", help="Print the equivalent curl command and send nothing.")
    ] = None,
    dry_run: Annotated[
        bool | None, typer.Option("--dry-run", help="Print the change that would be sent and do not send it.")
    ] = None,
    no_input: Annotated[bool | None, typer.Option("--no-input", help="Never ask; fail instead.")] = None,
    read_only: Annotated[
        bool | None, typer.Option("--read-only", help="Send nothing that changes anything (exit 5 instead).")
    ] = None,
    color: Annotated[str | None, typer.Option(metavar="WHEN", help="auto, always or never.")] = None,
    no_color: Annotated[bool | None, typer.Option("--no-color", hidden=True)] = None,
    request_timeout: Annotated[
        str | None, typer.Option(metavar="SECONDS", help="How long one request may take. [30]")
    ] = None,
    max_retries: Annotated[
        str | None,
        typer.Option(metavar="N", help="How often a request that is safe to repeat is repeated. [4]"),
    ] = None,
    max_outage: Annotated[
        str | None,
        typer.Option(
            metavar="DURATION",
            help="Give up after this long without an answer: while waiting [5m], and if given, with any request.",
        ),
    ] = None,
    version: Annotated[bool | None, typer.Option("--version", help="Print the version.")] = None,
) -> None:
    """Declare the options every command takes; their values reach a command through its session."""


Agent = Annotated[
    str | None,
    typer.Option(
        "--agent", "-a", metavar="TYPE", help="The agent that does it, e.g. ap_specialist. [center]"
    ),
]
Timeout = Annotated[
    str | None,
    typer.Option(
        metavar="DURATION",
        help="Stop waiting after this long (exit 124); the work goes on. 0 is one look. [24h off a terminal]",
    ),
]
WatchTimeout = Annotated[
    str | None, typer.Option(metavar="DURATION", help="Watch for this long, then end with 0.")
]
ThroughTriage = Annotated[
    bool, typer.Option("--through-triage", help="Keep following while the run waits for a person.")
]
Limit = Annotated[int | None, typer.Option(min=1, metavar="N", help="Show at most N. [20]")]
All = Annotated[bool, typer.Option("--all", help="Show all of them.")]
Offset = Annotated[int, typer.Option(min=0, metavar="N", help="Skip the N newest.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Expect = Annotated[int | None, typer.Option(min=0, metavar="N", help="Refuse unless it is about N things.")]
RunIds = Annotated[
    list[str],
    typer.Argument(
        metavar="RUN...", help="Run ids; also @last, a prefix of 4 or more characters, or - (stdin)."
    ),
]
