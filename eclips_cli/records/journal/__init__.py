"""The journal of submissions: what is to be sent, what may have been, what was accepted.

SQLite in the state directory. The intent is committed before each POST and the answer after it, so
that whatever ends the process, the next one knows for each job whether to send, to ask or to follow.
"""

from eclips_cli.records.journal.inputs import SentInputs, learn_runs
from eclips_cli.records.journal.known import Found
from eclips_cli.records.journal.records import (
    GIVEN_UP,
    OPEN,
    SANDBOX,
    SENT,
    UNSENT,
    Job,
    JobState,
    Submission,
    Target,
)
from eclips_cli.records.journal.rows import Cells, KeptRow, Mapping, PlannedRow, body_row, job_name
from eclips_cli.records.journal.store import Journal, Outdated, SubmissionLock

__all__ = [
    "GIVEN_UP",
    "OPEN",
    "SANDBOX",
    "SENT",
    "UNSENT",
    "Cells",
    "Found",
    "Job",
    "JobState",
    "Journal",
    "KeptRow",
    "Mapping",
    "Outdated",
    "PlannedRow",
    "SentInputs",
    "Submission",
    "SubmissionLock",
    "Target",
    "body_row",
    "job_name",
    "learn_runs",
]
