"""The columns of each kind of thing: what is shown, in which order, and what may be left out first.

Views are loaded when first asked for: a command needs one or two of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eclips_cli.json_values import JsonObject
from eclips_cli.output.columns import Column, View, bare_id, member, of_object, of_rows

if TYPE_CHECKING:
    from eclips_cli.commands.batches._view import BATCH, BATCH_ROWS, BATCHES, PREVIEW, SUBMISSIONS
    from eclips_cli.commands.runs._view import ACCEPTED, CHANGES, RUN, RUNS
    from eclips_cli.commands.triage._view import ARRIVALS, DECISIONS, REVIEWED, TRIAGE, TRIAGE_DETAIL
    from eclips_cli.commands.webhooks._view import (
        CHECKED,
        CREATED_WEBHOOK,
        DELETED,
        DELIVERIES,
        FORWARDED,
        TRIGGERED,
        WEBHOOKS,
    )
    from eclips_cli.output.views.account import CHECKS, HEALTH, PROFILES, SETTING, SETTINGS, USAGE
    from eclips_cli.output.views.audit import AUDIT_LINES, CHANGES_MADE

_HOMES = {
    "RUNS": "eclips_cli.commands.runs._view",
    "RUN": "eclips_cli.commands.runs._view",
    "CHANGES": "eclips_cli.commands.runs._view",
    "ACCEPTED": "eclips_cli.commands.runs._view",
    "TRIAGE": "eclips_cli.commands.triage._view",
    "ARRIVALS": "eclips_cli.commands.triage._view",
    "TRIAGE_DETAIL": "eclips_cli.commands.triage._view",
    "DECISIONS": "eclips_cli.commands.triage._view",
    "REVIEWED": "eclips_cli.commands.triage._view",
    "WEBHOOKS": "eclips_cli.commands.webhooks._view",
    "CREATED_WEBHOOK": "eclips_cli.commands.webhooks._view",
    "DELETED": "eclips_cli.commands.webhooks._view",
    "CHECKED": "eclips_cli.commands.webhooks._view",
    "TRIGGERED": "eclips_cli.commands.webhooks._view",
    "DELIVERIES": "eclips_cli.commands.webhooks._view",
    "FORWARDED": "eclips_cli.commands.webhooks._view",
    "BATCHES": "eclips_cli.commands.batches._view",
    "BATCH": "eclips_cli.commands.batches._view",
    "BATCH_ROWS": "eclips_cli.commands.batches._view",
    "SUBMISSIONS": "eclips_cli.commands.batches._view",
    "PREVIEW": "eclips_cli.commands.batches._view",
    "USAGE": "eclips_cli.output.views.account",
    "HEALTH": "eclips_cli.output.views.account",
    "PROFILES": "eclips_cli.output.views.account",
    "SETTINGS": "eclips_cli.output.views.account",
    "SETTING": "eclips_cli.output.views.account",
    "CHECKS": "eclips_cli.output.views.account",
    "CHANGES_MADE": "eclips_cli.output.views.audit",
    "AUDIT_LINES": "eclips_cli.output.views.audit",
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

    found: View = getattr(import_module(home), name)
    return found
