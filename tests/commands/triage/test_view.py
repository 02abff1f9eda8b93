"""A triage item as a person sees it: the money by its names, hostile text, whatever is missing."""

from typing import Any

import pytest

from eclips_cli.commands.triage._item import ItemDetail
from eclips_cli.commands.triage._view import body, detail_text, headline
from eclips_cli.output import theme
from eclips_cli.output.spans import Line, painted


def plain(lines: list[Line]) -> list[str]:
    return [painted(line, color=False) for line in lines]


def head(data: Any, output: Any, width: int = 80, **item: Any) -> list[str]:
    detail = {
        "triage_item": {"id": "t", "triage_reason": "why", **item},
        "run": {"data": data, "output": output},
    }
    return plain(headline(ItemDetail.of(detail), width))


def bold(data: Any, output: Any) -> list[str]:
    lines = headline(ItemDetail.of({"run": {"data": data, "output": output}}), 80)
    return [text for line in lines for text, style in line if style == "bold"]


def test_no_amount_is_elected_each_has_its_own_name() -> None:
    data = {"fee": 12, "invoice": {"total_amount": 120000}}
    assert head(data, None) == ["input   12 fee · 120,000 invoice.total_amount", "! why"]
    assert bold(data, None) == []
    assert bold({"amount": 12}, {"amount": 5}) == ["12"], "the input's only one, never the output's"
    assert bold(None, {"amount": 5}) == []


def test_the_input_comes_first_and_what_differs_is_marked() -> None:
    assert head({"amount": 12000, "currency": "USD"}, {"amount": 12.0, "currency": "USD"}) == [
        "input   12,000.00 USD amount",
        "output  12.00 USD amount",
        "≠ input and output differ",
        "! why",
    ]
    same = head({"amount": "12000.00", "currency": "USD"}, {"total": 12000})
    assert same == ["input   12,000.00 USD amount", "output  12,000 total", "! why"]
    assert head(None, {"amount": 5}, amount=6) == ["output  5 amount", "item    6 amount", "! why"]


def test_many_amounts_are_counted_and_none_is_cut_in_two() -> None:
    lines = head(
        {"lines": [{"net": f"{number}00.00", "currency": "EUR"} for number in range(1, 9)]}, None, 44
    )
    assert lines[-2].strip() == "and 2 more" or lines[-2].endswith("· and 2 more")
    assert all(line.count("EUR") == line.count("net") for line in lines)
    assert max(map(len, lines)) <= 44


def test_in_short_the_amount_or_how_many_and_the_mark() -> None:
    def short(data: Any, output: Any) -> str:
        return ItemDetail.of({"run": {"data": data, "output": output}}).amounts_in_short

    assert short({"amount": 12, "currency": "EUR"}, {"amount": 12}) == "12.00 EUR"
    assert short({"amount": 12}, {"amount": 5}) == "12 ≠"
    assert short({"fee": 1, "total": 2, "net": 3}, None) == "3 amounts"
    assert short({}, {"amount": 5}) == "out: 5"
    assert short({}, {"amount": 5, "fee": 6}) == "out: 2 amounts"
    assert short(None, None) == ""


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
              "run": {"data": {"amount": 123456789.12, "currency": "USD"}, "confidence_score": 0.4}}  # fmt: skip
    shown = ItemDetail.of(detail)
    lines = plain([*headline(shown, width), *body(shown, width, 0.0)])
    assert "123,456,789.12 USD" in lines[0] and any(item_id in line for line in lines)
    assert max(map(len, lines)) <= width and "always goes to triage" in " ".join(" ".join(lines).split())
