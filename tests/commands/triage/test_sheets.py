"""`eclips triage export` and `apply`: real .xlsx and .csv files, filled in as people do, against a sandbox."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from eclips_cli.api import EclipsClient
from eclips_cli.records.decisions import FILE, SENDING, DecisionJournal, SentDecision
from tests.commands.triage.conftest import Waiting
from tests.faults.test_files import fill as fill_disk
from tests.faults.test_files import small_disk
from tests.installed import Result, Run

__all__ = ["small_disk"]

Fill = dict[str, tuple[str, str]]
"""by item: the decision and the note that a person writes"""


@pytest.fixture
def three(waiting: Waiting) -> list[str]:
    return [
        waiting.add(f"Pay {name}", data={"amount": amount, "currency": "EUR"})[0]
        for name, amount in (("Acme", "1200.50"), ("Bolt", 99), ("Cato", "1.234"))
    ]


@pytest.fixture
def filled(triage: Run, tmp_path: Path) -> Callable[[Fill], Path]:
    """Export a workbook and fill it in."""

    def make(decisions: Fill, name: str = "items.xlsx") -> Path:
        path = tmp_path / name
        done = triage("export", str(path), "--overwrite")
        assert done.code == 0, done.err
        fill(path, decisions)
        return path

    return make


def fill(path: Path, decisions: Fill) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    at = {cell.value: cell.column for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=2):
        decision, note = decisions.get(str(row[at["item"] - 1].value), ("", ""))
        row[at["decision"] - 1].value, row[at["note"] - 1].value = decision or None, note or None
    book.save(path)


def statuses(waiting: Waiting, items: list[str]) -> list[str]:
    found = waiting.items()
    return [found[item]["status"] for item in items]


def test_a_sheet_is_exported_to_work_in(three: list[str], triage: Run, tmp_path: Path) -> None:
    path = tmp_path / "items.xlsx"
    done = triage("export", str(path))
    assert done.code == 0 and done.out == "" and "3 items: 1,299.50 EUR · 1 without an amount" in done.err
    assert f"eclips triage apply {path}" in done.err
    sheet = openpyxl.load_workbook(path)["Triage"]
    names = [cell.value for cell in sheet[1]]
    assert names[:3] == ["about", "amount", "currency"] and names[-4:] == [
        "run",
        "item",
        "fingerprint",
        "exported from",
    ]
    assert sheet.freeze_panes == "B2" and sheet.auto_filter.ref == "A1:Q4"
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == '"approve,reject"' and str(rule.sqref) == "I2:I4"
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[names.index("item")] for row in rows] == three, "the oldest first"
    assert rows[0][1] == 1200.5 and sheet["B2"].number_format == "#,##0.00" and rows[2][1] == "1.234 EUR"
    assert sheet["O2"].number_format == "@" and rows[0][3] == "≠" and rows[0][8] is None
    again = triage("export", str(path))
    assert again.code == 2 and "--overwrite" in again.err
    assert triage("export", str(tmp_path / "items.ods")).code == 2


def test_decisions_of_a_sheet_are_sent_once(
    three: list[str], waiting: Waiting, triage: Run, filled: Callable[[Fill], Path], inside: Run
) -> None:
    long = "n" * 5000
    path = filled({three[0]: ("approve", long), three[1]: ("reject", "Zu teuer: 99 €")})
    asked = triage("apply", str(path))
    assert asked.code == 2 and "--yes" in asked.err
    assert "approve 1 item (1,200.50 EUR) and reject 1 item (99.00 EUR); 1 without a decision" in asked.err
    assert statuses(waiting, three) == ["pending"] * 3
    assert triage("apply", str(path), "--yes", "--expect", "3").code == 2
    done = triage("apply", str(path), "--yes", "--expect", "2", "-o", "json")
    assert done.code == 0 and {found["id"] for found in done.json} == set(three[:2])
    assert statuses(waiting, three) == ["approved", "rejected", "pending"]
    found = waiting.items()
    assert (found[three[0]]["resolution_note"], found[three[1]]["resolution_note"]) == (
        long,
        "Zu teuer: 99 €",
    )
    again = triage("apply", str(path), "--yes")
    assert (again.code, again.out) == (0, "") and "2 decided before" in again.err
    lines = inside("audit", "list", "-o", "json").json
    assert sorted(line["from"]["row"] for line in lines if line.get("from")) == [2, 3]
    assert all(line["from"]["file"] == str(path) for line in lines if line.get("from"))


def test_a_sheet_may_be_sorted_moved_hidden_widened_and_saved_as_csv(
    three: list[str], waiting: Waiting, triage: Run, filled: Callable[[Fill], Path], tmp_path: Path
) -> None:
    path = filled({three[0]: ("approve", ""), three[2]: ("reject", "no")})
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    order = [14, 8, 9, 15, 16, 0, 13]  # columns moved, most of them deleted
    kept = [[row[at] for at in order] for row in (rows[0], *reversed(rows[1:]))]
    for row in kept:
        row.insert(1, "checked by" if row is kept[0] else "me")
    moved = openpyxl.Workbook()
    target = moved.active
    assert target is not None
    for row in kept:
        target.append(row)
    target.column_dimensions["E"].hidden = True
    target.row_dimensions[2].hidden = True
    moved.save(tmp_path / "moved.xlsx")
    text = tmp_path / "moved.csv"
    with text.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows(kept)
    dry = triage("apply", str(text), "--encoding", "cp1252", "--dry-run")
    assert dry.code == 0 and "/approve" in dry.out and "/reject" in dry.out and dry.out.count("POST") == 2
    done = triage("apply", str(tmp_path / "moved.xlsx"), "--yes")
    assert done.code == 0 and statuses(waiting, three) == ["approved", "pending", "rejected"]


@pytest.mark.parametrize("word", ["Approve", "APPROVED", "ja", "yes"])
def test_other_words_are_refused_and_the_words_that_count_named(
    three: list[str], waiting: Waiting, triage: Run, filled: Callable[[Fill], Path], word: str
) -> None:
    path = filled({three[0]: ("approve", ""), three[1]: (word, "")})
    before = waiting.running_requests("/v1/triage")
    refused = triage("apply", str(path), "--yes")
    assert refused.code == 2 and f"line 3: {word!r} is no decision" in refused.err
    assert "approve and reject" in refused.err and statuses(waiting, three) == ["pending"] * 3
    assert waiting.running_requests("/v1/triage") == before, "nothing was asked"


def edited(path: Path, change: Callable[[list[str], list[list[str]]], None]) -> Path:
    """The sheet as CSV, after `change` of its header and rows."""
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    head, *rows = [
        ["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)
    ]
    change(head, rows)
    target = path.with_suffix(".csv")
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return target


def _cut(head: list[str], rows: list[list[str]]) -> None:
    rows[0][head.index("item")] = "1.2E+10"


def _twice(head: list[str], rows: list[list[str]]) -> None:
    rows.append(rows[0])


def _no_print(head: list[str], rows: list[list[str]]) -> None:
    rows[0][head.index("fingerprint")] = ""


def _no_column(head: list[str], rows: list[list[str]]) -> None:
    head[head.index("decision")] = "Entscheidung"


def _no_item(head: list[str], rows: list[list[str]]) -> None:
    rows[0][head.index("item")] = " "


def _profile(head: list[str], rows: list[list[str]]) -> None:
    rows[0][head.index("exported from")] = rows[0][head.index("exported from")].replace("default", "work")


def _api(head: list[str], rows: list[list[str]]) -> None:
    rows[0][head.index("exported from")] = "profile default at https://api.eclips.tech"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_cut, "rounded as a number"), (_twice, "stands on line 2 too"), (_no_print, "'fingerprint' is empty"),
        (_no_column, "no column 'decision'"), (_no_item, "a decision without an item"),
        (_profile, "exported from profile work"), (_api, "this is profile default"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_sheet_is_said_before_anything_is_asked(
    three: list[str],
    waiting: Waiting,
    triage: Run,
    filled: Callable[[Fill], Path],
    change: Callable[[list[str], list[list[str]]], None],
    words: str,
) -> None:
    path = edited(filled({three[0]: ("approve", "")}), change)
    before = waiting.running_requests("/v1/triage")
    refused = triage("apply", str(path), "--yes")
    assert refused.code == 2 and words in refused.err, refused.err
    assert waiting.running_requests("/v1/triage") == before and statuses(waiting, three) == ["pending"] * 3


def test_another_profile_of_the_same_api_may_be_taken(
    three: list[str], waiting: Waiting, triage: Run, filled: Callable[[Fill], Path]
) -> None:
    path = edited(filled({three[0]: ("approve", "")}), _profile)
    assert triage("apply", str(path), "--yes", "--any-profile").code == 0
    assert statuses(waiting, three)[0] == "approved"


def test_a_sheet_of_last_week_decides_what_still_waits_and_is_as_it_was(
    three: list[str], waiting: Waiting, triage: Run, filled: Callable[[Fill], Path]
) -> None:
    path = filled(dict.fromkeys(three, ("approve", "")))
    waiting.decide(three[0], "reject")
    _edit_output(waiting, three[1])
    done = triage("apply", str(path), "--yes", "-o", "jsonl")
    assert done.code == 13 and [json.loads(line)["id"] for line in done.lines] == [three[2]]
    errors = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
    assert [error["error"]["message"].split(":")[0] for error in errors] == [
        "row 2",
        "row 3",
        "2 of 3 rows were not decided",
    ]
    assert "somebody resolved it meanwhile" in done.err and "changed since the export" in done.err
    assert "1 resolved by others, 1 changed since the export" in done.err.replace(
        "1 changed since the export, 1 resolved by others", "1 resolved by others, 1 changed since the export"
    )
    assert statuses(waiting, three) == ["rejected", "pending", "approved"]
    again = triage("apply", str(path), "--yes")
    assert again.code == 13 and "1 decided before" in again.err


def test_alone_an_item_that_others_resolved_is_14(
    three: list[str], waiting: Waiting, triage: Run, filled: Callable[[Fill], Path]
) -> None:
    path = filled({three[0]: ("approve", "")})
    waiting.decide(three[0])
    assert triage("apply", str(path), "--yes").code == 14


def _edit_output(waiting: Waiting, item: str) -> None:
    """The agent's output becomes another one, as after a correction at the vendor's dashboard."""
    store = waiting.running._store
    store.change("UPDATE runs SET output = :output WHERE triage_id = :id", id=item, output='{"amount": 1}')


@pytest.mark.parametrize("fault", ["drop_after", "status:code=502"])
def test_a_lost_answer_is_settled_by_looking(
    three: list[str], waiting: Waiting, triage: Run, filled: Callable[[Fill], Path], fault: str
) -> None:
    path = filled({three[0]: ("approve", ""), three[1]: ("reject", "no")})
    kind, _, options = fault.partition(":")
    waiting.order(f"{kind}:{options + ',' if options else ''}method=POST,path=/v1/triage/{three[0]}")
    done = triage("apply", str(path), "--yes", "--max-retries", "0")
    if kind == "drop_after":
        assert done.code == 0 and "1 approved" in done.err, "the run shows that it was taken"
    else:
        assert done.code == 13 and "1 of unknown outcome" in done.err
        waiting.order()
        assert triage("apply", str(path), "--yes").code == 0, "what was not taken is sent"
    assert statuses(waiting, three) == ["approved", "rejected", "pending"]
    assert waiting.running_requests(f"/v1/triage/{three[1]}/reject") == 1


def test_a_rate_limit_is_honoured(
    three: list[str], waiting: Waiting, triage: Run, filled: Callable[[Fill], Path]
) -> None:
    path = filled(dict.fromkeys(three, ("approve", "")))
    waiting.order("rate_limit:method=POST,path=/v1/triage,times=2,retry_after=0")
    done = triage("apply", str(path), "--yes")
    assert done.code == 0 and statuses(waiting, three) == ["approved"] * 3


def test_what_stops_every_decision_stops_at_once_and_the_next_run_goes_on(
    three: list[str], waiting: Waiting, triage: Run, filled: Callable[[Fill], Path]
) -> None:
    path = filled(dict.fromkeys(three, ("approve", "")))
    stopped = triage("apply", str(path), "--yes", ECLIPS_API_KEY=waiting.running.keys.read_only)
    assert stopped.code == 5 and "3 not tried" in stopped.err and "eclips triage apply" in stopped.err
    assert triage("apply", str(path), "--yes").code == 0 and statuses(waiting, three) == ["approved"] * 3


def test_a_full_disk_before_the_line_of_the_journal_sends_nothing(
    three: list[str], waiting: Waiting, triage: Run, filled: Callable[[Fill], Path], small_disk: Path
) -> None:
    """Full before the journal of decisions is made, while it is made, and where it is there already."""
    path = filled(dict.fromkeys(three, ("approve", "n" * 3000)))
    here = {"ECLIPS_STATE_DIR": str(small_disk)}
    for room in (0, 12, 40):
        (small_disk / "ballast").write_bytes(bytes(1024 * (64 - room)))
        done = triage("apply", str(path), "--yes", **here)
        assert done.code == 17 and "no room for the journal of decisions" in done.err, done
        assert "damaged" not in done.err and statuses(waiting, three) == ["pending"] * 3
        (small_disk / "ballast").unlink()
        for file in small_disk.glob("decisions*"):
            file.unlink()
    with DecisionJournal(path.parent / "kept", "another") as journal:
        journal.known()
    (small_disk / FILE).write_bytes((path.parent / "kept" / FILE).read_bytes())
    fill_disk(small_disk)
    done = triage("apply", str(path), "--yes", **here)
    assert done.code == 17 and ("no room" in done.err or "no space" in done.err), done
    assert statuses(waiting, three) == ["pending"] * 3
    assert triage("apply", str(path), "--yes").code == 0


@pytest.mark.parametrize("whose", ["ours", "somebody else's", "untold"])
def test_after_a_kill_the_note_tells_whose_decision_it_was(
    waiting: Waiting, triage: Run, filled: Callable[[Fill], Path], tmp_path: Path, whose: str
) -> None:
    """The intent is in the journal and no answer: what resolved the item since may be another person's."""
    (item,) = waiting.add("Pay Acme")
    path = filled({item: ("approve", "checked by Anna")})
    here = {"ECLIPS_STATE_DIR": str(tmp_path / "state")}
    with DecisionJournal(tmp_path / "state", waiting.running.url) as journal:
        journal.sending(SentDecision(item, "approve", "checked by Anna", path.name, 2, SENDING, 1.0))
    with EclipsClient(waiting.running.keys.full, base_url=waiting.running.url) as client:
        client.triage.approve(item, "checked by Anna" if whose == "ours" else "seen by Ben")
    if whose == "untold":
        waiting.order("bare:path=/v1/runs/")
    done = triage("apply", str(path), "--yes", **here)
    assert done.code == (14 if whose == "somebody else's" else 0), done.err
    assert ("may be somebody else's" in done.err) == (whose == "untold")
    assert ("1 decided before" in done.err) == (whose != "somebody else's")


def test_nothing_to_decide_and_nothing_to_export(waiting: Waiting, triage: Run, tmp_path: Path) -> None:
    empty = triage("export", str(tmp_path / "none.csv"))
    assert empty.code == 0 and "nothing waits" in empty.err and not (tmp_path / "none.csv").exists()
    waiting.add("one")
    assert triage("export", str(tmp_path / "one.csv")).code == 0
    done: Result = triage("apply", str(tmp_path / "one.csv"))
    assert done.code == 0 and "no decision in its 1 row\n" in done.err


def test_the_api_need_not_give_back_what_it_was_sent(
    waiting: Waiting, triage: Run, filled: Callable[[Fill], Path]
) -> None:
    waiting.order("bare:path=/v1/triage", "bare:path=/v1/runs/")
    item = waiting.add("Pay Acme")[0]
    path = filled({item: ("approve", "seen")})
    assert triage("apply", str(path), "--yes").code == 0
    assert waiting.items()[item]["status"] == "approved"


def test_formulas_in_the_api_s_text_stay_text(waiting: Waiting, triage: Run, tmp_path: Path) -> None:
    waiting.add('=HYPERLINK("https://evil.example")', "@SUM(1)")
    for name in ("a.xlsx", "a.csv"):
        assert triage("export", str(tmp_path / name)).code == 0
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None and {cell.data_type for row in sheet.iter_rows() for cell in row} <= {
        "s",
        "n",
        "d",
    }
    assert ',"=' not in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


def test_a_fingerprint_is_of_digits_and_not_of_order() -> None:
    from eclips_cli.commands.triage._item import ItemDetail
    from eclips_cli.commands.triage._sheet import fingerprint
    from eclips_cli.json_values import number

    def made(output: Any) -> str:
        return fingerprint(ItemDetail.of({"run": {"output": output}}), with_run=True)

    assert made({"a": 1, "b": [2]}) == made({"b": [2], "a": 1}) != made({"a": 1, "b": [3]})
    assert made({"a": number("100000000000000000.01")}) != made({"a": number("100000000000000000.02")})
