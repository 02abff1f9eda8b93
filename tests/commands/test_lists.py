"""What every list says where a filter left nothing, or where it was cut: one rule, whatever is listed."""

from collections.abc import Iterator
from typing import Any

import pytest

from eclips_cli import sandbox
from eclips_cli.api import EclipsClient
from tests.installed import SPEED, Run, wait_until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A sandbox of these tests' own: others cancel batches on the one of all."""
    with sandbox.start(tmp_path_factory.mktemp("lists") / "sandbox.db", speed=SPEED) as running:
        yield running


@pytest.fixture
def filled(server: Any) -> None:
    with EclipsClient(server.keys.full, base_url=server.url) as client:
        for _ in range(3):
            client.runs.start("[triage] [instant] x", agent_type="payroll")
            client.batches.create("payroll", [{"task": "[instant] x"}])
        client.webhooks.create("https://example.com/h", ["run.failed"])


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("batches list --status cancelled", "batches matches --status cancelled"),
        ("batches list --offset 5000", "batches is left after --offset 5,000"),
        ("triage list --agent nobody", "items matches --agent nobody"),
        ("triage list --agent nobody --oldest-first", "items matches --agent nobody"),
        ("triage approve --all --agent nobody", "items matches --agent nobody"),
        ("triage reject --all --min-confidence 1", "items matches --min-confidence 1.0"),
        ("audit list --action webhook-delete", "changes matches --action webhook-delete"),
    ],
)
def test_nothing_that_matches_is_not_nothing(inside: Run, command: str, says: str) -> None:
    inside("run", "[instant] x", "--detach")  # so that the record has a change
    done = inside(*command.split())
    assert (done.code, done.out) == (0, "")
    assert "none of " in done.err and says in done.err and "yet" not in done.err


def test_nothing_at_all_is_said_as_before(faulty: Any, inside: Run) -> None:
    empty = faulty()
    env = {"ECLIPS_BASE_URL": empty.url, "ECLIPS_API_KEY": empty.keys.full}
    assert "no runs yet" in inside("runs", "list", "--status", "failed", env=env).err
    assert "no batches yet" in inside("batches", "list", "--status", "failed", env=env).err
    assert "nothing waits" in inside("triage", "list", "--agent", "x", env=env).err


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("batches list --limit 1", "showing the newest 1; --all for the rest"),
        ("batches list --limit 1 --status pending,running,completed", "showing the newest 1 that match"),
        ("triage list --limit 1", "showing 1 of "),
        ("triage list --limit 1 --agent payroll", "showing the newest 1 that match"),
        ("runs list --limit 1", "showing 1 of "),
    ],
)
def test_a_cut_is_said_in_spite_of_quiet(inside: Run, command: str, says: str) -> None:
    done = inside(*command.split(), "--quiet", "-o", "id")
    assert done.code == 0 and len(done.lines) == 1
    assert says in done.err


@pytest.mark.usefixtures("filled")
def test_statuses_of_batches_are_split_warned_about_and_merged(inside: Run) -> None:
    every = ("batches", "list", "--all", "-o", "id")
    # what moves between two statuses may be in neither list
    wait_until(lambda: not inside(*every, "--status", "pending,running").lines)
    both = inside(*every, "--status", "completed,pending", "--status", "running")
    assert len(both.lines) >= 3 and both.lines == inside(*every).lines and both.err == ""
    wrong = inside("batches", "list", "--status", "complete")
    assert wrong.code == 0 and wrong.err.count("did you mean completed?") == 2


@pytest.mark.parametrize("command", ["runs list", "batches list", "triage list", "audit list"])
def test_limit_and_all_together_are_refused(inside: Run, command: str) -> None:
    done = inside(*command.split(), "--limit", "5", "--all")
    assert (done.code, done.out) == (2, "") and "--limit and --all together" in done.err
