"""The journal: private, durable, and a clear error before anything is sent when it can't be kept."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from eclips_cli.errors import LocalFailure
from eclips_cli.records.journal import JobState, Journal, Outdated, Submission, SubmissionLock
from eclips_cli.records.journal.rows import Mapping
from eclips_cli.records.journal.schema import MIGRATIONS


def draft(key="k7f3q2", fingerprint="f" * 64, **changes):
    values = dict(
        key=key, fingerprint=fingerprint, kind="submit", parent=None, created_at=1.0, name="June",
        label="june.csv", format="csv", agent="center", webhook_url=None, profile="default",
        base_url="https://api.example", mapping=Mapping("task"), columns=("task", "n"), rows=0, jobs=0,
    )  # fmt: skip
    return Submission(**values | changes)


@pytest.fixture
def journal(tmp_path):
    with Journal(tmp_path / "state") as journal:
        yield journal


def written(journal, *, jobs=2, **changes):
    new = draft(**changes)
    journal.begin(new)
    for number in range(1, jobs + 1):
        rows = [
            (line, f"Pay {line}", [f"Pay {line}", "00123"]) for line in range(number * 10, number * 10 + 3)
        ]
        journal.add_job(new.key, number, (number - 1) * 3, rows)
    return journal.ready(new.key, new.columns)


def test_a_submission_is_kept_whole(journal):
    kept = written(journal, webhook_url="https://hook.example", mapping=Mapping(None, "{n}", ("n",)))
    assert (kept.rows, kept.jobs, kept.columns) == (6, 2, ("task", "n"))
    assert kept.mapping == Mapping(None, "{n}", ("n",)) and kept.webhook_url == "https://hook.example"
    first, second = journal.jobs(kept.key)
    assert (second.first_row, second.row_count, second.state) == (3, 3, JobState.PLANNED)
    assert journal.rows(first)[0] == (10, "Pay 10", ["Pay 10", "00123"])
    assert journal.origins(second) == [3, 4, 5]
    assert kept.name_of(second) == "June (2/2) #k7f3q2"
    assert kept.body_rows(journal.rows(first))[0] == {"task": "Pay 10", "data": {"n": "00123"}}


def test_the_ways_of_a_job(journal):
    kept = written(journal)
    job, other = journal.jobs(kept.key)

    def now():
        return journal.jobs(kept.key)[0]

    journal.sending(job, 5.0)
    assert (now().state, now().sent_at) == (JobState.SENDING, 5.0)
    journal.unknown(job, "lost")
    assert (now().state, now().error) == (JobState.SENDING, "lost")
    journal.not_sent(job, "refused")
    assert (now().state, now().error) == (JobState.PLANNED, "refused")
    journal.accepted(job, "b1", 6.0)
    assert (now().state, now().batch_id, now().error) == (JobState.ACCEPTED, "b1", None)
    journal.finished(job, "completed")
    assert (now().state, now().status) == (JobState.FINISHED, "completed")
    journal.dropped(other)
    assert journal.jobs(kept.key)[1].state is JobState.DROPPED


def test_it_is_found_by_key_by_job_and_by_fingerprint(journal):
    kept = written(journal)
    journal.accepted(journal.jobs(kept.key)[1], "b2", 6.0)
    for reference in ("k7f3q2", "#k7f3q2", "K7F3Q2", "b2"):
        assert journal.lookup(reference) == kept
    assert journal.lookup("b3") is None and journal.find("0") is None
    newer = written(journal, key="aaaaaa", created_at=2.0)
    assert journal.find(kept.fingerprint) == newer and journal.submissions() == [newer, kept]


def test_retries_oldest_first(journal):
    written(journal)
    for key, at in (("aaaaaa", 2.0), ("bbbbbb", 3.0)):
        written(journal, key=key, fingerprint=key, kind="retry", parent="k7f3q2", created_at=at)
    assert [retry.key for retry in journal.retries_of("k7f3q2")] == ["aaaaaa", "bbbbbb"]


def test_a_draft_is_invisible_and_an_abandoned_one_is_dropped(journal):
    journal.begin(draft())
    journal.add_job("k7f3q2", 1, 0, [(2, "Pay", ["Pay", "1"])])
    assert journal.find("f" * 64) is None and journal.lookup("k7f3q2") is None
    written(journal, key="bbbbbb")
    assert [s.key for s in journal.submissions()] == ["bbbbbb"]
    rows = sqlite3.connect(journal.path).execute("SELECT DISTINCT key FROM jobs").fetchall()
    assert rows == [("bbbbbb",)]


def test_what_was_written_down_meanwhile_is_seen_whichever_was_begun_first(journal):
    written(journal)
    journal.begin(draft("aaaaaa", "a"))
    journal.add_job("aaaaaa", 1, 0, [(2, "Pay", ["Pay", "1"])])
    written(journal, key="bbbbbb", fingerprint="b")
    known = journal.keys
    journal.begin(draft("cccccc", "c"))
    journal.add_job("cccccc", 1, 0, [(2, "Pay", ["Pay", "1"])])
    journal.forget("bbbbbb")
    journal.ready("aaaaaa", ())
    with pytest.raises(Outdated):
        journal.ready("cccccc", (), known=known)
    journal.ready("cccccc", (), known=journal.keys)


def test_discard_takes_drafts_only(journal):
    kept = written(journal)
    journal.discard(kept.key)
    assert journal.submission(kept.key) == kept


def test_its_files_are_private_from_their_first_byte(tmp_path):
    old = os.umask(0)
    try:
        with Journal(tmp_path / "state") as journal:
            written(journal)
            files = [path for path in journal.folder.rglob("*") if path.is_file()]
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files}
    finally:
        os.umask(old)
    assert set(modes) >= {"batches.sqlite3", "batches.sqlite3-wal"} and set(modes.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_it_is_durable(journal):
    settings = [
        journal._database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
    ]
    assert settings == ["wal", 2]


def test_a_full_disk(journal):
    kept = written(journal)
    (pages,) = journal._database.execute("PRAGMA page_count").fetchone()
    journal._database.execute(f"PRAGMA max_page_count = {pages}")
    journal.begin(draft("zzzzzz", "z"))
    with pytest.raises(LocalFailure, match="no room for the journal"):
        journal.add_job("zzzzzz", 1, 0, [(1, os.urandom(20_000).hex(), [])])
    assert journal.submission(kept.key) == kept, "what was there is whole"


def test_a_read_only_directory(tmp_path):
    outside = Path("/proc/eclips") if os.geteuid() == 0 else tmp_path / "locked" / "state"
    if os.geteuid():
        outside.parent.mkdir(mode=0o500)
    with pytest.raises(LocalFailure, match="can't write the journal") as caught:
        Journal(outside)
    assert "nothing was sent" in caught.value.hint


def test_a_read_only_file(tmp_path):
    with Journal(tmp_path) as journal:
        written(journal)
        journal._database.execute("PRAGMA query_only = ON")
        with pytest.raises(LocalFailure, match="can't write the journal"):
            journal.sending(journal.jobs("k7f3q2")[0], 1.0)


@pytest.mark.parametrize("content", [b"hello " * 500, b"SQLite format 3\0" + b"\xff" * 4080])
def test_a_corrupt_journal(tmp_path, content):
    (tmp_path / "batches.sqlite3").write_bytes(content)
    with pytest.raises(LocalFailure, match="is damaged") as caught:
        Journal(tmp_path)
    assert "backup" in caught.value.hint
    assert (tmp_path / "batches.sqlite3").read_bytes() == content, "it is left for whoever mends it"


def test_damaged_pages_are_an_error_when_they_are_met(tmp_path):
    with Journal(tmp_path) as journal:
        kept = written(journal, jobs=200)
    path = tmp_path / "batches.sqlite3"
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xaa" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(LocalFailure, match="damaged"), Journal(tmp_path) as journal:
        for job in journal.jobs(kept.key):
            journal.rows(job)


def test_damaged_rows_are_an_error(journal):
    kept = written(journal)
    journal._database.execute("UPDATE jobs SET rows = X'00'")
    with pytest.raises(LocalFailure, match="damaged: job 1"):
        journal.rows(journal.jobs(kept.key)[0])


def test_a_newer_journal_is_left_alone(tmp_path):
    Journal(tmp_path).close()
    database = sqlite3.connect(tmp_path / "batches.sqlite3")
    database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    database.close()
    with pytest.raises(LocalFailure, match="newer eclips"):
        Journal(tmp_path)


def test_opening_twice_migrates_once(tmp_path):
    with Journal(tmp_path) as first, Journal(tmp_path) as second:
        written(first)
        assert second.submission("k7f3q2").rows == 6


def test_a_locked_journal_says_so(tmp_path, monkeypatch):
    with Journal(tmp_path) as journal:
        written(journal)
        journal._database.execute("PRAGMA busy_timeout = 10")
        other = sqlite3.connect(journal.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LocalFailure, match="in use by another process"):
            journal.sending(journal.jobs("k7f3q2")[0], 1.0)


HOLDER = """
import sys, time
from pathlib import Path
from eclips_cli.records.journal import SubmissionLock
with SubmissionLock(Path(sys.argv[1]), "f" * 64, what="june.csv", since="10:42"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_names_its_holder_and_dies_with_it(tmp_path):
    lock = SubmissionLock(tmp_path / "locks", "f" * 64, what="june.csv", since="10:43")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path / "locks"], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LocalFailure, match=rf"working on june.csv \(process {holder.pid} since 10:42\)"):
            lock.__enter__()
        with SubmissionLock(tmp_path / "locks", "e" * 64, what="july.csv", since="x"):
            holder.send_signal(signal.SIGKILL)
            holder.wait()
        with lock:
            assert stat.S_IMODE(next((tmp_path / "locks").glob("f*")).stat().st_mode) == 0o600
