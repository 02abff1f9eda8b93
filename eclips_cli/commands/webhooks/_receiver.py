"""What becomes of a request that claims to be a delivery: accepted, a repeat, or refused and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eclips_cli.commands.webhooks import _signature
from eclips_cli.commands.webhooks._delivery import age_trouble, parsed
from eclips_cli.durations import parse_iso
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.commands.webhooks._server import Request

ACCEPTED, REPEAT, REFUSED = "accepted", "repeat", "refused"
LONGEST_NAME = 200
"""characters of an event's name and of a run id"""


@dataclass(frozen=True)
class Received:
    """A request and what became of it; `said` is the delivery, once it is known to be genuine."""

    verdict: str
    status: int
    at: float
    reason: str = ""
    said: JsonObject = field(default_factory=dict)
    body: bytes = b""


class Receiver:
    """Judges requests, one at a time. `take` is offered what is accepted, and says whether there is room for it."""

    def __init__(
        self, secret: bytes, tolerance: float, now: Callable[[], float], take: Callable[[Received], bool]
    ) -> None:
        self._secret, self._tolerance, self._now, self._take = secret, tolerance, now, take
        self._seen: dict[tuple[str, str, str], float] = {}

    def judge(self, request: Request) -> Received:
        """What becomes of a request."""
        now = self._now()
        trouble = self._envelope_trouble(request)
        if trouble is not None:
            return Received(REFUSED, trouble[0], now, trouble[1])
        said = parsed(request.body)
        why = "the body is no JSON object" if said is None else self._trouble(said, now)
        if said is None or why:
            return Received(REFUSED, 400, now, why)
        self._forget_old(now)
        key = _transition(said)
        if key in self._seen:
            return Received(REPEAT, 200, now, "seen before", said, request.body)
        received = Received(ACCEPTED, 200, now, "", said, request.body)
        if not self._take(received):
            return Received(REFUSED, 503, now, "too many commands are waiting", said)
        self._seen[key] = max(now, parse_iso(said["timestamp"]) or now) + self._tolerance
        return received

    def _envelope_trouble(self, request: Request) -> tuple[int, str] | None:
        if request.method != "POST":
            return 405, f"deliveries are POSTed; this was {request.method[:20]}"
        given = request.header("x-eclips-signature")
        if given is None:
            return 401, "there is no X-eClips-Signature"
        if not _signature.fits(self._secret, request.body, given):
            cause = _signature.likely_cause(self._secret, request.body, given)
            return 401, f"the signature does not fit: {cause}"
        return None

    def _trouble(self, said: JsonObject, now: float) -> str:
        for name in ("event", "run_id"):
            value = said.get(name)
            if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= LONGEST_NAME:
                return f"its {name} is none"
        sent = parse_iso(said.get("timestamp"))
        if sent is None:
            return "it holds no timestamp to judge its age by"
        return age_trouble(now - sent, self._tolerance)

    def _forget_old(self, now: float) -> None:
        """Forget what could not be replayed any more, because its age would give it away."""
        for key in [key for key, until in self._seen.items() if until < now]:
            del self._seen[key]


def _transition(said: JsonObject) -> tuple[str, str, str]:
    """What happened, apart from when it was told: a sender that tries again may sign anew."""
    data = said.get("data")
    item = data.get("triage_item_id") if isinstance(data, dict) else None
    return said["event"], said["run_id"], str(item)
