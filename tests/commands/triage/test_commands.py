"""`eclips triage list|show|approve|reject`, the whole program against a sandbox."""

import json
from typing import Any

import pytest

from tests.commands.triage.conftest import Waiting
from tests.installed import Run

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_list_shows_newest_or_oldest_first_and_says_when_it_is_cut(waiting: Waiting, triage: Run) -> None:
    ids = waiting.add("one", "two", "three")
    assert [item["id"] for item in triage("list", "-o", "json").json] == ids[::-1]
    oldest = triage("list", "--oldest-first", "--limit", "2", "-o", "id")
    assert oldest.lines == ids[:2] and "showing 2 of 3; --all" in oldest.err
    assert "showing 1 of 3" in triage("list", "--limit", "1").err
    everything = triage("list", "--all", "-o", "jsonl")
    assert len(everything.lines) == 3 and everything.err == ""
    table = triage("list", "-o", "table", COLUMNS="140").out
    assert all(item_id in table for item_id in ids)
    assert all(word in table for word in ("ABOUT", "Amount above", "ap_specialist", "0.71", "ago"))


def test_list_filters_are_the_programs_own(waiting: Waiting, triage: Run) -> None:
    waiting.add("one")
    payroll = waiting.add("two", agent="payroll")
    assert triage("list", "--agent", "payroll", "-o", "id").lines == payroll
    assert triage("list", "--min-confidence", "0.72", "-o", "json").json == []
    refused = triage("list", "--min-confidence", "nan")
    assert refused.code == 2 and "between 0 and 1" in refused.err


def test_an_empty_queue_is_no_error(triage: Run) -> None:
    done = triage("list")
    assert (done.code, done.out) == (0, "") and "nothing waits" in done.err
    assert triage("approve", "--all", "--yes").code == 0


def test_show_is_the_item_with_its_run_by_either_id_or_a_prefix(waiting: Waiting, triage: Run) -> None:
    item_id = waiting.add("Pay Acme")[0]
    shown = triage("show", item_id, "-o", "json").json
    assert shown["triage_item"]["id"] == item_id and "reasoning" in shown["triage_item"]
    run = shown["run"]
    assert shown["triage_item"]["agent_runs"]["id"] == run["id"], "members of the list are kept too"
    for written in (run["id"], run["id"][:9], item_id[:8], "@last"):
        assert triage("show", written, "-o", "json").json == shown, written
    text = triage("show", item_id, "-o", "table").out
    assert f"{run['output']['amount']:,.2f} USD" in text.split("! Amount above")[0]
    for part in ("Pay Acme", "proceeds with a warning", '"purchase_order"', item_id, run["id"]):
        assert part in text


def test_on_a_narrow_terminal_ids_are_whole(waiting: Waiting, triage: Run) -> None:
    (item_id,) = waiting.add("Pay Acme")
    shown = triage("show", item_id, "-o", "table", COLUMNS="40").lines
    assert f"  {item_id}" in shown and max(map(len, shown)) <= 40, shown


def test_show_lists_the_amounts_by_name_the_input_first_and_marks_what_differs(
    waiting: Waiting, triage: Run
) -> None:
    data = {"fee": 12, "invoice": {"total_amount": "120000.00", "currency": "EUR"}}
    item_id = waiting.add("Pay Acme", data=data)[0]
    first, second, third = triage("show", item_id, "-o", "table").lines[2:5]
    assert first == "input   12 fee · 120,000.00 EUR invoice.total_amount"
    assert second.startswith("output  ") and second.endswith(" USD amount")
    assert third == "≠ input and output differ"


def test_show_finds_a_resolved_item_by_its_run_only(waiting: Waiting, triage: Run) -> None:
    item_id = waiting.add("Pay Acme")[0]
    run_id = triage("show", item_id, "--jq", ".run.id").out.strip()
    waiting.decide(item_id)
    gone = triage("show", item_id)
    assert gone.code == 6 and "show RUN" in gone.err
    assert "✓ approved" in triage("show", run_id, "-o", "table").out


def test_approve_and_reject_send_the_note(waiting: Waiting, triage: Run) -> None:
    first, second = waiting.add("one", "two")
    done = triage("approve", first, "--note", "Verified – PO 7", "-o", "json")
    assert done.code == 0 and done.json["id"] == first and done.json["status"] == "approved"
    assert triage("reject", second, "--reason", "Too much").lines[0].startswith(f"{second}\trejected\t")
    found = waiting.items()
    assert found[first]["resolution_note"] == "Verified – PO 7"
    assert (found[second]["status"], found[second]["resolution_note"]) == ("rejected", "Too much")


def test_one_failure_does_not_stop_the_rest(waiting: Waiting, triage: Run) -> None:
    first, second, third = waiting.add("one", "two", "three")
    waiting.decide(second)
    done = triage("approve", first, second, UNKNOWN, "-", "--yes", "-o", "jsonl", stdin=f"{third}\n\n")
    assert done.code == 13
    assert [json.loads(line)["id"] for line in done.lines] == [first, third]
    told, *errors = done.err.splitlines()
    assert "approving 4 triage items" in told
    codes = [json.loads(line)["error"]["code"] for line in errors]
    assert codes == ["rejected", "not_found", "partial"]


@pytest.mark.parametrize(("written", "code"), [(UNKNOWN, 6), ("resolved", 14)])
def test_alone_a_failure_has_its_own_code(waiting: Waiting, triage: Run, written: str, code: int) -> None:
    item_id = waiting.add("one")[0]
    waiting.decide(item_id)
    done = triage("approve", item_id if written == "resolved" else written)
    assert done.code == code and len(done.err.splitlines()) <= 3
    assert code == 6 or "resolved already" in done.err


def test_what_would_fail_for_all_stops_at_once(waiting: Waiting, triage: Run) -> None:
    ids = waiting.add("one", "two")
    done = triage("approve", *ids, ECLIPS_API_KEY=waiting.running.keys.read_only)
    assert done.code == 5 and done.err.count("error:") == 1 and "triage:write" in done.err


@pytest.mark.parametrize(
    "argv", [(), ("--all", "x" * 36), ("x" * 36, "--expect", "2"), ("x" * 36, "--agent", "a")]
)
def test_either_ids_or_all(triage: Run, argv: tuple[str, ...]) -> None:
    assert triage("approve", *argv).code == 2


def test_all_needs_a_yes_and_the_expected_count(waiting: Waiting, triage: Run) -> None:
    ids = waiting.add("one", "two")
    other = waiting.add("three", agent="payroll")
    asked = triage("approve", "--all")
    assert asked.code == 2 and "--yes" in asked.err and all(item_id in asked.err for item_id in ids + other)
    counted = triage("approve", "--all", "--yes", "--expect", "2")
    assert counted.code == 2 and "3 items match, not 2" in counted.err
    assert {item["status"] for item in waiting.items().values()} == {"pending"}
    done = triage("approve", "--all", "--yes", "--agent", "ap_specialist", "--expect", "2", "-o", "id")
    assert done.code == 0 and done.lines == ids
    assert triage("list", "-o", "id").lines == other


def test_all_reads_every_page_before_it_acts(waiting: Waiting, triage: Run) -> None:
    ids = waiting.add(*(f"invoice {number}" for number in range(105)))
    done = triage("reject", "--all", "--yes", "--reason", "wrong period", "-o", "id")
    assert done.code == 0 and done.lines == ids, "oldest first, none left out"
    assert triage("list", "-o", "json").json == []


def test_nothing_is_sent_by_dry_run_and_curl(waiting: Waiting, triage: Run) -> None:
    ids = waiting.add("one", "two")
    for argv in (("--all",), tuple(ids)):
        shown = triage("approve", *argv, "--note", "n", "--dry-run")
        assert shown.code == 0
        assert [f"/v1/triage/{item_id}/approve" in shown.out for item_id in ids] == [True, True]
        assert shown.out.count('"resolution_note": "n"') == 2
    curl = triage("reject", "--all", "--curl", "--reason", "it's late")
    assert curl.lines[0].startswith("curl 'http") and "/v1/triage/TRIAGE_ID/reject" in curl.lines[2]
    assert waiting.running.keys.full not in curl.out
    assert triage("approve", *ids, "--curl").out.count("curl -X POST") == 2
    assert {item["status"] for item in waiting.items().values()} == {"pending"}


@pytest.mark.parametrize(
    ("note", "code"), [("é" * 50_000, 0), ("x" * 1_000_001, 2), ("  ", 2), ("a\0b", 2), ("\udc80", 2)]
)
def test_notes_of_any_length_work_or_are_refused_in_one_line(
    waiting: Waiting, triage: Run, note: str, code: int
) -> None:
    item_id = waiting.add("one")[0]
    done = triage("approve", item_id, "--note", note)
    assert done.code == code and len(done.err.splitlines()) <= 2
    assert waiting.items()[item_id]["resolution_note"] == (note if code == 0 else None)


def test_a_lost_answer_is_an_unknown_outcome(waiting: Waiting, triage: Run, faulty: Any) -> None:
    lossy = faulty("drop_after:method=POST,path=/v1/triage")
    waiting.running = lossy
    item_id = waiting.add("one")[0]
    done = triage("approve", item_id)
    assert done.code == 11 and "eclips triage list" in done.err
    assert waiting.items()[item_id]["status"] == "approved"


def test_last_is_the_item_that_was_looked_at(waiting: Waiting, triage: Run) -> None:
    first, _second = waiting.add("one", "two")
    none = triage("approve", "@last")
    assert none.code == 2 and "@last" in none.err
    triage("list")
    assert triage("approve", "@last").code == 2, "a list names no single one"
    triage("show", first, "-o", "id")
    assert triage("approve", "@last", "-o", "id").lines == [first]


def test_ctrl_c_in_the_middle_says_how_far_it_came(waiting: Waiting, triage: Run, monkeypatch: Any) -> None:
    from eclips_cli.api.triage import Triage

    ids = waiting.add("one", "two", "three")
    approve = Triage.approve

    def interrupted(self: Triage, item_id: str, note: str | None = None) -> Any:
        if item_id == ids[1]:
            raise KeyboardInterrupt
        return approve(self, item_id, note)

    monkeypatch.setattr(Triage, "approve", interrupted)
    done = triage("approve", *ids, "-o", "json")
    assert done.code == 130 and [item["id"] for item in done.json] == ids[:1]
    assert f"1 of 3 approved; {ids[1]} may have been approved; not tried: {ids[2]}" in done.err
