"""The columns of each kind of thing: what is shown, in which order, and what may be left out first.

Views are loaded when first asked for: a command needs one or two of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eclips_cli.output.views.columns import Column, JsonObject, View, bare_id, member, of_object, of_rows

if TYPE_CHECKING:
    from eclips_cli.output.views.account import CHECKS, HEALTH, PROFILES, SETTING, SETTINGS, USAGE
    from eclips_cli.output.views.audit import AUDIT_LINES, CHANGES_MADE
    from eclips_cli.output.views.batches import BATCH, BATCH_ROWS, BATCHES, PREVIEW, SUBMISSIONS
    from eclips_cli.output.views.runs import ACCEPTED, CHANGES, RUN, RUNS
    from eclips_cli.output.views.triage import ARRIVALS, DECISIONS, REVIEWED, TRIAGE, TRIAGE_DETAIL
    from eclips_cli.output.views.webhooks import (
        CHECKED,
        CREATED_WEBHOOK,
        DELETED,
        DELIVERIES,
        FORWARDED,
        TRIGGERED,
        WEBHOOKS,
    )

_HOMES = {
    "RUNS": "runs",
    "RUN": "runs",
    "CHANGES": "runs",
    "ACCEPTED": "runs",
    "TRIAGE": "triage",
    "ARRIVALS": "triage",
    "TRIAGE_DETAIL": "triage",
    "DECISIONS": "triage",
    "REVIEWED": "triage",
    "WEBHOOKS": "webhooks",
    "CREATED_WEBHOOK": "webhooks",
    "DELETED": "webhooks",
    "CHECKED": "webhooks",
    "TRIGGERED": "webhooks",
    "DELIVERIES": "webhooks",
    "FORWARDED": "webhooks",
    "BATCHES": "batches",
    "BATCH": "batches",
    "BATCH_ROWS": "batches",
    "SUBMISSIONS": "batches",
    "PREVIEW": "batches",
    "USAGE": "account",
    "HEALTH": "account",
    "PROFILES": "account",
    "SETTINGS": "account",
    "SETTING": "account",
    "CHECKS": "account",
    "CHANGES_MADE": "audit",
    "AUDIT_LINES": "audit",
}

__all__ = [
    "ACCEPTED",
    "ARRIVALS",
    "AUDIT_LINES",
    "BATCH",
    "BATCHES",
    "BATCH_ROWS",
    "CHANGES",
    "CHANGES_MADE",
    "CHECKED",
    "CHECKS",
    "CREATED_WEBHOOK",
    "DECISIONS",
    "DELETED",
    "DELIVERIES",
    "FORWARDED",
    "HEALTH",
    "PREVIEW",
    "PROFILES",
    "REVIEWED",
    "RUN",
    "RUNS",
    "SETTING",
    "SETTINGS",
    "SUBMISSIONS",
    "TRIAGE",
    "TRIAGE_DETAIL",
    "TRIGGERED",
    "USAGE",
    "WEBHOOKS",
    "Column",
    "JsonObject",
    "View",
    "bare_id",
    "member",
    "of_object",
    "of_rows",
]


def __getattr__(name: str) -> View:
    """Load the module that holds the view `name` when it is first asked for."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: View = getattr(import_module(f"{__name__}.{home}"), name)
    return found
