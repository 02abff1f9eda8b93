"""What may stand for an id: this machine's memory, the API's newest, and what a noun calls its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from eclips_cli.session.ids import IdResolver, newest_listed

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.records.recent import Recent


def resolver(
    kind: str,
    recent: Recent,
    client: Callable[[], EclipsClient] | None,
    is_ours: Callable[[str], bool] | None,
) -> IdResolver:
    """The resolver of what was written in place of ids of `kind`; without `client` the API is not asked."""
    return IdResolver(
        kind,
        newest=lambda: recent.newest(kind),
        remembered=lambda prefix: [entry.id for entry in recent.candidates(kind, prefix)],
        listed=list if client is None else lambda: newest_listed(client(), kind),
        stdin=sys.stdin,
        whole=is_ours or (lambda _text: False),
    )
