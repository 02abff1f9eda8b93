"""What becomes of a request that claims to be a delivery: accepted, a repeat, or refused and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from eclips_cli.commands.webhooks import _signature
from eclips_cli.commands.webhooks._delivery import age_trouble, parsed
from eclips_cli.commands.webhooks._request import ReceivedRequest
from eclips_cli.commands.webhooks._seen import SeenTransitions, Transition
from eclips_cli.durations import parse_iso
from eclips_cli.json_values import JsonObject

ACCEPTED, REPEAT, REFUSED = "accepted", "repeat", "refused"
SIGNATURE = "x-eclips-signature"
UNFIT = "the signature does not fit"
LARGEST_EXPLAINED = 16 * 1024
"""bytes of a body up to which it is looked for why its signature does not fit"""
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

    @property
    def name(self) -> str:
        """Which delivery it is, in words; empty where that is not known."""
        return f"{self.said['event']} of run {self.said['run_id']}" if self.said else ""


class Receiver:
    """Judges requests, one at a time. What is accepted is to be taken, and its end told by `settle`."""

    def __init__(
        self, secrets: Sequence[bytes], tolerance: float, now: Callable[[], float], seen: SeenTransitions
    ) -> None:
        self._secrets, self._tolerance, self.now, self._seen = secrets, tolerance, now, seen
        self._under_way: set[Transition] = set()

    def judge(self, request: ReceivedRequest) -> Received:
        """What becomes of a request."""
        now = self.now()
        trouble = self._envelope_trouble(request)
        if trouble is not None:
            return Received(REFUSED, trouble[0], now, trouble[1])
        said = parsed(request.body)
        why = "the body is no JSON object" if said is None else self._trouble(said, now)
        if said is None or why:
            return Received(REFUSED, 400, now, why)
        self._seen.forget_old(now)
        transition = _transition(said)
        if transition in self._seen:
            return Received(REPEAT, 200, now, "seen before", said)
        if transition in self._under_way:
            return Received(REFUSED, 503, now, "it came a moment ago, and is not taken yet", said)
        self._under_way.add(transition)
        return Received(ACCEPTED, 200, now, "", said, request.body)

    def settle(self, received: Received, why_not: str) -> Received:
        """What was accepted has been taken, or was not (and why not): then it may come again."""
        transition = _transition(received.said)
        self._under_way.discard(transition)
        if why_not:
            return Received(REFUSED, 503, received.at, why_not, received.said)
        sent = parse_iso(received.said["timestamp"]) or received.at
        self._seen.add(transition, max(received.at, sent) + self._tolerance)
        return received

    def likely_cause(self, request: ReceivedRequest) -> str:
        """Why the signature of a request does not fit; it may take a while."""
        given = request.header(SIGNATURE) or ""
        return _signature.likely_cause(self._secrets, request.body, given, largest=LARGEST_EXPLAINED)

    def _envelope_trouble(self, request: ReceivedRequest) -> tuple[int, str] | None:
        if request.method != "POST":
            return 405, f"deliveries are POSTed; this was {request.method[:20]}"
        given = request.header(SIGNATURE)
        if given is None:
            return 401, "there is no X-eClips-Signature"
        if _signature.which_fits(self._secrets, request.body, given) is None:
            return 401, UNFIT
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


def _transition(said: JsonObject) -> Transition:
    """What happened, apart from when it was told: a sender that tries again may sign anew."""
    data = said.get("data")
    item = data.get("triage_item_id") if isinstance(data, dict) else None
    return said["event"], said["run_id"], str(item)
