"""Batches on the tests' one server (`tests/servers/raw.py`), whose trouble a test scripts; it counts what it committed.

`faults` is a list of behaviours for the POSTs to come, in order: "lost" (closed, nothing done),
"after" (done, then closed), "after-broken" (and 50 GETs fail then), "late:S" (closed, done S seconds
later), "500", "500-after", "400", "401", "429-credits", "429", "cached" (nothing done, answered with the
first job), "cached-after" (done, and so), a function (called, and then "ok"),
"201-unreadable-lost" (201 with a body that can't be used, not listed), or "ok".
A job of more than `most` bytes of tasks gets a 413 from a gateway, and `shows`
says how it gives a job back. When the list is empty all is well. Written from the manual, sharing
no code with the client.
"""

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import formatdate
from itertools import count

from tests.servers.raw import RawServer, close_now, json_reply, reply

NOTHING_DONE = {
    "400": (400, {"error": "unknown agent_type", "field": "agent_type"}, []),
    "401": (401, {"error": "Invalid or revoked API key"}, []),
    "429": (429, {"error": "rate limited"}, [("retry-after", "1")]),
    "429-credits": (429, {"error": "out of credits"}, []),
    "503-1200": (503, {"error": "maintenance"}, [("retry-after", "1200")]),
    "500": (500, {"error": "oops"}, []),
    "201-unreadable-lost": (201, {"job": "?"}, []),
}


class BatchServer(RawServer):
    def __init__(self):
        # what takes its time must not hold up other requests: it is done by the action, not while one is chosen
        super().__init__(answer=lambda request: lambda talk: self.act(request)(talk))
        self.lock = threading.Lock()
        self.jobs, self.faults, self.log, self.timers = [], [], [], []
        self.numbers = count(1)
        self.credits = None
        self.used, self.cost, self.usage, self.hidden = 0, 1, {}, set()
        self.now = 1_780_736_400.0
        self.broken_gets = 0
        self.most = float("inf")
        self.forbidden, self.accounts, self.cap = None, {}, 100
        self.revoked = set()
        self.shows = lambda job: job
        self.outcome = lambda _index, row: {"status": "completed", "result": {"echo": row["task"]}}

    def commit(self, body):
        with self.lock:
            number = next(self.numbers)
            empty = {"status": "queued", "result": None, "error_message": None}
            rows = [
                {
                    "id": f"r{number}-{i}",
                    "row_index": i,
                    "task": row["task"],
                    "data": row.get("data"),
                    **empty,
                }
                for i, row in enumerate(body["rows"])
            ]
            job = {
                "id": f"b{number:03}",
                "name": body.get("name"),
                "agent_type": body["agent_type"],
                "status": "running",
                "total_rows": len(rows),
                "created_at": datetime.fromtimestamp(self.now, UTC).isoformat(),
                "rows": rows,
            }
            self.jobs.append(job)
            self.charge(len(rows))
            return job

    def charge(self, rows):
        self.used += rows * self.cost
        if self.credits is not None:
            self.credits -= rows * self.cost

    def of(self, request):
        """The jobs of the account whose key a request has; all of them where accounts are not told apart."""
        account = self.accounts.get(key_of(request))
        return [job for job in self.jobs if job.get("account", account) == account]

    def finish(self, job=None):
        """All rows of a job (or of all) end as `outcome` says."""
        for one in [job] if job else self.jobs:
            if one["status"] == "running":
                for row in one["rows"]:
                    row.update(self.outcome(row["row_index"], row))
                one["status"] = "completed"

    def tasks(self):
        return [row["task"] for job in self.jobs for row in job["rows"]]

    def settle(self):
        for timer in self.timers:
            timer.join()

    def shown(self, job):
        """A job as lists and answers have it: its counters, without its rows."""
        counts = {
            f"{name}_rows": sum(row["status"] == name for row in job["rows"])
            for name in ("completed", "failed")
        }
        return self.shows({key: value for key, value in job.items() if key != "rows"} | counts)

    def act(self, request):
        self.log.append((request.method, request.target))
        return self.got(request) if request.method == "GET" else self.posted(request)

    def refused(self, request):
        """What a revoked key is answered, which is shown to it."""
        key = key_of(request)
        return (
            self.answer(401, {"error": f"Invalid or revoked API key {key}"}) if key in self.revoked else None
        )

    def answer(self, status, body, headers=()):
        return json_reply(body, status, [("date", formatdate(self.now, usegmt=True)), *headers])

    def got(self, request):
        path = request.path
        if refusal := self.refused(request):
            return refusal
        if self.broken_gets:
            self.broken_gets -= 1
            return self.answer(502, {"error": "bad gateway"})
        if self.forbidden is not None and path.startswith(self.forbidden):
            return self.answer(403, {"error": "Insufficient scope", "required": "batch:read", "provided": []})
        if path == "/v1/usage":
            left = self.credits
            told = {"credits_remaining": left, "unlimited": left is None, "credits_used": self.used}
            told = {"period": "2026-06", **told, **self.usage}
            return self.answer(200, {name: told[name] for name in told if name not in self.hidden})
        if path == "/v1/batches":
            start, limit = int(request.query.get("offset", 0)), int(request.query.get("limit", 20))
            found = self.of(request)[::-1][start : start + min(self.cap, limit)]
            return self.answer(200, {"jobs": [self.shown(job) for job in found]})
        job = next((job for job in self.of(request) if path == f"/v1/batches/{job['id']}"), None)
        if job is None:
            return self.answer(404, {"error": "none"})
        return self.answer(200, {"job": self.shown(job), "rows": job["rows"]})

    def next_fault(self):
        with self.lock:
            fault = self.faults.pop(0) if self.faults else "ok"
        return (fault() or "ok") if callable(fault) else fault

    def posted(self, request):
        if request.path.endswith("/cancel"):
            return self.cancel(request.path)
        body = request.json
        fault = self.next_fault()
        if refusal := self.refused(request):
            return refusal
        if sum(len(row["task"]) for row in body["rows"]) > self.most:
            return reply(413, b"<html><h1>nginx</h1></html>")  # as gateways send it
        if fault == "lost":
            return close_now
        if fault.startswith("late:"):
            self.timers.append(threading.Timer(float(fault[5:]), self.commit, [body]))
            self.timers[-1].start()
            return close_now
        if fault in NOTHING_DONE:
            return self.answer(*NOTHING_DONE[fault])
        if fault == "cached":
            return self.answer(201, {"job": self.shown(self.jobs[0])})
        job = self.commit(body)
        if fault == "cached-after":
            return self.answer(201, {"job": self.shown(self.jobs[0])})
        if self.accounts:
            job["account"] = self.accounts[key_of(request)]
        if fault in ("after", "after-broken"):
            self.broken_gets = 50 if fault == "after-broken" else 0
            return close_now
        if fault == "500-after":
            return self.answer(500, {"error": "oops"})
        return self.answer(201, {"job": self.shown(job)})

    def cancel(self, path):
        job = next(job for job in self.jobs if job["id"] in path)
        if job["status"] != "running":
            return self.answer(400, {"error": f"job is {job['status']}"})
        job["status"] = "cancelled"
        for row in job["rows"]:
            row["status"] = "cancelled" if row["status"] == "queued" else row["status"]
        return self.answer(200, {"cancelled": True})


def key_of(request):
    return request.headers.get("authorization", "").removeprefix("Bearer ")


@contextmanager
def running():
    with BatchServer() as server:
        try:
            yield server
        finally:
            server.settle()
