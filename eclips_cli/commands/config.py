"""`eclips config`: settings of profiles."""

from typing import Annotated

import typer

from eclips_cli.credentials.editing import Configuration
from eclips_cli.output.columns import Column, View
from eclips_cli.output.detail import bare_value
from eclips_cli.session.session import Session

SETTINGS = View(
    (
        Column("KEY", "key", "id", 1),
        Column("VALUE", "value", "text", 1),
        Column("SOURCE", "source", "text", 2),
        Column("STORED", "stored", "text", 3),
    ),
    id_path="key",
)

SETTING = View((Column("VALUE", "value", "text", 1),), id_path="value")


def get(
    ctx: typer.Context, key: Annotated[str, typer.Argument(metavar="KEY", help="base_url, agent, …")]
) -> None:
    """Print the value of a setting that is in effect, wherever it comes from.

    Exit code 1 where it has none.

    Examples:
      eclips config get base_url
      eclips config get request_timeout -o json
    """
    session: Session = ctx.obj
    found = Configuration(session.options._asdict(), session.environ).get(key, session.settings)
    session.output.item(found, SETTING, detail=bare_value)


def set_(
    ctx: typer.Context,
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY",
            help="base_url, agent, priority, amount_field, output, request_timeout, max_retries, read_only, "
            "agents_may_decide or ask_from_rows.",
        ),
    ],
    value: Annotated[str, typer.Argument(metavar="VALUE")],
) -> None:
    """Set a value of the profile in use (or of --profile), keeping the file's comments.

    read_only, agents_may_decide and ask_from_rows guard against accidents (`eclips help guards`); an AI agent may not
    set them.

    Examples:
      eclips config set agent ap_specialist
      eclips config set request_timeout 60
      eclips config set read_only true
      eclips config set output json --profile default
    """
    session: Session = ctx.obj
    configuration = Configuration(session.options._asdict(), session.environ)
    for line in configuration.set(key, value):
        session.output.note(line)


def unset(
    ctx: typer.Context, key: Annotated[str, typer.Argument(metavar="KEY", help="The setting to take away.")]
) -> None:
    """Take a value out of the profile in use (or of --profile), so that the default holds again.

    It also removes a setting that nobody knows, which every other command refuses.

    Examples:
      eclips config unset agent
    """
    session: Session = ctx.obj
    session.output.note(Configuration(session.options._asdict(), session.environ).unset(key))


def list_settings(ctx: typer.Context) -> None:
    """List each setting with its value and where that comes from.

    An option wins over the environment (ECLIPS_…), that over the profile, that over the default; STORED is what the
    file holds where something else wins.

    Examples:
      eclips config list
      eclips config list --profile default -o json
    """
    session: Session = ctx.obj
    configuration = Configuration(session.options._asdict(), session.environ)
    session.output.items(configuration.listed(session.settings), SETTINGS)


def path(ctx: typer.Context) -> None:
    """Print where the configuration is kept, whether the file is there or not.

    Examples:
      eclips config path
      ${EDITOR:-vi} "$(eclips config path)"
    """
    session: Session = ctx.obj
    session.output.line(Configuration(session.options._asdict(), session.environ).path)
