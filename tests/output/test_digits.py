"""Digits survive from the API to every format and through --jq."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclips_cli.json_values import Number, json_text, number
from eclips_cli.output.cells import number as shown
from tests.inside import inside
from tests.installed import Result, Run
from tests.servers.raw import RawServer, reply

__all__ = ["inside"]

DIGITS = ["10.00", "100000000000000000.01", "1E5", "1e-7", "9223372036854775807", "12345678901234567891", "0.10", "-0.0",
          "12000.5", "7"]  # fmt: skip
ROWS = ",".join(
    f'{{"id":"r{n}","amount":{digits},"text":"1E5 and 10.00"}}' for n, digits in enumerate(DIGITS)
)
BODY = f'{{"data":[{ROWS}],"note":"1E5"}}'.encode()


def ask(run: Run, *argv: str) -> Result:
    with RawServer(reply(200, BODY, headers=[("Content-Type", "application/json")])) as server:
        return run(
            *argv,
            env={
                "ECLIPS_BASE_URL": server.url,
                "ECLIPS_API_KEY": "eck_live_0123456789abcdef0123456789abcdef",
            },
        )


def cells(found: Result, delimiter: str) -> list[str]:
    return [line.split(delimiter)[1] for line in found.lines if line.startswith("r")]


def test_json(inside: Run) -> None:
    found = ask(inside, "usage", "history", "-o", "json").out
    assert [line.split(": ")[1].rstrip(",") for line in found.splitlines() if '"amount"' in line] == DIGITS
    assert json.dumps(json.loads(found)) == json.dumps(json.loads(BODY))


def test_json_lines(inside: Run) -> None:
    assert ask(inside, "usage", "history", "-o", "jsonl").out == ROWS.replace("},{", "}\n{") + "\n"


def test_tsv_csv_and_table(inside: Run) -> None:
    assert cells(ask(inside, "usage", "history", "-o", "tsv"), "\t") == DIGITS
    assert cells(ask(inside, "usage", "history", "-o", "csv"), ",") == DIGITS
    table = ask(inside, "usage", "history", "-o", "table").out
    for digits in (
        "10.00",
        "100,000,000,000,000,000.01",
        "1E5",
        "9,223,372,036,854,775,807",
        "0.10",
        "12,000.5",
    ):
        assert f" {digits} " in table


@pytest.mark.parametrize(
    "program",
    [".data[].amount", ".data[] | .amount", "[.data[] | {amount}][] | .amount", ".data[].amount # all"],
)
def test_jq(inside: Run, program: str) -> None:
    assert ask(inside, "usage", "history", "--jq", program).lines == DIGITS


def test_jq_inside_of_things_and_texts(inside: Run) -> None:
    assert ask(inside, "usage", "history", "--jq", "[.data[].amount]").out == f"[{','.join(DIGITS)}]\n"
    assert (
        ask(inside, "usage", "history", "--jq", ".data[2]").out
        == '{"id":"r2","amount":1E5,"text":"1E5 and 10.00"}\n'
    )
    assert ask(inside, "usage", "history", "--jq", ".note, .data[0].text").out == "1E5\n1E5 and 10.00\n"
    assert ask(inside, "usage", "history", "--jq", ".data[0].amount + 1").out == "11\n"


def test_any_request_and_its_filter(inside: Run) -> None:
    assert ask(inside, "api", "/v1/x").out.encode() == BODY
    assert ask(inside, "api", "/v1/x", "--jq", ".data[].amount").lines == DIGITS
    assert "100000000000000000.01" in ask(inside, "api", "/v1/x", "--paginate").out


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?", fullmatch=True))
def test_a_number_is_written_as_it_was_read(digits: str) -> None:
    value = json.loads(f'{{"a":[{digits}]}}', parse_float=number)
    # a whole number is one of Python's, which has no -0
    assert json_text(value) == f'{{"a":[{"0" if digits == "-0" else digits}]}}'
    assert shown(value["a"][0]).replace(",", "") == ("0" if digits == "-0" else digits)


def test_a_number_stays_itself() -> None:
    ten = Number("10.00")
    assert (ten, str(ten), f"{ten}", ten + 1) == (10.0, "10.00", "10.00", 11.0)
    assert str(copy.deepcopy(ten)) == str(pickle.loads(pickle.dumps(ten))) == "10.00"


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.sampled_from([0.5, Number("1.50"), Number("1E5")])
)


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_it_is_the_json_that_it_was(value: object) -> None:
    for text in (json_text(value), json_text(value, indent=2)):
        again = json.loads(text, parse_float=number)
        assert again == value and repr(again) == repr(value)
