"""From one invocation's parts to the clerk who does the batch commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from eclips_cli.commands.batches._after_sending import Clerk, Terms
from eclips_cli.commands.batches._submissions import Desk
from eclips_cli.durations import parse_duration
from eclips_cli.records.journal.records import SANDBOX, Target
from eclips_cli.system.paths import state_dir

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.api.waiting import Clock
    from eclips_cli.credentials.settings import Settings
    from eclips_cli.options import Options
    from eclips_cli.output.output import Output
    from eclips_cli.records.journal import Job, Submission
    from eclips_cli.records.recent import Recent

TOLD_EACH = 10
"""jobs of which each is told; of more of them every tenth is"""


def clerk_for(
    options: Options,
    settings: Settings,
    environ: Mapping[str, str],
    output: Output,
    clock: Clock,
    recent: Recent,
    connect: Callable[[], EclipsClient],
    max_outage: str,
) -> Clerk:
    """A clerk with a desk in the state directory; `connect` is called when the API is first needed."""

    def accepted(submission: Submission, job: Job) -> None:
        name, batch_id = submission.name_of(job), str(job.batch_id)
        trouble = recent.remember("batch", batch_id, label=name, started=True)
        if submission.jobs <= TOLD_EACH or job.number % TOLD_EACH == 0 or job.number == submission.jobs:
            output.note(f"accepted {name}: {batch_id}")
        if trouble is not None:
            output.warn(trouble)

    terms = Terms(
        max_outage=parse_duration(max_outage),
        may_ask=output.interactive and not settings.no_input,
        dry_run=bool(options.dry_run),
        curl=bool(options.curl),
    )
    place = Target(settings.profile, SANDBOX if settings.sandbox else settings.base_url)
    desk = Desk(state_dir(environ), connect, clock, place, note=output.note, on_job=accepted)
    return Clerk(desk, output, terms)
