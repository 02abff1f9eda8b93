"""Whose submissions they are: a key that the journal does not know is settled by asking the API.

A submission belongs to the account whose key began it. Another key that can read one of its accepted
jobs is the same account's, and is known as such from then on; where none can be read, nobody can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

from eclips_cli.api.http.checks import canonical_base_url
from eclips_cli.commands.batches._look_up import readable
from eclips_cli.errors import AccessRefused, NotFound, PlanWithoutApi, ScopeMissing, UsageError
from eclips_cli.records.journal import SANDBOX, Job, Journal, Submission

if TYPE_CHECKING:
    from eclips_cli.api.client import EclipsClient
    from eclips_cli.commands.batches._submissions import Submissions

ASKED = 3
"""Accepted jobs of an account that are asked for at most: one may have been renamed or deleted."""

_SANDBOX_KEY = b"the sandbox has one account"


class Scope(NamedTuple):
    """The accounts that are the key's, and those that may be. An account of None is one that 0.1 did not keep."""

    mine: frozenset[int]
    doubtful: frozenset[int | None] = frozenset()
    everything: bool = False
    """no key is there to tell by: all accounts count"""

    def holds(self, submission: Submission) -> bool:
        """Whether a submission is this account's."""
        return self.everything or submission.account in self.mine

    def doubts(self, submission: Submission) -> bool:
        """Whether a submission may be this account's, and nobody can tell."""
        return not self.everything and submission.account in self.doubtful

    @property
    def account(self) -> int:
        """The account that new submissions belong to."""
        return min(self.mine)


EVERYTHING = Scope(frozenset(), everything=True)


def _with_profile(its: str, ours: str) -> str:
    """The way to a key of a submission's account, which was begun with profile `its`."""
    way = "use a key of its account"
    return way if its == ours else f"{way}: the same command with --profile {quote(its)}"


class Accounts:
    """Settles whose key the command's is; `rotated` says that it is the same account's where nobody can tell."""

    def __init__(
        self, submissions: Submissions, connect: Callable[[], EclipsClient], *, rotated: bool = False
    ) -> None:
        self._submissions = submissions
        self._connect = connect
        self._rotated = rotated
        self._settles_renewals = False

    @cached_property
    def scope(self) -> Scope:
        """The accounts of this command's key. Raises what the API's client raises where it has to ask."""
        digest = self._digest
        found = self._found()
        if self._digest != digest:  # asking showed that the key is another one by now
            found = self._found()
        if not self._settles_renewals:
            self._connect().settle_renewals(self._settle)
            self._settles_renewals = True
        return found

    def look_again(self) -> None:
        """Settle the scope anew when it is asked for next: other processes wrote submissions down."""
        self.__dict__.pop("scope", None)

    def _found(self) -> Scope:
        mine = set(self._journal.accounts_of(self._digest, self._base_url))
        doubtful: set[int | None] = set()
        for account, submissions in self._others(mine):
            same = self._is_same(submissions, self._connect())
            if same is None and (self._rotated or (account is None and self._has_profile_of(submissions))):
                same = True
            if same is None:
                doubtful.add(account)
            elif same:
                mine.add(self._taken(account, submissions, mine))
            else:
                self._rule_out(account, submissions)
        if not mine:
            mine.add(self._journal.add_key(self._digest, self._base_url))
        return Scope(frozenset(mine), frozenset(doubtful))

    def _settle(self, client: EclipsClient) -> None:
        """Take a key that was renewed in the middle for the same account's, or raise UsageError."""
        digest = client.key_digest(self._journal.key_secret())
        if self._journal.accounts_of(digest, self._base_url) & self.scope.mine:
            return
        ours = [of for of in self._submissions.known() if self.scope.holds(of)]
        same = self._is_same(ours, client)
        if same or (same is None and self._rotated):
            self._journal.add_key(digest, self._base_url, self.scope.account)
            return
        replaced = "the API key was replaced in the middle of the submission"
        if same is None:
            raise UsageError(
                f"{replaced}, and nothing tells whether the new one is the same account's; it is not used",
                hint="if it is: resume it with --rotated-key",
            )
        raise UsageError(
            f"{replaced}, and the new one is another account's; it is not used",
            hint="put a key of its account there",
        )

    def check(self, submission: Submission) -> None:
        """Raise UsageError where a submission is at another API or another account's."""
        self._submissions.target.check_api(submission)
        if self.scope.holds(submission):
            return
        whose = f"#{submission.key} was begun with another key (profile {submission.profile!r})"
        if self.scope.doubts(submission):
            raise UsageError(
                f"{whose}, and nothing tells whether this one is the same account's; nothing was sent",
                hint="if it is, and was only renewed: the same command with --rotated-key",
            )
        raise UsageError(
            f"{whose}, of another account than this one; nothing was sent",
            hint=_with_profile(submission.profile, self._submissions.target.profile),
        )

    # -- beneath

    @property
    def _journal(self) -> Journal:
        return self._submissions.journal

    @property
    def _base_url(self) -> str:
        return canonical_base_url(self._submissions.target.base_url)

    @property
    def _digest(self) -> bytes:
        if self._submissions.target.base_url == SANDBOX:
            return _SANDBOX_KEY
        return self._connect().key_digest(self._journal.key_secret())

    def _others(self, mine: set[int]) -> Iterator[tuple[int | None, list[Submission]]]:
        """Accounts at this API that are not known to be the key's or another's; of 0.1 a profile's each."""
        known = mine | self._journal.ruled_out(self._digest, self._base_url)
        groups: dict[tuple[int | None, str], list[Submission]] = {}
        for of in self._submissions.known():
            if of.account not in known and self._submissions.target.is_api_of(of):
                groups.setdefault((of.account, of.profile if of.account is None else ""), []).append(of)
        yield from ((account, found) for (account, _), found in groups.items())

    def _is_same(self, submissions: Sequence[Submission], client: EclipsClient) -> bool | None:
        """Whether the key can read an accepted job of these submissions; None where that can't be told."""
        for of, job in islice(self._accepted(submissions), ASKED):
            try:
                found = client.batches.get(str(job.batch_id)).json["job"]
            except NotFound:
                return False
            except (ScopeMissing, AccessRefused, PlanWithoutApi):
                return None
            if found["id"] == job.batch_id and of.marker_of(job) in readable(found.get("name")):
                return True
        return None

    def _accepted(self, submissions: Sequence[Submission]) -> Iterator[tuple[Submission, Job]]:
        """Jobs that the API gave an id to, newest submission first."""
        return ((of, job) for of in submissions for job in self._submissions.jobs(of) if job.batch_id)

    def _has_profile_of(self, submissions: Sequence[Submission]) -> bool:
        """0.1 went by the profile alone."""
        return submissions[0].profile == self._submissions.target.profile

    def _taken(self, account: int | None, submissions: Sequence[Submission], mine: set[int]) -> int:
        """The account's number, noted to be this key's."""
        number = self._journal.add_key(
            self._digest, self._base_url, account if account is not None else min(mine, default=None)
        )
        self._journal.adopt([of.key for of in submissions], number)
        return number

    def _rule_out(self, account: int | None, submissions: Sequence[Submission]) -> None:
        """Note that an account is not this key's."""
        if account is None:
            account = self._journal.adopt([of.key for of in submissions])
        self._journal.rule_out(self._digest, self._base_url, account)
