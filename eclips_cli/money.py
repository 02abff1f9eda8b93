"""Amounts of money in JSON: found by the names that APIs give them, decimal throughout, never rounded, never elected.

Texts are as they were sent: whoever shows an amount makes them safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any

MONEY = frozenset(
    ("amount", "total", "sum", "net", "gross", "price", "cost", "fee", "budget", "value", "balance", "salary")
)
"""words in a member's name that mean money"""
NOT_MONEY = frozenset(
    ("tokens", "count", "credits", "rows", "steps", "items", "days", "pages", "hours", "id", "currency")
) | {"date", "code", "center", "centre", "number", "type"}
"""words that take it back: `total_tokens`, `amount_of_rows`, `cost_center`"""
DECIMALS = {
    **dict.fromkeys(("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "INR", "SEK", "NOK", "DKK", "PLN", "BRL", "CNY"), 2),
    **dict.fromkeys(("CZK", "HUF", "RON", "TRY", "ZAR", "MXN", "SGD", "HKD", "NZD", "ILS", "THB", "AED", "SAR"), 2),
    **dict.fromkeys(("JPY", "KRW", "CLP", "VND", "ISK"), 0),
    **dict.fromkeys(("KWD", "BHD", "OMR", "JOD", "TND"), 3),
}  # fmt: skip
"""currencies, and the decimals that an amount of one has at least when it is shown"""
SYMBOLS = {"€": "EUR", "£": "GBP"}
"""signs that mean one currency; `$` and `¥` mean several"""
DEEPEST, MOST, LONGEST = 4, 200, 40
"""levels and amounts that are looked at, characters (and digits) of one"""
_NUMBER = re.compile(
    r"(?P<before>[$€£¥]|[A-Za-z]{3}(?=\s)|)\s?(?P<number>-?\d[\d,.'’\s]*?)\s?(?P<after>[A-Za-z]{3}|[$€£¥]|)"
)
_PLAIN = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_GROUPED = re.compile(r"-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:[.,'’ \xa0\u202f]\d{3})+)(?:[.,]\d+)?", re.ASCII)


@dataclass(frozen=True)
class Amount:
    """One amount under its own name: a dotted path, `invoice.total_amount`, `lines.0.net`.

    `value` is None for a text with two readings (`1.234`), `currency` a code or empty. `shown` is for people:
    `48,210.50 USD`, no digit lost; a text that is no plain number as it was sent.
    """

    name: str
    value: Decimal | None
    currency: str
    shown: str

    def same(self, other: Amount) -> bool:
        """Whether both are the same money, whatever their names; a currency that is not known is any."""
        if self.value is None or other.value is None:
            return self.shown == other.shown
        return self.value == other.value and (
            not (self.currency and other.currency) or self.currency == other.currency
        )


def amounts(obj: Any, name: str | None = None) -> list[Amount]:
    """The amounts in a JSON value, in the order in which they stand there, those of outer objects first.

    A member called `name` (or at that path) is one whatever its name means: `Betrag`.
    """
    found: list[Amount] = []
    for amount in _within(obj, (), "", 0, name):
        found.append(amount)
        if len(found) >= MOST:
            break
    return found


def the_amount(found: Sequence[Amount], name: str | None = None) -> Amount | None:
    """The one that may be called the amount: the one of that name (or path), else the only one there is."""
    if name is not None:
        found = [amount for amount in found if name in (amount.name, amount.name.rpartition(".")[2])]
    return found[0] if len(found) == 1 else None


def disagree(sent: Sequence[Amount], put_out: Sequence[Amount], name: str | None = None) -> bool:
    """Whether input and output speak of different money.

    So they do where amounts of the same name (or path) differ, and where the output has none that is the
    input's amount or, if none may be called that, none that is any of the input's.
    """
    if not sent or not put_out:
        return False
    for one in sent:
        twins = [other for other in put_out if other.name == one.name]
        if twins and not any(one.same(other) for other in twins):
            return True
        if any(_last(other) == _last(one) for other in put_out) and not any(one.same(o) for o in put_out):
            return True
    meant = the_amount(sent, name)
    return not any(one.same(other) for one in ([meant] if meant else sent) for other in put_out)


def _last(amount: Amount) -> str:
    return "_".join(_words(amount.name.rpartition(".")[2]))


def totals(found: Iterable[Amount]) -> list[Amount]:
    """Their sums, one for each currency, in the order of its code; exact, whatever the number of digits.

    What has no value (two readings) counts nothing.
    """
    sums: dict[str, Decimal] = {}
    with localcontext(prec=3 * LONGEST):
        for amount in found:
            if amount.value is not None:
                sums[amount.currency] = sums.get(amount.currency, Decimal(0)) + amount.value
    return [
        Amount("total", value, currency, f"{_grouped(value, currency)} {currency}".rstrip())
        for currency, value in sorted(sums.items(), key=lambda one: (not one[0], one[0]))
    ]


def with_decimals(value: Decimal, currency: str) -> Decimal:
    """`value` with at least the decimals that its currency has; none is lost."""
    return Decimal(_grouped(value, currency).replace(",", ""))


def _within(obj: Any, path: tuple[str, ...], currency: str, depth: int, name: str | None) -> Iterator[Amount]:
    if depth > DEEPEST:
        return
    if isinstance(obj, list):
        for number, inner in enumerate(obj[:20]):
            yield from _within(inner, (*path, str(number)), currency, depth, name)
        return
    if not isinstance(obj, dict):
        return
    currency = next(
        (obj[key].upper() for key in ("currency", "currency_code") if _is_code(obj.get(key))), currency
    )
    for key, value in obj.items():
        here = ".".join((*path, key))
        if name in (key, here) or _means_money(key):
            amount = _amount(here, value, _currency_of(key) or currency)
            if amount is not None:
                yield amount
    for key, value in obj.items():
        if isinstance(value, (dict, list)):
            yield from _within(value, (*path, key), _currency_of(key) or currency, depth + 1, name)


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 3 and value.isprintable()


def means_money(name: str) -> bool:
    """Whether a column or a member (or the last of a dotted path) is called as money is."""
    return _means_money(name.rpartition(".")[2])


def plain_number(text: str) -> Decimal | None:
    """The number that all of a text is; None for two readings, and for a name such as `00123`."""
    return read(text) if len(text) <= LONGEST and _GROUPED.fullmatch(text) else None


def _means_money(name: str) -> bool:
    words = _words(name)
    if any(word in NOT_MONEY for word in words):
        return False
    return any(word in MONEY for word in words) or (len(words) > 1 and words[-1].upper() in DECIMALS)


def _words(name: str) -> list[str]:
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower().replace("-", "_").replace(" ", "_").split("_")


def _currency_of(name: str) -> str:
    last = _words(name)[-1].upper()
    return last if last in DECIMALS else ""


def _amount(name: str, value: Any, currency: str) -> Amount | None:
    """The amount that a member of a money's name holds; None for what is none."""
    if isinstance(value, str):
        return _written(name, value.strip(), currency)
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    # a float's own text has the digits it was written with, and no more
    exact = (
        value
        if isinstance(value, Decimal)
        else Decimal(value)
        if isinstance(value, int)
        else Decimal(str(value))
    )
    if not exact.is_finite() or abs(exact.adjusted()) > LONGEST:
        return None
    return Amount(name, exact, currency, f"{_grouped(exact, currency)} {currency}".rstrip())


def _written(name: str, text: str, currency: str) -> Amount | None:
    found = _NUMBER.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        return None
    sign, value = found["before"] or found["after"], read(found["number"])
    currency = SYMBOLS.get(sign, "" if sign in "$¥" else sign.upper()) or currency
    if value is not None and _PLAIN.fullmatch(text):
        text = _grouped(value, currency)
    return Amount(name, value, currency, text if sign else f"{text} {currency}".rstrip())


def read(text: str) -> Decimal | None:
    """The number that a person wrote, with either kind of separators; None for two readings (`1.234`) or none."""
    bare = re.sub(r"['’\s]", "", text)
    marks = [character for character in bare if character in ",."]
    if not marks:
        return _decimal(bare)
    last = marks[-1]
    whole, _, decimals = bare.rpartition(last)
    grouped = [part.lstrip("-") for part in re.split(r"[,.]", whole)]
    if len(marks) == 1:
        # three digits behind one mark: thousands to some, thousandths to others
        two = len(decimals) == 3 and 1 <= len(grouped[0]) <= 3 and not grouped[0].startswith("0")
        return None if two else _decimal(f"{whole}.{decimals}")
    other = set(marks[:-1])
    if any(len(part) != 3 for part in grouped[1:]) or not 1 <= len(grouped[0]) <= 3 or len(other) != 1:
        return None
    if other == {last}:
        return _decimal(re.sub("[,.]", "", bare)) if len(decimals) == 3 else None
    return _decimal(f"{re.sub('[,.]', '', whole)}.{decimals}")


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text.isascii() else None
    except InvalidOperation:
        return None


def _grouped(value: Decimal, currency: str) -> str:
    """With thousands separators, and at least the decimals that its currency has."""
    exponent = value.as_tuple().exponent
    own = max(-exponent, 0) if isinstance(exponent, int) else 0
    least = DECIMALS.get(currency, 2 if own else 0)
    return f"{value:,.{max(own, least)}f}"
