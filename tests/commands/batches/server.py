"""A small server of batches over real TCP, whose trouble a test scripts; it counts what it committed.

`faults` is a list of behaviours for the POSTs to come, in order: "lost" (closed, nothing done),
"after" (done, then closed), "after-broken" (and 50 GETs fail then), "late:S" (closed, done S seconds
later), "500", "500-after", "400", "429-credits", "429", "cached" (nothing done, answered with the
first job), "cached-after" (done, and so), a function (called, and then "ok"),
"201-unreadable-lost" (201 with a body that can't be used, not listed), or "ok".
A job of more than `most` bytes of tasks gets a 413 from a gateway, and `shows`
says how it gives a job back. When the list is empty all is well. Written from the manual, sharing
no code with the client.
"""

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

NOTHING_DONE = {
    "400": (400, {"error": "unknown agent_type", "field": "agent_type"}, {}),
    "429": (429, {"error": "rate limited"}, {"Retry_After": "1"}),
    "429-credits": (429, {"error": "out of credits"}, {}),
    "503-1200": (503, {"error": "maintenance"}, {"Retry_After": "1200"}),
    "500": (500, {"error": "oops"}, {}),
    "201-unreadable-lost": (201, {"job": "?"}, {}),
}


class BatchServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
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

    def of(self, handler):
        """The jobs of the account whose key a request has; all of them where accounts are not told apart."""
        key = (handler.headers.get("Authorization") or "").removeprefix("Bearer ")
        return [
            job for job in self.jobs if job.get("account", self.accounts.get(key)) == self.accounts.get(key)
        ]

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


def shown(server, job):
    counts = {name: sum(row["status"] == name for row in job["rows"]) for name in ("completed", "failed")}
    seen = {key: value for key, value in job.items() if key != "rows"} | {
        f"{k}_rows": v for k, v in counts.items()
    }
    return server.shows(seen)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one write an answer: two would wait for each other's acknowledgement

    def log_message(self, *_):
        return None

    def date_time_string(self, timestamp=None):
        return formatdate(self.server.now, usegmt=True)

    def answer(self, status, body, **headers):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def is_revoked(self):
        """Whether the request's key is refused; then it was answered."""
        key = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if key in self.server.revoked:
            self.answer(401, {"error": f"Invalid or revoked API key {key}"})
        return key in self.server.revoked

    def do_GET(self):
        self.server.log.append(("GET", self.path))
        if self.is_revoked():
            return None
        path, _, query = self.path.partition("?")
        if self.server.broken_gets:
            self.server.broken_gets -= 1
            return self.answer(502, {"error": "bad gateway"})
        if self.server.forbidden is not None and path.startswith(self.server.forbidden):
            return self.answer(403, {"error": "Insufficient scope", "required": "batch:read", "provided": []})
        if path == "/v1/usage":
            left = self.server.credits
            told = {"credits_remaining": left, "unlimited": left is None, "credits_used": self.server.used}
            told = {"period": "2026-06", **told, **self.server.usage}
            return self.answer(200, {name: told[name] for name in told if name not in self.server.hidden})
        if path == "/v1/batches":
            given = dict(part.split("=") for part in query.split("&") if part)
            start = int(given.get("offset", 0))
            found = self.server.of(self)[::-1][
                start : start + min(self.server.cap, int(given.get("limit", 20)))
            ]
            return self.answer(200, {"jobs": [shown(self.server, job) for job in found]})
        job = next((job for job in self.server.of(self) if path == f"/v1/batches/{job['id']}"), None)
        return (
            self.answer(200, {"job": shown(self.server, job), "rows": job["rows"]})
            if job
            else self.answer(404, {"error": "none"})
        )

    def next_fault(self):
        with self.server.lock:
            fault = self.server.faults.pop(0) if self.server.faults else "ok"
        return (fault() or "ok") if callable(fault) else fault

    def do_POST(self):
        self.server.log.append(("POST", self.path))
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        if self.path.endswith("/cancel"):
            return self.cancel()
        fault = self.next_fault()
        if self.is_revoked():
            return None
        if sum(len(row["task"]) for row in body["rows"]) > self.server.most:
            return self.page(413)
        if fault == "lost":
            return self.hang_up()
        if fault.startswith("late:"):
            timer = threading.Timer(float(fault[5:]), self.server.commit, [body])
            self.server.timers.append(timer)
            timer.start()
            return self.hang_up()
        if fault in NOTHING_DONE:
            status, body, headers = NOTHING_DONE[fault]
            return self.answer(status, body, **headers)
        if fault == "cached":
            return self.answer(201, {"job": shown(self.server, self.server.jobs[0])})
        job = self.server.commit(body)
        if fault == "cached-after":
            return self.answer(201, {"job": shown(self.server, self.server.jobs[0])})
        if self.server.accounts:
            job["account"] = self.server.accounts[self.headers["Authorization"].removeprefix("Bearer ")]
        if fault in ("after", "after-broken"):
            self.server.broken_gets = 50 if fault == "after-broken" else 0
            return self.hang_up()
        if fault == "500-after":
            return self.answer(500, {"error": "oops"})
        return self.answer(201, {"job": shown(self.server, job)})

    def page(self, status):
        """A refusal with a web page, as gateways send it."""
        content = b"<html><h1>nginx</h1></html>"
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def cancel(self):
        job = next(job for job in self.server.jobs if job["id"] in self.path)
        if job["status"] != "running":
            return self.answer(400, {"error": f"job is {job['status']}"})
        job["status"] = "cancelled"
        for row in job["rows"]:
            row["status"] = "cancelled" if row["status"] == "queued" else row["status"]
        return self.answer(200, {"cancelled": True})

    def hang_up(self):
        self.close_connection = True
        self.connection.shutdown(2)


@contextmanager
def running():
    with BatchServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.settle()
            server.shutdown()
            thread.join()
