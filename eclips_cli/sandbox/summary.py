"""What a sandbox holds, without serving it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from eclips_cli.sandbox.store import KEYS, STATUS, Store

_DELIVERIES = "SELECT state, count(*) AS n FROM outbox GROUP BY 1 ORDER BY 1"


def summary(state_file: Path) -> dict[str, Any]:
    """Counts by status, credits used, where it is served, and the keys."""
    with Store(state_file) as store:
        runs = store.all(f"SELECT {STATUS} AS status, count(*) AS n FROM runs GROUP BY 1 ORDER BY 1")
        counts = {row["status"]: row["n"] for row in runs}
        return {
            "state_file": str(state_file),
            "served": _served(store.meta("served")),
            "runs": sum(counts.values()),
            "runs_by_status": counts,
            "triage_pending": counts.get("pending_triage", 0),
            "batches": _count(store, "batches"),
            "webhooks": _count(store, "webhooks"),
            "deliveries": {row["state"]: row["n"] for row in store.all(_DELIVERIES)},
            "signing_secret": store.meta("signing_secret"),
            "keys": {name: store.meta(f"key_{name}") for name in KEYS if name != "other"},
        }


def _count(store: Store, table: str) -> int:
    row = store.one(f"SELECT count(*) AS n FROM {table}")
    return int(row["n"]) if row else 0


def _served(text: str | None) -> str | None:
    """The URL of a sandbox that is served right now; None when its process is gone."""
    if text is None:
        return None
    try:
        found = json.loads(text)
        os.kill(found["pid"], 0)
    except (ProcessLookupError, ValueError, KeyError, TypeError):
        return None
    except PermissionError:
        return str(found["url"])
    return str(found["url"])
