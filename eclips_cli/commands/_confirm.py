"""What a command is about to change: its ids, the count that was expected, and the yes that some of them need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from eclips_cli.commands._each import some
from eclips_cli.counting import how_many
from eclips_cli.errors import ConfirmationRefused

if TYPE_CHECKING:
    from eclips_cli.records.recent import Recent
    from eclips_cli.session.session import Session


class Sure(NamedTuple):
    """What a person said beforehand of a change: a `yes`, or how many things it is about."""

    yes: bool = False
    expect: int | None = None

    @property
    def given(self) -> bool:
        """Whether nobody has to be asked."""
        return self.yes or self.expect is not None

    def check(self, count: int, names: str) -> None:
        """Raise ConfirmationRefused when there are not as many as expected."""
        if self.expect is not None and count != self.expect:
            raise ConfirmationRefused(f"{count:,} {names}, not {self.expect:,}: nothing was sent")


def ids_to_change(
    session: Session,
    kind: str,
    written: Sequence[str],
    sure: Sure,
    words: tuple[str, str],
    *,
    is_ours: Callable[[str], bool] | None = None,
    asks: bool = False,
    about: Callable[[list[str]], str] | None = None,
) -> list[str]:
    """The ids of what a command is about to change, which it says on stderr or asks about.

    `words` are the verb (`approve`) and its present (`approving`), `about` makes words of the ids. `@last` is
    this terminal session's own. Ids from standard input need a yes; with `asks` so do named ones where somebody
    can be asked. Raises UsageError, ConfirmationRefused for another count or no yes, NotConfirmed for a no.
    """
    resolver = session.ids(kind, is_ours, changes=True)
    ids = resolver.many(written)
    sure.check(len(ids), _plural(resolver.name))
    if session.only_shows:
        return ids
    verb, doing = words
    told = about(ids) if about is not None else described(session.recent, kind, resolver.name, ids)
    if not sure.given and (resolver.piped or (asks and session.output.interactive)):
        session.confirm(f"{verb.capitalize()} {told}?", yes=False, flag=f"--yes, or --expect {len(ids)}")
    else:
        say = session.output.announce if "@last" in written else session.output.note
        for line in session.output.sentence(f"{doing} {told}"):
            say(line)
    return ids


def ask_about_rows(session: Session, rows: int, what: str, *, yes: bool, agent_named: bool = True) -> None:
    """Ask a person about a submission of so many rows, or of any number whose agent nobody named.

    `what` says what would be done (`submit 30 rows to ap_specialist`). Asked is only where a person sits, and `yes`
    answers: a script has said what it wants by running the command. Raises NotConfirmed for a no.
    """
    asks = rows >= session.settings.ask_from_rows or not agent_named
    if asks and session.output.interactive and not session.settings.no_input:
        unnamed = "" if agent_named else "neither --agent nor the profile names an agent: "
        question = f"{unnamed}{what}?"
        session.confirm(question[0].upper() + question[1:], yes=yes)


def described(recent: Recent, kind: str, name: str, ids: Sequence[str]) -> str:
    """Words for things by their ids: how many, and what this machine knows of them."""
    known = {entry.id: entry.label for entry in recent.candidates(kind)}
    if len(ids) == 1:
        label = known.get(ids[0])
        return f"{name} {ids[0]}" + (f" ({label})" if label else "")
    return f"{how_many(len(ids), name, _plural(name))} ({some([known.get(id_) or id_ for id_ in ids], '; ')})"


def _plural(name: str) -> str:
    return f"{name}es" if name.endswith("h") else f"{name}s"
