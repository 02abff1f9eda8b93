"""Hints, pasted: each situation provokes one, takes the commands out of it as they are printed, and runs them.

A row is for a template of the source; those are read off it, so that a hint that is written anew needs a row here, or a
reason in `ELSEWHERE`. What is asked is that each way out works, not that it is parsed: `tests/hints.py` does that, for all
tests.
"""

from __future__ import annotations

import ast
import getpass
import re
import shlex
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import eclips_cli
from eclips_cli.api.waiting import SystemClock
from tests import hints
from tests.inside import run_inside
from tests.installed import Result, fresh_environment
from tests.sheets.filled import approve_all

SOURCE = Path(eclips_cli.__file__).parent
SCRIPTS = {
    f"reference/{name}.py" for name in ("bash", "bash_functions", "fish", "zsh", "page", "roff", "markdown")
}
OWN_TESTS = {"app.py", "main.py", "command_line.py", *SCRIPTS}
"""examples of help, which `tests/reference/test_examples.py` runs, and what only reads commands"""
_COMMAND = re.compile(r"(?<![\w./-])eclips (?=[\w'{-])|`\{\} -|`\{\}` has")
_LOOKED_AT = re.compile(r"eclips |\b(?:command|repeated|typed|login_for)\(|\bPROGRAM\b|` has|--help`")
_SAID_OF_IT = re.compile(r"(?:another|of) eclips|^eclips $|prog=")


def templates() -> Iterator[tuple[str, str]]:
    """Each text of the source that names a command to type: its file, and what it says with `{}` for what is put in."""
    for path in sorted(SOURCE.rglob("*.py")):
        where = path.relative_to(SOURCE).as_posix()
        if not where.startswith("sandbox/") and where not in OWN_TESTS:
            source = path.read_text()
            tree = ast.parse(source if _LOOKED_AT.search(source) else "")
            for text in _texts(tree, _documentation(tree)):
                if _COMMAND.search(text) and not _SAID_OF_IT.search(text):
                    yield where, text


def _documentation(tree: ast.AST) -> set[ast.AST]:
    bodies = [getattr(node, "body", None) for node in ast.walk(tree)]
    statements = [line for body in bodies if isinstance(body, list) for line in body]
    values = [line.value for line in statements if isinstance(line, ast.Expr)]
    return {value for value in values if isinstance(value, ast.Constant)}


def _texts(node: ast.AST, left_out: set[ast.AST]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        text = None if child in left_out else _text(child)
        if text is not None:
            yield text
        elif child not in left_out:
            yield from _texts(child, left_out)


def _text(node: ast.AST) -> str | None:
    """What an expression says, as far as it is a text; None for what is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "{}" for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _text(node.value)
    if isinstance(node, ast.Name) and node.id == "PROGRAM":
        return "eclips"
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "command" and node.args and _is_ours(node.func):
            return " ".join(["eclips", *(_text(arg) or "{}" for arg in node.args)])
        first = node.args[0] if node.args else None
        option = isinstance(first, ast.Constant) and str(first.value).startswith("--")
        if isinstance(node.func, ast.Name) and (name == "repeated" or (name == "typed" and option)):
            return "eclips {}"
        if name == "login_for":
            return "eclips auth login{}"
    return None


def _is_ours(function: ast.AST) -> bool:
    """Whether it is `command` of `command_line` or of the options, and not typer's."""
    return (
        isinstance(function, ast.Name) or getattr(getattr(function, "value", None), "attr", "") == "options"
    )


class Person:
    """Somebody at a sandbox, with a home of their own; what was run last is what a hint is pasted after."""

    def __init__(self, folder: Path, server: Any, start: Callable[..., Any]) -> None:
        self.folder, self.server, self._start = folder, server, start
        self.env = fresh_environment(folder / "home")
        self.last: dict[str, str] = {}
        self.told: list[str] = []
        """what was pasted, and what came of it"""
        self.rows = ""
        self.use(server)

    def use(self, server: Any) -> None:
        self.server = server
        self.env |= {"ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": server.keys.full}

    def at(self, *faults: str) -> Person:
        """The same person, for good at a sandbox with these faults."""
        self.use(self._start(*faults))
        return self

    def amid(self, *faults: str) -> str:
        """The address of a sandbox with these faults, for one run."""
        return str(self._start(*faults).url)

    def __call__(self, *argv: str, stdin: str = "", **env: str) -> Result:
        self.last = {name: value for name, value in (self.env | env).items() if value != UNSET}
        return run_inside(argv, self.last, stdin)

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def config(self, text: str) -> None:
        path = self.folder / "home/.config/eclips/config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        path.write_text(text)
        path.chmod(0o600)

    def state(self, name: str) -> Path:
        return next((self.folder / "home/.local/state/eclips").rglob(name))

    def run_(self, task: str) -> str:
        return self("run", "--detach", task, "-o", "id").out.strip()

    def submit(self, *options: str, rows: str = "number\nINV-1\nINV-2\n", **env: str) -> Result:
        self.rows = self.file("invoices.csv", rows)
        words = (
            "batches",
            "submit",
            self.rows,
            "--task",
            f"[instant] {self.folder.name} {{number}}",
            "--yes",
            "--detach",
        )
        return self(*words, *options, **env)

    def item(self) -> str:
        """An item that waits for a person."""
        run = self("run", "[instant] [triage] x", "-o", "json").json["run"]["id"]
        return str(self("triage", "show", run, "--jq", ".triage_item.id").out.strip())

    def decided(self) -> str:
        """A run whose item is decided."""
        item = self.item()
        run = self("triage", "show", item, "--jq", ".run.id").out.strip()
        self("triage", "approve", item, "--yes")
        return str(run)

    def batch(self) -> str:
        """A batch that is under way."""
        return self(
            "batches", "submit", self.file("b.csv", "task\n[slow] x\n"), "--yes", "--detach", "-o", "id"
        ).out.strip()

    def failed(self) -> str:
        """A batch of one row that failed."""
        return self(*self.ending("fail"), "-o", "id").out.strip()

    def ending(self, card: str) -> tuple[str, ...]:
        """A command that submits one row, which ends as `card` of the sandbox says."""
        rows = self.file("f.csv", f"task\n[instant] [{card}] {self.folder.name}\n")
        return ("batches", "submit", rows, "--yes")

    def seen(self, *argv: str, **env: str) -> Result:
        """The same at a terminal."""
        self.last = {name: value for name, value in (self.env | env).items() if value != UNSET}
        return run_inside(argv, self.last, terminal=True)

    def broken_sandbox(self) -> Result:
        self("sandbox", "status")
        path = self.folder / "home/.local/state/eclips/sandbox/sandbox.db"
        path.parent.mkdir(parents=True, exist_ok=True)
        for one in path.parent.glob("sandbox.db*"):
            one.unlink()
        path.write_bytes(b"no database" * 900)
        return self("--sandbox", "usage", ECLIPS_BASE_URL=UNSET, ECLIPS_API_KEY=UNSET)

    def pasted(self, typed: str, row: Row) -> int:
        """A command as it was printed, with words in capitals replaced, at a terminal, once trouble has passed."""
        argv = shlex.split(typed, comments=True)[1:]
        values = {"FILE": self.folder / "new.csv", "FILE.xlsx": self.folder / "new.xlsx", **row.values}
        given = [str(value(self) if callable(value) else value) for value in (values.get(w, w) for w in argv)]
        env = {name: value for name, value in self.last.items() if name != "CLAUDECODE"}
        env |= {
            name: self.env[name] for name in ("ECLIPS_BASE_URL",) if name in self.last and name in self.env
        }
        stdin = row.stdin(self) if callable(row.stdin) else row.stdin
        done = run_inside(tuple(given), env, stdin, terminal=row.terminal)
        self.told.append(f"$ eclips {shlex.join(given)}\n{done.code}: {done.out[:300]}{done.err}")
        return done.code


UNSET = "(unset)"


class Row(NamedTuple):
    """A template, what provokes it, and how the commands that it names end (one code for all, or one for each)."""

    where: str
    says: str
    provoked: Callable[[Person], Result]
    ends: int | tuple[int, ...] = 0
    values: Mapping[str, Any] = {}
    stdin: Any = "y\ny\ny\n"
    terminal: bool = True
    why: str = ""
    """the reason for another code than 0"""


def of(
    where: str, says: str, *argv: str, env: Mapping[str, str] = {}, stdin_of: str = "", **more: Any
) -> Row:
    """A row whose situation is one command line."""
    return Row(where, says, lambda p: p(*argv, stdin=stdin_of, **env), **more)


# ---------------------------------------------------------------------------------------------- situations

KEY = "eck_live_0123456789abcdef0123456789abcdef"
NOBODY = {"ECLIPS_API_KEY": UNSET}
THE_KEY = lambda p: f"{p.server.keys.full}\n"  # noqa: E731
SIGNING_IN = "without a keyring a person is asked whether a file will do; the key is pasted at the prompt"
FAILS = "the same task ends the same again in the sandbox"
NAMED = "named with no arguments, which are the person's"
NO_SUCH = "00000000-0000-4000-8000-000000000000"


def _lost(path: str, *argv: str) -> Callable[[Person], Result]:
    """A change whose answer is lost on its way back."""
    return lambda p: p.at(f"drop_after:method=POST,path={path},times=1")(*argv)


def _unfinished(p: Person, times: int = 1) -> Result:
    """A batch that was written down, and whose job was refused for the key."""
    return p.at(f"unauthorized:path=/v1/batch,method=POST,times={times}").submit()


def _two_unfinished(p: Person) -> Result:
    """Two batches that were written down, and a limit that both meet again."""
    limited = "rate_limit:path=/v1/batch,method=POST"
    p.at(f"{limited},times=4")
    for rows in ("number\nINV-1\n", "number\nINV-2\n"):
        p.submit("--max-retries", "0", rows=rows)
    return p("batches", "resume", "--max-retries", "0", "--detach")


MANY = "number\n" + "".join(f"INV-{n}\n" for n in range(1001))


def _half(p: Person) -> Result:
    """A batch of two jobs, the second of which was refused for the key."""
    p.at("unauthorized:path=/v1/batch,method=POST,nth=2,times=1")
    return p.submit(rows=MANY[: MANY.index("INV-501")])


def _key_of(p: Person) -> str:
    return p("batches", "history", "-o", "id").out.split()[0]


def _doctor(p: Person, *argv: str, **env: str) -> Result:
    return p("doctor", "--jq", ".remedy", *argv, **env)


def _changed(p: Person, *options: str) -> Result:
    """A file with a row that was changed since it was sent, and one that is new."""
    p.submit("--key", "number", rows="number,v\nA,1\n")
    return p.submit("--key", "number", *options, rows="number,v\nA,2\nB,1\n")


def _sheet(p: Person) -> Result:
    """A sheet of decisions, the second of which is refused for the key."""
    p.at("unauthorized:path=/v1/triage,method=POST,nth=2,times=1")
    for _ in range(2):
        p.item()
    sheet = p.folder / "a b.csv"
    p("triage", "export", str(sheet))
    approve_all(sheet)
    return p("triage", "apply", str(sheet), "--yes", "--expect", "2")


def _revoked(p: Person) -> Result:
    """A key that is kept in a file, and was revoked since."""
    p("auth", "login", "--with-key", "--store", "file", stdin=p.server.keys.full, **NOBODY)
    (kept,) = (p.folder / "home/.config/eclips/keys").iterdir()
    kept.write_text(p.server.keys.revoked)
    return p("usage", **NOBODY)


def _elsewhere(p: Person) -> Result:
    """What is unfinished at an address that is named, and named again in what is to be pasted."""
    _unfinished(p)
    url = p.env.pop("ECLIPS_BASE_URL")
    return _doctor(p, "--base-url", url)


def _audit_line(change: Callable[[str], str], *argv: str) -> Callable[[Person], Result]:
    """A command after a line of the audit record was altered."""

    def provoked(p: Person) -> Result:
        p.run_("x")
        path = next(path for path in (p.folder / "home/.local/state/eclips").rglob("audit/*.jsonl"))
        path.write_text(change(path.read_text()))
        return p(*argv)

    return provoked


def _configured(text: str, *argv: str, **env: str) -> Callable[[Person], Result]:
    def provoked(p: Person) -> Result:
        p.config(text)
        return p(*argv, **env)

    return provoked


def _journal(p: Person, *argv: str, gone: bool) -> Result:
    p.submit()
    path = p.state("batches.sqlite3")
    for one in path.parent.glob("batches.sqlite3*"):
        one.unlink()
    if not gone:
        path.write_bytes(b"no database at all" * 300)
    return p("batches", "history")


ROWS = [
    # -- what the API answers
    Row(
        "api/batches.py",
        "eclips batches get {}",
        lambda p: p.at("drop_after:method=POST,path=/v1/batches/,times=1")(
            "batches", "cancel", p.batch(), "--yes"
        ),
    ),
    of("api/http/checks.py", "give the path alone, as in: eclips api GET /v1/runs", "api", "GET", "/v1/../x"),
    Row(
        "api/http/connection_errors.py",
        "check the network and the base URL; `eclips health` tries it",
        lambda p: p("usage", "--max-retries", "0", ECLIPS_BASE_URL="http://127.0.0.1:9"),
    ),
    of("api/http/error_answers.py", "eclips {} list", "runs", "get", NO_SUCH),
    of("api/http/error_answers.py", "eclips {} list", "webhooks", "delete", NO_SUCH, "--yes"),
    of("api/http/error_answers.py", "eclips {} list", "batches", "get", NO_SUCH),
    of("api/http/error_answers.py", "eclips {} list", "triage", "approve", NO_SUCH, "--yes"),
    Row(
        "api/http/error_answers.py",
        "wait a while; `eclips usage` tells whether credits are left",
        lambda p: p("usage", "--max-retries", "0", ECLIPS_BASE_URL=p.amid("rate_limit:retry_after=none")),
    ),
    Row(
        "api/http/error_answers.py",
        "waiting does not help; to see them: eclips usage",
        lambda p: p("run", "x", ECLIPS_BASE_URL=p.amid("no_credits")),
    ),
    Row(
        "api/http/key_in_use.py",
        "eclips auth login",
        lambda p: p("run", "x", ECLIPS_API_KEY=p.server.keys.read_only),
        why=SIGNING_IN,
    ),
    Row("api/runs.py", "eclips runs list --limit 5", _lost("/v1/run", "run", "--detach", "x")),
    Row(
        "api/triage.py",
        "eclips triage list",
        lambda p: p.at("drop_after:method=POST,path=/v1/triage,times=1")(
            "triage", "approve", p.item(), "--yes"
        ),
    ),
    Row(
        "api/webhooks.py",
        "eclips webhooks list",
        _lost("/v1/webhooks", "webhooks", "create", "https://x.example/h", "-o", "json"),
    ),
    # -- the command line
    of("commands/_arguments.py", 'say what to do: eclips run "Process invoice INV-1001"', "run", " "),
    of(
        "commands/_arguments.py",
        "{} (as a task: echo {} | eclips run -)",
        "run",
        "list",
        stdin="list\n",
        ends=0,
    ),
    of("commands/_help.py", "`eclips --help` lists the options that every command takes.", "runs", "--help"),
    of(
        "commands/_help.py",
        "`eclips help` lists topics too: exit-codes, environment, output, keys, cron and more.",
        "--help",
    ),
    of("commands/_key_check.py", "eclips {} < key.txt", "auth", "login", "--store", "file", stdin=THE_KEY),
    of("commands/_tree.py", "`{} --help` says what each does", "runs"),
    of("commands/_usage_error.py", "`{} --help` shows how it is used", "runs", "get"),
    of(
        "commands/_usage_error.py",
        "one argument needs quotes: eclips {}",
        "run",
        "--detach",
        "Process",
        "it's",
        "INV-1",
    ),
    of(
        "commands/_usage_error.py",
        "one argument needs quotes: eclips {}",
        "--profile",
        "default",
        "find",
        "a",
        "$b",
        ends=6,
        why="there is nothing to find",
    ),
    of("commands/api/_request.py", "eclips api GET /v1/runs", "api", "https://x.example/v1/runs"),
    of("words.py", '`${EDITOR:-vi} "$(eclips config path)"` opens the file', "config", "edit"),
    of("words.py", "`eclips help` lists what has `{}`", "run", "verify", stdin="verify\n"),
    of("words.py", "`eclips run TASK` starts a run", "runs", "start"),
    of("words.py", "did you mean `eclips help run`?", "run", "help"),
    of("words.py", "did you mean `eclips runs {}`?", "run", "list", stdin="list\n"),
    of("words.py", "did you mean `eclips {}`?", "credits"),
    of("words.py", "did you mean `eclips {}`?", "login", why=SIGNING_IN),
    of("words.py", "eclips --version", "runs", "-V"),
    of("words.py", "`{}` has: {}", "runs", "zzz", ends=2, why=NAMED),
    of(
        "words.py",
        "no option takes the key, it would show in `ps`: `eclips auth login`, or ECLIPS_API_KEY",
        "usage",
        "--api-key",
        KEY,
    ),
    Row(
        "words.py",
        "the API can't cancel a run: `eclips triage reject ITEM` ends one…",
        lambda p: p("runs", "cancel", "x"),
        values={"ITEM": lambda p: p.item(), "BATCH": lambda p: p.batch()},
    ),
    of(
        "words.py",
        "the API lists no agents: `eclips run --agent TYPE TASK` names one, and TAB completes known ones",
        "agents",
        values={"TYPE": "ap_specialist"},
    ),
    of("reference/plain.py", "did you mean `eclips help {}`?", "help", "runz"),
    of("reference/plain.py", "`eclips help` lists them", "help", "qqqqqqq"),
    of(
        "reference/shells.py",
        "`eclips completion show SHELL` prints the script",
        "completion",
        "install",
        "bash",
        env={"HOME": UNSET, "ECLIPS_STATE_DIR": "/nonexistent"},
        values={"SHELL": "fish"},
    ),
    # -- ids
    of("session/ids.py", "eclips runs list -o id", "runs", "get", "@last"),
    of("session/ids.py", "eclips triage list -o id", "triage", "approve", "@last"),
    of("session/ids.py", "eclips webhooks list -o id", "webhooks", "delete", ""),
    of("session/ids.py", "eclips batches list -o id", "batches", "get", "@last"),
    # -- keys and settings
    Row(
        "credentials/config_file.py",
        "eclips config unset --profile {} {}",
        _configured("[profiles.\"a.b\"]\nbaseurl = 'x'\n", "usage"),
    ),
    Row(
        "credentials/config_file.py",
        "eclips config unset --profile {} {}",
        _configured("[profiles.default]\n\"base url\" = 'x'\n", "usage"),
    ),
    Row(
        "credentials/config_file.py",
        "`eclips config set {} VALUE --profile {}` mends it",
        _configured("[profiles.work]\nmax_retries = 'x'\n", "usage"),
        values={"VALUE": 3},
    ),
    Row(
        "credentials/config_file.py",
        "`eclips config set {} VALUE --profile {}` mends it",
        _configured("[profiles.work]\nread_only = 1\n", "usage"),
        values={"VALUE": "true"},
    ),
    of(
        "credentials/editing.py",
        "eclips config set {} VALUE",
        "config",
        "get",
        "agent",
        values={"VALUE": "ap_specialist"},
    ),
    of("credentials/editing.py", "to take it away: eclips config unset {}", "config", "set", "agent", ""),
    of(
        "credentials/editing.py",
        "eclips config set {} {} --profile {}",
        "config",
        "set",
        "read_only",
        "true",
        env={"CLAUDECODE": "1"},
    ),
    Row(
        "credentials/editing.py",
        "eclips config unset {} --profile {}",
        _configured("[profiles.default]\nread_only = true\n", "config", "unset", "read_only", CLAUDECODE="1"),
    ),
    Row(
        "credentials/keyring_store.py",
        "in cron use ECLIPS_API_KEY_FILE, --api-key-file or a systemd credential; `eclips auth login…",
        lambda p: p("auth", "login", "--with-key", stdin=p.server.keys.full, **NOBODY),
    ),
    of("credentials/settings.py", "`eclips auth login --profile {}` makes it", "usage", "--profile", "work"),
    Row(
        "credentials/settings.py",
        "`eclips config unset {}`",
        _configured("[profiles.default]\nmax_retries = 900\n", "usage"),
    ),
    Row(
        "credentials/settings.py",
        "`eclips config unset {}`",
        _configured("active = 'w'\n[profiles.w]\nmax_retries = 900\n", "usage"),
    ),
    Row(
        "credentials/settings.py",
        "{}; `eclips config set {} VALUE`",
        _configured("[profiles.default]\noutput = 'xml'\n", "usage"),
        values={"VALUE": "json"},
    ),
    of(
        "credentials/sources.py",
        "`eclips auth login{}`; in scripts ECLIPS_API_KEY_FILE or --api-key-file; or try --sandbox",
        "usage",
        env=NOBODY,
    ),
    Row(
        "credentials/sources.py",
        "`eclips auth login{}`; in scripts ECLIPS_API_KEY_FILE or --api-key-file; or try --sandbox",
        _configured("active = 'w'\n[profiles.w]\nmax_retries = 9\n", "usage", **NOBODY),
    ),
    Row(
        "session/guards.py",
        "{}; a person may lift it: eclips config set read_only false --profile {}",
        _configured("[profiles.default]\nread_only = true\n", "run", "x", ECLIPS_API_KEY=KEY),
    ),
    # -- runs, what waits, webhooks
    of(
        "commands/find/command.py",
        "what was sent from another machine: `eclips runs list`, `eclips batches list`",
        "find",
        "nothing",
    ),
    Row(
        "commands/runs/_following.py", "eclips triage approve {}", lambda p: p("run", "[instant] [triage] x")
    ),
    Row(
        "commands/runs/_once.py",
        "eclips runs list",
        lambda p: (
            p.at("drop_before:method=POST,times=1")("run", "--once", "k", "x"),
            p("run", "--once", "k", "x"),
        )[-1],
    ),
    Row(
        "commands/runs/_once.py",
        "see whether it is {}{} (eclips runs tail ID)",
        lambda p: (
            _lost("/v1/run", "run", "--once", "k", "[instant] x")(p),
            p("run", "--once", "k", "[instant] x"),
        )[-1],
        values={"ID": lambda p: p("runs", "list", "-o", "id").out.strip()},
    ),
    Row(
        "commands/_resume_hint.py",
        "eclips {} {}",
        lambda p: p("runs", "wait", p.run_("[slow] x"), "--timeout", "0s"),
    ),
    Row(
        "commands/runs/list.py",
        'no runs yet: `eclips run "TASK"` starts one',
        lambda p: p.at()("runs", "list"),
    ),
    Row("commands/triage/_decide.py", "`eclips triage list` shows them", lambda p: p("triage", "approve")),
    Row(
        "commands/triage/_decide.py",
        "`eclips triage list` shows what waits",
        lambda p: p("triage", "approve", "--all", "--expect", "77"),
    ),
    of(
        "commands/triage/_decide.py",
        "eclips triage list",
        "triage",
        "approve",
        NO_SUCH,
        NO_SUCH[:-1] + "1",
        "--yes",
    ),
    Row(
        "commands/triage/_sheet_rows.py",
        "`eclips triage export FILE.xlsx` makes a sheet to decide in",
        lambda p: (p.item(), p("triage", "apply", p.file("a.csv", "a,b\n1,2\n")))[-1],
    ),
    Row(
        "commands/triage/export.py",
        "eclips triage apply {}",
        lambda p: (p.item(), p("triage", "export", str(p.folder / "it's.csv")))[-1],
    ),
    of(
        "commands/triage/review.py",
        "eclips triage list; then: eclips triage approve ITEM, or eclips triage reject ITEM",
        "triage",
        "review",
        values={"ITEM": lambda p: p.item()},
    ),
    Row("commands/triage/show.py", "eclips runs get {}", lambda p: p("triage", "show", p.run_("x"))),
    of(
        "commands/triage/show.py",
        "one that is resolved is found by its run: eclips triage show RUN",
        "triage",
        "show",
        NO_SUCH,
        values={"RUN": lambda p: p.decided()},
    ),
    of(
        "commands/webhooks/_forward_state.py",
        "`eclips webhooks trigger EVENT --dry-run --to {}` shows what a delivery is",
        "webhooks",
        "forward",
        "--to",
        "http://127.0.0.1:9/hook",
        "--dry-run",
        values={"EVENT": "run.completed"},
    ),
    Row(
        "commands/webhooks/delete.py",
        "eclips webhooks list",
        lambda p: p("webhooks", "delete", NO_SUCH, NO_SUCH[:-1] + "1", "--yes"),
    ),
    Row(
        "commands/webhooks/list.py",
        "no webhooks yet: `eclips webhooks create https://your-app.com/hook` makes one",
        lambda p: p.at()("webhooks", "list"),
    ),
    of("commands/auth.py", "no profiles yet: `eclips auth login` makes one", "auth", "list", why=SIGNING_IN),
    # -- batches
    Row(
        "commands/batches/list.py",
        "no batches yet: `eclips batches submit FILE` makes one",
        lambda p: p.at()("batches", "list"),
        values={"FILE": lambda p: p.file("tasks.csv", "task\nx\n")},
    ),
    Row("commands/batches/_send_errors.py", "eclips batches resume {}", _half),
    Row(
        "commands/batches/_submissions.py",
        "eclips batches resume {}",
        lambda p: (_unfinished(p), p("batches", "get", _key_of(p)))[-1],
    ),
    Row(
        "commands/batches/_options.py",
        "{}; eclips batches resume",
        lambda p: (_unfinished(p), p("batches", "submit", p.file("o.csv", "task\nx\n"), "--yes", "--detach"))[
            -1
        ],
    ),
    Row("commands/welcome.py", "eclips batches resume", lambda p: (_unfinished(p), p())[-1]),
    Row("commands/doctor/_machine.py", "eclips batches resume", lambda p: (_unfinished(p), _doctor(p))[-1]),
    Row("commands/doctor/_machine.py", "eclips batches resume", _elsewhere),
    Row(
        "commands/batches/_submitting.py",
        "`eclips batches resume {}` sends the rest as it was, `eclips batches cancel {} --unsent`…",
        lambda p: (_unfinished(p), p.submit(rows="number\nINV-1\nINV-3\n"))[-1],
    ),
    Row(
        "commands/batches/_stops.py",
        "mend the file, or send every row as it is: eclips {}",
        lambda p: p.submit("--key", "number", rows="number,x\nA,1\nA,2\n"),
    ),
    Row(
        "commands/batches/_stops.py",
        "all rows again: eclips {}",
        lambda p: (p.submit(), p.submit(rows="number\nINV-2\nINV-9\n"))[-1],
    ),
    Row(
        "commands/batches/plan/mapping.py",
        "eclips {}",
        lambda p: p("batches", "submit", p.file("it's.csv", "a,b\n1,2\n"), "--detach", "--yes"),
    ),
    Row("commands/batches/resume.py", "eclips batches history", lambda p: p("batches", "resume", "zzzz")),
    Row(
        "commands/batches/retry.py",
        "eclips batches retry --file FILE {}, with the file (and the --task) that it was made from",
        lambda p: p("batches", "retry", p.failed(), ECLIPS_STATE_DIR=str(p.folder / "other")),
        values={"FILE": lambda p: p.folder / "f.csv"},
        ends=3,
        why=FAILS,
    ),
    Row("commands/batches/_after_sending.py", "eclips batches wait {}", lambda p: p.submit()),
    Row(
        "commands/batches/_after_sending.py",
        "eclips batches retry {}",
        lambda p: p(*p.ending("fail")),
        ends=3,
        why=FAILS,
    ),
    Row(
        "commands/batches/_after_sending.py",
        "eclips batches retry {} --status cancelled",
        lambda p: p(*p.ending("cancel")),
        ends=9,
        why=FAILS,
    ),
    Row(
        "commands/batches/_after_sending.py",
        "eclips triage list; then: eclips batches wait {}",
        lambda p: p(*p.ending("triage")),
        ends=(0, 8),
        why="nobody has decided meanwhile",
    ),
    Row(
        "commands/batches/cancel.py",
        "eclips batches list",
        lambda p: p("batches", "cancel", NO_SUCH, NO_SUCH[:-1] + "1", "--yes"),
    ),
    Row(
        "commands/batches/_after_sending.py",
        "`eclips batches results {}` shows the newest outcome of each row",
        lambda p: (p(*p.ending("fail")), p("batches", "retry", _key_of(p), "--yes"))[-1],
    ),
    Row(
        "commands/batches/_send_errors.py",
        "`eclips batches resume {}` sends the other jobs; then {}",
        lambda p: p.at("status:code=400,path=/v1/batch,method=POST,nth=2").submit(rows=MANY),
    ),
    Row(
        "commands/batches/_stops.py",
        "what is new or changed: eclips {}",
        _changed,
        ends=(13, 0, 0),
        why="what was changed is left out",
    ),
    Row(
        "commands/batches/_stops.py",
        "see it: eclips batches get {}; if it is other work, submit with another --name;…",
        lambda p: (
            p.submit(ECLIPS_STATE_DIR=str(p.folder / "other"), rows="number\nINV-1\nINV-9\n"),
            p.submit(),
        )[-1],
    ),
    Row("commands/batches/resume.py", "eclips batches resume", _two_unfinished),
    Row(
        "commands/batches/resume.py",
        "eclips batches resume {}",
        lambda p: (_unfinished(p, times=2), p("batches", "resume"))[-1],
    ),
    Row(
        "commands/batches/retry.py",
        "eclips {} {}",
        lambda p: (
            p.at("unauthorized:path=/v1/batch,method=POST,nth=2,times=1")(*p.ending("fail")),
            p("batches", "retry", _key_of(p), "--yes"),
        )[-1],
        ends=3,
        why=FAILS,
    ),
    Row(
        "commands/batches/submit.py",
        ", or: eclips batches resume",
        lambda p: p.at("status:code=502,path=/v1/batch,method=GET,times=1").submit("--max-retries", "0"),
    ),
    Row("commands/batches/submit.py", "eclips {}", lambda p: _changed(p, "--on-duplicate", "skip")),
    # -- records
    Row(
        "records/audit/reading.py",
        "`eclips audit verify` prints it",
        lambda p: p("audit", "verify", "--expect-head", "abc"),
    ),
    Row(
        "records/audit/reading.py",
        "{} of its lines can't be read and are left out; `eclips audit verify` tells more",
        _audit_line(lambda text: text + "{no json\n", "audit", "list"),
        ends=1,
        why="it says what is wrong",
    ),
    Row(
        "records/audit/record.py",
        "{}: its last line was altered; `eclips audit verify` tells more",
        _audit_line(lambda text: text[:-10] + "\n", "run", "--detach", "y"),
        ends=1,
        why="it says what is wrong",
    ),
    Row(
        "records/journal/schema.py",
        "restore it from a backup; without it nobody knows here which rows were sent (`eclips batches list` shows…",
        lambda p: _journal(p, gone=False),
    ),
    Row(
        "records/journal/schema.py",
        "restore it from a backup. To begin without it, move {witnesses} away, too:…",
        lambda p: _journal(p, gone=True),
    ),
    Row(
        "commands/doctor/_machine.py",
        "eclips audit verify",
        _audit_line(lambda text: text[:-10] + "\n", "doctor", "--jq", ".remedy"),
        ends=1,
        why="it says what is wrong",
    ),
    # -- doctor, status, welcome
    Row(
        "commands/doctor/_machine.py",
        "eclips completion install SHELL, for bash, zsh or fish",
        lambda p: _doctor(p),
        values={"SHELL": "bash"},
    ),
    Row(
        "commands/doctor/_machine.py", "eclips completion install {}", lambda p: _doctor(p, SHELL="/bin/zsh")
    ),
    Row("commands/doctor/_keys.py", "eclips auth login", lambda p: _doctor(p), why=SIGNING_IN),
    Row(
        "commands/status/command.py",
        "eclips {}",
        lambda p: p("status", "--jq", ".[].command"),
        terminal=False,
        ends=(0, 0, 2, 0, 0),
        why="a review needs a terminal",
    ),
    Row(
        "commands/find/command.py",
        "eclips {}",
        lambda p: (p.submit(), p("find", "INV-1", "--jq", ".command"))[-1],
    ),
    Row("commands/welcome.py", "eclips auth login", lambda p: p.seen(**NOBODY)),
    Row(
        "commands/welcome.py",
        "eclips triage review",
        lambda p: p.seen(),
        terminal=False,
        ends=2,
        why="a review needs a terminal",
    ),
    Row(
        "commands/doctor/_machine.py",
        "eclips audit list",
        _audit_line(lambda text: text.splitlines()[0] + "\n", "doctor", "--jq", ".remedy"),
    ),
    Row("commands/welcome.py", "eclips --help", lambda p: p.seen()),
    Row(
        "commands/welcome.py",
        'eclips run --agent ap_specialist "Process invoice INV-1001"',
        lambda p: p.seen(),
    ),
    Row("commands/triage/apply.py", "eclips {}", _sheet),
    Row("credentials/sources.py", "eclips auth login{}", _revoked, why=SIGNING_IN),
    Row("reference/plain.py", "{} (`eclips help TOPIC`):", lambda p: p("help"), values={"TOPIC": "keys"}),
    Row("session/sandboxing.py", "to begin a new one: eclips sandbox reset", lambda p: p.broken_sandbox()),
]


VERSION, PART = "it says the version", "a part of another text, which a row pastes"
ODD = "a server that speaks against itself, as in tests/commands/batches; rows paste the same command after other trouble"
TERMINAL = "a view that fills the screen, or Ctrl-C: tests of a real terminal; rows paste the same command"
TWO = "two processes or two accounts; rows paste the same command after other trouble"
ELSEWHERE: dict[tuple[str, str], str] = {
    (
        "api/batches.py",
        "eclips batches list --limit 5",
    ): "`batches submit` looks by itself; from the library alone",
    (
        "api/http/checks.py",
        "copy it again, then: eclips auth login",
    ): "from the library alone: the program looks before",
    (
        "api/http/requester.py",
        "waiting does not help; to see them: eclips usage",
    ): "in a long wait; a row has it at once",
    (
        "api/http/trust.py",
        "`eclips doctor` looks at it",
    ): "a certificate that is wrong in a way that nobody knows",
    ("commands/api/_request.py", "`eclips api {}` needs a path"): "what was typed",
    (
        "commands/api/_request.py",
        "`eclips api` takes a method and a path, and nothing after them",
    ): "what was typed",
    ("commands/batches/_after_sending.py", "`eclips batches results {}` shows them"): ODD,
    ("commands/batches/_amounts.py", "`eclips api GET /v1/usage` shows…"): ODD,
    ("commands/batches/_look_up.py", "see: eclips batches list"): ODD,
    (
        "commands/batches/_look_up.py",
        "{}; `eclips batches resume {}` looks again, `eclips batches cancel…",
    ): ODD,
    ("commands/batches/_settle.py", "`eclips batches resume {}` looks again"): ODD,
    ("commands/batches/_sent_since.py", "; of #{} not all is sent yet: `eclips batches resume {}`"): TWO,
    ("commands/batches/_stops.py", "use a key of its account, or give them up: eclips batches…"): TWO,
    ("commands/batches/resume.py", "#{} ({}) was begun with another key (profile {}): left as it is;…"): TWO,
    (
        "commands/batches/_stops.py",
        "only the new rows: eclips {}",
    ): "one hint with what is new or changed, which a row pastes",
    (
        "commands/batches/rows/files.py",
        "what was there is as it was; `eclips batches results`…",
    ): "a disk that fills up",
    (
        "commands/batches/rows/joining.py",
        "its answer was lost and it was given up; `eclips batches list`…",
    ): ODD,
    ("commands/batches/rows/joining.py", "its answer was lost; `eclips batches resume` finds out"): ODD,
    ("commands/doctor/_machine.py", "eclips {}, with the extras: {}"): VERSION,
    (
        "commands/doctor/_network.py",
        "look at the network and the proxy; `eclips health…",
    ): "it watches until it is stopped",
    ("commands/doctor/_network.py", "wait; `eclips health --watch` tells…"): "it watches until it is stopped",
    ("commands/runs/run.py", "eclips runs tail {}"): TERMINAL,
    ("commands/triage/_apply.py", "look at it again: `eclips triage export FILE.xlsx`,…"): TWO,
    ("commands/triage/review.py", "eclips triage list"): TERMINAL,
    ("commands/triage/review.py", "eclips triage {}{} {}"): TERMINAL,
    ("commands/webhooks/_secret.py", "`eclips webhooks create URL --save-secret`…"): "it needs a keyring",
    ("commands/welcome.py", "eclips --sandbox run --agent procurement_specialist…"): "it takes eight seconds",
    ("commands/welcome.py", "eclips {}"): VERSION,
    ("records/journal/reading.py", "eclips batches history"): TWO,
    ("records/journal/store.py", "wait for it; `eclips batches history`…"): TWO,
    ("words.py", "eclips {}"): PART,
}
"""templates that no row provokes, each with the reason"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A sandbox for all rows that want no trouble of it."""
    from eclips_cli import sandbox

    with sandbox.start(tmp_path_factory.mktemp("sandbox") / "sandbox.db", speed=30) as running:
        yield running


@pytest.fixture
def person(tmp_path: Path, world: Any, faulty: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Person:
    one = Person(tmp_path, world, lambda *faults: faulty(*faults, speed=30))
    monkeypatch.setattr(SystemClock, "sleep", lambda _clock, seconds: time.sleep(min(seconds, 0.1)))
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: one.server.keys.full)
    return one


def _named(row: Row, count: dict[str, int]) -> str:
    count[row.where] = count.get(row.where, 0) + 1
    return f"{row.where}-{count[row.where]}"


_COUNT: dict[str, int] = {}


@pytest.mark.parametrize("row", [pytest.param(row, id=_named(row, _COUNT)) for row in ROWS])
def test_what_a_hint_names_can_be_pasted(person: Person, row: Row) -> None:
    said = row.provoked(person)
    plain = re.sub("\x1b\\[[0-9;]*m", "", said.err + said.out)
    text = "\n".join(hints.text(line) for line in plain.splitlines() if not line.startswith("error: "))
    lines = [found[0] for found in _pattern(row.says).finditer(text)]
    assert lines, f"nothing says {row.says}:\n{said.out[:2000]}{said.err}"
    typed = [command for line in dict.fromkeys(lines) for command in hints.commands(line)]
    assert typed, lines
    codes = [person.pasted(command, row) for command in typed]
    wanted = [row.ends] * len(typed) if isinstance(row.ends, int) else list(row.ends)
    assert codes == wanted, "\n".join([*lines, *person.told])


def _pattern(template: str) -> re.Pattern[str]:
    """What a template reads as once it is filled in, and says where it leads."""
    parts = [re.escape(part) for part in re.split(r"\{\w*\}", template.removesuffix("…"))]
    said = ".*".join(parts).replace("eclips\\ ", "eclips\\ (?:--[a-z-]+\\ \\S+\\ )*").replace("\\ ", r"\s+")
    return re.compile(rf".*{said}.*")


def test_each_hint_that_names_a_command_is_pasted_or_has_a_reason() -> None:
    said = sorted(set(templates()))
    rows = {(row.where, row.says) for row in ROWS} | set(ELSEWHERE)
    assert [one for one in said if not any(_is(one, row) for row in rows)] == [], "neither a row nor a reason"
    assert [row for row in sorted(rows) if not any(_is(one, row) for one in said)] == [], (
        "the source does not say it"
    )


def _is(template: tuple[str, str], row: tuple[str, str]) -> bool:
    """Whether a row is about a template; `…` ends one that is cut."""
    whole = row[1].removesuffix("…")
    return template == row or (row[0] == template[0] and whole != row[1] and template[1].startswith(whole))
