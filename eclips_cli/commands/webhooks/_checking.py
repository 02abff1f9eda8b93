"""Checking a delivery by hand: its signature over the raw bytes, and its age by its own timestamp."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

from eclips_cli.commands.webhooks import _signature
from eclips_cli.durations import parse_duration, parse_iso
from eclips_cli.errors import EclipsError, UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.output.cells import duration
from eclips_cli.system.paths import read_regular

LARGEST = 64 * 1024 * 1024
TOLERANCE = "5m"


class NotGenuine(EclipsError):
    """The delivery is not the API's, was changed on its way, or is too old: the check says no."""


def read_body(name: str) -> bytes:
    """The bytes of FILE, or of standard input for `-`. Raises UsageError."""
    where = "standard input" if name == "-" else name
    try:
        body = sys.stdin.buffer.read(LARGEST + 1) if name == "-" else read_regular(name, LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{where}: {(error.strerror or 'cannot be read').lower()}") from None
    if len(body) > LARGEST:
        raise UsageError(f"{where} is larger than {LARGEST // 2**20} MiB")
    return body


@dataclass(frozen=True)
class Check:
    """What a delivery is held against. `tolerance` in seconds, or None where age does not matter."""

    secret: bytes
    given: str
    header_timestamp: str | None = None
    tolerance: float | None = None

    @classmethod
    def parse(cls, secret: bytes, given: str, timestamp: str | None, tolerance: str | None) -> Check:
        """From the options as written: a timestamp or a tolerance asks for the age. Raises UsageError."""
        if timestamp is not None and parse_iso(timestamp) is None:
            raise UsageError(
                f"--timestamp {timestamp!r} is not a time", hint="as in 2026-06-06T09:00:42.000Z"
            )
        aged = timestamp is not None or tolerance is not None
        seconds = parse_duration(tolerance or TOLERANCE) if aged else None
        return cls(secret, given.strip(), timestamp, seconds)

    def run(self, body: bytes, now: float) -> JsonObject:
        """What the delivery says of itself, once it is known to be genuine. Raises NotGenuine."""
        if not _signature.fits(self.secret, body, self.given):
            cause = _signature.likely_cause(self.secret, body, self.given)
            raise NotGenuine(
                "the signature does not fit",
                hint=f"likely: {cause}; it is made over the bytes as they came, before any parsing",
            )
        said = _object(body)
        age = None
        if self.tolerance is not None:
            age = self._checked_age(said, now)
        shown = {name: said.get(name) for name in ("event", "run_id", "timestamp")}
        return {"valid": True, **shown, "age_seconds": None if age is None else round(age, 3)}

    def _checked_age(self, said: JsonObject, now: float) -> float:
        assert self.tolerance is not None
        sent = parse_iso(said.get("timestamp"))
        if sent is None:
            raise NotGenuine("the signature fits, but the body holds no timestamp to judge its age by")
        if self.header_timestamp is not None and parse_iso(self.header_timestamp) != sent:
            raise NotGenuine(
                "the signature fits, but the body was signed for another time than --timestamp says",
                hint=f"the body says {said['timestamp']}; only the body is signed, so believe that",
            )
        age_trouble = age_of(now - sent, self.tolerance)
        if age_trouble:
            raise NotGenuine(f"the signature fits, but {age_trouble}", hint="it may be a replay")
        return now - sent


def age_of(age: float, tolerance: float) -> str:
    """What is wrong with an age in seconds, in words; empty when nothing is."""
    if age > tolerance:
        return f"the delivery is {duration(age)} old; at most {duration(tolerance)} are allowed"
    if age < -tolerance:
        return f"the delivery is {duration(-age)} in the future: a clock is wrong"
    return ""


def _object(body: bytes) -> JsonObject:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    return said if isinstance(said, dict) else {}
