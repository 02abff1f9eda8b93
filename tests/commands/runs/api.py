"""An API of runs for `run --once`: what was posted is counted; answers can be lost, late or wrong, its clock off."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any

from eclips_cli.durations import iso_text
from tests.servers.raw import Action, RawServer, Received, close_now, json_reply

KEY = "eck_live_0123456789abcdef0123456789abcdef"


class RunApi(RawServer):
    """`posts` are the bodies that were carried out; `faults` are taken one a POST.

    "lost" is not carried out and not answered, "after" carried out and not answered, a number is the status of a
    refusal; `killing` is called with each POST's body before it is carried out. `ahead` is how many seconds its clock is.
    """

    def __init__(self) -> None:
        super().__init__(answer=self.act)
        self.posts: list[Any] = []
        self.runs: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.ahead = 0.0
        self.tells_tasks = True
        self.at_post = lambda _body: None

    def commit(self, body: Any, **more: Any) -> dict[str, Any]:
        self.posts.append(body)
        at = iso_text(time.time() + self.ahead)
        run = {"id": f"run-{len(self.posts)}", "agent_type": body.get("agent_type", "center"),
               "status": "completed", "created_at": at, **more}  # fmt: skip
        self.runs = [run | ({"task": body["task"]} if self.tells_tasks else {}), *self.runs]
        return run

    def act(self, request: Received) -> Action:
        if request.method == "POST":
            return self.posted(request.json)
        date = [("date", formatdate(time.time() + self.ahead, usegmt=True))]
        if request.path == "/v1/runs":
            listed = [{name: run[name] for name in run if name != "task"} for run in self.runs]
            return json_reply({"data": listed, "total": len(listed), "limit": 100, "offset": 0}, headers=date)
        found = [run for run in self.runs if request.path.startswith(f"/v1/runs/{run['id']}")]
        if not found:
            return json_reply({"error": "not found"}, 404)
        if request.path.endswith("/stream"):
            return json_reply({"error": "no streams here"}, 501)
        return json_reply({"run": found[0], "triage_item": None})

    def posted(self, body: Any) -> Action:
        fault = self.faults.pop(0) if self.faults else ""
        self.at_post(body)
        if fault == "lost":
            return close_now
        if fault.isdigit():
            return json_reply({"error": "no"}, int(fault))
        run = self.commit(body)
        if fault == "after":
            return close_now
        answer = {"run_id": run["id"], "status": "queued", "agent_type": run["agent_type"]}
        return json_reply(answer, 202)
