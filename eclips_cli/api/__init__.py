"""The Eclips API as a typed Python client: `from eclips_cli.api import EclipsClient`.

Names are resolved on first use, so that importing one pure module of this package
(`eclips_cli.api.statuses`, say) does not load the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eclips_cli.api.answer import Answer, JsonObject, Rows
    from eclips_cli.api.client import EclipsClient
    from eclips_cli.api.clock import Clock, SystemClock
    from eclips_cli.api.exchange import RawResponse
    from eclips_cli.api.health import HealthReport
    from eclips_cli.api.hooks import ChangeOutcome, Hooks, OutgoingRequest, RequestLine, ResponseLine, Wait
    from eclips_cli.api.paging import Listing
    from eclips_cli.api.snapshot import Snapshot, Trouble

_HOMES = {
    "Answer": "answer",
    "ChangeOutcome": "hooks",
    "Clock": "clock",
    "EclipsClient": "client",
    "HealthReport": "health",
    "Hooks": "hooks",
    "JsonObject": "answer",
    "Listing": "paging",
    "OutgoingRequest": "hooks",
    "RawResponse": "exchange",
    "RequestLine": "hooks",
    "ResponseLine": "hooks",
    "Rows": "answer",
    "Snapshot": "snapshot",
    "SystemClock": "clock",
    "Trouble": "snapshot",
    "Wait": "hooks",
}

__all__ = [
    "Answer",
    "ChangeOutcome",
    "Clock",
    "EclipsClient",
    "HealthReport",
    "Hooks",
    "JsonObject",
    "Listing",
    "OutgoingRequest",
    "RawResponse",
    "RequestLine",
    "ResponseLine",
    "Rows",
    "Snapshot",
    "SystemClock",
    "Trouble",
    "Wait",
]


def __getattr__(name: str) -> Any:
    """Load the module that defines `name` when it is first asked for."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
