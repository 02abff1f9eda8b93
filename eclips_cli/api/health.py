"""Health: whether the API is up, how fast it answers, and how far this machine's clock is off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from eclips_cli.api.http.answer import Answer
from eclips_cli.api.http.call import Call
from eclips_cli.api.http.dates import http_date

if TYPE_CHECKING:
    from eclips_cli.api.http.exchange import RawResponse
    from eclips_cli.api.http.requester import Requester
    from eclips_cli.api.objects import Health


class HealthReport(NamedTuple):
    """One health check: `latency_ms` of the request, `clock_skew_s` positive when this clock is ahead."""

    answer: Answer[Health]
    latency_ms: float
    clock_skew_s: float | None

    @property
    def ok(self) -> bool:
        """Whether the API says `ok`."""
        return self.answer.json.get("status") == "ok"


class HealthCheck:
    """`GET /v1/health`: public, and the key is not sent."""

    def __init__(self, requester: Requester) -> None:
        self._requester = requester

    def check(self) -> HealthReport:
        """Ask once (and again where that is due); NetworkError or ServerError when it is down."""
        call = Call("GET", "/v1/health", "GET /v1/health", needs={"status": "text"}, needs_key=False)
        obj, response = self._requester.answered(call)
        skew = _skew(
            self._requester.sender.clock.now() - response.seconds / 2, obj.get("timestamp"), response
        )
        return HealthReport(Answer(obj, "Health", response.status), response.seconds * 1000, skew)


def _skew(here: float, timestamp: Any, response: RawResponse) -> float | None:
    """Seconds that this clock is ahead; by the `Date` header (whole seconds) where the body has no time."""
    there = _moment(timestamp)
    if there is not None:
        return here - there
    date = http_date(response.header("date") or "", here)
    return None if date is None else here - (date + 0.5)


def _moment(timestamp: Any) -> float | None:
    from datetime import datetime

    try:
        moment = datetime.fromisoformat(timestamp)
        return moment.timestamp() if moment.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None
