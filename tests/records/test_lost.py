"""A journal or an outbox that was deleted or emptied is no new one where its directory knows better."""

import os
import shutil
from pathlib import Path

import pytest

from eclips_cli.commands.webhooks._outbox import Outbox
from eclips_cli.errors import LocalFailure
from eclips_cli.records.audit.record import AuditRecord
from eclips_cli.records.decisions import DecisionJournal, SentDecision
from eclips_cli.records.journal.once import OnceKeys, RunRequest
from eclips_cli.records.journal.records import Target
from tests.commands.batches.conftest import KEY, csv_of, expected
from tests.commands.batches.server import running
from tests.inside import run_inside

BY = ("--task", "Process {number}", "--detach")


@pytest.fixture
def server():
    with running() as server:
        yield server


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state"


@pytest.fixture
def eclips(clean_env, server, state):
    env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY, "ECLIPS_STATE_DIR": str(state)}

    def run(*argv, stdin=""):
        return run_inside(argv, env, stdin)

    return run


def emptied(file: Path) -> None:
    os.truncate(file, 0)


def deleted(file: Path) -> None:
    file.unlink()


def deleted_with_all_of_its_name(file: Path) -> None:
    for one in file.parent.glob(f"{file.name}*"):
        one.unlink()


LOST = pytest.mark.parametrize("lose", [emptied, deleted, deleted_with_all_of_its_name])


@LOST
def test_a_lost_journal_is_no_new_one(eclips, server, state, lose):
    server.faults = ["ok", "429-credits"]
    assert eclips("batches", "submit", "-", *BY, stdin=csv_of(600)).code == 10
    lose(state / "batches.sqlite3")
    before = len(server.log)
    for argv in (
        ("batches", "submit", "-", *BY),
        ("batches", "resume"),
        ("batches", "history"),
        ("batches", "cancel", "b001"),
        ("run", "x", "--once", "k", "--detach"),
    ):
        done = eclips(*argv, stdin=csv_of(600))
        word = "empty" if lose is emptied else "gone"
        assert done.code == 17 and f"batches.sqlite3 is {word}, though" in done.err, (argv, done)
        assert len(done.err.splitlines()) == 2 and f"move {state}/locks away" in done.err
    assert len(server.log) == before, "nothing was asked, nothing sent"
    doctor = eclips("doctor", "-o", "json")
    assert "batches.sqlite3 is" in doctor.out
    # the way on
    shutil.move(state / "locks", state / "locks-before")
    server.now += 600
    done = eclips("batches", "submit", "-", *BY, "--on-duplicate", "skip", stdin=csv_of(600))
    assert done.code == 0 and sorted(server.tasks()) == expected(600), done.err


def test_the_locks_alone_know_that_there_was_a_journal(eclips, server, state):
    """As an older version leaves them, which makes no witness."""
    assert eclips("batches", "submit", "-", *BY, stdin=csv_of(3)).code == 0
    for one in (state / "batches.sqlite3", *(state / "locks").glob("*.made")):
        one.unlink()
    assert eclips("batches", "submit", "-", *BY, stdin=csv_of(3)).code == 17 and len(server.jobs) == 1


def test_locks_of_which_nothing_shows_that_there_ever_was_a_journal(eclips, server, state):
    """0.1 locked first: it was stopped before it made a journal, and nothing was sent."""
    (state / "locks").mkdir(parents=True, mode=0o700)
    (state / "locks" / f"{'0a' * 16}.lock").write_text("process 4711 since 2026-11-25T09:00:00.000Z\n")
    other = {"kind": "intent", "change": "a", "action": "approve", "note": '"action":"batch-submit"'}
    AuditRecord({"ECLIPS_STATE_DIR": str(state)}, sandbox=False).append(other, "2026-11-25T09:00:00.000Z")
    assert eclips("batches", "history").code == 0
    assert eclips("batches", "submit", "-", *BY, stdin=csv_of(3)).code == 0 and len(server.jobs) == 1


@pytest.mark.parametrize("lose", [emptied, deleted])
def test_a_journal_that_is_lost_while_it_sends(eclips, server, state, lose):
    """The first job is on its way; the second one does not go out."""
    commit = server.commit

    def committing(body):
        lose(state / "batches.sqlite3")
        return commit(body)

    server.commit = committing
    done = eclips("batches", "submit", "-", *BY, stdin=csv_of(600))
    assert (done.code, len(server.jobs)) == (
        11,
        1,
    ) and "was accepted as b001, which could not be noted" in done.err
    assert "though it has been in use here" in done.err
    server.commit = commit
    again = eclips("batches", "submit", "-", *BY, stdin=csv_of(600))
    if lose is deleted:
        assert again.code == 17 and len(server.jobs) == 1
    else:  # SQLite had its pages in the log still
        assert again.code == 0 and sorted(server.tasks()) == expected(600)


@LOST
def test_keys_of_runs_and_decisions(tmp_path, lose):
    target = Target("default", "https://api.eclips.tech")
    keys = OnceKeys(tmp_path, target)
    keys.sending("june", RunRequest("x", None, None), 1.0)
    keys.close()
    with DecisionJournal(tmp_path, "api") as journal:
        journal.sending(SentDecision("i", "approve", None, "f.xlsx", 2, "sending", 1.0))
    lose(tmp_path / "batches.sqlite3")
    lose(tmp_path / "decisions.sqlite3")
    with pytest.raises(LocalFailure, match=r"the journal .* though it has been in use here"):
        OnceKeys(tmp_path, target)
    with pytest.raises(LocalFailure, match=r"the journal of decisions .* though"):
        DecisionJournal(tmp_path, "api")


@LOST
def test_an_outbox_begins_anew_only_where_somebody_says_from_when_on(tmp_path, lose):
    path = tmp_path / "webhooks" / "a.db"
    outbox = Outbox(path)
    outbox.begin(1.0, 1.0, ())
    lose(path)
    if lose is not emptied:  # SQLite has an empty one's pages in memory
        with pytest.raises(LocalFailure, match="though it has been in use here"):
            outbox.looked(2.0, 0.0)
    outbox.close()
    lose(path) if path.exists() else None
    with pytest.raises(LocalFailure, match=r"the forwarder's outbox .* though") as lost:
        Outbox(path)
    assert "--since WHEN" in lost.value.hint
    outbox = Outbox(path, anew=True)
    assert outbox.fact("mark") is None and outbox.waiting() == 0
    outbox.close()
    Outbox(path).close()
    Outbox(path.with_name("another.db")).close()


def test_an_empty_file_that_nobody_used_is_a_new_one(tmp_path):
    """A process was killed when it had just made it."""
    (tmp_path / "decisions.sqlite3").touch()
    with DecisionJournal(tmp_path, "api") as journal:
        assert journal.known() == {}
