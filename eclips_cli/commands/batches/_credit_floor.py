"""`--keep N`: leave N credits to others, and stop between jobs before they are touched."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from eclips_cli.errors import LimitReached
from eclips_cli.records.journal import Job, Submission

CREDITS_A_ROW = 1
"""What a row is taken to cost, at least; the API does not tell before it ran."""


class CreditFloor:
    """A gate for `Sender`: raises LimitReached when a job would leave fewer than `keep` credits.

    `summary` gives `GET /v1/usage`. Rows that were sent but have not run yet may not be charged
    yet, so what this process sent is counted off the first balance as well.
    """

    def __init__(self, keep: int, summary: Callable[[], dict[str, Any]]) -> None:
        self._keep = keep
        self._summary = summary
        self._lock = threading.Lock()
        self._first: float | None = None
        self._sent = 0

    def __call__(self, submission: Submission, job: Job) -> None:
        """Let `job` pass, or raise LimitReached."""
        with self._lock:
            usage = self._summary()
            remaining = usage.get("credits_remaining")
            if usage.get("unlimited") or not isinstance(remaining, int | float):
                return
            self._first = remaining if self._first is None else self._first
            cost = job.row_count * CREDITS_A_ROW
            left = min(remaining, self._first - self._sent) - cost
            if left < self._keep:
                raise LimitReached(
                    f"stopped before {submission.name_of(job)!r}: its {job.row_count:,} rows would leave "
                    f"{max(left, 0):,.0f} credits, fewer than the {self._keep:,} to keep",
                    hint="top up or wait for the next period",
                )
            self._sent += cost
