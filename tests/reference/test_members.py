"""What `--fields` completes to, and what it is held against, are of one object: that which the command shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from eclips_cli.output.columns import View
from eclips_cli.output.output import Output
from eclips_cli.reference.members import OBJECTS
from tests.faults.healthy import Healthy
from tests.faults.rows import ROWS, Row
from tests.faults.running import run
from tests.servers.raw import RawServer

OTHERWISE = {"run --detach": "RunAccepted"}
"""where an option has a command show another object than the one that is offered"""
ENDLESS = ("webhooks forward",)
SHOWS_NOTHING = ("batches retry",)
"""the server in good health has one batch alone, and a second one is not believed"""
FIRST = {
    row.name: row for row in reversed(ROWS) if row.note in ("", "--detach") and row.command not in ENDLESS
}


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in FIRST.items()])
def test_completion_and_the_view_name_the_same_object(
    row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    checked = Output._checked

    def noted(output: Output, view: View) -> object:
        shown.append(view.object)
        return checked(output, view)

    for file, content in row.files.items():
        (tmp_path / file).write_text(content)
    with RawServer(answer=Healthy(running=row.running, runs=row.runs, failing=row.failing)) as server:
        env = {
            "HOME": str(tmp_path),
            "ECLIPS_API_KEY": "eck_live_0123456789abcdef",
            "ECLIPS_BASE_URL": server.url,
        }
        if row.before:
            run([word.format(tmp=tmp_path) for word in row.before], env)
        monkeypatch.setattr(Output, "_checked", noted)
        run(
            [*(word.replace("{tmp}", str(tmp_path)) for word in row.argv), "-o", "json"], env, stdin=row.stdin
        )
    offered = OTHERWISE.get(row.name, OBJECTS.get(row.command, ""))
    assert set(shown) <= {offered}
    assert bool(shown) or not offered or row.command in SHOWS_NOTHING


def test_what_is_offered_is_looked_at() -> None:
    assert {name for name in OBJECTS if name not in ("usage", "batches resume")} <= {
        row.command for row in FIRST.values()
    }
