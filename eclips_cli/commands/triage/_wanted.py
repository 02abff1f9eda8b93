"""The filters of the queue, which the API does not have: which items are wanted, in which order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from eclips_cli.commands._lists import typed
from eclips_cli.commands.triage._item import ItemDetail
from eclips_cli.durations import parse_duration, parse_iso
from eclips_cli.errors import UsageError
from eclips_cli.money import read
from eclips_cli.output import cells

if TYPE_CHECKING:
    from eclips_cli.api.objects import TriageItem

SORTS = ("age", "amount", "confidence")
_WRITTEN = {
    "agent": "--agent", "min_confidence": "--min-confidence", "min_amount": "--min-amount",
    "max_amount": "--max-amount", "older_than": "--older-than", "match": "--match",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which items, in which order (the API has no such filters): see `of`.

    `older_than` is in seconds; `as_typed` holds the filters as they were written, by name.
    """

    agent: str | None = None
    min_confidence: float | None = None
    min_amount: Decimal | None = None
    max_amount: Decimal | None = None
    older_than: float | None = None
    match: str | None = None
    amount_field: str | None = None
    sort: str | None = None
    details: bool = False
    as_typed: dict[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        least = self.min_confidence
        if least is not None and not 0 <= least <= 1:
            raise UsageError(f"--min-confidence {least}: a confidence is between 0 and 1")
        if None not in (self.min_amount, self.max_amount) and self.min_amount > self.max_amount:  # type: ignore[operator]
            raise UsageError("--min-amount is more than --max-amount: nothing can match")
        if self.sort is not None and self.sort not in SORTS:
            raise UsageError(f"--sort {self.sort!r}", hint=f"one of {', '.join(SORTS)}")

    @classmethod
    def of(
        cls,
        *,
        min_amount: str | None = None,
        max_amount: str | None = None,
        older_than: str | None = None,
        sort: str | None = None,
        oldest_first: bool = False,
        **others: Any,
    ) -> Wanted:
        """From the options as they are typed. Raises UsageError."""
        if oldest_first and sort not in (None, "age"):
            raise UsageError("--sort and --oldest-first together", hint="give one of them")
        match = others.pop("match", None)
        typed = {"min_amount": min_amount, "max_amount": max_amount, "older_than": older_than, "match": match}
        typed |= {name: others.get(name) for name in ("agent", "min_confidence")}
        return cls(
            min_amount=_amount(min_amount, "--min-amount"),
            max_amount=_amount(max_amount, "--max-amount"),
            older_than=None if older_than is None else parse_duration(older_than),
            match=None if match is None else _folded(match),
            sort="age" if oldest_first else sort,
            as_typed={_WRITTEN[name]: value for name, value in typed.items() if value is not None},
            **others,
        )

    def with_details(self) -> Wanted:
        """The same for who reads the runs in any case."""
        return replace(self, details=True)

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        others = (self.agent, self.min_confidence, self.older_than, self.match)
        return not self.by_amount and all(one is None for one in others)

    @property
    def typed(self) -> str:
        """The filters as they are typed."""
        return typed(self.as_typed)

    @property
    def by_amount(self) -> bool:
        """Whether amounts decide."""
        return self.min_amount is not None or self.max_amount is not None

    def may_match(self, item: TriageItem, now: float) -> bool:
        """Whether the queue's own members let `item` pass; one without a confidence has none that is high enough."""
        run = item.get("agent_runs")
        run = run if isinstance(run, dict) else {}
        if self.agent is not None and run.get("agent_type") != self.agent:
            return False
        if self.older_than is not None:
            begun = parse_iso(item.get("created_at"))
            if begun is None or now - begun < self.older_than:
                return False
        score = cells.score(run.get("confidence_score"))
        return self.min_confidence is None or (score is not None and score >= self.min_confidence)

    def has_words(self, detail: ItemDetail) -> bool:
        """Whether its title, its task or its reason holds the text, whatever the case."""
        return self.match is None or any(self.match in _folded(text) for text in detail.texts)

    def has_amount(self, detail: ItemDetail) -> bool | None:
        """Whether the input's amount is within the bounds; None where it has none that can be compared."""
        if not self.by_amount:
            return True
        amount = detail.amount
        if amount is None or amount.value is None:
            return None
        least, most = self.min_amount, self.max_amount
        return (least is None or amount.value >= least) and (most is None or amount.value <= most)


def _amount(text: str | None, option: str) -> Decimal | None:
    if text is None:
        return None
    value = read(text.strip())
    if value is None or not value.is_finite():
        two = any(mark in text for mark in ",.")
        hint = "with one mark before three digits it has two readings: write 1234.00" if two else None
        raise UsageError(f"{option} {text!r} is not an amount", hint=hint or "write it like 1234.50")
    return value


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
