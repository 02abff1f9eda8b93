"""A server, a clock that only moves when something sleeps, and a machine between them."""

import io
from pathlib import Path

import pytest

from eclips_cli.api import EclipsClient, WaitBudget
from eclips_cli.commands.batches._canceller import Canceller
from eclips_cli.commands.batches._credits import CreditLimits, Credits, looked
from eclips_cli.commands.batches._follow import followed
from eclips_cli.commands.batches._record import Order
from eclips_cli.commands.batches._results import joiner, outcomes
from eclips_cli.commands.batches._retry_from_file import ForeignBatch
from eclips_cli.commands.batches._send import Sender
from eclips_cli.commands.batches._submissions import Submissions
from eclips_cli.commands.batches._submitting import SubmitChoices, submit_order
from eclips_cli.commands.batches._view import described
from eclips_cli.commands.batches.plan import choose_mapping
from eclips_cli.commands.batches.plan.decision import OnDuplicate
from eclips_cli.commands.batches.retry import retry_failed
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


class Machine:
    """The batch commands' own steps on one machine, without a command line; `notes` and `sent` are what they told."""

    def __init__(self, folder, client, clock, profile, sender):
        self.submissions = Submissions(folder, Target(profile, client.base_url), clock)
        self.client, self.clock, self.target, self.sender_class = (
            client,
            clock,
            self.submissions.target,
            sender,
        )
        self.notes, self.sent = [], []

    @property
    def journal(self):
        return self.submissions.journal

    def credits(self, keep=None, max_credits=None, price=None):
        ask = lambda: self.client.usage.summary().json  # noqa: E731
        return Credits(self.submissions, ask, lambda: looked(ask), CreditLimits(keep, max_credits, price))

    def sender(self, keep=None, in_flight=1, max_credits=None, price=1):
        floor = self.credits(keep, max_credits, price)
        return self.sender_class(
            self.submissions, lambda: self.client, gate=floor, in_flight=in_flight,
            note=self.notes.append, on_job=lambda _, job: self.sent.append(job),
        )  # fmt: skip

    def submit(self, order, *, again=False, **options):
        asked = SubmitChoices(OnDuplicate.SEND if again else OnDuplicate.STOP, note=self.notes.append)
        (sent,) = submit_order(self.submissions, self.sender(**options), order, asked).sent
        return sent

    def resume(self, submission, **options):
        with self.submissions.lock_of(submission):
            return self.sender(**options).finish(submission)

    def retry(self, reference, statuses=("failed",), approve=lambda *_: None):
        batches = lambda: self.client.batches  # noqa: E731
        return retry_failed(self.submissions, batches, self.sender(), reference, statuses, approve)

    def retry_from_file(self, batch_id, source, mapping, approve=lambda *_: None):
        foreign = ForeignBatch(
            self.submissions, self.client.batches, batch_id, source, mapping, note=self.notes.append
        )
        return foreign.retry(self.sender(), approve)

    def cancel(self, reference):
        return list(Canceller(self.submissions, lambda: self.client, self.notes.append).cancel(reference))

    def follow(self, references, *, through_triage=False, **budget):
        within = WaitBudget(self.submissions.clock, say=self.notes.append, **budget)
        return followed(
            self.submissions, lambda: self.client, references, within, through_triage=through_triage
        )

    def outcomes(self, reference):
        joined = joiner(self.submissions, self.client.batches)
        return outcomes(self.submissions, self.client.batches, reference, joined)

    def jobs(self, submission):
        return self.submissions.jobs(submission)

    def unfinished(self):
        return self.submissions.unfinished()

    def history(self):
        return [described(one, self.jobs(one)) for one in self.submissions.known()]


@pytest.fixture
def machines(server, clock, tmp_path):
    """Makes a machine's steps, as a new process would have them."""
    opened = []

    def make(folder: Path | None = None, profile="default", sender=Sender, key=KEY):
        client = EclipsClient(key, base_url=server.url, clock=clock)
        opened.append(Machine(folder or tmp_path / "state", client, clock, profile, sender))
        return opened[-1]

    yield make
    for machine in opened:
        machine.submissions.close()
        machine.client.close()


@pytest.fixture
def machine(machines):
    return machines()


def csv_of(count, first=0):
    return "number,vendor\n" + "".join(f"INV-{n:04},Vendor {n % 7}\n" for n in range(first, first + count))


def order(
    machine, text=None, *, count=1203, name="June", template="Process {number}", agent="ap_specialist", **more
):
    source = open_rows(io.BytesIO((text or csv_of(count)).encode()), **more)
    mapping = choose_mapping(source, template=template)
    target = machine.target
    return Order(source, mapping, name, agent, target.profile, target.base_url)


def expected(count, first=0):
    return [f"Process INV-{n:04}" for n in range(first, first + count)]


def failing(*numbers):
    """Rows with these invoice numbers fail, the others complete."""
    bad = {f"Process INV-{number:04}" for number in numbers}
    return lambda _index, row: (
        {"status": "failed", "error_message": "no"} if row["task"] in bad
        else {"status": "completed", "result": "ok", "error_message": None}
    )  # fmt: skip
