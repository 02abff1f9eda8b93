"""A triage item as a person sees it: money, wrapped text, JSON, hostile text."""

from typing import Any

import pytest

from eclips_cli.commands.triage._view import ItemDetail, body, detail_text, headline
from eclips_cli.money import amounts
from eclips_cli.output import theme
from eclips_cli.output.json_text import LONGEST, json_lines
from eclips_cli.output.spans import Line, both_ends, clipped, line_width, painted, wrapped


def plain(lines: list[Line]) -> list[str]:
    return [painted(line, color=False) for line in lines]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"amount": 48210.5, "currency": "USD"}, ["48,210.50 USD"]),
        ({"amount": 1234567}, ["1,234,567"]),
        ({"amount": "1.234,56 €"}, ["1.234,56 €"]),
        ({"total": "41200.500", "currency": "EUR"}, ["41,200.500 EUR"]),
        ({"price_usd": 0.125}, ["0.125 USD"]),
        ({"totalAmount": -5}, ["-5"]),
        ({"unit_price": 2, "amount": 10, "budget": 5}, ["10", "2", "5"]),
        ({"invoice": {"lines": [{"net": 3}, {"net": 4}]}, "total": 7}, ["7", "3", "4"]),
        ({"invoice": {"currency": "GBP", "total": 7}}, ["7 GBP"]),
        ({"amount": True, "total_tokens": 9, "amount_of_rows": 3, "cost": None, "price": "call us"}, []),
        ({"summary": "total 5"}, []),
        (["text", 5, None], []),
    ],
)
def test_money_is_found_by_its_names(found: Any, expected: list[str]) -> None:
    assert [amount.shown for amount in amounts(found)] == expected


def test_an_amount_is_safe_and_bounded() -> None:
    assert amounts({"amount": "\x1b[31m5", "total": 5, "currency": "\x1b["})[0].shown == "5"
    assert len(amounts([{"amount": number} for number in range(5000)])) <= 20
    deep: Any = {"amount": 1}
    for _ in range(50):
        deep = {"inner": deep}
    assert amounts(deep) == []


@pytest.mark.parametrize("width", [1, 5, 10, 38, 80])
@pytest.mark.parametrize(
    "text",
    ["plain words here", "x" * 200, "日本語 の テキスト", "a  b   c", "", "e\u0301" * 30, "👩‍👩‍👧 family"],
)
def test_wrapping_loses_nothing_and_never_exceeds_the_width(text: str, width: int) -> None:
    lines = wrapped([(text, "")], width, "  " if width > 4 else "")
    assert "".join("".join(plain(lines)).split()) == "".join(text.split())
    assert all(line_width(line) <= max(width, 2) for line in lines)


def test_lines_are_cut_and_set_at_both_ends() -> None:
    assert painted(clipped([("abc", ""), ("defg", "")], 5), color=False) == "abcd…"
    assert painted(both_ends([("a", "")], [("z", "")], 5), color=False) == "a   z"
    assert painted(both_ends([("abcd", "")], [("z", "")], 5), color=False) == "abcd"


def test_json_is_coloured_by_what_it_is() -> None:
    lines = json_lines({"name": 'va\\l: "x"', "n": -1.5e3, "t": True, "none": None, "list": [1]})
    styles = {text.strip(): style for line in lines for text, style in line if text.strip()}
    assert styles['"name"'] == "cyan" and styles['"va\\\\l: \\"x\\""'] == "green"
    assert styles["-1500.0"] == "yellow" and styles["true"] == styles["null"] == "magenta"


def test_long_texts_are_lines_and_endless_ones_are_cut_with_a_word() -> None:
    assert plain(json_lines({"report": "first\nsecond"})) == ["{", '  "report": "first', '    │ second"', "}"]
    cut = plain(json_lines("x" * (LONGEST + 5)))
    assert cut[-1].startswith("… 5 more characters")


HOSTILE = {
    "triage_item": {
        "id": "t1",
        "triage_reason": "\x1b[2Jfake\u202e",
        "title": "a\nb\x9b31m",
        "extra": "\x1b]8;;x",
    },
    "run": {"id": "r1", "output": {"\x1bkey": "\x1b[31mx\x9b\u202e"}, "task": "\x07", "agent_type": "\x1bA"},
}


def test_nothing_in_it_can_steer_the_terminal() -> None:
    text = detail_text(HOSTILE, theme.Look(color=False, now=0.0, width=60))
    assert not set(text) & {"\x1b", "\x9b", "\u202e", "\x07"}


def test_whatever_is_missing_or_of_another_type_is_no_error() -> None:
    for detail in ({}, {"run": None, "triage_item": None}, {"run": 5, "triage_item": []},
                   {"triage_item": {"agent_runs": "x", "triage_reason": 5, "title": 7, "created_at": 9}},
                   {"run": {"confidence_score": "high", "output": [], "data": 5, "error_message": {"a": 1}}}):  # fmt: skip
        assert "reason" in detail_text(detail, theme.Look(width=40)) or "5" in detail_text(
            detail, theme.Look()
        )


def test_unknown_members_of_both_are_shown() -> None:
    shown = ItemDetail.of({"triage_item": {"sla_hours": 4, "id": "t"}, "run": {"tenant": "north", "id": "r"}})
    text = "\n".join(plain(body(shown, 80, 0.0)))
    assert "sla hours" in text and "run tenant" in text and "north" in text


@pytest.mark.parametrize("width", [36, 56, 100])
def test_amounts_and_ids_are_whole_at_any_width(width: int) -> None:
    item_id = "0f2e4c1a-0000-4000-8000-000000000000"
    detail = {"triage_item": {"id": item_id, "triage_reason": "why " * 30},
              "run": {"output": {"amount": 123456789.12, "currency": "USD"}, "confidence_score": 0.4}}  # fmt: skip
    shown = ItemDetail.of(detail)
    lines = plain([*headline(shown, width), *body(shown, width, 0.0)])
    assert lines[0].startswith("123,456,789.12 USD") and any(item_id in line for line in lines)
    assert max(map(len, lines)) <= width and "always goes to triage" in " ".join(" ".join(lines).split())
