"""Webhook deliveries for real: each end of a run, and each wait for a person, is POSTed once, signed, with retries.

What is owed is noted in the store before it is tried, also what happened while nothing was serving. Of
several processes on one store only one has a delivery in hand. What a receiver got when this process is
killed before it noted so comes to it again: nobody can know better without the receiver's help.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import sqlite3
import time
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from eclips_cli.sandbox import shapes
from eclips_cli.sandbox.store import Row, Store
from eclips_cli.sandbox.trust import Trust

EVERY = 0.5
TIMEOUT = 10.0
"""seconds after which the sender gives up on a receiver"""
REST = 0.5
"""seconds for what follows the status of an answer"""
PAUSES = (1.0, 5.0, 25.0, 125.0)
"""seconds after each try that failed; then the delivery is given up"""
LEASE = 30.0
"""seconds after which a delivery that another process had in hand is taken up again"""
SLACK = 5.0
"""seconds that are looked at again: a run may be stored a little after the moment it says"""
AT_ONCE = 32
STATUS_THEN = {"run.completed": "completed", "run.failed": "failed", "run.triage_required": "pending_triage"}

_HAPPENED = """
  SELECT id, org, webhook_url, ended AS at, CASE final WHEN 'completed' THEN 'run.completed'
      WHEN 'failed' THEN 'run.failed' ELSE 'run.triage_required' END AS event
    FROM runs WHERE ended > :since AND ended <= :t AND final IN ('completed', 'failed', 'pending_triage')
  UNION ALL SELECT id, org, webhook_url, resolved, 'run.completed'
    FROM runs WHERE resolved > :since AND resolved <= :t AND resolution = 'approved'"""
_NOTE = "INSERT OR IGNORE INTO outbox (run, event, receiver, url, secret, due) SELECT x.id, x.event, "
_NOTE_REGISTERED = f"""{_NOTE} h.id, h.url, h.secret, :t FROM ({_HAPPENED}) x
  JOIN webhooks h ON h.org = x.org AND h.created <= x.at AND instr(h.events, '"' || x.event || '"') ORDER BY x.at"""
_NOTE_OWN = f"""{_NOTE} 'run', x.webhook_url,
    coalesce((SELECT secret FROM webhooks h WHERE h.org = x.org ORDER BY seq LIMIT 1), :own), :t
  FROM ({_HAPPENED}) x WHERE x.webhook_url IS NOT NULL ORDER BY x.at"""
AT_ONCE_EACH = 4
"""to one URL, so that one that does not answer leaves room for the others"""
_DUE = """
  SELECT * FROM (
    SELECT o.*, row_number() OVER (PARTITION BY o.url ORDER BY o.seq) AS turn FROM outbox o
      JOIN (SELECT min(seq) AS seq FROM outbox WHERE state = 'owed' GROUP BY receiver, run) first USING (seq)
      WHERE o.due <= :t AND (o.receiver = 'run' OR o.receiver IN (SELECT id FROM webhooks)))
    WHERE turn <= :each ORDER BY turn, seq"""
"""the oldest that are owed to each URL, of each receiver and run the first: a run's events come in their order"""


class Deliveries:
    """Notes what is owed and delivers it, while `forever` runs. `speed` shortens the pauses."""

    def __init__(self, store: Store, speed: float, trust: Trust) -> None:
        self._store = store
        self._trust = trust
        self._haste = min(speed, 10.0)
        self._at_work: dict[asyncio.Task[None], str] = {}
        """what is in hand, and to which URL it goes"""

    async def forever(self) -> None:
        """Look and deliver until cancelled; a receiver that is slow keeps no other one waiting."""
        while True:
            self.look()
            await asyncio.sleep(EVERY / self._haste)

    async def finish(self, seconds: float) -> None:
        """The last look before the end, and time for what it found to be delivered."""
        self.look()
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=seconds)

    def look(self) -> None:
        """Note what is owed, and begin to deliver what is due."""
        # another process may hold the store for long: the next look comes soon
        with contextlib.suppress(sqlite3.OperationalError):
            self._note()
            for delivery in self._store.all(_DUE, each=AT_ONCE_EACH):
                busy = Counter(self._at_work.values())
                free = busy.total() < AT_ONCE and busy[delivery["url"]] < AT_ONCE_EACH
                if free and self._taken(delivery):
                    task = asyncio.get_running_loop().create_task(self._deliver(delivery))
                    self._at_work[task] = delivery["url"]
                    task.add_done_callback(self._at_work.pop)

    def _note(self) -> None:
        now = time.time()
        until = float(self._store.meta("noted") or 0)
        window = {"t": now, "since": until - SLACK}
        if self._store.one("SELECT 1 FROM webhooks"):
            self._store.change(_NOTE_REGISTERED, **window)
        self._store.change(_NOTE_OWN, own=self._store.meta("signing_secret"), **window)
        if now - until > SLACK / 5:
            self._store.set_meta("noted", repr(now))

    def _taken(self, delivery: Row) -> bool:
        """Whether this process has it in hand now, and not another one."""
        changed = self._store.change(
            "UPDATE outbox SET tries = tries + 1, due = :t + :lease WHERE seq = :seq AND state = 'owed' AND tries = :tries",
            lease=LEASE, seq=delivery["seq"], tries=delivery["tries"],
        )  # fmt: skip
        return changed == 1

    async def _deliver(self, delivery: Row) -> None:
        row = self._store.one("SELECT * FROM runs WHERE id = :id", id=delivery["run"])
        if row is None:
            state, due = "gone", 0.0
        elif await _answered_well(delivery, _content(row, delivery["event"]), self._trust):
            state, due = "delivered", time.time()
        elif delivery["tries"] < len(PAUSES):
            state, due = "owed", time.time() + PAUSES[delivery["tries"]] / self._haste
        else:
            state, due = "given up", time.time()
        with contextlib.suppress(sqlite3.OperationalError):
            self._store.change(
                "UPDATE outbox SET state = :state, due = :due WHERE seq = :seq",
                state=state,
                due=due,
                seq=delivery["seq"],
            )


def _content(row: Row, event: str) -> Row:
    """The body's members: the run as it was when the event happened, the time at which it is told."""
    run = shapes.whole_run({**row, "status": STATUS_THEN[event]})
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
            "triage_item_id": row["triage_id"] if event == "run.triage_required" else None,
            "error": run["error_message"],
        },
    }


async def _answered_well(delivery: Row, content: Row, trust: Trust) -> bool:
    """POST it; whether a 2xx came in time."""
    try:
        async with asyncio.timeout(TIMEOUT):
            return 200 <= await _post(delivery, content, trust) < 300
    except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
        return False


async def _post(delivery: Row, content: Row, trust: Trust) -> int:
    """POST it on a connection of its own; the answer's status."""
    parts = urlsplit(delivery["url"])
    secure = parts.scheme == "https"
    reader, writer = await asyncio.open_connection(
        parts.hostname,
        parts.port or (443 if secure else 80),
        ssl=trust.context if secure else None,
    )
    try:
        writer.write(_request(delivery, content, parts))
        await writer.drain()
        status_line = await reader.readuntil(b"\n")
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(REST):
                # a server may not like it when its answer is not read to the end
                while await reader.read(65536):
                    pass
        version, status, *_ = [*status_line.split(), b"", b""]
        return int(status) if version.startswith(b"HTTP/1.") else 0
    finally:
        writer.close()


def _request(delivery: Row, content: Row, parts: Any) -> bytes:
    body = json.dumps(content).encode()
    signature = hmac.new(delivery["secret"].encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "Host": parts.netloc.rpartition("@")[2],
        "User-Agent": "eclips-sandbox",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "X-eClips-Signature": f"sha256={signature}",
        "X-eClips-Event": delivery["event"],
        "X-eClips-Timestamp": content["timestamp"],
        "Connection": "close",
    }
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
