"""`eclips sandbox`: a local API for trying, testing and demos."""

from typing import Annotated

import typer

from eclips_cli import sandbox
from eclips_cli.commands._options import Yes
from eclips_cli.output.columns import of_object
from eclips_cli.output.detail import object_detail
from eclips_cli.session.sandboxing import state_errors
from eclips_cli.session.session import Session


def serve(
    ctx: typer.Context,
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="The port; any free one unless given.")
    ] = 0,
    speed: Annotated[
        float, typer.Option(min=0.01, max=10_000, metavar="N", help="How much faster its time runs.")
    ] = 1,
    seed: Annotated[int, typer.Option(metavar="N", help="Varies what agents answer.")] = 0,
    fault: Annotated[
        list[str] | None,
        typer.Option(metavar="SPEC", help="Make it misbehave, e.g. rate_limit:path=/v1/run,nth=3."),
    ] = None,
) -> None:
    """Serve the sandbox on 127.0.0.1 until Ctrl-C, for other tools and tests.

    With -o json one line says, once it is ready: {"url", "api_key", "keys": {full, read_only, revoked, no_plan}}.
    `eclips help sandbox` lists the test cards (what a task can say to steer its outcome) and the faults.

    Examples:
      eclips sandbox serve
      eclips sandbox serve --speed 20 --fault stream_drop:at=12 --fault no_credits:at=37
      eclips sandbox serve --port 8787 -o json
    """
    session: Session = ctx.obj
    with session.start_sandbox(port=port, speed=speed, seed=seed, faults=fault or []) as running:
        running.announce()
        session.output.ready(sandbox.as_json(running), sandbox.as_text(running))
        session.output.until_stopped()


def reset(ctx: typer.Context, yes: Yes = False) -> None:
    """Forget all that the sandbox holds: runs, batches, triage items, webhooks. Its keys stay.

    What this machine knows of it is forgotten, too: submissions, `run --once`, the memory of ids.

    Examples:
      eclips sandbox reset --yes
    """
    from eclips_cli.records.forgetting import forget_sandbox

    session: Session = ctx.obj
    if session.only_says("all that the sandbox holds would be forgotten"):
        return
    session.confirm("Forget all runs, batches, triage items and webhooks of the sandbox?", yes=yes)
    with state_errors(session.sandbox_file):
        sandbox.reset(session.sandbox_file)
    forget_sandbox(session.environ)
    session.output.note("the sandbox is empty")


def status(ctx: typer.Context) -> None:
    """What the sandbox holds, and where it is served.

    Examples:
      eclips sandbox status
      eclips sandbox status -o json
    """
    session: Session = ctx.obj
    with state_errors(session.sandbox_file):
        found = sandbox.status(session.sandbox_file)
    session.output.item(found, of_object(found), detail=object_detail)
