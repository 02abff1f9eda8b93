"""Where a submission belongs: it is gone on with by the profile, and at the API, that it was begun with."""

from __future__ import annotations

from dataclasses import dataclass

from eclips_cli.api.http.checks import canonical_base_url
from eclips_cli.errors import UsageError
from eclips_cli.records.journal import Submission

SANDBOX = "the sandbox"
"""stands for the URL of the sandbox inside the process, which changes with each command"""


@dataclass(frozen=True)
class Place:
    """The profile and the base URL that a command works with."""

    profile: str
    base_url: str

    def is_api_of(self, submission: Submission) -> bool:
        """Whether a submission is at this API. Journals of 0.1 have the address as it was typed."""
        return canonical_base_url(submission.base_url) == canonical_base_url(self.base_url)

    def holds(self, submission: Submission) -> bool:
        """Whether a submission was made here."""
        return submission.profile == self.profile and self.is_api_of(submission)

    def check_api(self, submission: Submission) -> None:
        """Raise UsageError when a submission is at another API; another profile may read it here."""
        if not self.is_api_of(submission):
            self.check(submission)

    def check(self, submission: Submission) -> None:
        """Raise UsageError, with the options that lead there, unless a submission was made here."""
        if self.holds(submission):
            return
        way = f"--profile {submission.profile} --base-url {submission.base_url}"
        if submission.base_url == SANDBOX:
            way = "--sandbox"
        raise UsageError(
            f"submission {submission.key} was made with profile {submission.profile!r} at {submission.base_url}",
            hint=f"say so: eclips {way} batches …",
        )
