"""The command tree for programs: every command with its options, what it needs and how it may end, as plain JSON."""

from __future__ import annotations

from typing import Any

from eclips_cli import __version__
from eclips_cli.docstrings import doc_of
from eclips_cli.errors import every_type
from eclips_cli.exits import ExitCode
from eclips_cli.json_values import JsonObject
from eclips_cli.reference import topics
from eclips_cli.reference.tree import PROGRAM, Argument, CommandEntry, Option, describe

FORM = 1
"""the form of the document; a higher number where a program that reads it would have to be changed"""

READS, RUNS, DECIDES, HOOKS = "agents:read", "agents:run", "triage:write", "webhooks:write"
SCOPES: dict[str, tuple[str, ...]] = {
    "run": (RUNS, READS),
    **dict.fromkeys(("runs list", "runs get", "runs tail", "runs wait", "runs watch"), (READS,)),
    **dict.fromkeys(("triage list", "triage watch"), ("triage:read",)),
    "triage show": ("triage:read", READS),
    **dict.fromkeys(("triage approve", "triage reject"), (DECIDES, "triage:read")),
    "triage review": (DECIDES, "triage:read", READS),
    "triage export": ("triage:read", READS),
    "triage apply": (DECIDES, "triage:read", READS),
    "webhooks list": ("webhooks:read",),
    **dict.fromkeys(("webhooks create", "webhooks delete"), (HOOKS,)),
    "webhooks forward": (READS,),
    # the price of a row is learnt from the credits
    **dict.fromkeys(
        ("batches submit", "batches retry", "batches resume"), ("batch:run", "batch:read", READS)
    ),
    "batches cancel": ("batch:run", "batch:read"),
    **dict.fromkeys(("batches list", "batches get", "batches results", "batches wait"), ("batch:read",)),
    **dict.fromkeys(("usage summary", "usage history", "usage members"), (READS,)),
    "status": (READS, "triage:read"),
    "find": ("triage:read",),
}
"""by command: the scopes that its requests need; none where it asks nothing, or where that depends on what is asked"""

ALWAYS = (0, 1, 2, 17, 130, 143)
ASKS = (4, 5, 6, 7, 10, 12, 14)
"""the ends of whatever asks the API"""
CHANGES = (11,)
FOLLOWS = (3, 8, 9, 124)
ENDS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("run", "runs tail", "runs wait"), FOLLOWS),
    **dict.fromkeys(
        ("runs get", "runs tail", "runs wait", "triage show", "triage approve", "triage reject"), (13,)
    ),
    **dict.fromkeys(("batches get", "batches results"), (13,)),
    **dict.fromkeys(("batches submit", "batches resume", "batches retry"), (*FOLLOWS, 13, 16)),
    **dict.fromkeys(("batches wait", "batches cancel"), (*FOLLOWS, 13, 16)),
    "triage review": (13,),
    "triage apply": (13, 16),
    "webhooks delete": (13,),
    "webhooks forward": (16,),
    "status": (15,),
}
"""by command: how else it may end"""
ENDS["runs tail"] = ENDS["runs wait"] = (*FOLLOWS, 13)
NO_SCOPE = ("health", "api", "auth login", "auth status", "doctor")
"""commands that ask the API without a scope of their own"""


def document(root: Any) -> JsonObject:
    """The whole tree below `root` (what `app.build()` makes); imports the module of every command."""
    tree = describe(root)
    return {
        "form": FORM,
        "program": PROGRAM,
        "version": __version__,
        "options": [_option(option) for option in tree.takes],
        "commands": [_command(command) for command in tree.walk() if command.path and not command.children],
        "topics": topics.names(),
        "exit_codes": [
            {"code": int(code), "name": code.name.lower(), "meaning": code.meaning} for code in ExitCode
        ],
        "error_types": [
            {
                "type": name,
                "code": int(known.exit_code),
                "retryable": known.retryable,
                "meaning": topics.first_paragraph(doc_of(known)),
            }
            for name, known in every_type().items()
        ],
    }


def scopes(command: str) -> tuple[str, ...]:
    """The scopes that a command needs (`runs list`)."""
    return SCOPES.get(command, ())


def ends(command: str, *, changes: bool) -> list[int]:
    """The exit codes of a command."""
    asks = command in SCOPES or command in NO_SCOPE
    own = (*ENDS.get(command, ()), *(ASKS if asks else ()))
    own += CHANGES if asks and (changes or command == "api") else ()
    return sorted({*ALWAYS, *own})


def _command(command: CommandEntry) -> JsonObject:
    name = " ".join(command.path)
    return {
        "command": name,
        "summary": command.summary,
        "usage": command.usage,
        "arguments": [_argument(argument) for argument in command.arguments],
        "options": [_option(option) for option in command.options if "--help" not in option.spellings],
        "changes": command.changes,
        "scopes": list(scopes(name)),
        "exit_codes": ends(name, changes=command.changes),
        "examples": list(command.examples),
    }


def _argument(argument: Argument) -> JsonObject:
    return {
        "name": argument.name,
        "help": argument.row[1],
        "required": argument.required,
        "many": argument.many,
        "values": list(argument.values.words),
    }


def _option(option: Option) -> JsonObject:
    return {
        "names": list(option.spellings),
        "help": option.help,
        "type": option.kind,
        "default": option.default,
        "many": option.repeatable,
        "values": list(option.values.words),
    }
