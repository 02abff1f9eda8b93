"""Usage: the organization's credits (manual: Usage)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eclips_cli.api.http.answer import Answer, Rows, Unreadable, parse_json
from eclips_cli.api.http.call import Call
from eclips_cli.errors import ProtocolError

if TYPE_CHECKING:
    from eclips_cli.api.http.requester import Requester
    from eclips_cli.api.objects import UsageSummary


class Usage:
    """The credits of the key's organization."""

    def __init__(self, requester: Requester) -> None:
        self._requester = requester

    def summary(self) -> Answer[UsageSummary]:
        """The current period. An unlimited plan has `included_credits` -1 and `credits_remaining` null."""
        obj, status = self._requester.json(_call("/v1/usage", needs={"credits_used": "number"}))
        return Answer(obj, "UsageSummary", status)

    def history(self) -> Rows:
        """The last 50 ledger entries, in whatever shape they come."""
        return self._rows(_call("/v1/usage/history"))

    def members(self) -> Rows:
        """Usage per member, in whatever shape it comes."""
        return self._rows(_call("/v1/usage/members"))

    def _rows(self, call: Call) -> Rows:
        content = self._requester.response(call).content
        try:
            return Rows(parse_json(content), call.endpoint)
        except Unreadable as error:
            why = str(error)
        raise ProtocolError(f"{call.endpoint}: the answer can't be used: {why}")


def _call(path: str, needs: dict[str, str] | None = None) -> Call:
    return Call("GET", path, f"GET {path}", scope="agents:read", needs=needs or {})
