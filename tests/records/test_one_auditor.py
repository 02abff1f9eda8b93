"""Changes of one client that go out at the same time share one auditor: it has to know the end of each it began."""

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from eclips_cli.options import Options
from eclips_cli.session.client import Connector


def test_jobs_in_flight_share_one_auditor(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    begun: list[Any] = []

    def make(*_: Any) -> Any:
        time.sleep(0.02)  # long enough for the other threads to ask for one too
        made.append(SimpleNamespace(before=begun.append))
        return made[-1]

    monkeypatch.setattr(Connector, "_auditor", make)
    settings = SimpleNamespace(sandbox=False, profiles=(), request_timeout=1.0, max_retries=0)
    output, recent = SimpleNamespace(changes=False), SimpleNamespace(remember_listed=None)
    parts: Any = (Options(), settings, output, None, {}, "eclips batches submit", recent, None)
    connector = Connector(*parts)
    before: Any = connector.client("http://127.0.0.1:1", "eck_live_x").hooks.before_change
    threads = [threading.Thread(target=before, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), sorted(begun)) == (1, [0, 1, 2, 3])
