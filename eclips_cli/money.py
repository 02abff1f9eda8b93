"""Amounts of money in what an agent worked on: found by the names that APIs give them, never rounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from eclips_cli.output.cells import safe_text

RANKS = (
    "amount",
    "total",
    "sum",
    "net",
    "gross",
    "price",
    "cost",
    "fee",
    "budget",
    "value",
    "balance",
    "salary",
)
"""words in a member's name that mean money, the likeliest to be what is decided first"""
NOT_MONEY = ("tokens", "count", "credits", "rows", "steps", "items", "days", "pages", "hours")
CURRENCIES = (
    "usd",
    "eur",
    "gbp",
    "chf",
    "jpy",
    "cad",
    "aud",
    "inr",
    "sek",
    "nok",
    "dkk",
    "pln",
    "brl",
    "cny",
)
DEEPEST, MOST = 4, 200
_NUMBER = re.compile(r"[$€£¥]?\s?-?\d[\d,.' ]*(\s?[A-Za-z]{3}|\s?[€£¥])?")


@dataclass(frozen=True)
class Amount:
    """One amount: as it is shown, and the words of the member it stood in."""

    shown: str
    label: str
    rank: int


def amounts(*objects: Any) -> list[Amount]:
    """The amounts in `objects`, the likeliest to be what is decided first, each once."""
    found: dict[tuple[str, str], Amount] = {}
    for obj in objects:
        for amount in _within(obj, "", 0):
            found.setdefault((amount.shown, amount.label), amount)
            if len(found) >= MOST:
                break
    return sorted(found.values(), key=lambda amount: amount.rank)


def _within(obj: Any, currency: str, depth: int) -> Iterator[Amount]:
    if depth > DEEPEST:
        return
    if isinstance(obj, list):
        for inner in obj[:20]:
            yield from _within(inner, currency, depth)
        return
    if not isinstance(obj, dict):
        return
    currency = next(
        (obj[name] for name in ("currency", "currency_code") if _is_code(obj.get(name))), currency
    )
    for name, value in obj.items():
        rank = _rank(name)
        if rank is not None and (shown := _shown(value, _currency_of(name) or currency)):
            yield Amount(shown, _label(name), rank + 100 * depth)
    for name, value in obj.items():
        if isinstance(value, (dict, list)):
            yield from _within(value, _currency_of(name) or currency, depth + 1)


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 3 and value.isprintable()


def _rank(name: str) -> int | None:
    """How likely a member of this name is the money to be decided on; None when it is none at all."""
    words = _words(name)
    if any(word in NOT_MONEY for word in words):
        return None
    ranks = [RANKS.index(word) for word in words if word in RANKS]
    if ranks:
        # a qualified amount (`unit_price`, `approved_amount`) stands behind a plain one
        return min(ranks) * 2 + (1 if len(words) > 1 else 0)
    return 2 * len(RANKS) if len(words) > 1 and words[-1] in CURRENCIES else None


def _words(name: str) -> list[str]:
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower().replace("-", "_").split("_")


def _currency_of(name: str) -> str:
    last = _words(name)[-1]
    return last.upper() if last in CURRENCIES else ""


def _label(name: str) -> str:
    words = [word for word in _words(name) if word not in CURRENCIES]
    return safe_text(" ".join(words) or name)


def _shown(value: Any, currency: str) -> str:
    """An amount with thousands separators and its currency; empty for what is no amount."""
    if isinstance(value, str) and len(value) <= 40 and _NUMBER.fullmatch(value.strip()):
        text = value.strip()
        bare = re.fullmatch(r"(-?\d+)(\.\d+)?", text, re.ASCII)
        # what is written as a plain number is shown as one, its decimals as they are
        return f"{int(bare[1]):,}{bare[2] or ''} {currency}".strip() if bare else safe_text(text)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    return safe_text(f"{_digits(value)} {currency}".strip())


def _digits(value: int | float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}" if value == round(value, 2) else f"{value:,}"
