"""Row digests: the same for one content whatever hand wrote it; the quick way says what the plain one says."""

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from eclips_cli.commands.batches.plan.markers import marker
from eclips_cli.commands.batches.plan.row_digests import (
    ALL,
    RowDigester,
    content,
    contents,
    digests,
    key_text,
    set_name,
)
from eclips_cli.sheets.canonical import canonical

CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "10.00", "10", "0.0", "-0.0", "-0", "00123", "1e+16", "1E-07", "TRUE", "true", "x\r\ny", "_x0041_",
         "2026-06-06 00:00:00", "2026-06-06", "Müller", unicodedata.normalize("NFD", "Müller"), "5.", ".5",
         "57.699999999999996", "1.234", "\x1f", "\\", "\\-", "-5.10", "100"]
    ),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
)  # fmt: skip


def of(row, **how):
    return digests([row], list(row), **how)[0] if row else digests([{}], [], **how)[0]


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
@example([("10.00", "a"), ("0.0", "b")])
@example([("1.0\n2.0", "a")])
@example([("1675123163703150.40", "-12345678901234567.00")])
def test_a_table_gives_what_members_give(rows):
    by_members = digests([{"a": x, "b": y} for x, y in rows], ())
    assert digests([list(row) for row in rows], ["a", "b"]) == by_members
    assert digests([[y, x] for x, y in rows], ["b", "a"]) == by_members, "the columns' order is no matter"
    canon = [{"a": canonical(x), "b": canonical(y)} for x, y in rows]
    assert digests(canon, ()) == by_members, "nor is the hand that wrote it"


@given(CELLS, CELLS)
def test_rows_are_one_only_where_their_cells_are(one, other):
    same = canonical(one) == canonical(other)
    assert (digests([[one]], ["a"]) == digests([[other]], ["a"])) is same
    assert digests([[one, other]], ["a", "b"]) != digests([[one + other, ""]], ["a", "b"]) or not other


def test_numbers_text_empty_and_absent():
    assert digests([{"n": 7}], ()) == digests([{"n": "7"}], ()) == digests([["7", ""]], ["n", "remark"])
    assert digests([{"n": 57.699999999999996}], ()) == digests([["57.7"]], ["n"])
    assert digests([["00123"]], ["n"]) != digests([["123"]], ["n"])
    assert digests([{"n": None, "m": "x"}], ()) == digests([{"m": "x"}], ())


def test_key_columns_alone_and_nearly_the_same_keys():
    rows = [["INV-7", "x"], ["INV-7", "y"], ["inv-7 ", "x"]]
    first, second, third = digests(rows, ["n", "m"], ("n",))
    assert first == second != third
    assert len(set(digests(rows, ["n", "m"], ("n",), near=True))) == 1
    assert digests(rows, ["n", "m"], ALL)[0] != first
    assert key_text(["INV-7", "2"], ["n", "m"], ("n", "m")) == "INV-7 / 2"
    assert key_text({"n": ""}, (), ("n", "m")) == ""


def test_content_is_the_task_and_the_data_in_their_canonical_form():
    same = content("Pay 57.7 to INV-0.50.1", {"n": "10.00", "b": ""})
    assert same == content("Pay 57.699999999999996 to INV-0.50.1", {"n": 10})
    assert same != content("Pay 57.8 to INV-0.50.1", {"n": 10})
    assert same != content("Pay 57.7 to INV-0.50.1", {"n": 11})


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6))
@example([("Pay 57.70 to a.b", "10.00", ""), ("10.50", "x\\", "y"), ("-0.0", "", "1.5.2")])
def test_many_contents_at_once_are_those_of_each(rows):
    tasks, first, second = zip(*rows, strict=True)
    each = [content(task, {"b": one, "a": other}) for task, one, other in rows]
    assert contents(tasks, [("b", first), ("a", second)]) == each
    assert len(set(contents(tasks, []))) == len({content(task, {}) for task in tasks})


def test_digests_stand_in_journals_and_never_change():
    """One that came out otherwise would send every invoice again that an older version has sent."""
    columns = ["number", "vendor", "amount", "note"]
    row = ["INV-0077", unicodedata.normalize("NFD", "Müller"), "1200.50", ""]
    assert set_name(("b", "ä")) == '["b", "ä"]' and set_name(("b", "a"), near=True) == '{"near": ["a", "b"]}'
    members = dict(zip(columns, ["INV-0077", "Müller", 1200.5, None], strict=True))
    sent = content("Process invoice INV-0077 of 1200.50", {"amount": "1200.50", "paid": True, "note": None})
    made = [
        digests([row], columns)[0],
        digests([members], ())[0],
        digests([row], columns, ("number",))[0],
        digests([row], columns, ("vendor", "number"), near=True)[0],
        digests([["a\\b", "x\x1fy"]], ["one", "two"])[0],
        digests([{}], ())[0],
        sent,
    ]
    assert [digest.hex() for digest in made] == [
        "9143bb5096471073d63cde1db2412417",
        "9143bb5096471073d63cde1db2412417",
        "82d4c76c21b202ce534caf27b8c50651",
        "1942b5d4bfca75e851825578e2a3ef1e",
        "aa23cc810cef986003745f857e7b6f71",
        "7ebb3c7c2a87b1a2f8a7ed729ecb040d",
        "c7cbf21c0e33630d82241c7d63d2a443",
    ]
    # by which jobs at the server are found
    assert [marker("ap_specialist", [sent, sent], attempt) for attempt in (0, 1)] == ["eyzfzw", "b4huz5"]


def test_key_columns_of_members_are_those_of_a_table():
    members, table = {"m": "x", "n": "INV-7"}, [["x", "INV-7"]]
    assert digests([members], (), ("n",)) == digests(table, ["m", "n"], ("n",)) != digests([members], ())
    assert digests(table * 3, ["m", "n"], ("none",)) == [digests([{}], ())[0]] * 3


def test_whether_watched_cells_are_their_own_canonical_form():
    made = RowDigester(["n", "m"], watched=["n"])
    made.of([["7", "1.0"], ["8", "2.0"]])
    assert made.as_written, "the other column is not watched"
    made.of([["7.0", "1"]])
    made.of([["7", "1"]])
    assert not made.as_written, "and stays so"
    members = RowDigester([], watched=["n"])
    members.of([])
    assert members.as_written
    members.of([{"n": "7"}])
    assert not members.as_written, "members may be numbers"
