"""The filters and the view that list, approve, reject and export share, against a sandbox."""

from typing import Any

import pytest

from eclips_cli.commands.triage._wanted import Wanted
from eclips_cli.errors import UsageError
from tests.commands.triage.conftest import Waiting
from tests.inside import run_inside
from tests.installed import Run

BARE = ("bare:path=/v1/triage", "bare:path=/v1/runs/", "bare:path=/v1/batches/")
"""an API that gives back neither title nor task nor data"""


def ids(triage: Run, *argv: str) -> list[str]:
    return triage("list", "--all", *argv, "-o", "id").lines


@pytest.fixture
def money(waiting: Waiting) -> dict[str, str]:
    """Items with an amount each, and some without one that counts."""
    inputs = {
        "small": {"amount": 120, "currency": "EUR"}, "large": {"amount": "48210.50", "currency": "USD"},
        "two": {"fee": 1, "total": 5}, "none": {"vendor": "Acme"}, "unclear": {"amount": "1.234"},
    }  # fmt: skip
    return {name: waiting.add(f"Pay {name}", data=data)[0] for name, data in inputs.items()}


def test_amounts_choose_and_sort_and_what_has_none_is_counted(money: dict[str, str], triage: Run) -> None:
    found = triage("list", "--all", "--details", "--min-amount", "100", "-o", "id")
    assert found.lines == [money["large"], money["small"]]
    assert "3 items are left out" in found.err and "--amount-field" in found.err
    assert ids(triage, "--details", "--max-amount", "1,000.00") == [money["small"]]
    assert ids(triage, "--details", "--min-amount", "5", "--max-amount", "5", "--amount-field", "total") == [
        money["two"]
    ]
    by_size = ids(triage, "--details", "--sort", "amount")
    assert by_size[:2] == [money["large"], money["small"]] and len(by_size) == 5, "what has none stands last"
    assert "5 items are sorted last" in triage("list", "--sort", "amount").err


def test_without_details_only_what_is_known_here_counts(money: dict[str, str], triage: Run) -> None:
    found = triage("list", "--min-amount", "100")
    assert found.out == "" and "5 items are left out" in found.err and "--details reads the runs" in found.err


def test_a_profile_names_the_amount(money: dict[str, str], triage: Run, inside: Run) -> None:
    assert inside("config", "set", "amount_field", "total").code == 0
    assert ids(triage, "--details", "--min-amount", "5") == [money["two"]]


def test_words_age_and_confidence_choose(waiting: Waiting, triage: Run) -> None:
    first = waiting.add("Pay ACME  Ltd")[0]
    low = waiting.add("[low-confidence] Pay Bolt")[0]
    assert ids(triage, "--match", "acme ltd") == [first]
    assert ids(triage, "--match", "BELOW 0.5") == [] and set(ids(triage, "--match", "above")) == {first, low}
    assert ids(triage, "--older-than", "1h") == [] and len(ids(triage, "--older-than", "0s")) == 2
    assert ids(triage, "--sort", "confidence")[-1] in (first, low)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--min-amount", "1.234"), "two readings"), (("--min-amount", "lots"), "not an amount"),
        (("--min-amount", "5", "--max-amount", "4"), "nothing can match"), (("--sort", "size"), "age, amount"),
        (("--sort", "amount", "--oldest-first"), "together"), (("--older-than", "soon"), "not a duration"),
    ],
)  # fmt: skip
def test_bad_filters_are_refused(triage: Run, argv: tuple[str, ...], words: str) -> None:
    for verb in (("list",), ("approve", "--all", "--yes"), ("reject", "--all", "--yes"), ("export", "x.csv")):
        done = triage(*verb, *argv)
        assert done.code == 2 and words in done.err, verb


@pytest.mark.parametrize("score", [1.5, -0.1, "0.9", True, None, float("nan")])
def test_what_is_no_confidence_is_not_high_enough(score: Any) -> None:
    item = {"agent_runs": {"confidence_score": score}}
    assert not Wanted(min_confidence=0.0).may_match(item, 0.0)
    with pytest.raises(UsageError):
        Wanted(min_confidence=1.1)


def test_a_person_sees_what_an_item_is_about_at_any_width(
    money: dict[str, str], waiting: Waiting, api_env: Any
) -> None:
    keys = waiting.running.keys
    env = {**api_env, "ECLIPS_BASE_URL": waiting.running.url, "ECLIPS_API_KEY": keys.full, "NO_COLOR": "1"}
    for columns in (200, 100, 60, 40):
        shown = run_inside(("triage", "list"), {**env, "COLUMNS": str(columns)}, terminal=True)
        assert all(item in shown.out for item in money.values()), "ids are whole"
        assert "48,210.50 USD ≠" in shown.out and "2 amounts" in shown.out and "[triage] [i" in shown.out
        assert max(map(len, shown.out.splitlines())) <= columns
        assert "120.00 EUR · 48,210.50 USD · 3 without an amount" in shown.err


def test_the_amount_is_known_from_what_was_sent_here(
    waiting: Waiting, triage: Run, inside: Run, tmp_path: Any
) -> None:
    """The API gives back neither task nor data: the journal ties an item to its row by the run's id."""
    sheet = tmp_path / "invoices.csv"
    sheet.write_text("number,amount,currency\nINV-1,120.00,EUR\nINV-2,99000.10,EUR\n", encoding="utf-8")
    env = {"ECLIPS_BASE_URL": waiting.running.url, "ECLIPS_API_KEY": waiting.running.keys.full}
    waiting.order(*BARE)
    done = inside(
        "batches", "submit", str(sheet), "--agent", "ap_specialist", "--task", "[triage] [instant] Pay {number}",
        "--detach", **env,
    )  # fmt: skip
    assert done.code == 0, done.err
    unknown = triage("list", "--min-amount", "1")
    assert unknown.out == "" and "2 items are left out" in unknown.err
    # the rows' runs are learnt from the batch, and are known from then on
    assert len(ids(triage, "--details", "--min-amount", "99000.10")) == 1
    (row,) = triage("list", "--min-amount", "1000").lines
    assert row.endswith("\t[triage] [instant] Pay INV-2\t99,000.10 EUR"), (
        "out of sight of the API's own answers"
    )
    assert "2 items: 99,120.10 EUR" in triage("export", str(tmp_path / "x.csv")).err


def test_a_task_that_was_sent_twice_ties_nothing(
    waiting: Waiting, inside: Run, api_env: dict[str, str], tmp_path: Any
) -> None:
    sheet = tmp_path / "invoices.csv"
    sheet.write_text(
        "task,amount\n[triage] [instant] once,1.50\n[triage] [instant] twice,2.50\n[triage] [instant] twice,3.50\n",
        encoding="utf-8",
    )
    env = {"ECLIPS_BASE_URL": waiting.running.url, "ECLIPS_API_KEY": waiting.running.keys.full}
    waiting.order("bare:path=/v1/batches/")
    assert inside("batches", "submit", str(sheet), "--agent", "ap_specialist", "--detach", **env).code == 0
    from eclips_cli.records.journal import Journal, SentInputs, Target
    from eclips_cli.system.paths import state_dir

    with Journal(state_dir(api_env)) as journal:
        inputs = SentInputs(journal, Target("default", waiting.running.url))
        assert inputs.of_task("[triage] [instant] once") == {
            "task": "[triage] [instant] once", "data": {"amount": "1.50"},
        }  # fmt: skip
        assert inputs.of_task("[triage] [instant] twice") is None
        other = SentInputs(journal, Target("default", "https://api.eclips.tech"))
        assert other.of_task("[triage] [instant] once") is None


def test_a_bulk_question_shows_what_it_is_about_with_sums(
    money: dict[str, str], waiting: Waiting, api_env: dict[str, str]
) -> None:
    keys = waiting.running.keys
    env = {**api_env, "ECLIPS_BASE_URL": waiting.running.url, "ECLIPS_API_KEY": keys.full, "COLUMNS": "100"}
    asked = run_inside(("triage", "approve", "--all"), env, "n\n", terminal=True)
    assert asked.code == 1 and "Pay large" in asked.err and "48,210.50 USD" in asked.err
    assert "approve 5 items: 120.00 EUR · 48,210.50 USD · 3 without an amount? [y/N]" in asked.err
    dry = run_inside(("triage", "reject", "--all", "--dry-run"), env, terminal=True)
    assert dry.code == 0 and "Pay large" in dry.out and "POST" not in dry.out
    assert "would reject 5 items: 120.00 EUR" in dry.err
    for machine in (("-o", "json"), ("--curl",)):
        shown = run_inside(("triage", "reject", "--all", "--dry-run", *machine), env, terminal=True)
        assert "/reject" in shown.out and "Pay large" not in shown.out
    assert {item["status"] for item in waiting.items().values()} == {"pending"}


def test_runs_that_cannot_be_read_are_a_warning(money: dict[str, str], waiting: Waiting, triage: Run) -> None:
    waiting.order("scope:path=/v1/runs/")
    shown = triage("list", "--details", "-o", "json")
    assert shown.code == 0 and len(shown.json) == 5 and shown.err.count("can't be read") == 1
