"""`eclips batches list`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.commands._options import All, Limit, Offset
from eclips_cli.commands.batches._view import BATCHES
from eclips_cli.json_values import JsonObject
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches


def list_batches(
    ctx: typer.Context,
    status: Annotated[str | None, typer.Option(metavar="S", help="Only jobs with this status.")] = None,
    limit: Limit = None,
    all_: All = False,
    offset: Offset = 0,
) -> None:
    """List batch jobs, newest first; what was submitted from here has its submission's key (#…) in its name.

    Examples:
      eclips batches list
      eclips batches list --status running -o id | eclips batches wait -
    """
    session: Session = ctx.obj
    jobs = _Newest(session.client.batches, status, None if all_ else limit or 20, offset)
    session.output.listing(jobs, BATCHES, empty="no batches yet: eclips batches submit FILE makes one")


class _Newest:
    """At most `limit` jobs, newest first; `more` tells afterwards whether there would be others.

    The API tells no total, so one job more than is wanted is asked for.
    """

    total = None

    def __init__(self, batches: "Batches", status: str | None, limit: int | None, offset: int) -> None:
        asked = None if limit is None else limit + 1
        self._jobs = batches.list(status=status, limit=asked, offset=offset)
        self._limit = limit
        self.more = False

    def __iter__(self) -> Iterator[JsonObject]:
        for number, job in enumerate(self._jobs):
            if number == self._limit:
                self.more = True
                return
            yield job
