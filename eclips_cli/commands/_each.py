"""Several things by id, one after another: one that fails does not stop the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from eclips_cli.errors import HOPELESS, EclipsError, PartialFailure
from eclips_cli.json_values import JsonObject
from eclips_cli.output.columns import View
from eclips_cli.output.output import Output


class Shown(NamedTuple):
    """How one kind of thing is shown: its name, its columns, and its text for a person."""

    name: str
    view: View
    detail: Callable[..., str]
    done: str = "read"
    """what is done to each, in the past tense"""


def each(output: Output, ids: list[str], read: Callable[[str], JsonObject], shown: Shown) -> int:
    """Show what `read` gives for each id: an object for one, a list for several.

    A failure of one id alone is raised; among several it is reported, and PartialFailure ends them.
    """
    if len(ids) == 1:
        output.item(read(ids[0]), shown.view, detail=shown.detail)
        return 0
    failed: list[EclipsError] = []
    output.items(_found(output, ids, read, failed), shown.view)
    if failed:
        output.error(failed[-1])
        raise PartialFailure(f"{len(failed)} of {len(ids)} {shown.name}s could not be {shown.done}")
    return 0


def _found(
    output: Output, ids: list[str], read: Callable[[str], JsonObject], failed: list[EclipsError]
) -> Iterator[JsonObject]:
    """Each one that could be read; the others go to `failed`, and all but the last of them are reported.

    When none could be read the last error is raised, before anything of a list was written.
    """
    for id_ in ids:
        try:
            found = read(id_)
        except HOPELESS:
            raise
        except EclipsError as error:
            if failed:
                output.error(failed[-1])
            failed.append(error)
            continue
        yield found
    if len(failed) == len(ids):
        raise failed[-1]
