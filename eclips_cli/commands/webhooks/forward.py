"""`eclips webhooks forward`."""

from typing import Annotated

import typer

from eclips_cli.commands._options import SecretEnv, SecretFile, SecretOf
from eclips_cli.commands.webhooks._deliverer import Forwarding
from eclips_cli.commands.webhooks._place import Place
from eclips_cli.commands.webhooks._secret import SecretSource, secret_or_made
from eclips_cli.commands.webhooks._sending import Sender
from eclips_cli.durations import parse_instant
from eclips_cli.session.session import Session


def forward(
    ctx: typer.Context,
    to: Annotated[str, typer.Option(metavar="URL", help="http:// to this machine, or https://…")],
    since: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="Begin with what happened then: 2h, 3d, an ISO time; 0s is now."),
    ] = None,
    secret_file: SecretFile = None,
    secret_env: SecretEnv = None,
    secret_of: SecretOf = None,
) -> None:
    """Send deliveries of real runs to a local server: no tunnel, no registered webhook.

    The API is watched for runs that complete, fail or need a person, and for each the delivery that it
    would send goes to URL, signed, in order, until it is answered 2xx; while the server is down it is tried
    again. It begins with what happens from now on, and the next time goes on where it stopped. Killed
    right between an answer and the note of it, it sends that one delivery again (and says so): check
    the run id. A delivery that is answered with another status ten times is given up.

    Examples:
      eclips webhooks forward --to http://127.0.0.1:3000/hook --secret-file hook.secret
      eclips webhooks forward --to http://127.0.0.1:3000/hook --since 2h -o jsonl
    """
    session: Session = ctx.obj
    sender = Sender(to, session.intercept)
    begin = parse_instant(since, session.clock.now()) if since else None
    place = Place.of(session.settings, session.environ, to, only_showing=session.options.dry_run)
    secret = secret_or_made(
        SecretSource(secret_file, secret_env, secret_of), session.environ, session.output.announce
    )
    budget = session.wait_budget(doing="watching")
    Forwarding(session.client, sender, secret, session.output, budget).run(place, begin)
