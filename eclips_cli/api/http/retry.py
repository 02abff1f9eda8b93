"""When a request is sent again, and after how long. Pure: no network and no clock of its own.

A GET may always be repeated. A change (POST, DELETE) only when the server surely did not act on it;
if it may have acted, the outcome is unknown, and if a 2xx status was seen, it was accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from eclips_cli.api.http.dates import http_date

LONGEST_WAIT = 120.0
"""Seconds: a longer `Retry-After` ends the request instead."""

LONGEST_BELIEVED = 31 * 86400.0
"""Seconds: a `Retry-After` beyond a month is nonsense, and our own back-off is used."""

BACKOFF_FIRST = 0.5
BACKOFF_CAP = 20.0


class Phase(Enum):
    """How far a request got before its connection failed."""

    BEFORE = "before it was sent"
    SENT = "after its headers were sent"
    ANSWERED = "after a 2xx status was received"


class RetryDecision(Enum):
    """What follows from a failed try."""

    REPEAT = "repeat"
    LATER = "repeat, but not soon"
    GIVE_UP = "give up"
    UNKNOWN = "unknown outcome"
    ACCEPTED = "accepted, answer unreadable"


_R, _G, _U, _A = RetryDecision.REPEAT, RetryDecision.GIVE_UP, RetryDecision.UNKNOWN, RetryDecision.ACCEPTED

FAULTS: dict[tuple[str, Phase], tuple[RetryDecision, RetryDecision]] = {
    # (httpx's exception, or a finer name of the transport's; phase): (for a GET, for a change)
    ("ConnectError", Phase.BEFORE): (_R, _R),
    ("ConnectTimeout", Phase.BEFORE): (_R, _R),
    ("PoolTimeout", Phase.BEFORE): (_R, _R),
    ("CertificateError", Phase.BEFORE): (_G, _G),
    ("ProxyError", Phase.BEFORE): (_R, _R),
    ("ProxyRefused", Phase.BEFORE): (_G, _G),
    ("ProxyLogin", Phase.BEFORE): (_G, _G),
    ("OtherProtocol", Phase.BEFORE): (_G, _G),
    ("NotHttp", Phase.BEFORE): (_R, _R),
    ("InvalidURL", Phase.BEFORE): (_G, _G),
    ("UnsupportedProtocol", Phase.BEFORE): (_G, _G),
    ("UnicodeEncodeError", Phase.BEFORE): (_G, _G),
    # h11 refuses a header only when it is about to be written: begun, but never sent
    ("LocalProtocolError", Phase.SENT): (_G, _G),
    ("ReadError", Phase.SENT): (_R, _U),
    ("ReadTimeout", Phase.SENT): (_R, _U),
    ("WriteTimeout", Phase.SENT): (_R, _U),
    ("RemoteProtocolError", Phase.SENT): (_R, _U),
    ("OtherProtocol", Phase.SENT): (_G, _G),
    ("NotHttp", Phase.SENT): (_R, _U),
    ("ReadError", Phase.ANSWERED): (_R, _A),
    ("ReadTimeout", Phase.ANSWERED): (_R, _A),
    ("RemoteProtocolError", Phase.ANSWERED): (_R, _A),
    ("DecodingError", Phase.ANSWERED): (_R, _A),
    ("TooLarge", Phase.ANSWERED): (_G, _A),
}

OTHERWISE: dict[Phase, tuple[RetryDecision, RetryDecision]] = {
    # whatever has no row above: the phase alone decides
    Phase.BEFORE: (_R, _R),
    Phase.SENT: (_R, _U),
    Phase.ANSWERED: (_R, _A),
}

REPEATED_READS = frozenset({429, 500, 502, 503, 504})
"""Statuses after which a GET is sent again."""

REPEATED_CHANGES = frozenset({429, 503})
"""Statuses after which a change is sent again, if `Retry-After` is there: it was not acted on."""

NOT_ACTED_ON = frozenset({408, 425})
"""Statuses after which a change is sent again anyway: the request came too late, or too early, to be acted on."""

PASSING = frozenset({408, 409, 421, 425, 499})
"""Statuses below 500 (besides 429) that are nobody's last word: whoever waits asks again."""


def on_fault(kind: str, phase: Phase, *, change: bool) -> RetryDecision:
    """What to do after a failure of the connection; `kind` is the exception's name."""
    read, changed = FAULTS.get((kind, phase), OTHERWISE[phase])
    return changed if change else read


def on_status(
    status: int, retry_after: float | None, *, change: bool, out_of_credits: bool = False
) -> RetryDecision:
    """What to do after an answer that is not 2xx; `retry_after` in seconds, None without a usable one."""
    if out_of_credits:
        return RetryDecision.GIVE_UP
    if change:
        repeat = status in NOT_ACTED_ON or (status in REPEATED_CHANGES and retry_after is not None)
    else:
        repeat = status in REPEATED_READS
    if not repeat:
        return RetryDecision.GIVE_UP
    return (
        RetryDecision.LATER
        if retry_after is not None and retry_after > LONGEST_WAIT
        else RetryDecision.REPEAT
    )


def backoff(attempt: int, uniform: Callable[[float, float], float]) -> float:
    """Seconds before the `attempt`-th repeat (from 1): exponential with full jitter, at most 20."""
    return uniform(0.0, min(BACKOFF_CAP, BACKOFF_FIRST * 2.0 ** min(attempt - 1, 10)))


def pause(attempt: int, retry_after: float | None, uniform: Callable[[float, float], float]) -> float:
    """Seconds before the `attempt`-th repeat: what the server asked for, else our own back-off."""
    return retry_after if retry_after else backoff(attempt, uniform)


def parse_retry_after(value: str | None, *, date: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks for, or None if it is neither of its two forms.

    A date is compared with the answer's own `Date`, so that a wrong clock here does not matter;
    `now` (seconds since 1970) stands in for a missing one.
    """
    text = (value or "").strip(" \t")
    if text.isascii() and text.isdigit():
        seconds = float(text) if len(text) <= 12 else LONGEST_BELIEVED + 1
    else:
        then, base = http_date(text, now), http_date((date or "").strip(" \t"), now)
        if then is None:
            return None
        seconds = max(0.0, then - (now if base is None else base))
    return seconds if seconds <= LONGEST_BELIEVED else None
