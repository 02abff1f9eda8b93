"""Credits of the sandbox: what runs and rows cost, what is left, who used how much."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from eclips_cli.sandbox.requests import Refused
from eclips_cli.sandbox.shapes import iso
from eclips_cli.sandbox.store import ROW_CREDITS, RUN_CREDITS, Store

INCLUDED = 50_000
MEMBERS = ("ada@example.com", "grace@example.com", "linus@example.com")


def _period() -> tuple[str, float]:
    """The current period's name, and when it began (POSIX seconds)."""
    now = datetime.fromtimestamp(time.time(), UTC)
    return f"{now:%Y-%m}", datetime(now.year, now.month, 1, tzinfo=UTC).timestamp()


def used(store: Store, org: str) -> int:
    """Credits used in this period."""
    row = store.one(
        "SELECT coalesce(sum(credits), 0) AS n FROM runs WHERE org = :org AND created >= :since",
        org=org,
        since=_period()[1],
    )
    return int(row["n"]) if row else 0


def included(store: Store) -> int:
    """Credits of the plan; a fault can make them end early."""
    return int(store.meta("included_credits") or INCLUDED)


def check_credits(store: Store, org: str, count: int, *, row: bool = False) -> None:
    """Refused with 429 (and no Retry-After: waiting does not help) when `count` runs or rows cost more than is left."""
    cost = count * (ROW_CREDITS if row else RUN_CREDITS)
    left = included(store) - used(store, org)
    if cost > left:
        raise Refused(429, f"Insufficient credits: {cost} needed, {max(left, 0)} remaining")


def summary(store: Store, org: str) -> dict[str, Any]:
    """The answer of GET /v1/usage."""
    consumed, plan = used(store, org), included(store)
    return {
        "plan": "team",
        "scope": "organization",
        "period": _period()[0],
        "included_credits": plan,
        "topup_credits": 0,
        "credits_used": consumed,
        "credits_remaining": max(plan - consumed, 0),
        "unlimited": False,
        "topup_price_per_1000_usd": 5,
    }


def history(store: Store, org: str) -> list[dict[str, Any]]:
    """The last 50 ledger entries, newest first."""
    rows = store.all("SELECT * FROM runs WHERE org = :org ORDER BY seq DESC LIMIT 50", org=org)
    balance = included(store) - used(store, org)
    entries = []
    for row in rows:
        entries.append(
            {"id": f"led_{row['id'][:8]}", "created_at": iso(row["created"]), "kind": "usage", "amount": -row["credits"],
             "balance": balance, "run_id": row["id"], "description": f"{row['agent_type']} run"}
        )  # fmt: skip
        balance += row["credits"]
    return entries


def members(store: Store, org: str) -> list[dict[str, Any]]:
    """What each member used in this period; runs belong to members in turn."""
    rows = store.all(
        "SELECT seq % 3 AS member, count(*) AS runs, sum(credits) AS used FROM runs "
        "WHERE org = :org AND created >= :since GROUP BY seq % 3",
        org=org, since=_period()[1],
    )  # fmt: skip
    found = {int(row["member"]): row for row in rows}
    return [
        {
            "member": name,
            "runs": found.get(i, {}).get("runs", 0),
            "credits_used": found.get(i, {}).get("used", 0),
        }
        for i, name in enumerate(MEMBERS)
    ]
