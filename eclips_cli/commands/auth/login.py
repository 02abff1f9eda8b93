"""`eclips auth login`."""

from typing import Annotated

import typer

from eclips_cli.commands import _key_check
from eclips_cli.credentials import profiles
from eclips_cli.session.session import Session


def login(
    ctx: typer.Context,
    with_key: Annotated[bool, typer.Option("--with-key", help="Read the key from standard input.")] = False,
    store: Annotated[
        str, typer.Option(metavar="keyring|file", help="Where to keep it; file is plain text (mode 0600).")
    ] = "keyring",
) -> None:
    """Check an API key against the API and store it, by default in the OS keyring.

    It is asked for without echo, or read from standard input with --with-key: never an option, which would
    show in the process list. Without a usable keyring this says so and names the alternatives.

    Examples:
      eclips auth login
      eclips auth login --profile staging --with-key < key.txt
      eclips auth login --store file
    """
    session: Session = ctx.obj
    profiles.check_store(session.settings.profile, store)
    key = _key_check.ask_key(session.output, from_stdin=with_key, no_input=session.settings.no_input)
    can = _key_check.abilities(session.client_with(key))
    if session.only_says(f"the key of profile {session.settings.profile} would be kept in the {store}"):
        return
    where = profiles.save(session.settings.profile, key, store, session.settings.base_url, session.environ)
    session.output.note(f"the key of profile {session.settings.profile} is in {where}")
    session.output.note(_key_check.in_words(can))
