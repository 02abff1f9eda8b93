"""A server, a clock that only moves when something sleeps, and a desk between them."""

import io
from pathlib import Path

import pytest

from eclips_cli.api import EclipsClient
from eclips_cli.commands.batches._record import Order
from eclips_cli.commands.batches._submissions import Desk
from eclips_cli.commands.batches.plan import choose_mapping
from eclips_cli.records.journal.records import Target
from eclips_cli.sheets import open_rows
from tests.commands.batches.server import running

KEY = "eck_live_0123456789abcdef0123456789abcdef"


class FakeClock:
    """Moves when something sleeps; `on_sleep` may let the world change meanwhile."""

    def __init__(self):
        self.at, self.slept, self.on_sleep = 1_780_736_400.0, [], lambda: None

    def now(self):
        return self.at

    def monotonic(self):
        return self.at

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.at += seconds
        self.on_sleep()


@pytest.fixture
def server():
    with running() as server:
        yield server


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def desks(server, clock, tmp_path):
    """Makes a desk, as a new process would have; `desk.notes` and `desk.sent` are what it told."""
    opened = []

    def make(folder: Path | None = None, profile="default", **options):
        notes, sent = [], []
        client = EclipsClient(KEY, base_url=server.url, clock=clock)
        desk = Desk(
            folder or tmp_path / "state", lambda: client, clock, Target(profile, server.url),
            note=notes.append, on_job=lambda _, job: sent.append(job), **options,
        )  # fmt: skip
        desk.notes, desk.sent = notes, sent
        opened.append((desk, client))
        return desk

    yield make
    for desk, client in opened:
        desk.close()
        client.close()


@pytest.fixture
def desk(desks):
    return desks()


def csv_of(count, first=0):
    return "number,vendor\n" + "".join(f"INV-{n:04},Vendor {n % 7}\n" for n in range(first, first + count))


def order(
    desk, text=None, *, count=1203, name="June", template="Process {number}", agent="ap_specialist", **more
):
    source = open_rows(io.BytesIO((text or csv_of(count)).encode()), **more)
    mapping = choose_mapping(source, template=template)
    place = desk.place
    return Order(source, mapping, name, agent, place.profile, place.base_url)


def expected(count):
    return [f"Process INV-{n:04}" for n in range(count)]


def failing(*numbers):
    """Rows with these invoice numbers fail, the others complete."""
    bad = {f"Process INV-{number:04}" for number in numbers}
    return lambda _index, row: (
        {"status": "failed", "error_message": "no"} if row["task"] in bad
        else {"status": "completed", "result": "ok", "error_message": None}
    )  # fmt: skip
