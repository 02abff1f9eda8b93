"""Tables and aligned names on a terminal: drawn by rich, ids whole, hostile text inert, readable when narrow."""

import re

import pytest
from rich.cells import cell_len

from eclips_cli.output.aligned import aligned
from eclips_cli.output.columns import Column, View
from eclips_cli.output.drawing import json_colored
from eclips_cli.output.table import render
from eclips_cli.output.theme import Look
from tests.inside import run_inside
from tests.output import rows

VIEW = View(
    (
        Column("ID", "id", "id", 1),
        Column("STATUS", "status", "status", 1),
        Column("AGENT", "agent_type", "text", 3),
        Column("ERROR", "error_message", "text", 4),
        Column("SURE", "confidence_score", "confidence", 5),
    )
)
NAMES = View((Column("ID", "id", "id", 1), Column("NAME", "name", "name", 2), Column("N", "n", "number", 3)))
COLORS = re.compile("\x1b\\[[0-9;]*m")


def drawn(width: int, *, color: bool = False, view: View = VIEW) -> list[str]:
    return render(rows.RUNS, view, width=width, color=color, now=rows.NOW).splitlines()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_ids_are_whole_and_columns_go_by_importance(width: int) -> None:
    lines = drawn(width)
    if narrow := lines[0] == "ID":
        lines = [f"{head}  {below.strip()}" for head, below in zip(lines[::2], lines[1::2], strict=True)]
    assert narrow == (width < 80)
    assert all(f"{rows.ID}{number}" in line for number, line in enumerate(lines[1:]))
    assert all(cell_len(line) <= width for line in drawn(width))
    heads = ["ID", "STATUS", "AGENT", "ERROR", "SURE"]
    shown = lines[0].split()
    assert shown == heads[: len(shown)] and (width < 160 or shown == heads)


def test_an_important_column_comes_back_into_the_room_that_another_left() -> None:
    view = View(
        (
            Column("ACTION", "status", "text", 1),
            Column("RUN", "id", "id", 2),
            Column("ABOUT", "agent_type", "text", 3),
            Column("BY", "agent_type", "text", 4),
        )
    )
    assert drawn(40, view=view)[0].split() == ["ACTION", "ABOUT"]
    assert drawn(56, view=view)[0].split() == ["ACTION", "RUN"]


def test_where_an_id_leaves_no_room_for_the_name_it_has_a_line_of_its_own() -> None:
    items = [
        {"id": f"{rows.ID}{number}", "name": f"invoices of June #{number}", "n": 3} for number in range(2)
    ]
    assert render(items, NAMES, width=52, color=False, now=rows.NOW).splitlines()[:4] == [
        "ID",
        "  NAME                 N",
        f"{rows.ID}0",
        "  invoices of June #0  3",
    ]


def test_columns_stand_under_each_other_in_cells() -> None:
    lines = drawn(160)
    at = cell_len(lines[0][: lines[0].index("ERROR")])
    for line, number in zip(lines[1:], range(9), strict=True):
        before = ""
        while cell_len(before) < at:
            before += line[len(before) : len(before) + 1] or " "
        # a wide character never stands across the beginning of a column
        assert cell_len(before) == at, number


def test_nothing_in_a_cell_is_markup_or_steers() -> None:
    text = "\n".join(drawn(200))
    assert "\\x1b[2J\\x1b[31mapproved" in text and "[bold]x[/]" in text
    assert "\x1b" not in text
    painted = "\n".join(drawn(200, color=True))
    assert COLORS.sub("", painted) == text and painted != text
    assert "\x1b]8" not in painted and not re.search("\x1b[^\\[]|\x1b\\[[0-9;]*[^0-9;m]", painted)


def test_a_name_is_cut_in_its_middle() -> None:
    items = [{"id": "b1", "name": "Rechnungen 請求書 Juni und Juli 2026 (1/3) #k7f3q2", "n": 12000.5}]
    lines = render(items, NAMES, width=44, color=False, now=0).splitlines()
    assert lines[1].startswith("b1  Rechnungen") and "…2026 (1/3) #k7f3q2" in lines[1]
    assert lines[1].endswith("12,000.5") and cell_len(lines[1]) <= 44


def test_names_and_values() -> None:
    value = "東京 " * 12 + "https://example.com/" + "x" * 60
    text = aligned([("task", value), ("名前", "a"), ("none", ""), ("id", "1")], Look(width=40))
    lines = text.splitlines()
    assert lines[:2] == ["  task", "    " + " ".join(["東京"] * 7)] and lines[-2:] == [
        "  名前  a",
        "  id    1",
    ]
    assert any(line.strip() == "https://example.com/" + "x" * 60 for line in lines)
    assert "none" not in text
    assert aligned([("task", "東京 " * 12)], Look(width=40)).startswith(
        "  task  東京 東京 東京 東京 東京 東京\n        東京"
    )


def test_json_in_colours_is_the_same_json() -> None:
    text = '{\n  "a": 10.00,\n  "b": [1E5, null, true, "[red]x[/] \\u001b"]\n}\n'
    assert COLORS.sub("", json_colored(text)) == text and '\x1b[36m"a"\x1b[0m: \x1b[33m10.00' in json_colored(
        text
    )


def test_json_is_coloured_on_a_terminal_alone(clean_env: dict[str, str]) -> None:
    argv = ("config", "list", "-o", "json", "--color", "always")
    assert "\x1b" not in run_inside(argv, clean_env).out
    assert COLORS.search(run_inside(argv, clean_env, terminal=True).out)
    assert "\x1b" not in run_inside((*argv[:4], "--color", "never"), clean_env, terminal=True).out


def test_where_an_id_leaves_no_room_it_has_a_line_of_its_own() -> None:
    from eclips_cli.commands.runs._view import RUNS

    runs = [
        {"id": "a9796f3d-cef5-497e-9863-03754428e1cb", "status": "pending_triage", "created_at": "then"},
        {"id": "b9796f3d-cef5-497e-9863-03754428e1cb", "status": "running", "agent_type": "ap_specialist"},
    ]
    assert render(runs, RUNS, width=40, color=False, now=0.0).splitlines() == [
        "ID",
        "  STATUS            CREATED",
        "a9796f3d-cef5-497e-9863-03754428e1cb",
        "  ! pending_triage  then",
        "b9796f3d-cef5-497e-9863-03754428e1cb",
        "  ● running",
    ]


def test_of_columns_that_matter_as_much_the_widest_goes_first() -> None:
    view = View(
        (Column("AT", "at", "text", 2), Column("DONE", "done", "text", 1), Column("ID", "id", "id", 2))
    )
    item = {"at": "1m ago", "done": "run", "id": rows.ID + "1"}
    assert render([item], view, width=30, color=False, now=rows.NOW).split("\n")[0].split() == ["AT", "DONE"]


def test_truth_and_words_of_a_list_are_said() -> None:
    view = View((Column("ACTIVE", "active", "text", 1), Column("EVENTS", "events", "json", 2)))
    items = [
        {"active": True, "events": ["run.completed", "run.failed"]},
        {"active": False, "events": [{"a": 1}]},
    ]
    lines = render(items, view, width=80, color=False, now=rows.NOW).splitlines()[1:]
    assert lines == ["yes     run.completed, run.failed", 'no      [{"a":1}]']
