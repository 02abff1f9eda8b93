"""`eclips auth`: API keys and profiles."""

from collections.abc import Callable
from typing import Annotated

import typer

from eclips_cli.commands import _key_check
from eclips_cli.credentials import profiles
from eclips_cli.credentials.keyring_store import KeyringUnavailable
from eclips_cli.errors import NotConfirmed
from eclips_cli.json_values import JsonObject
from eclips_cli.output.columns import Column, View, of_object
from eclips_cli.output.detail import object_detail
from eclips_cli.output.theme import Look
from eclips_cli.session.session import Session

PROFILES = View(
    (
        Column("PROFILE", "profile", "id", 1),
        Column("ACTIVE", "active", "text", 2),
        Column("STORE", "store", "text", 3),
        Column("BASE URL", "base_url", "text", 4),
    ),
    id_path="profile",
)


def login(
    ctx: typer.Context,
    with_key: Annotated[bool, typer.Option("--with-key", help="Read the key from standard input.")] = False,
    store: Annotated[
        str, typer.Option(metavar="keyring|file", help="Where to keep it; file is plain text (mode 0600).")
    ] = "keyring",
) -> None:
    """Check an API key against the API and store it, by default in the OS keyring.

    It is asked for without echo, or read from standard input with --with-key: never an option, which would
    show in the process list. Without a usable keyring this says so before it asks, and offers a plain file.

    Examples:
      eclips auth login
      eclips auth login --profile staging --with-key < key.txt
      eclips auth login --store file
    """
    session: Session = ctx.obj
    profiles.check_store(session.settings.profile, store)
    if store == "keyring" and not session.options.dry_run:
        store = _keyring_or_file(session, lambda: profiles.check_keyring(session.environ)) or store
    key = _key_check.ask_key(
        session.output, session.args, from_stdin=with_key, no_input=session.settings.no_input
    )
    can = _key_check.abilities(session.client_with(key))
    if session.only_says(f"the key of profile {session.settings.profile} would be kept in the {store}"):
        return

    def keep(where: str) -> None:
        settings = session.settings
        kept = profiles.save(settings.profile, key, where, settings.base_url, session.environ)
        session.output.note(f"the key of profile {settings.profile} is in {kept}")

    if store == "file" or _keyring_or_file(session, lambda: keep("keyring")):
        keep("file")
    session.output.note(_key_check.in_words(can))


def _keyring_or_file(session: Session, ask: Callable[[], object]) -> str | None:
    """What `ask` wants of the keyring; "file" where that can't be and a person takes a plain file instead.

    Raises KeyringUnavailable where nobody does.
    """
    try:
        ask()
    except KeyringUnavailable as error:
        if session.settings.no_input or not session.output.interactive:
            raise
        session.output.announce(error.message)
        try:
            session.confirm("Keep the key in a plain text file that only you can read instead?", yes=False)
        except NotConfirmed:
            raise error from None
        return "file"
    return None


def logout(ctx: typer.Context) -> None:
    """Forget the stored key of a profile. The key itself stays valid; revoke it in the dashboard.

    Examples:
      eclips auth logout
      eclips auth logout --profile staging
    """
    session: Session = ctx.obj
    if session.only_says(f"the key of profile {session.settings.profile} would be forgotten"):
        return
    forgotten = profiles.forget(session.settings.profile, session.environ)
    session.output.note(
        f"the key of profile {session.settings.profile} is forgotten"
        if forgotten
        else "there was no stored key"
    )


def show_status(ctx: typer.Context) -> int:
    """Which key is used, where it came from, what it hides, and what can be told of its scopes without a change.

    Besides, the guards that are set (`eclips help guards`).
    Exit code 4 without a key or with one that is refused, 5 for a plan without API access.

    Examples:
      eclips auth status
      eclips auth status -o json
    """
    session: Session = ctx.obj
    status = _key_status(session)
    can, code = _key_check.validity(session.client_with, status.key)
    told = {**status.told, **can, "guards": session.guards.told}
    session.output.item(told, of_object(told), detail=_status_text)
    return code


def _status_text(told: JsonObject, look: Look) -> str:
    # a key that hides no other is the usual thing, and no news
    return object_detail({name: value for name, value in told.items() if name != "shadowed" or value}, look)


def list_profiles(ctx: typer.Context) -> None:
    """List the profiles of this machine.

    Examples:
      eclips auth list
    """
    session: Session = ctx.obj
    session.output.items(
        profiles.listed(session.environ),
        PROFILES,
        empty="no profiles yet: `eclips auth login` makes one",
    )


def use(
    ctx: typer.Context, profile: Annotated[str, typer.Argument(metavar="PROFILE", help="The profile's name.")]
) -> None:
    """Make a profile the one that is used when none is named.

    Examples:
      eclips auth use staging
    """
    session: Session = ctx.obj
    if session.only_says(f"{profile} would be used from now on"):
        return
    profiles.use(profile, session.environ)
    session.output.note(f"{profile} is used from now on")


def _key_status(session: Session) -> "profiles.KeyStatus":
    """The key that would be used, and what can be told of it without a request."""
    if session.options.curl:
        session.client.usage.summary()  # shown in place of being sent, whether there is a key or not
    settings, environ = session.settings, session.environ
    if settings.sandbox:
        return profiles.sandbox_status(settings.profile, session.sandbox.url, session.sandbox.keys.full)
    return profiles.status(settings, environ, session.options.api_key_file)
