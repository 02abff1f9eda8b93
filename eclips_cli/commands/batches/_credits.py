"""What rows cost: learnt from what was submitted here, said before sending, and kept to by --keep and --max-credits.

The API tells no prices. It tells the credits used in a period: before the first job of a submission, and when
all of its rows have ended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from eclips_cli.commands.batches._amounts import balance, known, remaining, text, untold
from eclips_cli.counting import how_many
from eclips_cli.errors import EclipsError, LimitReached, ProtocolError, UsageError
from eclips_cli.records.journal.records import Job, JobState, Submission
from eclips_cli.records.journal.spending import Balance

if TYPE_CHECKING:
    from eclips_cli.api.objects import UsageSummary
    from eclips_cli.commands.batches._progress import Progress
    from eclips_cli.commands.batches._submissions import Submissions

SENT = (JobState.SENDING, JobState.ACCEPTED, JobState.FINISHED)


class CreditLimits(NamedTuple):
    """--keep, --max-credits and --price, in credits; None where not given."""

    keep: int | None = None
    max_credits: int | None = None
    price: float | None = None

    @property
    def any(self) -> bool:
        """Whether anything is promised."""
        return self.keep is not None or self.max_credits is not None


class Price(NamedTuple):
    """What a row is reckoned to cost, and the number of submissions that say so (0: --price does)."""

    a_row: Fraction
    batches: int

    def of(self, rows: int) -> int:
        """What so many rows cost, in whole credits."""
        return ceil(self.a_row * rows)

    @property
    def source(self) -> str:
        """Where it comes from."""
        if not self.batches:
            return "--price"
        return f"from {how_many(self.batches, 'batch', 'batches')}"


class Credits:
    """The credits of one command: a gate for `Sender`, which stops before the job that could break a promise.

    `ask` gives `GET /v1/usage` and raises what the API's client raises; `look` gives the same soon, or None.
    """

    def __init__(
        self,
        submissions: Submissions,
        ask: Callable[[], UsageSummary],
        look: Callable[[], UsageSummary | None],
        limits: CreditLimits | None = None,
    ) -> None:
        self._submissions = submissions
        self._ask, self._look, self._limits = ask, look, limits or CreditLimits()
        self._lock = threading.Lock()
        self._before: dict[str, Balance | None] = {}
        self._sent: dict[str, int] = {}
        self._agents: dict[str, str] = {}
        self._seen: UsageSummary | None = None
        self._looked = False
        self._passed = False
        """whether this command has let a job pass"""

    # -- before sending

    def price(self, agent: str) -> Price | None:
        """What a row of an agent is reckoned to cost; None where that is not known."""
        if self._limits.price is not None:
            return Price(Fraction(self._limits.price), 0)
        found = self._submissions.spending
        prices = found.prices(self._submissions.target, agent) if found is not None else []
        return Price(max(prices), len(prices)) if prices else None

    def check(self, agent: str) -> None:
        """Raise UsageError for a promise that can't be kept: an unknown price, credits that can't be told."""
        if not self._limits.any:
            return
        if self._limits.keep is not None:
            self._seen = self._told()
            remaining(self._seen)
            if self._seen.get("unlimited") is True and self._limits.max_credits is None:
                return
        if self.price(agent) is None:
            raise self._unknown_price(agent)

    def words(self, agent: str, rows: int) -> str:
        """What rows would cost, for a person who is about to send them."""
        usage = self._glance()
        price = self.price(agent)
        left = known(usage.get("credits_remaining")) if usage else None
        if price is None:
            return "price of a row unknown" + (f" ({text(left)} credits left)" if left is not None else "")
        each = f"{rows:,} × {text(price.a_row)} = {price.of(rows):,}"
        of = f" of {text(left)}" if left is not None else ""
        return f"about {each}{of} credits ({price.source})"

    def _told(self) -> UsageSummary:
        """The credits now. Raises UsageError where the API's answer does not tell them."""
        try:
            return self._ask()
        except ProtocolError as error:
            raise untold(error.message) from None

    def _glance(self) -> UsageSummary | None:
        """The newest look at the credits; where one failed, nothing is asked again before the end."""
        if self._seen is None and not self._looked:
            self._seen, self._looked = self._look(), True
        return self._seen

    # -- between jobs

    def __call__(self, submission: Submission, job: Job) -> None:
        """Let `job` pass, or raise LimitReached; UsageError where nothing was sent yet and a promise can't be kept."""
        with self._lock:
            try:
                usage = self._begin(submission)
                if self._limits.any:
                    self._hold(submission, job, usage)
            except UsageError as error:
                if not self._passed:
                    raise
                raise LimitReached(f"stopped before the next job: {error.message}", hint=error.hint) from None
            self._passed = True
            self._sent[submission.key] += job.row_count

    def _begin(self, submission: Submission) -> UsageSummary | None:
        """Note what was used before the first job; the newest look at the credits, where one is needed."""
        key, first = submission.key, submission.key not in self._sent
        if self._limits.keep is not None:
            self._seen = self._told()
        elif first:
            self._glance()
        if first:
            jobs = self._submissions.jobs(submission)
            self._agents[key] = submission.agent
            self._sent[key] = sum(job.row_count for job in jobs if job.state in SENT)
            self._before[key] = self._noted(key)
        return self._seen

    def _noted(self, key: str) -> Balance | None:
        now, spending = balance(self._seen), self._submissions.spending
        if spending is None:
            return now
        before = spending.before(key)
        if before is None and now is not None and not self._sent[key]:
            spending.begun(key, now)
        return before or now

    def _hold(self, submission: Submission, job: Job, usage: UsageSummary | None) -> None:
        keep, most = self._limits.keep, self._limits.max_credits
        if usage is not None and usage.get("unlimited") is True:
            keep = None
        if keep is None and most is None:
            return
        price = self.price(submission.agent)
        if price is None:
            raise self._unknown_price(submission.agent)
        what = f"stopped before {submission.name_of(job)!r}: its {how_many(job.row_count, 'row')}"
        total = self._spent() + price.of(job.row_count)
        if most is not None and total > most:
            raise LimitReached(
                f"{what} would make it about {total:,} credits, more than the {most:,} of --max-credits",
                hint="allow more: --max-credits N",
            )
        if keep is None:
            return
        left = self._left(usage or {}) - price.of(job.row_count)
        if left < keep:
            raise LimitReached(
                f"{what} ({how_many(price.of(job.row_count), 'credit')}) would leave {text(max(left, Fraction(0)))} credits, "
                f"fewer than the {keep:,} to keep",
                hint="top up or wait for the next period",
            )

    def _unknown_price(self, agent: str) -> UsageError:
        option = "--keep" if self._limits.keep is not None else "--max-credits"
        return UsageError(
            f"{option}: what a row of {agent} costs is not known yet; it is learnt from the first batch that ends",
            hint="say it: --price N, in credits a row",
        )

    def _spent(self) -> int:
        """What all that was sent of this command's submissions costs, as far as the price of its agent is known."""
        prices = {agent: self.price(agent) for agent in self._agents.values()}
        return sum(
            price.of(rows)
            for key, rows in self._sent.items()
            if (price := prices[self._agents[key]]) is not None
        )

    def _left(self, usage: UsageSummary) -> Fraction:
        """The credits that are left when all that was sent is charged, which it may not be yet."""
        left, now = remaining(usage), balance(usage)
        since = [now.since(before) for before in self._before.values() if now and before]
        charged = max((used for used in since if used is not None), default=Fraction(0))
        return left - max(Fraction(0), self._spent() - charged)

    # -- at the end

    def ended(self, submission: Submission, progress: Progress) -> str | None:
        """What a submission has used, in words, learnt from where all of its rows ended; None where nobody knows."""
        spending = self._submissions.spending
        before = spending.before(submission.key) if spending is not None else None
        now = balance(self._look()) if before is not None else None
        used = now.since(before) if now is not None and before is not None else None
        if spending is None or not used:
            return None
        rows = submission.rows
        if not progress.left and not progress.cancelled and all_sent(self._submissions.jobs(submission)):
            spending.ended(submission.key, used, rows, self._submissions.clock.now())
        return f"{text(used)} credits were used meanwhile, {text(used / rows)} a row"


def all_sent(jobs: list[Job]) -> bool:
    """Whether every job of a submission was accepted."""
    return all(job.batch_id is not None for job in jobs)


def looked(ask: Callable[[], UsageSummary]) -> UsageSummary | None:
    """What `ask` gives; None where it can't be had: a key without the scope, an API in trouble."""
    try:
        return ask()
    except EclipsError:
        return None
