"""`eclips webhooks listen`."""

from typing import Annotated

import typer

from eclips_cli.commands._options import SecretEnv, SecretFile, SecretOf
from eclips_cli.commands.webhooks._hook_command import Exec
from eclips_cli.commands.webhooks._listening import Listen, Listening
from eclips_cli.commands.webhooks._secret import SecretSource, secret_or_made
from eclips_cli.session.session import Session


def listen(
    ctx: typer.Context,
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="The port; any free one unless given.")
    ] = 0,
    secret_file: SecretFile = None,
    secret_env: SecretEnv = None,
    secret_of: SecretOf = None,
    tolerance: Annotated[str, typer.Option(metavar="DURATION", help="How old a delivery may be.")] = "5m",
    exec_: Annotated[
        str | None,
        typer.Option("--exec", metavar="CMD", help="Run this (by sh) for each delivery, its body on stdin."),
    ] = None,
    exec_timeout: Annotated[
        str, typer.Option(metavar="DURATION", help="How long the command may run.")
    ] = "1m",
    exec_at_once: Annotated[
        int, typer.Option(min=1, max=64, metavar="N", help="How many may run at once; 1 keeps the order.")
    ] = 4,
) -> None:
    """Receive deliveries on 127.0.0.1 until Ctrl-C: each is verified, answered and shown.

    A delivery is answered at once: 2xx when its signature fits and it is not too old. One that comes again
    is answered 2xx, but is shown as a repeat, and its command is not run again. In a pipe stdout is jsonl:
    each delivery once, as it came, plus `received_at`; repeats and what was refused are told on stderr.
    With -o json the first line is {"url"}. The command finds the event in ECLIPS_EVENT and the run in
    ECLIPS_RUN_ID; what it prints goes to stderr.

    Examples:
      eclips webhooks listen --port 8080 --secret-file hook.secret
      eclips webhooks listen --secret-env HOOK_SECRET --exec 'jq -r .data.error >> errors.log'
      eclips webhooks listen -o jsonl | jq -r 'select(.event == "run.failed") | .run_id'
    """
    session: Session = ctx.obj
    source = SecretSource(secret_file, secret_env, secret_of)
    how = Listen.parse(tolerance, port, Exec.parse(exec_, exec_timeout, exec_at_once))
    secret = secret_or_made(source, session.environ, session.output.announce)
    Listening(how, secret, session.output, session.clock, session.environ).run()
