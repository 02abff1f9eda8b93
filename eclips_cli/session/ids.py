"""What a person may write in place of an id: the id, `@last`, `-` for standard input, a prefix."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TextIO

from eclips_cli.errors import UsageError

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.json_values import JsonObject
    from eclips_cli.records.recent import Recent

SHORTEST_PREFIX = 4
FULL_LENGTH = 32
"""ids of this length and more are taken as they are; shorter ones may be prefixes"""
_NAMES = {
    "run": ("run", "eclips runs list -o id"),
    "triage": ("triage item", "eclips triage list -o id"),
    "webhook": ("webhook", "eclips webhooks list -o id"),
    "batch": ("batch", "eclips batches list -o id"),
}
"""what each kind is called, and the command that prints its ids"""


def resolver(
    kind: str,
    recent: Recent,
    client: Callable[[], EclipsClient] | None,
    *,
    stdin: TextIO,
    is_ours: Callable[[str], bool] | None = None,
    changes: bool = False,
) -> IdResolver:
    """The resolver of what was written in place of ids of `kind`; without `client` the API is not asked.

    `is_ours` says of a short text that it is a name of ours and no prefix. For what `changes` something `@last`
    is this terminal session's own.
    """

    def last() -> str:
        found = recent.newest_here(kind) if changes else recent.newest(kind)
        if found is None:
            raise _no_last(kind, changes=changes, in_terminal=changes and recent.in_terminal)
        return found

    return IdResolver(
        kind,
        last=last,
        remembered=lambda prefix: [entry.id for entry in recent.candidates(kind, prefix)],
        listed=list if client is None else lambda: listed(client(), kind, whole=changes),
        stdin=stdin,
        is_ours=is_ours,
        changes=changes,
    )


def _no_last(kind: str, *, changes: bool, in_terminal: bool) -> UsageError:
    name, prints_ids = _NAMES[kind]
    met = "met" if kind == "triage" else "started"
    if not changes:
        what = f"no {name} was {met} from this machine with this profile yet"
    elif in_terminal:
        what = f"this terminal session has shown or started no {name} alone yet"
    else:
        what = f"for what changes something it is the {name} that a terminal session showed last, and this is none"
    return UsageError(f"@last: {what}", hint=f"write the id: `{prints_ids}` prints ids")


def listed(client: EclipsClient, kind: str, *, whole: bool = False) -> Iterable[JsonObject]:
    """The newest things of one kind, or the `whole` list, as the API has them; requests each time."""
    limit = None if whole else 100
    lists: dict[str, Callable[[], Iterable[JsonObject]]] = {
        "run": lambda: client.runs.list(limit=limit),
        "triage": lambda: client.triage.list(limit=limit),
        "webhook": lambda: client.webhooks.list(),
        "batch": lambda: client.batches.list(limit=limit),
    }
    return lists[kind]()


class IdResolver:
    """Turns what was written into ids of one kind (`run`, `triage`, `webhook`, `batch`).

    `last` gives the id that `@last` means or raises UsageError, `remembered` gives the ids seen here lately,
    `listed` the objects of the API (asked once, and only for a prefix), `is_ours` says of a short text
    that it is no prefix. For what `changes` something `listed` is the whole list, and a text stands for no other
    short id: it may be an id itself, of something that is not listed any more. `piped`: whether any id came from
    standard input.
    """

    def __init__(
        self,
        kind: str,
        *,
        last: Callable[[], str],
        remembered: Callable[[str], Iterable[str]],
        listed: Callable[[], Iterable[JsonObject]],
        stdin: TextIO,
        is_ours: Callable[[str], bool] | None = None,
        changes: bool = False,
    ) -> None:
        self.name, self._prints_ids = _NAMES[kind]
        self.piped = False
        self._last = last
        self._remembered = remembered
        self._listed = listed
        self._stdin = stdin
        self._shortest_found = FULL_LENGTH if changes else 0
        self._is_ours = is_ours or (lambda _text: False)
        self._fetched: list[str] | None = None

    def many(self, texts: Iterable[str]) -> list[str]:
        """The ids that `texts` mean, each once, in their order.

        Raises UsageError for an empty or ambiguous one, and when standard input holds none.
        """
        ids = [self.one(text) for written in texts for text in self._expanded(written)]
        if not ids:
            raise UsageError(f"no {self.name} ids on standard input", hint="give one id a line")
        return list(dict.fromkeys(ids))

    def _expanded(self, text: str) -> list[str]:
        if text != "-":
            return [text]
        self.piped = True
        return [line.strip() for line in self._stdin if line.strip()]

    def only(self, text: str) -> str:
        """The one id that `text` means, also where it is `-`. Raises UsageError for several."""
        ids = self.many([text])
        if len(ids) > 1:
            raise UsageError(f"{len(ids)} {self.name} ids where one is needed", hint="give one at a time")
        return ids[0]

    def one(self, text: str) -> str:
        """The id that `text` means."""
        if text == "@last":
            return self._last()
        if not text.strip():
            raise UsageError(f"an empty {self.name} id", hint=f"`{self._prints_ids}` prints ids")
        if not SHORTEST_PREFIX <= len(text) < FULL_LENGTH or self._is_ours(text):
            return text
        return self._by_prefix(text)

    def _by_prefix(self, text: str) -> str:
        known = dict.fromkeys([*self._remembered(text), *self._listed_ids()])
        if text in known:
            return text
        found = [full for full in known if full.startswith(text) and len(full) >= self._shortest_found]
        if len(found) > 1:
            shown = ", ".join(found[:5])
            raise UsageError(
                f"{text} is the beginning of several {self.name} ids: {shown}", hint="write more of it"
            )
        return found[0] if found else text

    def _listed_ids(self) -> list[str]:
        if self._fetched is None:
            self._fetched = [str(item["id"]) for item in self._listed() if item.get("id")]
        return self._fetched
