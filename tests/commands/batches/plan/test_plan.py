"""From rows to jobs: tasks, data, every complaint at once, and what makes a submission the same."""

import io
import json

import pytest

from eclips_cli.commands.batches.plan import choose_mapping, planned_jobs
from eclips_cli.errors import UsageError
from eclips_cli.records.journal.rows import Mapping, body_row, job_name
from eclips_cli.sheets import open_rows
from eclips_cli.sheets.interface import BadCell


def source(text, **options):
    return open_rows(io.BytesIO(text.encode()), **options)


def bodies(text, **mapping):
    rows = source(text)
    chosen = choose_mapping(rows, **mapping)
    return [body_row(row, chosen, rows.columns) for job in planned_jobs(rows, chosen) for row in job]


def refused(text, **mapping):
    with pytest.raises(UsageError) as caught:
        bodies(text, **mapping)
    return caught.value


@pytest.mark.parametrize("header", ["task", "Task", "TASK"])
def test_a_column_called_task_in_any_case(header):
    assert bodies(f"n,{header}\n00123,Pay\n") == [{"task": "Pay", "data": {"n": "00123"}}]


def test_a_task_alone_has_no_data():
    assert bodies("task\nPay\n") == [{"task": "Pay"}]


def test_another_column_can_be_the_task():
    assert bodies("what,n\nPay,1\n", task_column="What") == [{"task": "Pay", "data": {"n": "1"}}]


def test_a_template_takes_all_columns_as_data():
    found = bodies(
        "number,vendor\nINV-1,50% off %s\n", template="Process {number} from { vendor } {{x}} 100%"
    )
    assert found == [
        {
            "task": "Process INV-1 from 50% off %s {x} 100%",
            "data": {"number": "INV-1", "vendor": "50% off %s"},
        }
    ]


def test_values_are_never_taken_for_a_template():
    assert bodies("a,b\n{b},x\n", template="{a}")[0]["task"] == "{b}"


def test_columns_choose_the_data():
    assert bodies("task,a,b\nPay,1,2\n", data_columns=["B"]) == [{"task": "Pay", "data": {"b": "2"}}]
    assert bodies("task,a\nPay,1\n", data_columns=[]) == [{"task": "Pay"}]


def test_every_unknown_placeholder_at_once_with_near_names():
    error = refused("number,vendor\n1,x\n", template="{nummber} {Vendor} {zzz} {number}")
    assert error.message == (
        "no columns for {nummber} (did you mean {number}?), {Vendor} (did you mean {vendor}?), {zzz}"
    )
    assert "number, vendor" in error.hint


@pytest.mark.parametrize("name", ["number!r", "number:>10", "number.__class__", "number[0]", "0", ""])
def test_no_formats_and_no_attributes(name):
    assert "no column for" in refused("number\n1\n", template=f"{{{name}}}").message


def test_a_column_whose_name_has_a_dot():
    assert bodies("a.b\n1\n", template="see {a.b}")[0]["task"] == "see 1"


@pytest.mark.parametrize("template", ["{number", "number}", "{a{number}}", "}{"])
def test_lone_braces(template):
    assert "lone" in refused("number\n1\n", template=template).message


def test_a_template_without_a_column():
    assert "names no column" in refused("number\n1\n", template="Process {{number}}").message


def test_nothing_says_what_the_task_is():
    error = refused("number,vendor\n1,x\n")
    assert "number, vendor" in error.message
    assert error.hint == "eclips batches submit - --task 'Process number {number} vendor {vendor}'"


def test_the_command_that_is_suggested_works():
    text = "number,vendor\n1,x\n"
    template = refused(text).hint.partition("--task ")[2].strip("'")
    assert bodies(text, template=template)[0]["task"] == "Process number 1 vendor x"


def test_a_file_without_a_header_is_named():
    assert "first line looks like data" in refused("INV-1,120.50,2026-06-06\nINV-2,3,4\n").hint


def test_both_task_and_column():
    assert "together" in refused("task\nPay\n", task_column="task", template="{task}").message


def test_two_columns_that_differ_in_case():
    assert "--task-column Task" in refused("Task,task\na,b\n").hint
    assert bodies("Task,task\na,b\n", task_column="task") == [{"task": "b", "data": {"Task": "a"}}]


def test_an_unknown_column():
    for option in ({"task_column": "x"}, {"data_columns": ["task", "x"]}):
        assert refused("task,n\nPay,1\n", **option).message == "no column 'x'"


def test_all_bad_rows_by_line_up_to_twenty_then_a_count():
    text = "task,n\nPay,1\n" + ",9\nragged\n" * 15 + "  ,3\n"
    error = refused(text)
    assert error.message.startswith("standard input: 31 bad rows; the first, line 3: the task is empty")
    shown = error.details["problems"]
    assert error.details["bad_rows"] == 31 and len(shown) == 20
    assert [problem["line"] for problem in shown] == list(range(3, 23))
    assert error.exit_code == 2


def test_one_bad_row_is_told_in_full():
    assert refused("task,n\nPay\n").message == "standard input: line 2: 1 cell where the header has 2"


def test_a_template_of_empty_cells_is_a_bad_row():
    error = refused("a,b,c\n,,x\n", template="Pay {a} {b}")
    assert error.message.endswith("all columns of the task are empty")


def test_an_empty_column_of_a_template_is_a_bad_row_such_as_a_total():
    text = "a,b,c\nx,y,1\nTotal, ,1\n"
    error = refused(text, template="Pay {a} {b}")
    assert error.message.endswith("line 3: the column 'b' of the task is empty (--allow-empty allows it)")
    assert bodies(text, template="Pay {a} {b}", allow_empty=True)[1]["task"] == "Pay Total  "
    error = refused("a,b,c\n,x,\n", template="Pay {a} {b} {c}")
    assert "the columns 'a' and 'c' of the task are empty" in error.message


def test_no_rows():
    assert "has no rows" in refused("task,n\n").message


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [1]), (500, [500]), (501, [500, 1]), (1203, [500, 500, 203])]
)
def test_jobs_of_500(count, sizes):
    rows = source("task\n" + "Pay\n" * count)
    assert [len(job) for job in planned_jobs(rows, choose_mapping(rows))] == sizes


def test_json_values_stay_what_they_are():
    found = bodies('{"task": "Pay", "n": 1.50, "ok": true, "deep": {"a": [null]}}\n{"task": "Ask"}')
    assert found == [{"task": "Pay", "data": {"n": 1.5, "ok": True, "deep": {"a": [None]}}}, {"task": "Ask"}]


def test_json_in_a_template():
    row = {"n": 7, "s": "x", "o": {"a": "ü"}, "b": False, "z": None}
    assert (
        bodies(json.dumps(row), template="{n} {s} {o} {b} {z}.", allow_empty=True)[0]["task"]
        == '7 x {"a": "ü"} false .'
    )


@pytest.mark.parametrize("task", ["{}", "[]", "true"])
def test_a_task_that_is_no_text(task):
    assert refused(f'{{"task": {task}}}').message.endswith("the task is not text")


def test_a_number_can_be_a_task():
    assert bodies('{"task": 17}') == [{"task": "17"}]


def test_a_missing_member():
    error = refused('{"task": "Pay", "n": 1}\n{"n": 2}\n', template="{task} {n}")
    assert error.message.endswith("line 2: the member 'task' is missing")


def test_rows_in_the_apis_own_form_are_sent_as_they_are():
    assert bodies('{"task": "Pay", "data": {"n": 1}}\n{"task": "Ask"}\n{"task": "x", "data": null}') == [
        {"task": "Pay", "data": {"n": 1}},
        {"task": "Ask"},
        {"task": "x"},
    ]
    assert "'data' is not an object" in refused('{"task": "Pay", "data": 5}').message
    assert bodies('{"task": "Pay", "data": 5, "x": 1}') == [{"task": "Pay", "data": {"data": 5, "x": 1}}]


class Sheet:
    """A workbook's rows, as the reader gives them."""

    format, keyed, label, columns = "xlsx", False, "rows.xlsx", ("task", "n")

    def __init__(self, *rows):
        from eclips_cli.sheets import Problems

        self.problems, self.remarks, self._rows = Problems(), [], rows

    def __iter__(self):
        return iter(self._rows)

    def parts(self):
        yield tuple(zip(*self._rows, strict=True))

    def key(self, column):
        return self.columns.index(column)


def test_a_spreadsheets_error_values_are_not_sent():
    rows = Sheet((2, ["Pay", BadCell("#N/A", "holds the error #N/A")]), (3, ["Ask", 1]))
    with pytest.raises(UsageError, match="line 2: the column 'n' holds the error #N/A"):
        list(planned_jobs(rows, Mapping(task_column="task")))
    with pytest.raises(UsageError, match="the column 'task' holds the error #REF!"):
        list(
            planned_jobs(
                Sheet((2, [BadCell("#REF!", "holds the error #REF!"), 1])), Mapping(task_column="task")
            )
        )
    assert list(planned_jobs(rows, Mapping(task_column="task", data_columns=()))) == [
        [(2, "Pay", ["Pay", "#N/A"]), (3, "Ask", ["Ask", 1])]
    ]


def test_names_of_jobs():
    assert job_name("June", 1, 3, "k7f3q2") == "June (1/3) #k7f3q2"
    assert job_name("June", 1, 1, "k7f3q2") == "June #k7f3q2"


def test_a_mapping_survives_the_journal():
    for mapping in (
        Mapping("task", None, ("a",)),
        Mapping(None, "{a}", None),
        Mapping("task", None, None, True),
    ):
        assert Mapping.from_json(json.loads(json.dumps(mapping.as_json()))) == mapping
