"""`eclips webhooks verify`."""

from typing import Annotated

import typer

from eclips_cli.commands._options import SecretEnv, SecretFile, SecretOf
from eclips_cli.commands.webhooks._checking import Check, read_body
from eclips_cli.commands.webhooks._secret import SecretSource
from eclips_cli.commands.webhooks._view import CHECKED
from eclips_cli.output.detail import object_detail
from eclips_cli.session.session import Session


def verify(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The body's raw bytes; - reads stdin.")],
    signature: Annotated[str, typer.Option(metavar="S", help="The header X-eClips-Signature.")],
    secret_file: SecretFile = None,
    secret_env: SecretEnv = None,
    secret_of: SecretOf = None,
    timestamp: Annotated[
        str | None, typer.Option(metavar="T", help="The header X-eClips-Timestamp: checks the age too.")
    ] = None,
    tolerance: Annotated[
        str | None, typer.Option(metavar="DURATION", help="How old the delivery may be. [5m]")
    ] = None,
) -> None:
    """Check the signature of a delivery: exit 0 when it is genuine, 1 when not.

    The signature covers the body alone, so with --timestamp or --tolerance the age is judged by the
    timestamp in the body. When it does not fit, the likely cause is worked out: a newline in the
    secret, a body that was formatted anew.

    Examples:
      eclips webhooks verify --signature "$SIGNATURE" --secret-file hook.secret body.json
      eclips webhooks verify --signature "$SIGNATURE" --secret-env HOOK_SECRET --tolerance 5m - < body.json
    """
    session: Session = ctx.obj
    secret = SecretSource(secret_file, secret_env, secret_of).needed(session.environ)
    check = Check.parse(secret, signature, timestamp, tolerance)
    found = check.run(read_body(file), session.clock.now())
    session.output.item(found, CHECKED, detail=object_detail)
