"""JSON Lines and JSON arrays: what readers disagree about is refused by line, memory stays flat."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclips_cli.errors import UsageError
from eclips_cli.sheets import open_rows


@pytest.fixture
def file(tmp_path):
    def write(content, name="rows.jsonl"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def read(path, **options):
    with open_rows(path, **options) as source:
        return source, list(source)


def wrong(path, **options):
    try:
        source, _ = read(path, **options)
    except UsageError as error:
        return [(problem["line"], problem["message"]) for problem in error.details["problems"]]
    return [tuple(problem) for problem in source.problems.first]


def as_lines(text):
    return text, "rows.jsonl"


def as_array(text):
    return "[\n" + ",\n".join(line for line in text.splitlines() if line) + "\n]", "rows.json"


both = pytest.mark.parametrize("form", [as_lines, as_array])


def test_lines(file):
    source, rows = read(file('{"task": "Pay", "n": 1}\n\n  \r\n{"task":"Ask","m":{"a":[null]}}'))
    assert source.columns == ("task", "n", "m") and source.keyed and source.key("n") == "n"
    assert rows == [(1, {"task": "Pay", "n": 1}), (4, {"task": "Ask", "m": {"a": [None]}})]


def test_array(file):
    source, rows = read(file('\ufeff\n[ {"task":\n"Pay"},\n\n {"task": "Ask"} ]\n', "rows.json"))
    assert source.format == "json"
    assert rows == [(2, {"task": "Pay"}), (5, {"task": "Ask"})]


@pytest.mark.parametrize("name", ["rows.json", "rows.txt", "rows.jsonl", "rows"])
def test_content_decides_between_array_and_lines(file, name):
    assert read(file('[{"task": "Pay"}]', name))[0].format == "json"
    assert read(file('{"task": "Pay"}', name))[0].format == "jsonl"


def test_utf16(file):
    assert read(file('{"task": "Prüfen"}\n'.encode("utf-16")))[1] == [(1, {"task": "Prüfen"})]


@both
@pytest.mark.parametrize(
    ("row", "why"),
    [
        ('{"task": "A", "n": 1, "n": 2}', "the member 'n' comes twice"),
        ('{"task": "A", "d": {"n": 1, "n": 2}}', "the member 'n' comes twice"),
        ('{"task": NaN}', "NaN is not JSON"),
        ('{"task": -Infinity}', "-Infinity is not JSON"),
        ('{"task": 1e999}', "too large"),
        ('{"task": ' + "7" * 5000 + "}", "a number of 5,000 digits"),
        ('{"task": 0.' + "7" * 5000 + "}", "too long"),
        ('{"task": ' + "[" * 1200 + "]" * 1200 + "}", "nested deeper than 100 levels"),
        ('{"task": ' + "[" * 150 + "]" * 150 + "}", "nested deeper than 100 levels"),
        (r'{"task": "\ud83d"}', "a lone surrogate"),
        (r'{"\udc00": "x"}', "a lone surrogate"),
        (r'{"d": [{"x": "\ud83d"}]}', "a lone surrogate"),
        ('["task"]', "an array where an object is needed"),
        ('"task"', "a text where"),
        ("null", "null where"),
        ("true", "true where"),
        ("17", "a number where"),
        ('{"task": "A",}', "not JSON"),
        ("{'task': 'A'}", "not JSON"),
        ('{"task": "a\tb"}', "not JSON"),
        ('{"task": "A"} {"task": "B"}', ""),
        ('{"task": "A"', ""),
    ],
)
def test_rows_that_are_refused(file, form, row, why):
    good = '{"task": "ok"}'
    text, name = form(f"{good}\n{row}\n{good}\n")
    (line, message), *_ = wrong(file(text, name))
    assert line in ((2,) if form is as_lines else (3, 4)) and why in message


def test_a_pair_of_surrogates_is_a_character(file):
    assert read(file(r'{"task": "\ud83d\ude00"}'))[1] == [(1, {"task": "😀"})]


def test_braces_in_text_are_no_nesting(file):
    assert read(file(json.dumps({"task": "{[" * 300})))[1][0][1] == {"task": "{[" * 300}


@pytest.mark.parametrize("text", ["", "\n", " \n\n", "[]", " [ ] \n"])
def test_empty_files(file, text):
    with pytest.raises(UsageError, match="is empty"):
        read(file(text, "rows.json"))
    with pytest.raises(UsageError, match="is empty"):
        read(file(text), format="json" if "[" in text else None)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[{"a":1}\n{"a":2}]', 2),
        ('[{"a":1},\n]', 2),
        ('[{"a":1}]\nx', 2),
        ('[{"a":1},\n\n{"a":', 3),
        ("[", 1),
    ],
)
def test_a_broken_array_names_the_line(file, text, line):
    (found, _), *_ = wrong(file(text, "rows.json"))
    assert found == line


def test_one_object_over_several_lines_is_not_json_lines(file):
    assert wrong(file('{\n "task": "A"\n}\n', "rows.json"))[0][0] == 1


def test_nul_bytes(file):
    with pytest.raises(UsageError, match="NUL byte on line 2"):
        read(file(b'{"task": "A"}\n{"task": "\0"}\n'))


def test_delimiter_and_sheet_do_not_fit(file):
    for option in ("delimiter", "sheet"):
        with pytest.raises(UsageError, match=f"--{option}"):
            read(file('{"task": "A"}'), **{option: ";"})


def test_a_long_array_in_flat_memory_in_linear_time(tmp_path):
    import tracemalloc

    path = tmp_path / "big.json"
    with path.open("w") as out:
        out.write("[")
        for n in range(40_000):
            out.write(("," if n else "") + json.dumps({"task": f"Process invoice {n}", "note": "x" * 200}))
        out.write("," + json.dumps({"task": "long", "note": "y" * 3_000_000}) + "]")
    tracemalloc.start()
    _, count = None, sum(1 for _ in open_rows(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 40_001 and peak < 30_000_000


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3, alphabet="ab\nü"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    rows=st.lists(
        st.dictionaries(st.text("abc", max_size=3), values, min_size=1, max_size=4), min_size=1, max_size=6
    ),
    indent=st.sampled_from([None, 0, 2]),
)
def test_whatever_json_writes_is_read_back(tmp_path_factory, rows, indent):
    folder = tmp_path_factory.mktemp("json")
    (folder / "a.json").write_text(json.dumps(rows, indent=indent))
    (folder / "b.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    assert [row for _, row in read(folder / "a.json")[1]] == rows
    assert [row for _, row in read(folder / "b.jsonl")[1]] == rows


@given(text=st.text(alphabet='[]{}",:1a \n', max_size=40))
def test_any_text_gives_rows_or_a_plain_error(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "rows.json"
    path.write_text(text)
    for kind in ("json", "jsonl"):
        try:
            read(path, format=kind)
        except UsageError as error:
            assert "\n" not in error.message
