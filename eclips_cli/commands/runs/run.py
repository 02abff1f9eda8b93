"""`eclips run`: start a run and follow it to its end."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eclips_cli.command_line import command
from eclips_cli.commands import _arguments
from eclips_cli.commands._options import Agent, ThroughTriage, Timeout
from eclips_cli.commands.runs._following import Following
from eclips_cli.commands.runs._view import ACCEPTED
from eclips_cli.durations import iso_text
from eclips_cli.errors import UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.output.columns import bare_id
from eclips_cli.records.recent import Thing
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from eclips_cli.records.journal.once import OnceRun, RunRequest
    from eclips_cli.records.journal.records import Target

LONGEST_KEY = 200
"""characters of --once"""


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
    once: Annotated[
        str | None,
        typer.Option(
            metavar="KEY", help="At most one run under KEY from this machine: again, it follows that one."
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="With --once: start a new run under KEY, whatever is known of it.")
    ] = False,
) -> int:
    """Start a run and follow it to its end.

    The run's id is printed on stderr before anything else can happen to it; the result is printed on
    stdout. A connection that drops never starts a second run: it is picked up again. Ctrl-C stops
    following, not the run. A TASK of one word that names a command (`list`, `watch`, ...) is refused, since a letter
    may be missing; on standard input it is a task. Exit codes: 0 completed, 3 failed, 8 waits for a person, 9 cancelled,
    11 the answer to the request was lost (see `eclips help exit-codes`).

    With --once KEY the same command may simply be tried again, by cron say: this machine notes KEY before it asks
    for the run, for one profile and API address. The same again starts nothing; it follows the run of KEY and
    ends with its code. Where an answer was lost it looks for the run and ends with 11, and starts another one only
    with --again. Another task, agent or data under a used KEY is refused (2). Other machines know nothing of KEY.

    Examples:
      eclips run --agent procurement_specialist "Get 3 vendor quotes for 500 laptops"
      eclips run -a ap_specialist -f invoice=INV-1001 "Process this invoice" -o json
      ID=$(eclips run --detach "Reconcile the May statements")
      eclips run --once stock-$(date +%F) --agent inventory_monitor "Check stock"
      eclips run - < task.txt
    """
    session: Session = ctx.obj
    root: Any = ctx.find_root().command
    _arguments.refuse_command_words(task, root.verbs_by_noun)
    budget = session.wait_budget(timeout, ends=True)
    if again and once is None:
        raise UsageError("--again goes with --once KEY: without it each call starts a run of its own")
    what = {
        "task": _arguments.read_task(task),
        "agent_type": _arguments.word(agent, "--agent") or session.settings.agent,
        "data": _arguments.read_data(data, data_file, field),
    }
    priority = _arguments.word(priority, "--priority") or session.settings.priority
    post = partial(_post, session, {**what, "priority": priority, "webhook_url": webhook_url})
    started = (post(), None) if once is None else _once(session, _key(once), what, post, again=again)
    if started is None:
        return 0
    accepted, before = started
    _note_started(session, accepted, before, task, announce=not detach)
    if detach:
        session.output.item(accepted, ACCEPTED, detail=bare_id)
        return 0
    following = Following(
        session.client,
        session.output,
        session.remember,
        [str(accepted["run_id"])],
        budget,
        through_triage=through_triage,
        gone=None if before is None else before.anew,
    )
    return following.to_result()


def _post(session: Session, what: JsonObject) -> JsonObject:
    """Start the run; the body of the 202."""
    return session.client.runs.start(**what).json


def _key(once: str) -> str:
    """A key as it is kept. Raises UsageError where it is empty or can't be read on one line."""
    key = _arguments.sendable(once, "--once").strip()
    if not key or not key.isprintable() or len(key) > LONGEST_KEY:
        raise UsageError(
            f"--once takes a key of 1 to {LONGEST_KEY} printable characters", hint="--once stock-2026-11-24"
        )
    return key


def _once(
    session: Session, key: str, what: JsonObject, post: Callable[[], JsonObject], *, again: bool
) -> "tuple[JsonObject, OnceRun | None] | None":
    """The answer of the run under a key, and what was known of it where it was started before.

    None where all is said: what a dry run would do with a used key. Raises Busy and as `Once.start` does.
    """
    from eclips_cli.commands.runs._once import Once
    from eclips_cli.records.journal.once import OnceKeys, RunRequest, once_lock
    from eclips_cli.system.paths import state_dir

    target, folder = session.target, state_dir(session.environ)
    asked = RunRequest(what["task"], what["agent_type"], what["data"])
    if session.only_shows:
        used = not again and _would_follow(session, folder, target, key, asked)
        return None if used else (post(), None)
    client = session.client  # what stands in its way does so before the key counts as used
    with once_lock(folder, target, key, since=iso_text(session.clock.now())):
        keys = OnceKeys(folder, target)
        session.at_end(keys.close)
        return Once(keys, key, asked, session.clock, session.output.warn).start(client, post, again=again)


def _would_follow(session: Session, folder: "Path", target: "Target", key: str, asked: "RunRequest") -> bool:
    """For --dry-run and --curl: whether the key was used; then it says what would be done, instead of a new run."""
    from eclips_cli.commands.runs._once import check_same
    from eclips_cli.records.journal.once import known_run

    known = known_run(folder, target, key)
    if known is None:
        return False
    check_same(known, asked)
    used = f"--once {key} was used on {iso_text(known.sent_at)}"
    if known.run_id is None:
        session.output.announce(
            f"{used} and its answer was lost: the run would be looked for, and none started"
        )
        return True
    session.output.announce(f"{used}: run {known.run_id} would be followed, and none started")
    if session.options.curl:
        session.client.runs.get(known.run_id)
    return True


def _note_started(
    session: Session, accepted: JsonObject, before: "OnceRun | None", task: str, *, announce: bool
) -> None:
    """Say and remember the id of a run that was accepted, before anything else can happen."""
    run_id = str(accepted["run_id"])
    session.started = command("runs tail", run_id)
    if announce:
        session.output.announce(f"run {run_id}")
    if before is not None:
        when = iso_text(before.sent_at)
        session.output.note(f"it was started under --once {before.key} on {when}: none is started now")
        return
    session.remember(Thing("run", run_id, task, started=True))
