"""Amounts of credits, as the API tells them: exact, and none where it tells none."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from eclips_cli.errors import UsageError
from eclips_cli.output.cells import figure
from eclips_cli.records.journal.spending import Balance

if TYPE_CHECKING:
    from eclips_cli.api.objects import UsageSummary


def balance(usage: UsageSummary | None) -> Balance | None:
    """The credits used, of the answer of `GET /v1/usage`; None where it does not tell."""
    used = known(usage.get("credits_used")) if usage else None
    if usage is None or used is None:
        return None
    period = usage.get("period")
    return Balance(period if isinstance(period, str) else None, used)


def known(value: Any) -> Fraction | None:
    """A number of the API as it is; None for what is none."""
    return None if figure(value) is None else Fraction(value)


def remaining(usage: UsageSummary) -> Fraction:
    """The credits left. Raises UsageError where that can't be told: nothing is sent on a guess."""
    if usage.get("unlimited") is True:
        return Fraction(0)
    left = known(usage.get("credits_remaining"))
    if left is None:
        raise untold(f"credits_remaining is {usage.get('credits_remaining')!r}")
    return left


def untold(why: str) -> UsageError:
    """What to raise where --keep asks for the credits left, and the API does not tell them."""
    return UsageError(
        f"--keep: how many credits are left can't be told ({why})",
        hint="`eclips api GET /v1/usage` shows what the API says; without --keep it is sent",
    )


def text(amount: Fraction) -> str:
    """An amount of credits for a person."""
    return f"{int(amount):,}" if amount.denominator == 1 else f"{float(amount):,.2f}"
