"""`--check`: thresholds as they are typed, and which of them are broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from eclips_cli.commands._forecast import Threshold
from eclips_cli.counting import how_many
from eclips_cli.durations import parse_duration
from eclips_cli.errors import UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.output import cells

Found = Mapping[str, JsonObject]
"""the parts of a status by their names"""


class Check(NamedTuple):
    """One threshold: its name, the limit as it was typed, the part it looks at, and what breaks it.

    `broken` gives what was found, in words and as a number, or None where all is well.
    """

    name: str
    limit: str
    part: str
    broken: Callable[[JsonObject], tuple[str, float] | None]


def parse(given: list[str]) -> list[Check]:
    """The thresholds of `queue-age=4h,queue=50`, also where given several times. Raises UsageError."""
    found: dict[str, Check] = {}
    for text in (piece.strip() for one in given for piece in one.split(",")):
        name, equals, limit = text.partition("=")
        if name not in KINDS:
            near = get_close_matches(name, KINDS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(KINDS)}"
            raise UsageError(f"--check knows no {name!r}", hint=hint)
        if not equals or not limit:
            raise UsageError(f"--check {text!r} is not NAME=LIMIT", hint="write it like --check queue=50")
        if name in found:
            raise UsageError(f"--check has {name} twice", hint="give it once")
        found[name] = KINDS[name](name, limit)
    return list(found.values())


def breaches(checks: list[Check], found: Found) -> Iterator[JsonObject]:
    """What is broken, each as `{check, found, limit, value}` with the command that deals with it."""
    for check in checks:
        part = found.get(check.part)
        broken = None if part is None or "error" in part else check.broken(part)
        if part is not None and broken is not None:
            words, value = broken
            yield {
                "check": check.name,
                "found": words,
                "limit": check.limit,
                "value": value,
                "command": part["command"],
            }


def _at_most(part: str, what: str) -> Callable[[str, str], Check]:
    """A check of how many there are."""

    def made(name: str, limit: str) -> Check:
        if not (limit.isascii() and limit.isdigit()):
            raise UsageError(f"--check {name}={limit}: not a whole number", hint=f"write it like {name}=50")
        most = int(limit)

        def broken(found: JsonObject) -> tuple[str, float] | None:
            count = found["count"]
            return (how_many(count, what), count) if count > most else None

        return Check(name, limit, part, broken)

    return made


def _age(name: str, limit: str) -> Check:
    most = parse_duration(limit)

    def broken(found: JsonObject) -> tuple[str, float] | None:
        age = found["oldest_age_seconds"]
        return None if age is None or age <= most else (cells.duration(age), age)

    return Check(name, limit, "queue", broken)


def _credits(name: str, limit: str) -> Check:
    threshold = Threshold.parse(limit, f"--check {name}=")

    def broken(found: JsonObject) -> tuple[str, float] | None:
        missed = threshold.missed(found["summary"])
        return None if missed is None else (f"{round(missed[0]):,} left", missed[0])

    return Check(name, limit, "credits", broken)


KINDS: dict[str, Callable[[str, str], Check]] = {
    "queue-age": _age,
    "queue": _at_most("queue", "item"),
    "credits": _credits,
    "failed": _at_most("failed", "run"),
    "unfinished": _at_most("unfinished", "submission"),
}
"""by name: what makes the check of a limit"""
