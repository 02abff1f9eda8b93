"""The fault matrix: every command that talks to the API meets everything that can go wrong there."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

from eclips_cli import app
from eclips_cli.commands._entries import Leaf
from tests.faults.faults import BY_ID, EVERY, FAULTS, OK, REDIRECTED, RULES, Place, Rule
from tests.faults.healthy import Healthy
from tests.faults.rows import CHANGE, LOCAL, ON_A_TERMINAL, READ, ROWS, STREAM, WATCH, Row
from tests.faults.running import Ran, run
from tests.servers.raw import Action, RawServer, Received

KEY = "eck_live_canary_0123456789abcdef"
RETRIES, SLOW_RETRIES = 2, 1
PATIENT, SHORT = "20", "0.3"
OUTAGE, SHORT_OUTAGE = "30s", "8s"


@pytest.fixture(scope="module", autouse=True)
def elsewhere() -> Iterator[None]:
    """The host that redirects point to: at the end, nobody must have come."""
    with REDIRECTED:
        yield
    assert REDIRECTED.requests == []


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


ALIKE = {
    "422": "400",
    "403 plan": "403 scope",
    "503": "500",
    "200 of HTML": "truncated JSON",
    "name unknown": "refused",
    "connect timeout": "refused",
    "502 of HTML": "500",
    "reset unread": "reset after reading",
}
"""faults that differ in words alone from another one: once for each kind of command, and wherever a row names them"""
ALIKE_TO_READ = {"read timeout": "reset after reading"}
"""the same for what only reads: no time that it was given passes meanwhile, and nothing may have been accepted"""
ONCE = ("30 MB", "certificate untrusted")
"""faults that are dear, and the transport's alone: met by the first row of each kind"""
FIRST = [next(row for row in ROWS if row.kind == kind) for kind in dict.fromkeys(row.kind for row in ROWS)]


def _differs(row: Row, fault: str) -> bool:
    """Whether a row is where this fault takes a way of its own through the code."""
    alike = fault in (*ALIKE, *ONCE) or (row.kind == READ and fault in ALIKE_TO_READ)
    return not alike or row in FIRST or fault in row.instead or fault in row.tries


CASES = [
    pytest.param(row, fault, id=f"{row.name}: {fault}")
    for row in ROWS
    for fault in FAULTS
    if fault not in row.skip
    and (row.by_id or fault not in BY_ID)
    and _differs(row, fault)
    and not (fault == "30 MB" and row.note)  # once a command is enough of those
]


@pytest.mark.parametrize(("row", "fault"), CASES)
def test_a_fault(row: Row, fault: str, tmp_path: Path) -> None:
    with _placed(row, fault) as place:
        ran = _run(row, fault, place, tmp_path)
    rule = RULES[fault]
    code = row.instead.get(fault, _code(row, rule))
    count = row.troubles(fault, code) if code != OK and row.talks else 0
    assert ran.code == code, (ran.err, ran.out[:300])
    _check_errors(ran, count, row)
    _check_result(ran, row, code)
    _check_tries(row, fault, place)
    if fault == "429 with Retry-After" and row.counts and row.kind in (READ, CHANGE):
        assert ran.clock.slept == [7.0] * RETRIES * row.times


@contextmanager
def _placed(row: Row, fault: str) -> Iterator[Place]:
    """Where the command is sent: a healthy API but for the requests that the fault is meant for."""
    somewhere = FAULTS[fault].place
    if somewhere is not None:
        with somewhere() as place:
            yield place
        return
    api = Healthy(running=row.running, runs=row.runs, failing=row.failing)
    hit: list[Received] = []
    let_through = iter(range(row.after))

    def answer(request: Received) -> Action:
        if not row.is_meant(request) or next(let_through, None) is not None:
            return api(request)
        spoil = FAULTS[place.fault].spoil if place.fault else None
        hit.append(request)
        return spoil(request, api) if spoil is not None else api(request)

    with RawServer(answer=answer) as server:
        place = Place(server.url, hit)
        yield place


def _run(row: Row, name: str, place: Place, tmp_path: Path) -> Ran:
    for file, content in row.files.items():
        (tmp_path / file).write_text(content)
    env = {"HOME": str(tmp_path), "ECLIPS_API_KEY": KEY, "ECLIPS_BASE_URL": place.url}
    if row.before:
        place.fault = row.before_fault
        run([word.format(tmp=tmp_path) for word in row.before], env)
        place.requests.clear()
    place.fault = name
    slow = FAULTS[name].slow
    argv = [*row.argv, "--quiet", "-o", "json"]
    if row.kind not in (READ, CHANGE):  # given, it is for them, too
        argv += ["--max-outage", SHORT_OUTAGE if slow else OUTAGE]
    argv += ["--request-timeout", SHORT if slow else PATIENT]
    argv += ["--max-retries", str(SLOW_RETRIES if slow else RETRIES)]
    return run([word.replace("{tmp}", str(tmp_path)) for word in argv], env, stdin=row.stdin)


def _code(row: Row, rule: Rule) -> int:
    if row.kind == CHANGE:
        return rule.change[0]
    return OK if row.kind in (STREAM, WATCH) and rule.passing else rule.read[0]


def _check_errors(ran: Ran, count: int, row: Row) -> None:
    """So many errors, each in one line, as the format has it."""
    lines = ran.err.decode().splitlines()
    assert len(ran.errors) == count, ran.err
    assert [line for line in lines if line not in ran.errors and not row.may_say(line)] == []
    for line in ran.errors:
        error = json.loads(line)["error"]
        assert error["message"] and "Traceback" not in line and len(line) < 2000


def _check_result(ran: Ran, row: Row, code: int) -> None:
    """What is on stdout is whole, and there is nothing where nothing was found out."""
    if ran.out and not row.verbatim:
        assert json.loads(ran.out) is not None
    if code != OK and not row.speaks:
        assert ran.out == b""
    if code == OK and not row.silent:
        assert ran.out != b""


def _check_tries(row: Row, name: str, place: Place) -> None:
    """How often the server was asked; a change that may have been accepted is never sent again."""
    fault, rule = FAULTS[name], RULES[name]
    expected = (rule.change if row.kind == CHANGE else rule.read)[1]
    if expected == EVERY:
        expected = 1 + (SLOW_RETRIES if fault.slow else RETRIES)
    if fault.place is not None:
        assert place.requests == []
    seen = place.connections if fault.place is not None else place.requests
    if fault.place is not None and not place.knows_connections:
        return
    if not row.counts:
        assert len(seen) < 20
    elif name in row.tries:
        assert len(seen) == row.tries[name]
    elif row.kind in (READ, CHANGE):
        things = row.asks if row.asks and rule.read[0] == OK else row.troubles(name, _code(row, rule))
        assert len(seen) == expected * things
    elif not rule.passing:
        assert len(seen) == 1
    elif rule.read[0] != OK:
        assert 1 < len(seen) < 200


def test_the_rules_cover_the_faults() -> None:
    assert set(RULES) == set(FAULTS)


def _commands() -> set[str]:
    found = set()
    for noun, entry in app.TREE.items():
        if isinstance(entry, Leaf):
            found.add(noun)
        else:
            found |= {f"{noun} {verb}" for verb in entry.commands}
    return found


def test_every_command_is_in_the_matrix_or_sends_nothing() -> None:
    in_matrix = {row.command for row in ROWS}
    assert in_matrix & set(LOCAL) == set()
    assert in_matrix & set(ON_A_TERMINAL) == set()
    assert _commands() == in_matrix | set(LOCAL) | set(ON_A_TERMINAL)
    assert all(Path(where).exists() for where in ON_A_TERMINAL.values())


def test_what_is_called_local_opens_no_client() -> None:
    for name in LOCAL:
        noun, _, verb = name.partition(" ")
        entry = app.TREE[noun]
        leaf = entry if isinstance(entry, Leaf) else entry.commands[verb]
        module, _, function = leaf.function.partition(":")
        source = inspect.getsource(getattr(import_module(f"eclips_cli.commands.{module}"), function))
        assert not re.search(r"session\.(open_)?client", source), name
