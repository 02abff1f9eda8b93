"""`eclips` alone: what is configured, and the three things to do next."""

import typer

from eclips_cli import __version__
from eclips_cli.credentials import profiles
from eclips_cli.json_values import JsonObject
from eclips_cli.output import theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.columns import of_object
from eclips_cli.output.spans import Line, painted, wrapped
from eclips_cli.output.theme import Look
from eclips_cli.session.session import Session
from eclips_cli.system.paths import state_dir

JOURNAL = "batches.sqlite3"
"""the file of the journal: only where there is one is its code loaded"""
FIRST = (
    (
        "Try it without an account",
        'eclips --sandbox run --agent procurement_specialist "Get 3 vendor quotes for 500 laptops"',
    ),
    ("Sign in with an API key", "eclips auth login"),
    ("See everything it does", "eclips --help"),
)
SIGNED_IN = (
    ("Start a run and follow it", 'eclips run --agent ap_specialist "Process invoice INV-1001"'),
    ("Decide what waits for a person", "eclips triage review"),
    ("See everything it does", "eclips --help"),
)


def welcome(ctx: typer.Context) -> None:
    """Say what is configured, and what to do first.

    Examples:
      eclips
    """
    session: Session = ctx.obj
    found = profiles.configured(session.settings, session.environ, session.options.api_key_file)
    session.output.item(found, of_object(found), detail=welcome_text)
    folder = state_dir(session.environ)
    if (folder / JOURNAL).exists():
        from eclips_cli.records.journal.overview import named, unfinished_in

        left = unfinished_in(folder, session.target)
        if left:
            session.output.note(named(left))
            session.output.hint("eclips batches resume")


def welcome_text(found: JsonObject, look: Look) -> str:
    """Three commands to go on with, for somebody with a key or without one."""
    key = found["key_source"]
    about = f"{found['profile']} profile · {found['base_url']} · " + (f"key: {key}" if key else "no key yet")
    title: Line = [(f"eclips {__version__}", theme.STRONG), (", the command line for the Eclips API", "")]
    head = [*wrapped(title, look.width), *wrapped([(safe_text(about), theme.DIM)], look.width)]
    lines = [painted(line, color=look.color) for line in head]
    for heading, command in SIGNED_IN if key else FIRST:
        lines += ["", heading, f"  {theme.painted(command, 'cyan', on=look.color)}"]
    return "\n".join(lines) + "\n"
