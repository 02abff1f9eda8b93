"""A sandbox of one's own with items that wait, and the program inside the test's process."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import urlopen

import pytest

from tests.inside import inside
from tests.installed import Run

__all__ = ["inside"]


class Waiting:
    """A sandbox at which people's decisions are wanted."""

    def __init__(self, running: Any, run: Run) -> None:
        self.running, self._run = running, run

    def add(self, *tasks: str, agent: str = "ap_specialist", data: dict[str, Any] | None = None) -> list[str]:
        """Start runs that wait for a person at once; the ids of their items, in the same order."""
        from eclips_cli.api import EclipsClient

        with EclipsClient(self.running.keys.full, base_url=self.running.url) as client:
            tasks = tuple(f"[triage] [instant] {task}" for task in tasks)
            runs = [client.runs.start(task, agent_type=agent, data=data).json["run_id"] for task in tasks]
            items = {item["run_id"]: item["id"] for item in client.triage.list()}
        return [items[run_id] for run_id in runs]

    def items(self) -> dict[str, dict[str, Any]]:
        """Every item there is, resolved or not, by its id."""
        from eclips_cli.api import EclipsClient

        with EclipsClient(self.running.keys.full, base_url=self.running.url) as client:
            details = [client.runs.get(run["id"]).json for run in client.runs.list()]
        return {d["triage_item"]["id"]: d["triage_item"] for d in details if d["triage_item"]}

    def running_requests(self, path: str) -> int:
        """How many requests for a path this sandbox has seen."""
        return self.asked()[path]

    def asked(self) -> Counter[str]:
        """The same for every path."""
        found: Counter[str] = Counter()
        with urlopen(f"{self.running.url}/__sandbox__/requests") as answer:
            for seen in json.load(answer)["requests"]:
                found[seen["path"]] += seen["count"]
        return found

    @property
    def port(self) -> int:
        """Where it is served, on loopback."""
        return int(self.running.url.rpartition(":")[2])

    def order(self, *faults: str) -> None:
        """Make the sandbox misbehave from now on."""
        body = json.dumps({"faults": faults}).encode()
        urlopen(f"{self.running.url}/__sandbox__/faults", body).close()

    def decide(self, item_id: str, verb: str = "approve") -> None:
        """Decide an item as somebody else would."""
        from eclips_cli.api import EclipsClient

        with EclipsClient(self.running.keys.full, base_url=self.running.url) as client:
            getattr(client.triage, verb)(item_id)


@pytest.fixture
def waiting(faulty: Callable[..., Any], inside: Run) -> Iterator[Waiting]:
    yield Waiting(faulty(), inside)


@pytest.fixture
def triage(waiting: Waiting, inside: Run) -> Run:
    """`triage("list")`: a triage command against the sandbox of `waiting`."""

    def run(*argv: str, **more: Any) -> Any:
        where = {"ECLIPS_BASE_URL": waiting.running.url, "ECLIPS_API_KEY": waiting.running.keys.full}
        return inside("triage", *argv, **{**where, **more})

    return run
