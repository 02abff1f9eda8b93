"""Forwarding: each transition exactly once and in order, whatever moves, breaks or is restarted meanwhile."""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from eclips_cli.api import EclipsClient, WaitBudget
from eclips_cli.commands.webhooks._deliverer import IN_A_ROW, NOES, Deliverer, DeliverySender
from eclips_cli.commands.webhooks._forward_state import ForwardState, TargetLock
from eclips_cli.commands.webhooks._outbox import Outbox
from eclips_cli.commands.webhooks._target import ForwardTarget
from eclips_cli.commands.webhooks._transitions import LOOK_BACK, SINGLES, WAITING_SINGLES, TransitionWatch
from eclips_cli.commands.webhooks.forward import Forwarding
from eclips_cli.credentials.settings import load
from eclips_cli.errors import LocalFailure, NetworkError
from eclips_cli.output.output import Output
from tests.api.conftest import KEY, FakeClock, longest
from tests.commands.webhooks.conftest import SECRET
from tests.commands.webhooks.world import World
from tests.servers.raw import close_now, json_reply, reply

HOUR, DAY = 3600.0, 86400.0
TO = "http://localhost:3000"


class Machine:
    """A machine on which forwarders are started and stopped; the time is the test's."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.world = World(self.clock.now)
        self.path = folder / "outbox.db"
        self.client = EclipsClient(
            KEY, base_url=self.world.api, clock=self.clock, uniform=longest, max_retries=0
        )
        self.hook = self.world.hook

    def forward(self, since: float | None = None) -> Forward:
        return Forward(self, since)


class Forward:
    """A forwarder as a new process would have it; `step` is one look and what can be delivered then."""

    def __init__(self, machine: Machine, since: float | None) -> None:
        self.machine = machine
        self.outbox = Outbox(machine.path)
        self.watch = TransitionWatch(machine.client, self.outbox)
        if since is not None or self.outbox.fact("mark") is None:
            self.watch.begin(None if since is None else lambda now: now - since)
        sender = DeliverySender(machine.hook, lambda _request: None)
        self.deliverer = Deliverer(self.outbox, sender, SECRET.encode(), machine.client)

    def step(self, seconds: float = 2.0) -> list[dict[str, Any]]:
        self.machine.clock.passed += seconds
        self.watch.look()
        return list(self.deliverer.turn())

    def stop(self) -> None:
        self.outbox.close()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    with machine.world:
        yield machine
    machine.client.close()


def test_from_now_on_and_what_a_delivery_says(machine: Machine) -> None:
    world = machine.world
    world.end(world.start("past", age=60))
    world.stop_for_a_person(world.start("waits", age=3 * DAY))
    world.start("goes on", age=5 * DAY)
    forward = machine.forward()
    assert forward.step() == []
    world.end("goes on")
    world.end(world.start("new"), "failed")
    world.end(world.start("given up"), "cancelled")
    done = forward.step()
    assert world.told() == [("goes on", "completed"), ("new", "failed")]
    assert [(row["state"], row["status"], row["tries"]) for row in done] == [("delivered", 200, 1)] * 2
    world.end("waits")
    forward.step()
    assert world.told()[2:] == [("waits", "completed")] and forward.step() == []
    said = world.got[0].json
    assert list(said) == ["event", "run_id", "agent_type", "organization_id", "timestamp", "data"]
    assert said["agent_type"] == "payroll" and said["data"] == {
        "output": {"of": "goes on"}, "confidence_score": 0.9, "requires_triage": False, "triage_item_id": None,
        "error": None,
    }  # fmt: skip


def test_a_wait_for_a_person_also_one_that_nobody_saw(machine: Machine) -> None:
    world, forward = machine.world, machine.forward()
    for name in ("a", "b", "c"):
        world.start(name)
    world.stop_for_a_person("a")
    forward.step()
    assert world.told() == [("a", "triage_required")]
    assert world.got[0].json["data"]["triage_item_id"] == "item-a"
    world.end("a")
    world.end(world.stop_for_a_person("b"), "completed")
    world.end(world.stop_for_a_person("c"), "cancelled")
    forward.step()
    told = world.told()[1:]
    assert Counter(told) == Counter(
        [("a", "completed"), ("b", "triage_required"), ("b", "completed"), ("c", "triage_required")]
    )
    assert told.index(("b", "triage_required")) < told.index(("b", "completed"))


def waits(world: World) -> list[tuple[str, str]]:
    return [
        (got.json["run_id"], got.json["data"]["triage_item_id"])
        for got in world.got
        if got.json["event"] == "run.triage_required"
    ]


def test_a_second_wait_before_the_next_look(machine: Machine) -> None:
    world = machine.world
    waited = [
        world.stop_for_a_person(world.start(name)) for name in ("then seen", "then ended", "then neither")
    ]
    machine.clock.passed += 1
    forward = machine.forward()
    forward.step()
    for name in waited:
        world.stop_for_a_person(name, item=f"second of {name}")
    world.end("then ended")
    forward.step()
    wanted = [(name, f"second of {name}") for name in waited]
    assert sorted(waits(world)) == sorted(wanted)
    forward.stop()
    for name in ("then seen", "then neither"):
        machine.clock.passed += 1
        world.stop_for_a_person(name, item=f"third of {name}")
    world.end(world.go_on("then neither"))
    forward = machine.forward()
    for _ in range(3):
        forward.step()
    wanted += [("then seen", "third of then seen"), ("then neither", "third of then neither")]
    assert sorted(waits(world)) == sorted(wanted)
    assert [told for told in world.told() if told[1] == "completed"] == [
        ("then ended", "completed"), ("then neither", "completed"),
    ]  # fmt: skip


def test_a_wait_whose_item_shows_later_is_the_same_wait(machine: Machine) -> None:
    world, forward = machine.world, machine.forward()
    machine.clock.passed += 1
    world.stop_for_a_person(world.start("a"))
    item = world.items.pop("a")
    forward.step()
    world.items["a"] = item
    forward.step()
    world.stop_for_a_person("a", item="second")
    forward.step()
    assert waits(world) == [("a", None), ("a", "second")]


def test_many_that_wait_are_asked_for_a_few_at_a_time(machine: Machine) -> None:
    world = machine.world
    names = [world.stop_for_a_person(world.start(f"w{number}")) for number in range(WAITING_SINGLES * 2 + 1)]
    machine.clock.passed += 1
    forward = machine.forward()
    forward.step()
    before = len(world.asked)
    forward.step()
    assert len(world.asked) - before == 1 + WAITING_SINGLES
    world.stop_for_a_person(names[-1], item="second")
    for _ in range(3):
        forward.step()
    assert waits(world) == [(names[-1], "second")]


def test_a_wait_that_was_over_when_forwarding_began_is_no_news(machine: Machine) -> None:
    world = machine.world
    world.stop_for_a_person(world.start("a", age=HOUR), age=HOUR / 2)
    world.go_on("a")
    forward = machine.forward()
    forward.step()
    world.end("a")
    forward.step()
    assert world.told() == [("a", "completed")]


def test_a_run_that_is_dated_ahead_deafens_nobody(machine: Machine) -> None:
    world, forward = machine.world, machine.forward()
    world.end(world.start("ahead", age=-30 * DAY))
    forward.step()
    world.end(world.start("later"))
    forward.step()
    forward.stop()
    world.end(world.start("while it was down"))
    forward = machine.forward()
    forward.step()
    world.end(world.start("after"))
    forward.step()
    names = ["ahead", "later", "while it was down", "after"]
    assert world.told() == [(name, "completed") for name in names]


def test_one_that_was_deaf_already_hears_again(machine: Machine) -> None:
    world, forward = machine.world, machine.forward()
    world.end(world.start("told"))
    forward.step()
    forward.outbox.looked(machine.clock.now() + 30 * DAY, machine.clock.now() + 29 * DAY)
    world.end(world.start("missed"))
    forward.stop()
    machine.clock.passed += DAY
    machine.forward().step()
    assert world.told() == [("told", "completed"), ("missed", "completed")]


def test_a_machine_that_slept_goes_by_the_server_s_clock(machine: Machine) -> None:
    world, forward = machine.world, machine.forward()
    forward.step()
    machine.clock.wall += 8 * HOUR  # while its monotonic clock stood still
    world.end(world.start("meanwhile"))
    forward.step()
    assert world.told() == [("meanwhile", "completed")]
    assert (forward.outbox.fact("mark") or 0.0) > machine.clock.now() - 60


def test_a_look_that_is_cut_off_is_gone_on_with(machine: Machine) -> None:
    """Stopped while a backlog is read, one GET a run: what was read is not read again, and the order holds."""
    from eclips_cli.errors import EclipsError

    world, forward = machine.world, machine.forward()
    names = [world.start(f"r{number}") for number in range(40)]
    machine.clock.passed += 100
    shuffled = random.Random(7).sample(names, len(names))
    for age, name in enumerate(reversed(shuffled)):
        world.end(name, age=float(age))
    world.broken_after, world.broken = 25, [reply(500)] * 100
    with pytest.raises(EclipsError):
        forward.watch.look()
    forward.stop()
    world.broken = []
    machine.forward().step()
    assert world.told() == [(name, "completed") for name in shuffled]
    read = Counter(target for target in world.asked if "/v1/runs/" in target)
    assert len(read) == 40 and sum(read.values()) == 41


def test_deliveries_come_in_the_order_in_which_it_happened(machine: Machine) -> None:
    world, forward = machine.world, machine.forward()
    names = [world.start(f"r{number}") for number in range(30)]
    machine.clock.passed += 100
    shuffled = random.Random(4).sample(names, len(names))
    for age, name in enumerate(reversed(shuffled)):
        world.end(name, age=float(age))
    forward.step()
    assert [name for name, _ in world.told()] == shuffled


def test_lists_that_grow_while_they_are_read(machine: Machine) -> None:
    world, forward = machine.world, machine.forward()
    for number in range(230):
        world.start(f"r{number}")
    forward.step()

    def grow() -> None:
        for _ in range(7):
            world.end(world.start(f"late{len(world.runs)}"))

    world.before_page = grow
    for number in range(230):
        world.end(f"r{number}")
    forward.step()
    world.before_page = lambda: None
    while forward.step():
        pass
    assert len(world.told()) == len(world.runs) and set(Counter(world.told()).values()) == {1}


def test_many_runs_that_are_old_and_open(machine: Machine) -> None:
    world = machine.world
    names = [world.start(f"old{number}", age=3 * DAY) for number in range(SINGLES * 3)]
    forward = machine.forward()
    for number in range(150):
        world.end(world.start(f"new{number}", age=2 * DAY), age=DAY)
    forward.step()
    assert world.told() == []
    for name in names:
        world.end(name)
    for _ in range(4):
        forward.step()
    assert Counter(world.told()) == Counter((name, "completed") for name in names)


def test_a_restart_goes_on_where_it_stopped(machine: Machine) -> None:
    world = machine.world
    for name in ("a", "b", "c"):
        world.start(name)
    forward = machine.forward()
    world.end("a")
    forward.step()
    forward.stop()
    world.end("b", "failed")
    machine.clock.passed += 3 * DAY
    world.end(world.start("d"))
    machine.forward().step()
    assert world.told() == [("a", "completed"), ("b", "failed"), ("d", "completed")]


def test_since(machine: Machine) -> None:
    world = machine.world
    machine.clock.passed += 10 * DAY
    world.end(world.start("too old", age=LOOK_BACK + 5 * HOUR), age=HOUR / 2)
    world.end(world.start("long one", age=3 * DAY), age=HOUR)
    world.stop_for_a_person(world.start("waits", age=2 * DAY), age=HOUR / 3)
    world.end(world.start("before", age=4 * HOUR), age=3 * HOUR)
    world.stop_for_a_person(world.start("waited before", age=4 * HOUR), age=3 * HOUR)
    world.end(world.start("after", age=2 * HOUR), "failed", age=HOUR / 4)
    first = machine.forward(since=2 * HOUR)
    first.step()
    wanted = [("long one", "completed"), ("waits", "triage_required"), ("after", "failed")]
    assert world.told() == wanted
    world.end("waited before")
    first.step()
    first.stop()
    again = machine.forward(since=2 * HOUR)
    again.step()
    assert world.told() == [*wanted, ("waited before", "completed")]
    again.stop()
    machine.forward(since=3.5 * HOUR).step()
    assert Counter(world.told()[4:]) == Counter(
        [("before", "completed"), ("waited before", "triage_required")]
    )


def test_since_now_drops_what_was_left(machine: Machine) -> None:
    world, forward = machine.world, machine.forward()
    world.answers = [close_now]
    world.end(world.start("a"))
    forward.step()
    forward.stop()
    machine.clock.passed += HOUR
    fresh = machine.forward(since=0.0)
    world.end(world.start("b"))
    fresh.step()
    assert world.told() == [("a", "completed"), ("b", "completed")]


def test_a_receiver_that_is_down_loses_nothing_and_keeps_the_order(machine: Machine) -> None:
    world = machine.world
    machine.hook = "http://127.0.0.1:9/"
    forward = machine.forward()
    for number in range(3):
        world.end(world.start(f"r{number}"))
        assert forward.step() == []
    assert "refused" in forward.deliverer.trouble
    forward.stop()
    machine.hook = world.hook
    world.answers = [close_now, reply(500)]
    forward = machine.forward()
    tries = [len(forward.step(40.0)) for _ in range(4)]
    assert tries == [0, 0, 3, 0]
    assert world.told() == [("r0", "completed")] * 3 + [("r1", "completed"), ("r2", "completed")]
    assert len({got.json["timestamp"] for got in world.got[:3]}) == 3


def test_pauses_grow_and_nothing_is_sent_meanwhile(machine: Machine) -> None:
    world, forward = machine.world, machine.forward()
    world.answers = [reply(503)] * 5
    world.end(world.start("a"))
    counts = []
    for _ in range(32):
        forward.step(1.0)
        counts.append(len(world.got))
    assert [counts.index(number) for number in range(1, 7)] == [0, 1, 3, 7, 15, 31]


def test_a_no_is_given_up_in_the_end_and_the_next_one_has_its_turn(machine: Machine) -> None:
    world, forward = machine.world, machine.forward()
    world.answers = [reply(400)] * NOES
    world.end(world.start("a"))
    world.end(world.start("b"))
    rows = [row for _ in range(NOES + 1) for row in forward.step(60.0)]
    assert [(row["run_id"], row["state"], row["status"]) for row in rows] == [
        ("a", "given up", 400), ("b", "delivered", 200),
    ]  # fmt: skip
    assert forward.step(60.0) == []


def test_an_api_that_breaks_in_the_middle_of_a_look(machine: Machine) -> None:
    from eclips_cli.errors import EclipsError

    world, forward = machine.world, machine.forward()
    names = [world.end(world.start(f"r{number}")) for number in range(4)]
    for broken in ([reply(502)], [reply(502)] * 2, [json_reply({"data": []}), reply(500)]):
        world.broken = broken
        machine.clock.passed += 2
        try:
            forward.watch.look()
        except EclipsError:
            continue
    world.broken = []
    forward.step()
    assert Counter(world.told()) == Counter((name, "completed") for name in names)


def test_a_run_that_vanishes_is_forgotten(machine: Machine) -> None:
    world = machine.world
    world.start("old", age=DAY)
    forward = machine.forward()
    world.runs.clear()
    forward.step()
    before = len(world.asked)
    forward.step()
    assert not any("/old" in target for target in world.asked[before:])


@pytest.mark.parametrize("seed", range(5))
def test_anything_in_any_order(machine: Machine, seed: int) -> None:
    """Runs begin, stop, end; forwarders and receivers come and go: each transition is delivered once, in order."""
    luck, world = random.Random(seed), machine.world
    for number in range(5):
        world.start(f"old{number}", age=luck.uniform(0, 3 * DAY))
    forward = machine.forward()
    happened: list[tuple[str, str]] = []

    def move() -> None:
        open_runs = [run["id"] for run in world.runs if run["status"] in ("running", "pending_triage")]
        kind = luck.choice(["start", "start", "stop", "end", "end"])
        if kind == "start" or not open_runs:
            world.start(f"r{len(world.runs)}")
            return
        name = luck.choice(open_runs)
        if kind == "stop" and name not in world.items:
            world.stop_for_a_person(name)
            happened.append((name, "triage_required"))
        elif kind == "end":
            status = luck.choice(["completed", "failed", "cancelled"])
            world.end(name, status)
            if status != "cancelled":
                happened.append((name, status))

    world.before_page = move
    for _ in range(40):
        for _ in range(luck.randrange(4)):
            machine.clock.passed += luck.uniform(0, 50)
            move()
        if luck.random() < 0.2:
            forward.stop()
            forward = machine.forward()
        forward.step(luck.uniform(0, 90))
    world.before_page = lambda: None
    for _ in range(4):
        forward.step(90)
    told = world.told()
    assert Counter(told) == Counter(happened)
    for name in {name for name, _ in told}:
        assert [event for run, event in told if run == name] == [
            event for run, event in happened if run == name
        ]


def test_one_forwarder_a_target(tmp_path: Path) -> None:
    one = TargetLock(tmp_path / "a.lock", "http://127.0.0.1:1/")
    with one, pytest.raises(LocalFailure, match="another eclips forwards to"):  # noqa: SIM117
        with TargetLock(tmp_path / "a.lock", "http://127.0.0.1:1/"):
            pass
    with TargetLock(tmp_path / "a.lock", "x"), TargetLock(tmp_path / "b.lock", "y"):
        pass


def state_of(to: str, environ: dict[str, str], options: dict[str, str] | None = None) -> ForwardState:
    settings = load({"base_url": "https://gw.example"} if options is None else options, environ)
    return ForwardState.of(settings, environ, to, ForwardTarget.parse(to), only_showing=False)


SPELLINGS = (
    ("http://localhost:3000/hook", "http://127.0.0.1:3000/hook", "http://[::1]:3000/hook", "HTTP://LocalHost:3000/hook",
     "http://[0:0:0:0:0:0:0:1]:3000/hook", "http://me:canary@127.0.0.1:3000/hook",
     "http://localhost:3000/%68ook", "http://localhost:3000/a/../hook", "http://localhost:3000/hook#part"),
    ("https://app.example", "https://app.example/", "https://APP.example:443/"),
    ("https://app.example/hook?a=%c3%bc", "https://app.example:443/hook?a=%C3%BC"),
)  # fmt: skip
OTHERS = ("http://localhost:3001/hook", "http://127.0.0.2:3000/hook", "http://localhost:3000/hook/", "https://localhost:3000/hook",
          "http://localhost:3000/hook?a=1", "http://localhost:3000/Hook")  # fmt: skip


@pytest.mark.parametrize("same", SPELLINGS)
def test_one_receiver_has_one_outbox_and_one_lock_however_it_is_spelled(
    tmp_path: Path, same: tuple[str, ...]
) -> None:
    environ = {"HOME": str(tmp_path)}
    states = [state_of(to, environ) for to in same]
    assert len({(state.outbox, state.lock) for state in states}) == 1
    assert not {state_of(to, environ).outbox for to in OTHERS} & {states[0].outbox}
    assert not any("canary" in state.shown for state in states)


def test_an_outbox_of_one_spelling_is_taken_over(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path)}
    state = state_of("http://127.0.0.1:3000/hook", environ)
    assert state.former is not None
    before = Outbox(state.former)
    before.looked(5.0, 0.0)
    now = Outbox(state.opened())
    assert now.fact("mark") == 5.0 and not state.former.exists()
    assert state.opened() == state.outbox
    before.close()
    now.close()


@pytest.mark.parametrize(
    "spelled", ["https://GW.example", "HTTPS://gw.example:443/", " https://gw.example// "]
)
@pytest.mark.parametrize("source", ["option", "environment"])
def test_another_spelling_of_the_address_is_the_same_outbox(
    tmp_path: Path, spelled: str, source: str
) -> None:
    def path(url: str) -> Path:
        environ = {"HOME": str(tmp_path)} | ({"ECLIPS_BASE_URL": url} if source == "environment" else {})
        return state_of(TO, environ, {"base_url": url} if source == "option" else {}).outbox

    assert path(spelled) == path("https://gw.example")
    assert path("https://other.example") != path("https://gw.example")


@pytest.mark.parametrize(
    "spoil", [lambda path: path.write_bytes(b"no database" * 500), lambda path: path.mkdir()]
)
def test_an_outbox_that_cannot_be_used(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    spoil(tmp_path / "outbox.db")
    with pytest.raises(LocalFailure, match="outbox"):
        Outbox(tmp_path / "outbox.db")


def forwarding(machine: Machine, max_outage: float) -> tuple[Forwarding, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    output = Output(environ={}, stdin=io.StringIO(), stdout=out, stderr=err)
    sender = DeliverySender(machine.hook, lambda _request: None)
    budget = WaitBudget(machine.clock, max_outage, say=output.note, doing="watching", uniform=longest)
    return Forwarding(machine.client, sender, SECRET.encode(), output, budget), out, err


def test_an_outage_of_the_api_is_survived_for_as_long_as_allowed(machine: Machine) -> None:
    world, clock = machine.world, machine.clock
    ours, out, err = forwarding(machine, 60.0)
    sleep, naps = clock.sleep, iter(range(1000))

    def live_on(seconds: float) -> None:
        nap = next(naps)
        if nap == 1:
            world.broken = [reply(502)] * 5
            world.end(world.start("a"))
        if nap == 20:
            world.broken = [close_now] * 1000
        sleep(seconds)

    clock.sleep = live_on  # type: ignore[method-assign]
    place = ForwardState(machine.hook, machine.path, machine.path.with_suffix(".lock"))
    with pytest.raises(NetworkError):
        ours.run(place, None)
    assert 75 < clock.passed < 90 and world.told() == [("a", "completed")]
    assert json.loads(out.getvalue())["run_id"] == "a" and "502" in err.getvalue()


@pytest.mark.parametrize("after", [0, 2])
def test_trouble_while_it_begins_is_survived_too(machine: Machine, after: int) -> None:
    world, clock = machine.world, machine.clock
    ours, _, err = forwarding(machine, 60.0)
    world.broken, world.broken_after = [reply(502)] * 3 + [close_now] * 3, after
    sleep, naps = clock.sleep, iter(range(1000))

    def live_on(seconds: float) -> None:
        if "what happens from" in err.getvalue() and next(naps) == 1:
            raise KeyboardInterrupt
        sleep(seconds)

    clock.sleep = live_on  # type: ignore[method-assign]
    place = ForwardState(machine.hook, machine.path, machine.path.with_suffix(".lock"))
    with pytest.raises(KeyboardInterrupt):
        ours.run(place, None)
    assert not world.broken and "was answered 502; watching goes on" in err.getvalue()


def test_one_that_was_under_way_is_named(machine: Machine) -> None:
    world, forward = machine.world, machine.forward()
    world.answers = [close_now]
    world.end(world.start("a"))
    forward.step()
    forward.stop()
    ours, out, err = forwarding(machine, 60.0)
    machine.clock.passed += 5

    def stop(_seconds: float) -> None:
        raise KeyboardInterrupt

    machine.clock.sleep = stop  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        ours.run(ForwardState(machine.hook, machine.path, machine.path.with_suffix(".lock")), None)
    assert "run.completed of run a was being sent" in err.getvalue() and "may come twice" in err.getvalue()
    said = json.loads(out.getvalue())
    assert (said["run_id"], said["tries"], said["in_doubt"]) == ("a", 2, True)


def test_a_backlog_is_worked_off_without_a_rest(machine: Machine) -> None:
    world, forward = machine.world, machine.forward()
    names = [world.end(world.start(f"r{number}")) for number in range(IN_A_ROW * 2 + 1)]
    forward.stop()
    ours, _out, _err = forwarding(machine, 60.0)

    def stop(_seconds: float) -> None:
        raise KeyboardInterrupt

    machine.clock.sleep = stop  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        ours.run(ForwardState(machine.hook, machine.path, machine.path.with_suffix(".lock")), None)
    assert world.told() == [(name, "completed") for name in names]
