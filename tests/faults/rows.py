"""Each command that talks to the API, and which of its requests a fault is meant for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.faults.faults import RULES
from tests.faults.healthy import BATCH, ITEM, OTHER_RUN, RUN, WEBHOOK
from tests.servers.raw import Received

READ, CHANGE, FOLLOW, STREAM, WATCH = "read", "change", "follow", "stream", "watch"

CONNECTING = ("refused", "name unknown", "certificate untrusted", "connect timeout", "reset unread")
"""faults that leave no request of a command alone"""


@dataclass(frozen=True)
class Row:
    """A command line, and the requests (`method path`, a pattern) that the fault is meant for.

    `kind` chooses the rule: a read; a change; a read of a follower, which outlasts what passes; a
    stream, which falls back to reads; a watch, which outlasts everything until its time is up.
    `instead` holds exit codes that the command's own meaning asks for, by fault.
    """

    command: str
    argv: tuple[str, ...]
    target: str
    kind: str = READ
    stdin: bytes = b""
    running: int = 0
    instead: dict[str, int] = field(default_factory=dict)
    skip: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    note: str = ""
    times: int = 1
    """how many things are asked for, each on its own"""
    asks: int | None = None
    """requests when all is well, if not one a thing"""
    runs: int = 1
    """runs that there are"""
    after: int = 0
    """requests of the target that go well before the fault begins"""
    speaks: bool = False
    """whether it has a result to show also when it fails"""
    talks: bool = True
    """whether an error stands on stderr, and not in the result"""
    counts: bool = True
    """whether it asks as often as the rule says"""
    silent: bool = False
    """whether it has nothing to show when all is well"""
    tries: dict[str, int] = field(default_factory=dict)
    """how often it asks where its own meaning differs from the rule, by fault"""
    before: tuple[str, ...] = ()
    """a command line that goes before it, and the fault that this one meets"""
    before_fault: str = ""
    failing: bool = False
    """whether the first row of a batch fails"""
    verbatim: bool = False
    """whether it shows what was answered as it is"""
    says: str = "run "
    """how a line on stderr may begin that is no error"""

    @property
    def name(self) -> str:
        return f"{self.command}{' ' if self.note else ''}{self.note}"

    @property
    def by_id(self) -> bool:
        """Whether the requests that the fault is meant for name one thing, and their answers say which."""
        return "[^/]+" in self.target and not self.target.endswith("/stream")

    def is_meant(self, request: Received) -> bool:
        """Whether the fault is for this request."""
        return re.fullmatch(self.target, f"{request.method} {request.path}") is not None

    def is_hopeless(self, fault: str, code: int) -> bool:
        """Whether the first failure is one that all the other things would have."""
        return code in (4, 5, 7)

    def troubles(self, fault: str, code: int) -> int:
        """How often it fails: for each thing, unless the first failure is one that all of them would have."""
        return 1 if self.is_hopeless(fault, code) else self.times

    def may_say(self, line: str) -> bool:
        """Whether a line of stderr that is no error has a good reason."""
        return line.startswith(self.says)


def row(command: str, target: str, *more: str, kind: str = READ, **options: object) -> Row:
    return Row(command, (*command.split(), *more), target, kind, **options)  # type: ignore[arg-type]


ANY_RUN = "GET /v1/runs/[^/]+"
A_STREAM = "GET /v1/runs/[^/]+/stream"

SIX = tuple(RUN[:-1] + str(number) for number in range(6))

OTHER_ITEM = ITEM[:-1] + "1"
DECIDE = "POST /v1/triage/[^/]+/(approve|reject)"
A_BATCH = "GET /v1/batches/[^/]+"
CSV = {"rows.csv": "task\none\ntwo\n"}

WELL = ("30 MB", "slow drip", "a cached answer")
"""faults of a read that nothing is wrong with: what never ends goes on, and a batch ends as its rows do"""
FAILING_AGAIN = ("30 MB", "slow drip", "reset inside the answer", "truncated JSON")
"""faults that a batch survives, which then ends as its rows do"""
SAYS_NO = {name: 1 for name, rule in RULES.items() if rule.read[0] != 0}
"""a check that fails, whatever the reason"""
ANY_SHAPE = {"wrong shape": 0, "a 2xx that says no": 0}
"""the manual leaves the shape open, and JSON is what was answered"""
STATUS: dict[str, object] = {
    "speaks": True, "instead": {"403 scope": 0}, "tries": {"reset unread": 4 * (1 + 2)},
}  # fmt: skip
"""it asks for four things at once, and tells of each what it found; a scope that is missing is no trouble"""
FORWARD = ("--to", "http://127.0.0.1:9/")
REFUSED = {"a 2xx that says no": 14}
"""what names a thing that is there is refused by a plain no, as by a 4xx"""
SUBMIT = ("batches", "submit", "{tmp}/rows.csv", "--yes")

ROWS = [
    row("run", "POST /v1/run", "Count the stock", kind=CHANGE),
    row("run", "POST /v1/run", "--detach", "Count the stock", kind=CHANGE, note="--detach"),
    row("run", ANY_RUN, "Count", kind=FOLLOW, note="(following)", skip=CONNECTING),
    row("run", A_STREAM, "Count", kind=STREAM, running=1, note="(stream)", skip=CONNECTING),
    row("runs list", "GET /v1/runs"),
    row("runs list", "GET /v1/runs", "--all", note="(second page)", after=1, skip=CONNECTING, runs=150),
    row("runs list", "GET /v1/runs", "--all", "--status", "failed", "--status", "queued", note="(two)", asks=2),
    row("runs get", ANY_RUN, RUN),
    row("runs get", "GET /v1/runs", RUN[:8], note="(prefix)"),
    row("runs get", ANY_RUN, RUN, OTHER_RUN, note="(several)", times=2),
    row("runs tail", ANY_RUN, RUN, kind=FOLLOW),
    row("runs tail", A_STREAM, RUN, kind=STREAM, running=1, note="(stream)", skip=CONNECTING, speaks=True),
    row("runs tail", ANY_RUN, RUN, kind=FOLLOW, running=1, after=1, note="(its end)", skip=CONNECTING, speaks=True),
    row("runs wait", ANY_RUN, *SIX, kind=FOLLOW, running=6, note="(six)", skip=("30 MB",)),
    row("runs wait", "GET /v1/runs", *SIX, kind=FOLLOW, running=6, note="(six, list)"),
    row("runs wait", ANY_RUN, RUN, kind=FOLLOW),
    row("runs watch", "GET /v1/runs", "--timeout", "5s", kind=WATCH, silent=True),
    row("runs watch", "GET /v1/runs", "--timeout", "2m", kind=FOLLOW, silent=True, note="(long)",
        skip=("connect timeout", "read timeout", "30 MB", "slow drip")),
    row("usage summary", "GET /v1/usage"),
    row("usage history", "GET /v1/usage/history", instead=ANY_SHAPE),
    row("usage members", "GET /v1/usage/members", instead=ANY_SHAPE),
    row("health", "GET /v1/health"),
    row("status", "GET /v1/health", **STATUS),
    row("status", "GET /v1/usage", note="(credits)", **STATUS),
    row("status", "GET /v1/triage", note="(queue)", **STATUS),
    row("status", "GET /v1/runs", note="(failed)", **STATUS),
    row("status", "GET /v1/triage", "--check", "queue=9", speaks=True, silent=True, note="--check"),
    row("find", "GET /v1/triage", ITEM[:8], instead={"403 scope": 6}, speaks=True,
        says="warning: what waits"),
    row("auth login", "GET /v1/usage", "--with-key", "--store", "file", stdin=b"eck_live_0123456789abcdef\n",
        instead={"403 scope": 0}, silent=True),
    row("auth status", "GET /v1/usage", instead={"403 scope": 0}, speaks=True, talks=False),
    row("doctor", "GET /v1/(health|usage)", instead=SAYS_NO, speaks=True, talks=False, counts=False),
    row("webhooks forward", "GET /v1/runs", *FORWARD, says="secret ", kind=FOLLOW, skip=WELL, note="(start)"),
    row("webhooks forward", "GET /v1/runs", *FORWARD, says="secret ", kind=FOLLOW, after=4, speaks=True,
        skip=(*CONNECTING, "read timeout", *WELL)),
    row("triage list", "GET /v1/triage"),
    row("triage export", "GET /v1/triage", "{tmp}/queue.csv", silent=True),
    row("triage show", "GET /v1/triage", ITEM),
    row("triage approve", DECIDE, ITEM, kind=CHANGE, instead=REFUSED),
    row("triage approve", DECIDE, ITEM, OTHER_ITEM, kind=CHANGE, note="(several)", times=2, instead=REFUSED),
    row("triage approve", "GET /v1/triage", "--all", "--yes", note="--all"),
    row("triage reject", DECIDE, ITEM, "--reason", "no", kind=CHANGE, instead=REFUSED),
    row("triage watch", "GET /v1/triage", "--interval",
        "1s",
        "--backlog", "--timeout", "5s", kind=WATCH, silent=True),
    row("triage watch", "GET /v1/triage", "--timeout", "2m", kind=FOLLOW, silent=True, note="(long)",
        skip=("connect timeout", "read timeout", "30 MB", "slow drip")),
    row("webhooks list", "GET /v1/webhooks"),
    row("webhooks create", "POST /v1/webhooks", "https://your-app.example/webhooks", kind=CHANGE, says="warning: "),
    row("webhooks delete", "DELETE /v1/webhooks/[^/]+", WEBHOOK, "--yes", kind=CHANGE, instead=REFUSED),
    row(
        "batches submit",
        "POST /v1/batches",
        "{tmp}/rows.csv",
        "--yes",
        kind=CHANGE,
        files=CSV,
        says="#",
        # a lost answer is looked for: here the server has it, there it does not and is sent it once more; what could
        # not look whether another machine sent the rows sends nothing
        instead={"reset inside the answer": 0, "truncated JSON": 0, "a cached answer": 0, "reset unread": 7},
        tries={"reset after reading": 2, "read timeout": 2, "reset unread": 3},
    ),
    row("batches submit", A_BATCH, "{tmp}/rows.csv", "--yes", kind=FOLLOW, files=CSV, says="#", note="(following)",
        skip=CONNECTING),
    row("batches list", "GET /v1/batches"),
    row("batches get", A_BATCH, BATCH),
    row("batches results", A_BATCH, BATCH),
    row("batches wait", A_BATCH, BATCH, kind=FOLLOW),
    row("batches retry", A_BATCH, BATCH, before=SUBMIT, files=CSV, failing=True,
        skip=(*CONNECTING, *WELL), says="#"),
    row("batches retry", "POST /v1/batches", BATCH, kind=CHANGE, before=SUBMIT, files=CSV, failing=True,
        skip=(*CONNECTING, *FAILING_AGAIN), says="#", note="(sending)",
        tries={"reset after reading": 2, "read timeout": 2}),
    row("batches resume", "POST /v1/batches", kind=CHANGE, before=SUBMIT, before_fault="429 without", files=CSV,
        skip=CONNECTING, says="#", instead={"reset inside the answer": 0, "truncated JSON": 0, "a cached answer": 0},
        tries={"reset after reading": 2, "read timeout": 2}),
    row("api", "GET /v1/usage", "GET", "/v1/usage", verbatim=True, speaks=True,
        instead={"200 of HTML": 0, "truncated JSON": 0, "wrong shape": 0, "a 2xx that says no": 0}),
    row("api", "POST /v1/run", "POST", "/v1/run", "-f", "task=Count", kind=CHANGE, verbatim=True, speaks=True,
        note="POST", instead={"200 of HTML": 0, "truncated JSON": 0, "wrong shape": 0,
        "a 2xx that says no": 0, "a cached answer": 0}),
    # how many rows it stops is asked first, as often as any read
    row("batches cancel", "POST /v1/batches/[^/]+/cancel", BATCH, kind=CHANGE, tries={"reset unread": 7},
        instead=REFUSED),
]  # fmt: skip

LOCAL = {
    "auth logout": "forgets what this machine stores",
    "auth list": "lists what this machine stores",
    "auth use": "edits the configuration",
    "welcome": "says what is configured",
    "webhooks verify": "checks a signature",
    "webhooks trigger": "sends to a URL that is not the API, without the key",
    "webhooks listen": "receives",
    "batches history": "reads the journal",
    "audit list": "reads the audit record",
    "audit verify": "reads the audit record",
    "audit export": "reads the audit record",
    "config get": "reads the configuration",
    "config set": "edits the configuration",
    "config unset": "edits the configuration",
    "config list": "reads the configuration",
    "config path": "tells where the configuration is",
    "help": "shows the manual",
    "completion install": "writes a script for the shell",
    "completion show": "prints a script for the shell",
    "completion bash": "prints a script for the shell",
    "completion zsh": "prints a script for the shell",
    "completion fish": "prints a script for the shell",
    "sandbox serve": "is an API itself",
    "sandbox reset": "deletes the sandbox's own file",
    "sandbox status": "reads the sandbox's own file",
}
"""commands that send nothing, and why"""

ON_A_TERMINAL = {
    "triage review": "tests/commands/triage",
    "triage apply": "tests/commands/triage/test_sheets.py",
}
"""commands that need a person's terminal or his sheet, and where their faults are tested"""

__all__ = ["BATCH", "ITEM", "LOCAL", "ON_A_TERMINAL", "ROWS", "WEBHOOK", "Row", "row"]
