"""Whether what --fields names is a member of anything that was shown: a misspelt one is an empty column otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from eclips_cli.json_values import JsonObject
from eclips_cli.output.columns import View, has, paths_in


class MemberCheck:
    """The members that were asked for and are not known of a view, looked for in the things as they are shown.

    The API may send members that nobody knows: one that any of the things has is right.
    """

    def __init__(self, paths: Sequence[str], view: View) -> None:
        known = {column.path for column in view.columns}
        self._missing = [path for path in paths if path not in known]
        self._view = view
        self._last: JsonObject | None = None

    def look(self, *things: JsonObject) -> None:
        """Take note of things that are shown."""
        if self._missing and things:
            self._missing = [path for path in self._missing if not any(has(thing, path) for thing in things)]
            self._last = things[-1]

    def watched(self, things: Iterable[JsonObject]) -> Iterator[JsonObject]:
        """The things, each looked at as it passes."""
        for thing in things:
            self.look(thing)
            yield thing

    def warnings(self) -> Iterator[str]:
        """What to say of the members that none of the things had; nothing where nothing was shown."""
        if not self._missing or self._last is None:
            return
        from difflib import get_close_matches

        from eclips_cli.api.objects import members

        # one that the API leaves out, instead of sending null, is known all the same
        of_api = members(self._view.object) if self._view.object else []
        known = list(dict.fromkeys([c.path for c in self._view.columns] + of_api + paths_in(self._last)))
        for path in self._missing:
            if path not in of_api:
                near = get_close_matches(path, known, n=1, cutoff=0.5)
                meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
                yield f"--fields {path}: nothing that is shown has such a member; {meant}"
