"""What the statuses of runs and batches mean for somebody who waits. Unknown ones are not terminal."""

from __future__ import annotations

RUN_STATUSES = ("queued", "running", "pending_triage", "completed", "failed", "cancelled")
"""Every run status that is documented; the server may send others (manual: List & get runs, Triage)."""

BATCH_STATUSES = ("pending", "running", "completed", "failed", "cancelled")
"""The same for batches."""

PENDING_TRIAGE = "pending_triage"
"""The run waits for a person; its stream stays open."""

TERMINAL_STATUSES = frozenset({"completed", "failed", "cancelled"})
"""Run statuses after which nothing changes any more (manual: Stream run status)."""

ACTIVE_STATUSES = frozenset({"queued", "running"})
"""Run statuses that end by themselves."""

WAITING_STATUSES = frozenset({PENDING_TRIAGE})
"""Run statuses that end only when a person decides."""

KNOWN_STATUSES = frozenset(RUN_STATUSES)

TERMINAL_BATCH_STATUSES = frozenset({"completed", "failed", "cancelled"})
"""Batch statuses after which no row changes any more."""


def is_final(status: str, *, through_triage: bool = False) -> bool:
    """Whether a follower stops at this run status; `pending_triage` is one unless told to wait through it."""
    return status in TERMINAL_STATUSES or (status in WAITING_STATUSES and not through_triage)
