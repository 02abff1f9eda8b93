"""What people type in place of a command or an option, and what they mean: by meaning first, then by letters.

It never leads from a harmless word to a command that changes something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

Verbs = Mapping[str, bool]
"""commands by name, each with whether it changes something"""

SAME = (("get", "show", "view"), ("list", "ls"))
"""words that mean the same: a noun that has one of them takes the others too, without listing them"""

MEANT = {
    "list": "all index", "get": "info describe inspect details read", "show": "info describe inspect details read",
    "tail": "logs log follow stream", "watch": "top monitor live", "wait": "follow watch tail status progress",
    "status": "whoami me info", "login": "signin add", "logout": "signout", "use": "switch select activate",
    "approve": "accept allow confirm", "reject": "deny decline refuse", "review": "decide next",
    "create": "new add make", "delete": "rm remove del destroy", "trigger": "ping fire send",
    "submit": "upload send import start run new create add", "cancel": "stop abort kill",
    "results": "output download", "set": "put", "unset": "delete remove rm del clear",
    "serve": "start up run", "verify": "check validate", "export": "dump download save",
    "summary": "status balance credits show", "history": "log logs ledger", "members": "users team people",
    "install": "setup enable add", "listen": "receive",
}  # fmt: skip
"""what else a verb is called, in every noun that has it"""

AT_ROOT = {
    "login": "auth login", "signin": "auth login", "setup": "auth login", "init": "auth login",
    "logout": "auth logout", "signout": "auth logout", "whoami": "auth status", "me": "auth status",
    "profiles": "auth list", "version": "--version", "list": "runs list", "ls": "runs list", "ps": "runs list",
    "get": "runs get", "show": "runs get", "view": "runs get", "tail": "runs tail", "logs": "runs tail",
    "log": "runs tail", "follow": "runs tail", "watch": "runs watch", "wait": "runs wait",
    "credits": "usage", "credit": "usage", "balance": "usage", "quota": "usage", "billing": "usage",
    "queue": "triage list", "pending": "triage list", "inbox": "triage list", "approvals": "triage list",
    "jobs": "batches list", "hooks": "webhooks list", "events": "webhooks list", "ping": "health", "up": "health",
    "settings": "config list", "configure": "config list", "env": "help environment", "man": "help",
    "docs": "help", "exit-codes": "help exit-codes", "request": "api", "upload": "batches submit",
    "diagnose": "doctor", "server": "sandbox serve", "mock": "sandbox serve",
}  # fmt: skip
"""commands that are looked for where nouns stand"""

_NO_CANCEL = (
    "the API can't cancel a run: `eclips triage reject ITEM` ends one that waits for a person, "
    "`eclips batches cancel BATCH` a whole batch"
)
TOLD = {
    ("", "agents"): "the API lists no agents: `eclips run --agent TYPE TASK` names one, and TAB completes known ones",
    ("", "cancel"): _NO_CANCEL,
    ("", "stop"): _NO_CANCEL,
    **{("runs", word): _NO_CANCEL for word in ("cancel", "stop", "abort", "kill", "delete", "rm", "remove")},
    **{("runs", word): "`eclips run TASK` starts a run" for word in ("start", "create", "new", "run", "submit")},
    ("sandbox", "stop"): "Ctrl-C ends it where it was started",
    ("config", "edit"): '`${EDITOR:-vi} "$(eclips config path)"` opens the file',
}  # fmt: skip
"""what is said where no command is meant, by noun (empty for none) and word"""

OPTIONS = {
    "--json": "-o json", "-j": "-o json", "--jsonl": "-o jsonl", "--csv": "-o csv", "--tsv": "-o tsv",
    "--table": "-o table", "--ids": "-o id", "--format": "--output", "--debug": "--verbose",
    "--silent": "--quiet", "-s": "--quiet", "--no-colour": "--color never", "--colour": "--color",
    "--url": "--base-url", "--host": "--base-url", "--api-url": "--base-url", "--count": "--limit",
    "--max": "--limit", "-n": "--limit", "--skip": "--offset", "--state": "--status", "--after": "--since",
    "--from": "--since", "--background": "--detach", "--no-wait": "--detach", "--async": "--detach",
    "--simulate": "--dry-run", "--non-interactive": "--no-input", "-V": "eclips --version",
}  # fmt: skip
"""options that other programs have, and ours"""
_LIKE = 0.7
"""how alike two options must be for one to be taken for the other, from 0 to 1"""
_THE_KEY = "no option takes the key, it would show in `ps`: `eclips auth login`, or ECLIPS_API_KEY"
_KEYS = ("--api-key", "--key", "--token")

HARMLESS = frozenset((
    "list", "ls", "get", "show", "view", "status", "info", "describe", "inspect", "find", "search", "history", "log",
    "logs", "check", "test", "watch", "help", "open", "read", "print", "count", "update", "edit", "user", "users",
))  # fmt: skip
"""words from which nothing that changes something is guessed by its letters"""
_CHANGING_OPTIONS = frozenset(("--yes", "--again", "--exec", "--rotated-key"))


def alias(typed: str, names: Iterable[str]) -> str | None:
    """The one of `names` that `typed` is another word for, or is itself; None where there is none."""
    there = tuple(names)
    if typed in there:
        return typed
    same = next((words for words in SAME if typed in words), ())
    return next((word for word in same if word in there), None)


def meant(noun: str, typed: str, tree: Mapping[str, Verbs]) -> str | None:
    """The command that `typed` means below `noun` (empty for none), less the program's name; None if unknown.

    `tree` has the commands of every noun by its name; a command that is no noun has none.
    """
    if noun:
        verb = _verb(typed, tree.get(noun, {}))
        return f"{noun} {verb}" if verb else None
    if typed in AT_ROOT:
        return AT_ROOT[typed]
    homes = [name for name, verbs in tree.items() if typed in verbs]
    homes = homes or [name for name, verbs in tree.items() if _verb(typed, verbs)]
    return f"{homes[0]} {_verb(typed, tree[homes[0]])}" if len(homes) == 1 else None


def _verb(typed: str, verbs: Verbs) -> str | None:
    found = alias(typed, verbs)
    return found or next((verb for verb in verbs if typed in MEANT.get(verb, "").split()), None)


def near(typed: str, names: Verbs) -> str | None:
    """The nearest of `names` by its letters; one that changes something only where a single letter is wrong."""
    harmless = [name for name, changes in names.items() if not changes]
    changing = [name for name, changes in names.items() if changes and _slip(typed, name)]
    found = get_close_matches(typed, harmless + changing, n=1, cutoff=0.5)
    return found[0] if found else None


def _slip(typed: str, name: str) -> bool:
    """Whether `typed` is `name` with one letter missing, too many, wrong, or two of them swapped.

    A word with an ending (`approved`) is none: it asks for what is so already.
    """
    if typed in HARMLESS or typed.startswith(name) or abs(len(typed) - len(name)) > 1:
        return False
    begin = next((at for at, (a, b) in enumerate(zip(typed, name, strict=False)) if a != b), len(typed))
    rest, other = typed[begin:], name[begin:]
    return (
        rest[1:] == other[1:]
        or rest[1:] == other
        or rest == other[1:]
        or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    )


def hint(noun: str, typed: str, names: Verbs, tree: Mapping[str, Verbs]) -> str:
    """What is said of a word that is no command of `noun`: what there is, what was meant, or all commands."""
    if (noun, typed) in TOLD:
        return TOLD[noun, typed]
    found = meant(noun, typed, tree)
    if found is None:
        by_letters = near(typed, names)
        found = " ".join(filter(None, (noun, by_letters))) if by_letters else None
    if found is not None:
        return f"did you mean `eclips {found}`?"
    path = f"eclips {noun}".rstrip()
    return f"`{path}` has: {', '.join(names)}"


def in_place_of_a_task(typed: str, tree: Mapping[str, Verbs]) -> str | None:
    """What `eclips run WORD` means where the word names a command (lower case, no blanks); None for a task.

    The words are those of the tree, their aliases, and those that newcomers try.
    """
    if typed == "help":
        return "did you mean `eclips help run`?"
    told = TOLD.get(("runs", typed)) or TOLD.get(("", typed))
    verb = alias(typed, tree["runs"])
    if verb:
        return f"did you mean `eclips runs {verb}`?"
    if told:
        return told
    if typed in tree:
        return f"did you mean `eclips {typed}`?"
    if typed in AT_ROOT or any(alias(typed, verbs) for verbs in tree.values()):
        command = meant("", typed, tree)
        return f"did you mean `eclips {command}`?" if command else f"`eclips help` lists what has `{typed}`"
    return None


def option(typed: str, by_letters: Sequence[str], known: Iterable[str]) -> str | None:
    """What is said of an option that a command does not `know`: the one that is meant, else the nearest."""
    if typed in _KEYS:
        return _THE_KEY
    there = set(known)
    found = OPTIONS.get(typed)
    if found is not None and (found.split()[0] in there or found.startswith("eclips ")):
        return f"did you mean {found}?" if not found.startswith("eclips ") else f"did you mean `{found}`?"
    if not get_close_matches(typed, by_letters, n=1, cutoff=_LIKE):
        other = get_close_matches(typed, OPTIONS, n=1, cutoff=_LIKE)
        return option(other[0], (), there) if other and typed not in OPTIONS else None
    letters = [name for name in by_letters if name not in _CHANGING_OPTIONS or _slip(typed, name)]
    return f"did you mean {letters[0]}?" if letters else None
