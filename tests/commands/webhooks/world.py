"""An organization whose runs a test moves, served over real TCP, and a receiver that remembers what it was told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from eclips_cli.commands.webhooks._signature import fits
from eclips_cli.durations import iso_text
from tests.commands.webhooks.conftest import SECRET
from tests.servers.raw import Action, RawServer, Received, json_reply, reply


class World:
    """Runs, newest first, and the deliveries that came in; `api` and `hook` are the two servers' URLs."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.runs: list[dict[str, Any]] = []
        self.items: dict[str, dict[str, Any]] = {}
        self.got: list[Received] = []
        self.answers: list[Action] = []
        """what the receiver does with the next deliveries; 200 after that"""
        self.before_page: Callable[[], None] = lambda: None
        self.broken: list[Action] = []
        """what the API does instead of answering the next requests"""
        self.broken_after = 0
        """requests that it still answers before"""
        self.asked: list[str] = []
        self._lock = threading.RLock()
        self._api, self._hook = RawServer(answer=self._serve), RawServer(answer=self._receive)
        self.api, self.hook = self._api.url, f"{self._hook.url}/hook"

    def __enter__(self) -> World:
        self._api.__enter__()
        self._hook.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._api.__exit__()
        self._hook.__exit__()

    def start(self, name: str, *, status: str = "running", age: float = 0.0) -> str:
        run = {
            "id": name,
            "agent_type": "payroll",
            "status": status,
            "created_at": iso_text(self.now() - age),
        }
        with self._lock:
            self.runs.insert(0, {**run, "completed_at": None, "confidence_score": 0.9, "error_message": None})
        return name

    def end(self, name: str, status: str = "completed", *, age: float = 0.0) -> str:
        with self._lock:
            self._run(name).update(status=status, completed_at=iso_text(self.now() - age))
        return name

    def stop_for_a_person(self, name: str, *, age: float = 0.0, item: str = "") -> str:
        with self._lock:
            self._run(name)["status"] = "pending_triage"
            self.items[name] = {"id": item or f"item-{name}", "created_at": iso_text(self.now() - age)}
        return name

    def go_on(self, name: str) -> str:
        """A person decided: the item stays linked to its run."""
        with self._lock:
            self._run(name)["status"] = "running"
            self.items[name]["status"] = "approved"
        return name

    def told(self) -> list[tuple[str, str]]:
        """Each delivery as (run, event), in the order of their arrival; all of them must be signed."""
        assert all(fits(SECRET.encode(), got.body, got.headers["x-eclips-signature"]) for got in self.got)
        return [(got.json["run_id"], got.json["event"].removeprefix("run.")) for got in self.got]

    def _run(self, name: str) -> dict[str, Any]:
        return next(run for run in self.runs if run["id"] == name)

    def _receive(self, request: Received) -> Action:
        with self._lock:
            self.got.append(request)
            return self.answers.pop(0) if self.answers else reply(200)

    def _serve(self, request: Received) -> Action:
        self.asked.append(request.target)
        if self.broken and self.broken_after:
            self.broken_after -= 1
        elif self.broken:
            return self.broken.pop(0)
        if request.path == "/v1/health":
            return json_reply({"status": "ok", "timestamp": iso_text(self.now())})
        if request.path != "/v1/runs":
            return self._detail(unquote(request.path.rpartition("/")[2]))
        self.before_page()
        with self._lock:
            status = request.query.get("status")
            found = [dict(run) for run in self.runs if status in (None, run["status"])]
        begin, count = int(request.query.get("offset", 0)), int(request.query.get("limit", 20))
        return json_reply({"data": found[begin : begin + count], "total": len(found)})

    def _detail(self, name: str) -> Action:
        with self._lock:
            run = next((dict(run) for run in self.runs if run["id"] == name), None)
            if run is None:
                return json_reply({"error": "Run not found"}, 404)
            return json_reply({"run": {**run, "output": {"of": name}}, "triage_item": self.items.get(name)})
