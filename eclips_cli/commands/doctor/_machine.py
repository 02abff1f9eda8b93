"""Checks of this machine: the program, Python, configuration, state, terminal, completion, audit record."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from eclips_cli import __version__
from eclips_cli.commands.doctor._checks import FAILED, NOTE, OK, WARNING, Finding
from eclips_cli.counting import how_many
from eclips_cli.credentials.config_file import ConfigFile
from eclips_cli.credentials.settings import Settings
from eclips_cli.errors import EclipsError, NoHome
from eclips_cli.json_values import JsonObject
from eclips_cli.records.audit.reading import verify
from eclips_cli.records.audit.record import AuditRecord
from eclips_cli.records.journal import Target
from eclips_cli.records.journal.overview import named, unfinished_in
from eclips_cli.reference import shells
from eclips_cli.reference.tree import describe
from eclips_cli.system import installation
from eclips_cli.system.paths import config_dir, somewhere, state_dir

REQUIRED = ("httpx", "keyring", "platformdirs", "pydantic", "rich", "tomlkit", "typer")
LEAST_SPACE = 50 * 2**20
"""bytes that must be free for the journal and the audit record"""
MOST_FILES = 2000
Environ = Mapping[str, str]


def version() -> Finding:
    """The program: its version and the extras that are installed."""
    there = installation.extras_there()
    missing = [name for name in installation.EXTRAS if name not in there]
    detail = f"eclips {__version__}, with the extras: {', '.join(there) or 'none'}"
    remedy = f"where you want them: {installation.to_add(*missing)}" if missing else None
    return Finding("version", NOTE if missing else OK, detail, remedy)


def python() -> Finding:
    """The interpreter, and whether all that the program needs is installed in it."""
    import platform

    name = f"{platform.python_implementation()} {platform.python_version()} on {platform.system()} {platform.machine()}"
    missing = [module for module in REQUIRED if find_spec(module) is None]
    if missing:
        return Finding(
            "python",
            FAILED,
            f"{name}; missing: {', '.join(missing)}",
            installation.to_mend(),
        )
    return Finding("python", OK, name)


def config(environ: Environ, settings: Callable[[], Settings]) -> Finding:
    """The configuration: whether it can be read, who else could write it, whether each value is usable."""
    found = settings()
    path = ConfigFile(environ).path
    try:
        is_there = somewhere(path).exists()
    except NoHome:  # a container, say: what it needs is in its environment
        remedy = "where settings are wanted, let ECLIPS_CONFIG_DIR name a directory"
        return Finding("config", NOTE, "this user has no home: the defaults and the environment hold", remedy)
    if not is_there:
        return Finding("config", OK, f"{path} is not there; the defaults hold")
    kept_open = _open_to_others(path, 0o022) or _open_to_others(path.parent, 0o022)
    if kept_open:
        return Finding("config", FAILED, f"others can write {kept_open}", f"chmod go-w {kept_open}")
    keys = [key for key in (config_dir(environ) / "keys").glob("*.key") if _open_to_others(key, 0o077)]
    if keys:
        return Finding("config", FAILED, f"others can read {keys[0]}", f"chmod 600 {keys[0]}")
    count = how_many(len(found.profiles), "profile")
    return Finding("config", OK, f"{path}, {count}, using {found.profile} ({found.sources['profile']})")


def guards(told: JsonObject) -> Finding:
    """The guards against accident: what is set, and whether an AI agent says that it runs this."""
    changes = (
        "read_only is set: nothing that changes anything is sent" if told["read_only"] else "changes are sent"
    )
    agents = "may" if told["agents_may_decide"] else "may not"
    asks = f"a submission asks from {told['ask_from_rows']:,} rows on"
    detail = f"{changes}; AI agents {agents} decide what waits for a person; {asks}"
    if told["ai_agent"] is not None:
        return Finding("guards", NOTE, f"{detail}; an AI agent runs this command: {told['ai_agent']}")
    return Finding("guards", OK, detail)


def submissions(environ: Environ, target: Target) -> Finding:
    """What was submitted from here to this API: whether all of it was sent to its end."""
    found = unfinished_in(state_dir(environ), target)
    if found:
        return Finding("submissions", WARNING, named(found), "eclips batches resume")
    return Finding("submissions", OK, "nothing is left to be sent")


def state(environ: Environ) -> Finding:
    """The state directory: whether it can be written, has room, and is its owner's alone."""
    path = state_dir(environ)
    there = path.exists()
    try:
        _try_writing(next(folder for folder in (path, *path.parents) if folder.exists()))
    except OSError as error:
        somewhere(path)
        why = (error.strerror or "unknown").lower()
        remedy = "make it writable, or let ECLIPS_STATE_DIR name a directory of yours"
        return Finding("state", FAILED, f"{path} can't be {'written' if there else 'made'}: {why}", remedy)
    if not there:
        return Finding("state", OK, f"{path} is not there yet; the first change makes it")
    exposed = _first_exposed(path)
    if exposed:
        bad = WARNING if exposed.is_dir() else FAILED
        return Finding("state", bad, f"others can read {exposed}", f"chmod -R go= {path}")
    free = shutil.disk_usage(path).free
    if free < LEAST_SPACE:
        return Finding(
            "state",
            WARNING,
            f"only {free >> 20} MiB are free in {path}",
            "make room: a change that can't be recorded is not sent",
        )
    return Finding("state", OK, f"{path}, writable, its owner's alone")


def _try_writing(folder: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor.") as file:
        file.write(b"x")
        file.flush()
        os.fsync(file.fileno())


def _first_exposed(top: Path) -> Path | None:
    """A file in `top` that others could read if they come by, else such a directory; links are not followed."""
    folders: list[Path] = []
    looked = 0
    for folder, _folders, files in os.walk(top):
        here = Path(folder)
        if not _open_to_others(here, 0o077):
            continue  # nobody comes by here
        folders.append(here)
        for name in files:
            if _open_to_others(here / name, 0o077):
                return here / name
        looked += len(files)
        if looked > MOST_FILES:
            break
    return folders[0] if folders else None


def _open_to_others(path: Path, bits: int) -> Path | None:
    try:
        return path if not path.is_symlink() and path.stat().st_mode & bits else None
    except OSError:
        return None


def terminal(environ: Environ, width: int, color: bool) -> Finding:
    """The terminal: what it is, its width, whether text beyond ASCII is shown."""
    import locale

    term = environ.get("TERM", "")
    where = "a terminal" if sys.stdout.isatty() else "no terminal (a pipe or a file)"
    charset = locale.getpreferredencoding(False)
    detail = f"stdout is {where}, TERM={term or 'unset'}, {width} columns, colours {'on' if color else 'off'}, {charset}"
    if sys.stdout.isatty() and term in ("", "dumb"):
        return Finding("terminal", NOTE, detail, "live views need a TERM such as xterm-256color")
    if charset.lower().replace("-", "") != "utf8":
        return Finding(
            "terminal", NOTE, detail, "output is UTF-8 all the same; for boxes and bars set LANG=C.UTF-8"
        )
    return Finding("terminal", OK, detail)


def completion(environ: Environ, root: object) -> Finding:
    """Whether TAB completes in the user's own shell, with the script of this version."""
    name = "completion"
    try:
        shell = shells.detected(environ)
    except EclipsError as error:
        return Finding(name, NOTE, error.message, "eclips completion install SHELL, for bash, zsh or fish")
    mend = f"eclips completion install {shell.name}"
    for place in (shell.place(environ), *_shared_places(shell)):
        try:
            script = place.read_text(errors="replace")
        except OSError:
            continue
        if script == shell.script(describe(root)):
            return Finding(name, OK, f"{shell.name}: {place}")
        return Finding(name, WARNING, f"{shell.name}: {place} is of another version", mend)
    return Finding(name, NOTE, f"{shell.name}: not installed", mend)


def _shared_places(shell: shells.Shell) -> list[Path]:
    """Where a package puts the script for all users; no shell looks into a virtual environment."""
    below = {
        "bash": "bash-completion/completions/eclips",
        "zsh": "zsh/site-functions/_eclips",
        "fish": "fish/vendor_completions.d/eclips.fish",
    }
    own = [sys.prefix] if sys.prefix == sys.base_prefix else []
    return [Path(base, "share", below[shell.name]) for base in (*own, "/usr/local", "/usr")]


def audit(record: AuditRecord) -> Finding:
    """An audit record: whether its chain is whole."""
    found = verify(record, None)
    if found["problems"]:
        first = found["problems"][0]
        where = f"line {first['line']}: {first['problem']}" if first["line"] else first["problem"]
        return Finding("audit", FAILED, f"the chain is broken ({where})", "eclips audit verify")
    detail = f"{how_many(found['lines'], 'line')}, {how_many(found['changes'], 'change')}, the chain is whole"
    if found["without_outcome"]:
        return Finding(
            "audit", NOTE, f"{detail}; {found['without_outcome']:,} without an outcome", "eclips audit list"
        )
    return Finding("audit", OK, detail if found["lines"] else "nothing is recorded yet")
