"""Faults that can be ordered, so that a script is tried before money moves.

    KIND[:option=value,…]      rate_limit:path=/v1/run,nth=3     stream_drop:at=12     no_credits:at=37

Which requests a fault meets: `method`, `path` (a prefix), `nth` (only that one of them), `after` (not the first
N), `times` (at most that many).
"""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = {
    "rate_limit": "429 with Retry-After (retry_after=2; none leaves it out)",
    "no_credits": "429 once `at` runs and rows were started (at=0)",
    "status": "an error of the server (code=502, body=json|html|empty)",
    "unauthorized": "401",
    "scope": "403 for a missing scope",
    "plan": "403 for a plan without API access",
    "drop_before": "the connection is reset before the request is processed",
    "drop_after": "the request is processed, then the connection is reset: the answer is lost",
    "drop_inside": "half of the answer, then a reset",
    "commit_late": "the connection is reset at once, the request is processed seconds=2 later",
    "hang": "no answer, ever",
    "slow": "the answer comes seconds=1 late",
    "drip": "the answer comes a byte at a time",
    "html": "200 with a web page",
    "truncated": "200 with half of the JSON",
    "empty": "200 without a body",
    "wrong_shape": "200 with another object than the manual's",
    "huge": "200 with mb=30 of JSON",
    "bare": "answers hold what the manual shows and no more: items and runs without title, task, data",
    "redirect": "302 to=URL",
    "stream_drop": "a stream is reset after at=12 seconds of the sandbox's time",
    "stream_silent": "a stream says nothing any more after at=2 seconds",
    "stream_end": "a stream ends without a last event after at=2 seconds",
}
SELECTORS = ("method", "path", "nth", "after", "times")
OPTIONS = ("retry_after", "at", "code", "body", "seconds", "mb", "to")


class BadFault(ValueError):
    """A `--fault` text that can't be understood; the message lists the kinds there are."""


def describe() -> str:
    """The kinds and what they do, a line each."""
    return "\n".join(f"{kind:<14} {about}" for kind, about in KINDS.items())


@dataclass
class Fault:
    """One ordered fault, and how many requests it has seen and met."""

    kind: str
    options: dict[str, str] = field(default_factory=dict)
    seen: int = 0
    met: int = 0

    @classmethod
    def parse(cls, spec: str) -> Fault:
        """From its text. Raises BadFault."""
        kind, _, rest = spec.partition(":")
        if kind not in KINDS:
            raise BadFault(f"no such fault: {kind}; the kinds are {', '.join(KINDS)}")
        options = {}
        for part in filter(None, rest.split(",")):
            name, equals, value = part.partition("=")
            if not equals or name not in (*SELECTORS, *OPTIONS):
                raise BadFault(
                    f"{spec}: {part} is not one of {', '.join((*SELECTORS, *OPTIONS))} with a value"
                )
            options[name] = value
        for name in ("nth", "after", "times", "at", "seconds", "mb", "code"):
            if name in options and not options[name].replace(".", "", 1).isdigit():
                raise BadFault(f"{spec}: {name} must be a number")
        return cls(kind, options)

    def meets(self, method: str, path: str) -> bool:
        """Whether it strikes this request; counts it."""
        if method != self.options.get("method", method).upper() or not path.startswith(
            self.options.get("path", "/v1/")
        ):
            return False
        if self.kind.startswith("stream_") != path.endswith("/stream") and self.kind.startswith("stream_"):
            return False
        self.seen += 1
        due = self.seen > self.number("after", 0) and self.seen == self.number("nth", self.seen)
        if not due or self.met >= self.number("times", float("inf")):
            return False
        self.met += 1
        return True

    def number(self, name: str, default: float) -> float:
        """An option as a number."""
        return float(self.options.get(name, default))
