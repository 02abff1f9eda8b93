"""The Eclips API as a typed Python client: `from eclips_cli.api import EclipsClient`.

Names are resolved on first use, so that importing one pure module of this package
(`eclips_cli.api.statuses`, say) does not load the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api.client import EclipsClient
    from eclips_cli.api.health import HealthReport
    from eclips_cli.api.http.answer import Answer, Rows
    from eclips_cli.api.http.exchange import RawResponse
    from eclips_cli.api.http.hooks import (
        ChangeOutcome,
        Hooks,
        OutgoingRequest,
        RequestLine,
        ResponseLine,
        Wait,
    )
    from eclips_cli.api.paging import Listing
    from eclips_cli.api.tail.source import Snapshot
    from eclips_cli.api.waiting import Clock, SystemClock, WaitBudget

_HOMES = {
    "Answer": "http.answer",
    "ChangeOutcome": "http.hooks",
    "Clock": "waiting",
    "EclipsClient": "client",
    "HealthReport": "health",
    "Hooks": "http.hooks",
    "JsonObject": "http.answer",
    "Listing": "paging",
    "OutgoingRequest": "http.hooks",
    "RawResponse": "http.exchange",
    "RequestLine": "http.hooks",
    "ResponseLine": "http.hooks",
    "Rows": "http.answer",
    "Snapshot": "tail.source",
    "SystemClock": "waiting",
    "Wait": "http.hooks",
    "WaitBudget": "waiting",
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
    "Wait",
    "WaitBudget",
]


def __getattr__(name: str) -> Any:
    """Load the module that defines `name` when it is first asked for."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
