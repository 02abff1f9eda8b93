"""One triage item: what is known of it from the queue, from its run, and from what this machine sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from eclips_cli.commands.triage._amounts import in_short
from eclips_cli.json_values import JsonObject
from eclips_cli.money import Amount, amounts, disagree, the_amount
from eclips_cli.output import cells
from eclips_cli.output.cells import safe_text

if TYPE_CHECKING:
    from eclips_cli.api.objects import Run, TriageItem

LONGEST_NAME = 300
"""characters up to which a task can stand for its title"""


@dataclass(frozen=True)
class ItemDetail:
    """A triage item and its run as the API sent them; the run may not have been read (yet).

    `input` is `{task, data?}` as this machine sent it, empty where it is not known. `amount_field` names
    the member of the input that is the amount. `read` says whether the run was read.
    """

    item: TriageItem
    run: Run
    input: JsonObject = field(default_factory=dict)
    amount_field: str | None = None
    read: bool = False

    @classmethod
    def of(
        cls, detail: JsonObject, sent: JsonObject | None = None, amount_field: str | None = None
    ) -> ItemDetail:
        """From `{run, triage_item}`, whatever of it there is, and the input that was sent."""
        linked, run = detail.get("triage_item"), detail.get("run")
        item = cast("TriageItem", linked if isinstance(linked, dict) else {})
        joined = item.get("agent_runs")
        known: Any = {
            **(joined if isinstance(joined, dict) else {}),
            **(run if isinstance(run, dict) else {}),
        }
        return cls(item, known, sent or {}, amount_field, isinstance(run, dict))

    def with_run(self, found: JsonObject | None) -> ItemDetail:
        """The same with its `{run, triage_item}`; what only the queue told is kept."""
        if found is None:
            return self
        linked = found.get("triage_item")
        merged = {**self.item, **(linked if isinstance(linked, dict) else {})}
        merged |= {"id": self.item["id"]} if "id" in self.item else {}  # it is what was asked about
        return ItemDetail.of({"run": found.get("run"), "triage_item": merged}, self.input, self.amount_field)

    @property
    def run_id(self) -> str | None:
        """Its run's id, where the API tells it."""
        found = self.item.get("run_id") or self.run.get("id")
        return found if isinstance(found, str) and found else None

    @property
    def task(self) -> str:
        """What the agent was asked to do, where that is known; as it was sent."""
        places = (self.input.get("task"), self.item.get("task"), self.run.get("task"))
        return next((found for found in places if isinstance(found, str) and found), "")

    @property
    def texts(self) -> tuple[str, ...]:
        """Title, task and reason."""
        own = (self.item.get("title"), self.task, self.item.get("triage_reason"))
        return tuple(text for text in own if isinstance(text, str))

    @property
    def sent_data_known(self) -> bool:
        """Whether the data of the input is known, or that there was none."""
        return bool(self.input) or self.item.get("data") is not None or self.run.get("data") is not None

    @property
    def as_row(self) -> JsonObject:
        """The item as the API listed it, with what it is about and its amount as cells."""
        joined = self.item.get("agent_runs")
        shown = {**(joined if isinstance(joined, dict) else {}), **self.run}
        return {**self.item, "agent_runs": shown, "about": self.about, "amount": self.amounts_in_short}

    @property
    def why(self) -> str:
        """Why a person is asked, where the API tells it."""
        return safe_text(cells.plain(self.item.get("triage_reason")))

    @property
    def reason(self) -> str:
        """The same, or that it does not."""
        return self.why or "no reason was given"

    @property
    def name(self) -> str:
        """What a person calls it: what it is about, else its id."""
        return self.about or safe_text(_words(self.item.get("id"))) or "?"

    @property
    def about(self) -> str:
        """Its title, else its task, else the summary; empty where the API tells none of them."""
        title, task, summary = (
            _words(found) for found in (self.item.get("title"), self.task, self.item.get("summary"))
        )
        # a title that is the task's beginning says less than the task
        longer = task.startswith(title) and len(task) < LONGEST_NAME
        return safe_text((task if longer else title) or task or summary)

    @cached_property
    def sent(self) -> list[Amount]:
        """The amounts of the input, which are what a person decides about: as it was sent, else as the API has it."""
        places = (self.input.get("data"), self.item.get("data"), self.run.get("data"))
        return amounts(next((data for data in places if data is not None), None), self.amount_field)

    @cached_property
    def put_out(self) -> list[Amount]:
        """The amounts of the agent's output."""
        return amounts(self.run.get("output"), self.amount_field)

    @cached_property
    def own(self) -> list[Amount]:
        """The amounts among the item's own members."""
        own = {name: value for name, value in self.item.items() if name not in ("agent_runs", "data")}
        return amounts(own, self.amount_field)

    @property
    def amount(self) -> Amount | None:
        """What may be called the amount: the input's only one, or the one that was named."""
        return the_amount(self.sent, self.amount_field)

    @property
    def differs(self) -> bool:
        """Whether input and output speak of different money."""
        return disagree(self.sent, self.put_out, self.amount_field)

    @property
    def amounts_in_short(self) -> str:
        """Its amounts as one cell; see `in_short`."""
        return in_short(self.sent, self.put_out, self.own, self.amount_field)

    @property
    def summary(self) -> str:
        """What it is about, in a few words: its name, its amounts."""
        return ", ".join(text for text in (self.name[:60], self.amounts_in_short) if text)


def _words(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
