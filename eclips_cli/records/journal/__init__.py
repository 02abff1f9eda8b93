"""The journal of submissions: what is to be sent, what may have been, what was accepted.

SQLite in the state directory. The intent is committed before each POST and the answer after it, so
that whatever ends the process, the next one knows for each job whether to send, to ask or to follow.
"""

from eclips_cli.records.journal.inputs import SentInputs, learn_runs
from eclips_cli.records.journal.lock import SubmissionLock
from eclips_cli.records.journal.records import SANDBOX, UNSENT, Job, JobState, Submission, Target
from eclips_cli.records.journal.rows import Cells, KeptRow, Mapping, PlannedRow, body_row, job_name
from eclips_cli.records.journal.store import Journal

__all__ = [
    "SANDBOX",
    "UNSENT",
    "Cells",
    "Job",
    "JobState",
    "Journal",
    "KeptRow",
    "Mapping",
    "PlannedRow",
    "SentInputs",
    "Submission",
    "SubmissionLock",
    "Target",
    "body_row",
    "job_name",
    "learn_runs",
]
