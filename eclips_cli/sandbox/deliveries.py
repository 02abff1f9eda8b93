"""Webhook deliveries for real: each end of a run, and each wait for a person, POSTed once and signed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import json
import sqlite3
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from eclips_cli.sandbox import shapes
from eclips_cli.sandbox.store import STATUS, Row, Store

EVERY = 0.5
TRIES = 3
TIMEOUT = 10.0
"""seconds after which the sender gives up"""
EVENTS = {"completed": "run.completed", "failed": "run.failed", "pending_triage": "run.triage_required"}


async def deliver_forever(store: Store, speed: float) -> None:
    """Look for what is to be delivered, and deliver it, until cancelled."""
    begun = time.time()
    loop = asyncio.get_running_loop()
    while True:
        for delivery in _due(store, begun):
            await loop.run_in_executor(None, _deliver, delivery)
            store.change(
                "UPDATE deliveries SET tries = tries + 1, done = :done WHERE run = :run AND event = :event AND url = :url",
                run=delivery["run"], event=delivery["event"], url=delivery["url"], done=delivery["done"],
            )  # fmt: skip
        await asyncio.sleep(EVERY / min(speed, 10))


def _due(store: Store, since: float) -> list[Row]:
    """Deliveries that are owed: noted before they are tried, so that each is owed once."""
    for row, url, secret in list(_owed(store, since)):
        try:
            store.change(
                "INSERT INTO deliveries VALUES (:run, :event, :url, 0, NULL)",
                run=row["id"],
                event=EVENTS[row["status"]],
                url=url,
            )
        except sqlite3.IntegrityError:
            continue
        store.set_meta(f"secret {url}", secret)
    pending = store.all("SELECT * FROM deliveries WHERE done IS NULL AND tries < :tries", tries=TRIES)
    found = []
    for delivery in pending:
        run = store.one(f"SELECT *, {STATUS} AS status FROM runs WHERE id = :id", id=delivery["run"])
        if run is not None:
            body = json.dumps(_body(run, delivery["event"])).encode()
            found.append(
                {**delivery, "body": body, "secret": store.meta(f"secret {delivery['url']}"), "row": run}
            )
    return found


def _owed(store: Store, since: float) -> Iterator[tuple[Row, str, str]]:
    hooks = store.all("SELECT * FROM webhooks")
    own = store.meta("signing_secret") or ""
    rows = store.all(
        f"SELECT *, {STATUS} AS status FROM runs WHERE (coalesce(resolved, ended) BETWEEN :since - 60 AND :t) AND "
        "(webhook_url IS NOT NULL OR :hooks > 0)", since=since, hooks=len(hooks),
    )  # fmt: skip
    for row in rows:
        event = EVENTS.get(row["status"])
        if event is None:
            continue
        mine = [hook for hook in hooks if hook["org"] == row["org"]]
        for hook in mine:
            if event in json.loads(hook["events"]) and (row["resolved"] or row["ended"]) >= hook["created"]:
                yield row, hook["url"], hook["secret"]
        if row["webhook_url"]:
            yield row, row["webhook_url"], mine[0]["secret"] if mine else own


def _body(row: Row, event: str) -> dict[str, Any]:
    run = shapes.whole_run(row)
    return {
        "event": event,
        "run_id": row["id"],
        "agent_type": row["agent_type"],
        "organization_id": row["org"],
        "timestamp": shapes.iso(time.time()),
        "data": {
            "output": run["output"],
            "confidence_score": run["confidence_score"],
            "requires_triage": run["requires_triage"],
            "triage_item_id": row["triage_id"] if row["status"] == "pending_triage" else None,
            "error": run["error_message"],
        },
    }


def _deliver(delivery: Row) -> None:
    """POST one delivery; `done` in it says when a 2xx came."""
    parts = urlsplit(delivery["url"])
    secure = parts.scheme == "https"
    made = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    signature = hmac.new(delivery["secret"].encode(), delivery["body"], hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-eClips-Signature": f"sha256={signature}",
        "X-eClips-Event": delivery["event"],
        "X-eClips-Timestamp": json.loads(delivery["body"])["timestamp"],
    }
    sender = made(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sender.request("POST", path, delivery["body"], headers)
        status = sender.getresponse().status
    except (OSError, http.client.HTTPException):
        status = 0
    finally:
        sender.close()
    delivery["done"] = time.time() if 200 <= status < 300 else None
