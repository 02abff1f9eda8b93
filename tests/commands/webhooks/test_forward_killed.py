"""The kill matrix: SIGKILL in front of every write of a forwarder's outbox, and while the receiver has a delivery.

Started again, each transition has come exactly once: except the one delivery that was under way, which comes
twice, because its receiver alone knows that it had it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from eclips_cli.api import EclipsClient
from eclips_cli.commands.webhooks._deliverer import Deliverer, DeliverySender
from eclips_cli.commands.webhooks._outbox import Outbox
from eclips_cli.commands.webhooks._transitions import TransitionWatch
from tests.api.conftest import KEY
from tests.commands.webhooks.conftest import SECRET
from tests.commands.webhooks.killed import WRITES
from tests.commands.webhooks.world import World
from tests.servers.raw import Conversation, reply

ROOT = Path(__file__).resolve().parents[3]
HAPPENED = [("a", "completed"), ("b", "triage_required"), ("b", "completed")]
STEPS = 17
"""begin; a run known; what happened to one held thrice; sending and delivered for each; released, looked thrice"""


@pytest.fixture
def world() -> Iterator[World]:
    with World(time.time) as world:
        yield world


class Process:
    """A forwarder of `tests.commands.webhooks.killed`; `look` lets it look once, and says whether it survived."""

    def __init__(self, world: World, outbox: Path, step: int = 0) -> None:
        command = [
            sys.executable,
            "-m",
            "tests.commands.webhooks.killed",
            world.api,
            world.hook,
            str(outbox),
            str(step),
        ]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.alive = self._until("ready")
        self.writes = 0

    def look(self) -> None:
        if self.alive:
            assert self.process.stdin is not None
            self.process.stdin.write(b"look\n")
            self.process.stdin.flush()
            self.alive = self._until("looked")

    def end(self) -> int:
        self.process.communicate()
        return self.process.returncode

    def _until(self, word: str) -> bool:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(word.encode()):
                self.writes = int(line.split()[1]) if b" " in line else 0
                return True
        return False


def live_through(world: World, forwarder: Process) -> None:
    """What happens, and a look at each stage of it; the forwarder may die anywhere."""
    forwarder.look()
    world.start("c")
    world.end("a")
    world.stop_for_a_person("b")
    forwarder.look()
    world.end("b")
    forwarder.look()


def rerun(world: World, path: Path) -> None:
    """The same command in a new process's place."""
    outbox = Outbox(path)
    with EclipsClient(KEY, base_url=world.api) as client:
        watch = TransitionWatch(client, outbox)
        assert outbox.fact("mark") is not None
        for _ in range(2):
            watch.look()
            list(
                Deliverer(
                    outbox, DeliverySender(world.hook, lambda _request: None), SECRET.encode(), client
                ).turn()
            )
    outbox.close()


def begun(world: World) -> None:
    for name in ("a", "b"):
        world.start(name, age=10)


def test_the_steps_are_all_there_are(world: World, tmp_path: Path) -> None:
    begun(world)
    forwarder = Process(world, tmp_path / "outbox.db")
    live_through(world, forwarder)
    assert forwarder.writes == STEPS and forwarder.end() == 0
    assert world.told() == HAPPENED and len(WRITES) == 8


@pytest.mark.parametrize("step", range(2, STEPS + 1))
def test_killed_in_front_of_a_write(world: World, tmp_path: Path, step: int) -> None:
    begun(world)
    forwarder = Process(world, tmp_path / "outbox.db", step)
    live_through(world, forwarder)
    assert forwarder.end() == -signal.SIGKILL
    had = Counter(world.told())
    rerun(world, tmp_path / "outbox.db")
    told = Counter(world.told())
    assert set(told) == set(HAPPENED)
    twice = [one for one, times in told.items() if times == 2]
    assert len(twice) <= 1 and sum(told.values()) == 3 + len(twice)
    # only a delivery that had come by the time of the kill, and was not marked yet, may come again
    assert all(had[one] == 1 for one in twice)
    order = list(dict.fromkeys(world.told()))
    assert order == HAPPENED


@pytest.mark.parametrize("number", [1, 3])
def test_killed_while_the_receiver_has_it(world: World, tmp_path: Path, number: int) -> None:
    begun(world)
    process: list[Process] = []

    def kill(talk: Conversation) -> None:
        os.kill(process[0].process.pid, signal.SIGKILL)
        talk.close()

    world.answers = [reply(200)] * (number - 1) + [kill]
    process.append(Process(world, tmp_path / "outbox.db"))
    live_through(world, process[0])
    assert process[0].end() == -signal.SIGKILL
    rerun(world, tmp_path / "outbox.db")
    assert Counter(world.told()) == Counter(HAPPENED) + Counter([HAPPENED[number - 1]])
