"""What a person may write in place of an id: the id, `@last`, `-` for standard input, a prefix."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TextIO

from eclips_cli.errors import UsageError

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient

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


def newest_listed(client: EclipsClient, kind: str) -> Iterable[dict[str, Any]]:
    """The newest things of one kind, as the API lists them; a request each time."""
    lists: dict[str, Callable[[], Iterable[dict[str, Any]]]] = {
        "run": lambda: client.runs.list(limit=100),
        "triage": lambda: client.triage.list(limit=100),
        "webhook": lambda: client.webhooks.list(),
        "batch": lambda: client.batches.list(limit=100),
    }
    return lists[kind]()


class IdResolver:
    """Turns what was written into ids of one kind (`run`, `triage`, `webhook`, `batch`).

    `newest` gives the id started last from this machine, `remembered` the ids seen here lately,
    `listed` the newest objects of the API (asked once, and only for a prefix), `whole` says of a short
    text that it is no prefix.
    """

    def __init__(
        self,
        kind: str,
        *,
        newest: Callable[[], str | None],
        remembered: Callable[[str], Iterable[str]],
        listed: Callable[[], Iterable[dict[str, Any]]],
        stdin: TextIO,
        whole: Callable[[str], bool] = lambda _text: False,
    ) -> None:
        self.kind = kind
        self._name, self._prints_ids = _NAMES[kind]
        self._newest = newest
        self._remembered = remembered
        self._listed = listed
        self._stdin = stdin
        self._whole = whole
        self._fetched: list[str] | None = None

    def many(self, texts: Iterable[str]) -> list[str]:
        """The ids that `texts` mean, each once, in their order.

        Raises UsageError for an empty or ambiguous one, and when standard input holds none.
        """
        ids = [self.one(text) for written in texts for text in self._expanded(written)]
        if not ids:
            raise UsageError(f"no {self._name} ids on standard input", hint="give one id a line")
        return list(dict.fromkeys(ids))

    def _expanded(self, text: str) -> list[str]:
        if text != "-":
            return [text]
        return [line.strip() for line in self._stdin if line.strip()]

    def only(self, text: str) -> str:
        """The one id that `text` means, also where it is `-`. Raises UsageError for several."""
        ids = self.many([text])
        if len(ids) > 1:
            raise UsageError(f"{len(ids)} {self._name} ids where one is needed", hint="give one at a time")
        return ids[0]

    def one(self, text: str) -> str:
        """The id that `text` means."""
        if text == "@last":
            return self._last()
        if not text.strip():
            raise UsageError(f"an empty {self._name} id", hint=f"`{self._prints_ids}` prints ids")
        if not SHORTEST_PREFIX <= len(text) < FULL_LENGTH or self._whole(text):
            return text
        return self._by_prefix(text)

    def _last(self) -> str:
        newest = self._newest()
        if newest is None:
            met = "met" if self.kind == "triage" else "started"
            raise UsageError(
                f"@last: no {self._name} was {met} from this machine with this profile yet",
                hint=f"`{self._prints_ids}` prints ids",
            )
        return newest

    def _by_prefix(self, text: str) -> str:
        known = dict.fromkeys([*self._remembered(text), *self._listed_ids()])
        if text in known:
            return text
        found = [full for full in known if full.startswith(text)]
        if len(found) > 1:
            shown = ", ".join(found[:5])
            raise UsageError(
                f"{text} is the beginning of several {self._name} ids: {shown}", hint="write more of it"
            )
        return found[0] if found else text

    def _listed_ids(self) -> list[str]:
        if self._fetched is None:
            self._fetched = [str(item["id"]) for item in self._listed() if item.get("id")]
        return self._fetched
