"""Amounts of money: found by their names, decimal, never elected."""

from decimal import Decimal
from typing import Any

import pytest

from eclips_cli.money import amounts, disagree, means_money, plain_number, read, the_amount, totals


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"amount": 48210.5, "currency": "USD"}, ["amount 48,210.50 USD"]),
        ({"amount": 1234567}, ["amount 1,234,567"]),
        ({"amount": "1.234,56 €"}, ["amount 1.234,56 €"]),
        ({"total": "41200.500", "currency": "EUR"}, ["total 41,200.500 EUR"]),
        ({"price_usd": 0.125}, ["price_usd 0.125 USD"]),
        ({"totalAmount": -5}, ["totalAmount -5"]),
        ({"amount": 5, "currency": "JPY"}, ["amount 5 JPY"]),
        ({"amount": 5, "currency": "kwd"}, ["amount 5.000 KWD"]),
        ({"unit_price": 2, "amount": 10, "budget": 5}, ["unit_price 2", "amount 10", "budget 5"]),
        ({"fee": 12, "invoice": {"total_amount": 120000}}, ["fee 12", "invoice.total_amount 120,000"]),
        ({"invoice": {"lines": [{"net": 3}, {"net": 4}]}, "total": 7},
         ["total 7", "invoice.lines.0.net 3", "invoice.lines.1.net 4"]),
        ({"invoice": {"currency": "GBP", "total": 7}}, ["invoice.total 7.00 GBP"]),
        ({"amount": True, "total_tokens": 9, "amount_of_rows": 3, "cost": None, "price": "call us"}, []),
        ({"summary": "total 5", "value_id": 7}, []),
        (["text", 5, None], []),
    ],
)  # fmt: skip
def test_money_is_found_by_its_names(found: Any, expected: list[str]) -> None:
    assert [f"{amount.name} {amount.shown}" for amount in amounts(found)] == expected


@pytest.mark.parametrize(
    ("text", "currency", "shown"),
    [
        ("5 EUR", "EUR", "5 EUR"), ("EUR 5", "EUR", "EUR 5"), ("1.234,56 €", "EUR", "1.234,56 €"), ("£ 5", "GBP", "£ 5"),
        ("$5", "", "$5"), ("5 ¥", "", "5 ¥"), ("5 usd", "USD", "5 usd"), ("5", "", "5"), ("5 CHFS", None, ""),
        ("€5 USD", "EUR", "€5 USD"),
    ],
)  # fmt: skip
def test_a_currency_that_is_written_with_the_number(text: str, currency: str | None, shown: str) -> None:
    found = amounts({"amount": text})
    value = Decimal("1234.56") if "." in text else Decimal(5)
    assert [(one.currency, one.value, one.shown) for one in found] == (
        [] if currency is None else [(currency, value, shown)]
    )
    beside = amounts({"amount": text, "currency": "SEK"})
    assert [one.currency for one in beside] == ([] if currency is None else [currency or "SEK"])


def test_what_is_found_below_has_the_currency_of_its_nearest() -> None:
    found = amounts(
        {
            "currency": "EUR",
            "total": 1,
            "usd": {"fee": 2},
            "invoice": {"currency_code": "gbp", "net": 3},
            "x": [{"net": 4}],
        }
    )
    assert [(one.name, one.currency) for one in found] == [
        ("total", "EUR"), ("usd.fee", "USD"), ("invoice.net", "GBP"), ("x.0.net", "EUR"),
    ]  # fmt: skip
    assert [one.currency for one in amounts({"amount": 1, "currency": "Euros"})] == [""]


def test_sums_are_exact_and_one_for_each_currency() -> None:
    found = [
        *amounts([{"amount": amount, "currency": "USD"} for amount in (0.1, 0.2, "1.234", -5)]),
        *amounts([{"total": "9" * 38}, {"total": "0.01"}, {"fee": 7, "currency": "EUR"}]),
    ]
    assert [(one.currency, one.shown) for one in totals(found)] == [
        ("EUR", "7.00 EUR"),
        ("USD", "-4.70 USD"),
        ("", f"99,{','.join(['999'] * 12)}.01"),
    ]
    assert totals(amounts({"amount": "1.234"})) == totals([]) == []


class Written(float):
    """A float that knows how it was written."""

    def __str__(self) -> str:
        return "100000000000000000.01"


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (0.1, "0.1"), (12.10, "12.1"), (10**20, "100000000000000000000"), (Written(1e17), "100000000000000000.01"),
        (Decimal("10.00"), "10.00"), ("0.10", "0.10"), ("-12,50", "-12.50"), (1e5, "100000.0"),
    ],
)  # fmt: skip
def test_no_digit_is_made_up_or_lost(value: Any, exact: str) -> None:
    found = amounts({"amount": value})[0].value
    assert found is not None and str(found) == exact


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234", "1234"), ("1234.5", "1234.5"), ("1,234.50", "1234.50"), ("1.234,50", "1234.50"),
        ("1,234,567", "1234567"), ("1.234.567,8", "1234567.8"), ("1 234,50", "1234.50"), ("1'234.50", "1234.50"),
        ("0.125", "0.125"), ("41200.500", "41200.500"), ("-5,5", "-5.5"),
        ("1.234", None), ("1,234", None), ("-12,345", None), ("1,23,456", None), ("1.2,3.4", None), ("1.234.56", None),
        ("٣", None), ("1,2345.6", None), ("123,456", None), ("1234,567", "1234.567"), ("0,125", "0.125"),
        ("123,456.7", "123456.7"), ("1234,567.8", None), (",567.8", None), ("12,34.567", None), ("1,234.567", "1234.567"),
        ("1,234,5678", None), ("1,234,56", None), ("1.234,567,8", None),
    ],
)  # fmt: skip
def test_a_text_is_read_with_either_separators_or_not_at_all(text: str, number: str | None) -> None:
    assert read(text) == (None if number is None else Decimal(number))


def test_an_amount_is_bounded() -> None:
    assert [amount.shown for amount in amounts({"amount": "\x1b[31m5", "total": 5, "currency": "USD"})] == [
        "5.00 USD"
    ]
    assert len(amounts([{"amount": number} for number in range(5000)])) <= 20
    assert amounts({"amount": 10**5000, "total": 1e300, "fee": float("nan"), "cost": "9" * 50}) == []
    deep: Any = {"amount": 1}
    for _ in range(50):
        deep = {"inner": deep}
    assert amounts(deep) == []


def test_the_amount_is_the_only_one_or_the_one_that_is_named() -> None:
    two = amounts({"fee": 12, "invoice": {"total": 120}})
    assert the_amount(two) is None and the_amount([]) is None
    assert the_amount(two, "total") is the_amount(two, "invoice.total") is two[1]
    assert the_amount(two, "net") is None
    assert the_amount(two[:1]) is two[0]


@pytest.mark.parametrize(
    ("sent", "put_out", "differ"),
    [
        ({"amount": 12000}, {"amount": 12.0}, True),
        ({"amount": "12000.00"}, {"amount": 12000}, False),
        ({"amount": 12, "currency": "USD"}, {"amount": 12, "currency": "EUR"}, True),
        ({"amount": 12, "currency": "USD"}, {"amount": 12}, False),
        ({"invoice_total": "41200.50"}, {"amount": 48210.55}, True),
        ({"invoice_total": "41200.50"}, {"amount": 41200.5, "fee": 3}, False),
        ({"fee": 12, "total": 120}, {"total": 120}, False),
        ({"fee": 12, "total": 120}, {"total": 120, "fee": 13}, True),
        ({"fee": 12, "total": 120}, {"total": 12, "fee": 120}, True),
        ({"amount": 100}, {"lines": [{"amount": 60}, {"amount": 40}], "total": 100}, False),
        ({"amount": "1.234"}, {"amount": "1.234"}, False),
        ({"amount": "1.234"}, {"amount": 1234}, True),
        ({}, {"amount": 5}, False),
        ({"amount": 5}, {}, False),
    ],
)
def test_where_input_and_output_disagree(sent: Any, put_out: Any, differ: bool) -> None:
    assert disagree(amounts(sent), amounts(put_out)) is differ


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234.50", "1234.50"), ("1.234,50", "1234.50"), ("12,00", "12.00"), ("-5", "-5"), ("0", "0"), ("0,5", "0.5"),
        ("1 234,50", "1234.50"), ("1'234.50", "1234.50"), ("1.234", None), ("00123", None), ("03.04", None),
        ("12 34", None), ("12 EUR", None), ("NaN", None), ("1e5", None), ("", None), ("٣", None),
    ],
)  # fmt: skip
def test_a_text_that_is_a_number_and_nothing_else(text: str, number: str | None) -> None:
    assert str(plain_number(text)) == str(number)


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("amount", True), ("result.invoice.total_amount", True), ("result.total", True), ("Net Amount", True),
        ("value_date", False), ("cost_center", False), ("result.total_tokens", False), ("vendor", False), ("", False),
    ],
)  # fmt: skip
def test_names_that_mean_money(name: str, means: bool) -> None:
    assert means_money(name) is means
