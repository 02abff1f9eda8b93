"""The journal of submissions: what is to be sent, what may have been, what was accepted.

SQLite in the state directory. The intent is committed before each POST and the answer after it, so
that whatever ends the process, the next one knows for each job whether to send, to ask or to follow.
"""

from eclips_cli.records.journal.lock import SubmissionLock
from eclips_cli.records.journal.records import Job, JobState, KeptRow, Submission
from eclips_cli.records.journal.store import Journal

__all__ = ["Job", "JobState", "Journal", "KeptRow", "Submission", "SubmissionLock"]
