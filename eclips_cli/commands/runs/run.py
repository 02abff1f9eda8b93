"""`eclips run`: start a run and follow it to its end."""

from typing import Annotated, Any

import typer

from eclips_cli.commands import _arguments
from eclips_cli.commands._options import Agent, ThroughTriage, Timeout
from eclips_cli.commands.runs._following import Following
from eclips_cli.commands.runs._view import ACCEPTED
from eclips_cli.output.columns import bare_id
from eclips_cli.records.recent import Thing
from eclips_cli.session.session import Session


def run(
    ctx: typer.Context,
    task: Annotated[
        str, typer.Argument(metavar="TASK", help="What to do; - reads standard input, @FILE a file.")
    ],
    agent: Agent = None,
    data: Annotated[
        str | None, typer.Option(metavar="JSON|@FILE|-", help="A JSON object for the agent to work with.")
    ] = None,
    data_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Read that object from a file.")
    ] = None,
    field: Annotated[
        list[str] | None, typer.Option("-f", "--field", metavar="KEY=VALUE", help="Add a text member to it.")
    ] = None,
    priority: Annotated[str | None, typer.Option(metavar="P", help="low, normal, high or urgent.")] = None,
    webhook_url: Annotated[str | None, typer.Option(metavar="URL", help="POST the outcome there.")] = None,
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Print the run's id and do not follow it.")
    ] = False,
    timeout: Timeout = None,
    through_triage: ThroughTriage = False,
) -> int:
    """Start a run and follow it to its end.

    The run's id is printed on stderr before anything else can happen to it; the result is printed on
    stdout. A connection that drops never starts a second run: it is picked up again. Ctrl-C stops
    following, not the run. A TASK of one word that names a command (`list`, `watch`, ...) is refused, since a letter
    may be missing; on standard input it is a task. Exit codes: 0 completed, 3 failed, 8 waits for a person, 9 cancelled,
    11 the answer to the request was lost (see `eclips help exit-codes`).

    Examples:
      eclips run --agent procurement_specialist "Get 3 vendor quotes for 500 laptops"
      eclips run -a ap_specialist -f invoice=INV-1001 "Process this invoice" -o json
      ID=$(eclips run --detach "Reconcile the May statements")
      eclips run - < task.txt
    """
    session: Session = ctx.obj
    root: Any = ctx.find_root().command
    _arguments.refuse_command_words(task, root.verbs_by_noun)
    budget = session.wait_budget(timeout, ends=True)
    accepted = session.client.runs.start(
        _arguments.read_task(task),
        agent_type=_arguments.word(agent, "--agent") or session.settings.agent,
        data=_arguments.read_data(data, data_file, field),
        priority=_arguments.word(priority, "--priority") or session.settings.priority,
        webhook_url=webhook_url,
    )
    run_id = str(accepted.json["run_id"])
    _note_started(session, run_id, task, announce=not detach)
    if detach:
        session.output.item(accepted.json, ACCEPTED, detail=bare_id)
        return 0
    following = Following(
        session.client,
        session.output,
        session.remember,
        [run_id],
        budget,
        through_triage=through_triage,
    )
    return following.to_result()


def _note_started(session: Session, run_id: str, task: str, *, announce: bool) -> None:
    """Say and remember the id of a run that was accepted, before anything else can happen."""
    session.started = f"eclips runs tail {run_id}"
    if announce:
        session.output.announce(f"run {run_id}")
    session.remember(Thing("run", run_id, task, started=True))
